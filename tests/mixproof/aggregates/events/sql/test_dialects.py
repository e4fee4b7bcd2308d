"""Each hook in each engine's words, and the whole program as texts that the engines' own grammars read.

`python -m tests.mixproof.aggregates.events.sql.test_dialects` writes the stored texts anew.
"""

from pathlib import Path

import pytest
import sqlglot

from mixproof.aggregates.events.sql.dialects import ENGINES, SESSION, write
from mixproof.aggregates.events.statements.program import script
from tests.mixproof.aggregates.events.market import section

GOLDEN = Path(__file__).parent / "golden"
STORED = tuple(engine for engine in ENGINES if engine != "duckdb")
CONSENT = {
    "name": "consent",
    "file": "c.csv",
    "columns": {"person": "person", "time": "time", "granted": "granted"},
}
EVERYTHING = section(
    consent=CONSENT,
    bounds={"touches_a_day": 5, "conversions": 3, "value": 500.0},
    credit={"windows": [30], "half_life_days": 7.0},
)
WORDS = [
    ("LOCAL_DAY(t, 'Europe/Berlin')", "duckdb", "AT TIME ZONE 'Europe/Berlin'"),
    ("LOCAL_DAY(t, 'Europe/Berlin')", "postgres", "AT TIME ZONE 'Europe/Berlin'"),
    ("LOCAL_DAY(t, 'Europe/Berlin')", "spark", "FROM_UTC_TIMESTAMP"),
    ("LOCAL_DAY(t, 'Europe/Berlin')", "bigquery", "DATE(t, 'Europe/Berlin')"),
    ("LOCAL_DAY(t, 'Europe/Berlin')", "snowflake", "CONVERT_TIMEZONE('Europe/Berlin', t)"),
    ("WEEK_OF(t)", "bigquery", "ISOWEEK"),
    ("WEEK_OF(t)", "spark", "TRUNC(t, 'WEEK')"),
    ("MICROS(t)", "postgres", "EXTRACT(EPOCH FROM t) * 1000000"),
    ("MICROS(t)", "spark", "UNIX_MICROS(t)"),
    ("MICROS(t)", "duckdb", "EPOCH_US(t)"),
    ("KEY_HASH(t)", "postgres", "HASHTEXTEXTENDED(t, 0)"),
    ("KEY_HASH(t)", "spark", "XXHASH64(t)"),
    ("row_number() OVER (ORDER BY BYTES_ORDER(t))", "postgres", 'COLLATE "C"'),
]


@pytest.mark.parametrize(("text", "engine", "words"), WORDS)
def test_a_hook_in_an_engines_words(text: str, engine: str, words: str) -> None:
    assert words in write(f"SELECT {text} AS a FROM x", engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_no_hook_is_left(engine: str) -> None:
    text = "SELECT SHOWN(a, p, 50, 'x') AS a, sum(n) AS n FROM c GROUP BY SHOWN(a, p, 50, 'x') HAVING RELEASED(p, 50)"
    assert write(text, engine).replace("COUNT", "count") == (
        "SELECT CASE WHEN p >= 50 THEN a ELSE 'x' END AS a, SUM(n) AS n FROM c "
        "GROUP BY CASE WHEN p >= 50 THEN a ELSE 'x' END HAVING MAX(p) >= 50"
    )


@pytest.mark.parametrize("engine", STORED)
def test_the_program_is_the_stored_text_and_can_be_read(engine: str) -> None:
    text = (GOLDEN / f"{engine}.sql").read_text(encoding="utf-8")
    assert script(EVERYTHING, engine) + "\n" == text
    assert len(sqlglot.parse(text, read=engine)) > 40
    assert engine in SESSION or engine in ("bigquery", "snowflake")


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for name in STORED:
        (GOLDEN / f"{name}.sql").write_text(script(EVERYTHING, name) + "\n", encoding="utf-8")
