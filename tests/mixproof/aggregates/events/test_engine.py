"""The engine hands out checked cells alone, keeps its own words back, and leaves nothing behind."""

import signal
import stat
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any

import duckdb
import pytest

from mixproof.aggregates.events.aggregate import aggregate
from mixproof.aggregates.events.engine import Engine, sweep
from mixproof.aggregates.events.sql.static_check import KEY, LABEL, ROW, Relation, Trait
from mixproof.aggregates.events.sql.vocabulary import RefusedError
from mixproof.aggregates.events.state.folder import commit
from mixproof.aggregates.events.state.update import update
from mixproof.aggregates.events.statements.inputs import Statement
from mixproof.aggregates.events.statements.program import statements
from mixproof.aggregates.events.writing import keep
from mixproof.errors import DataError, MixproofError, PrivacyError, ResourceError
from tests.mixproof.aggregates.events.market import section

CANARY = "k4n4ry"
ROWS = Relation({"person": Trait(KEY, person=True), "channel": Trait(LABEL), "value": Trait(ROW)})
PEOPLE = f"SELECT '{CANARY}' || i AS person, 'c' || (i % 2) AS channel, i AS value FROM range(1000) AS r(i)"
CELLS = "SELECT channel, count(*) AS n, count(DISTINCT person) AS people FROM rows GROUP BY channel"
SHOWN = "SHOWN(channel, people, 10, 'x')"
LEAVING = f"SELECT {SHOWN} AS channel, sum(n) AS n FROM cells GROUP BY {SHOWN} HAVING RELEASED(people, 10)"
TYPES_OF_NOTHING = (
    "INTEGER", "BIGINT", "HUGEINT", "SMALLINT", "FLOAT", "DOUBLE", "BOOLEAN", "DATE", "TIME", "TIMESTAMP", "TIMESTAMPTZ",
    "INTERVAL", "UUID", "DECIMAL(4,1)", "JSON", "INTEGER[]", "STRUCT(a INTEGER)", "BIT",
)  # fmt: skip
FAILING = [
    *(f"SELECT CAST(person AS {kind}) AS value, person, channel FROM (%s)" for kind in TYPES_OF_NOTHING),
    *(
        f"SELECT {call} AS value, person, channel FROM (%s)"
        for call in (
            "error(person)",
            "strptime(person, '%%Y')",
            "value::TINYINT",
            "nothing(person)",
            "regexp_matches('x', person || '(')",
            "json_extract(person, '$.a')",
            "unhex(person)",
            "from_base64(person)",
            "chr(value::INTEGER * 10000000)",
            "array_value(person, 1)",
            "make_date(value, value, value)",
            "factorial(value + 100)",
        )
    ),
]  # fmt: skip
"""Queries whose errors quote a row, or may."""


class Recorder:
    """A connection that remembers from which statements something was fetched."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection, self.text, self.fetched = connection, "", list[str]()

    def execute(self, text: str, *given: Any) -> "Recorder":
        self.text = text
        self.connection.execute(text, *given)
        return self

    def __getattr__(self, name: str) -> Any:
        if name in ("fetchall", "fetchone", "fetchmany", "fetchdf", "df", "arrow", "pl", "fetchnumpy"):
            self.fetched.append(self.text)
        return getattr(self.connection, name)


def _open(folder: Path) -> Engine:
    return Engine(folder, "200MB", folder / "spill", threads=1)


def test_only_checked_cells_are_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Recorder] = []

    def recorded(*given: Any, **more: Any) -> Recorder:
        made.append(Recorder(connect(*given, **more)))
        return made[-1]

    connect = duckdb.connect
    _people(tmp_path, 400)
    monkeypatch.setattr("mixproof.aggregates.events.engine.duckdb.connect", recorded)
    config = _section(tmp_path)
    aggregate(config, tmp_path, tmp_path / "spill", threads=1)
    leaving = [each.name for each in statements(config) if each.made in ("cells", "counts")]
    fetched = [text for each in made for text in each.fetched]
    rows = [text for text in fetched if not text.startswith("DESCRIBE")]
    assert len(rows) > len(leaving)
    of_lines = "SELECT count(*), count(*) FILTER (WHERE open) FROM (SELECT DISTINCT file_id"
    names_of_json = (
        "SELECT key FROM (SELECT unnest(json_keys(json)) AS key"  # names that most lines have, or the YAML
    )
    for text in rows:
        if text.startswith(names_of_json):
            continue
        # `looked_at` is what the search for identifiers makes of labels that leave; it counts
        known = ("looked_at", *leaving)
        assert text.startswith(of_lines) or any(f"FROM {name}" in text for name in known), text[:300]


def test_what_was_not_checked_is_not_handed_out(tmp_path: Path) -> None:
    with _open(tmp_path) as engine:
        engine.give("rows", PEOPLE, ROWS, kept=True)
        engine.make(Statement("cells", CELLS))
        for name in ("rows", "cells", "duckdb_tables()"):
            with pytest.raises(RefusedError):
                engine.leave(name)
        with pytest.raises(RefusedError):
            engine.make(Statement("people", "SELECT person FROM rows", "cells"))
        engine.make(Statement("shown", LEAVING, "cells"))
        assert engine.leave("shown").to_dict("list") == {"channel": ["c0", "c1"], "n": [500, 500]}


def test_a_label_that_looks_like_a_person_stays_inside(tmp_path: Path) -> None:
    mails = PEOPLE.replace("'c' || (i % 2)", "'jane' || (i % 2) || '@example.com'")
    with _open(tmp_path) as engine:
        engine.give("rows", mails, ROWS, kept=True)
        engine.make(Statement("cells", CELLS))
        engine.make(Statement("shown", LEAVING, "cells"))
        with pytest.raises(PrivacyError, match="identifiers of people") as refused:
            engine.leave("shown")
    assert "example.com" not in str(refused.value)


def test_thirty_errors_are_forced() -> None:
    assert len(set(FAILING)) == 30


@pytest.mark.parametrize("query", FAILING)
def test_errors_of_the_engine_quote_nothing(tmp_path: Path, query: str) -> None:
    with _open(tmp_path) as engine, pytest.raises(DataError) as refused:
        engine.give("rows", query % PEOPLE, ROWS, kept=True)
    told = "".join(traceback.format_exception(refused.value))
    assert CANARY not in told
    assert "events-engine" in {fault.code for fault in refused.value.faults}


def test_memory_that_is_out_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def execute(self, text: str) -> None:
            raise duckdb.OutOfMemoryException(f"could not keep {CANARY}")

    with _open(tmp_path) as engine:
        kept = engine.connection
        monkeypatch.setattr(engine, "connection", Full())
        with pytest.raises(ResourceError, match=r"events\.memory") as refused:
            engine.give("rows", PEOPLE, ROWS, kept=True)
        monkeypatch.setattr(engine, "connection", kept)
    assert CANARY not in "".join(traceback.format_exception(refused.value))


def test_the_folder_for_spilling_is_private_and_goes(tmp_path: Path) -> None:
    with _open(tmp_path) as engine:
        (place,) = (tmp_path / "spill").iterdir()
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
        (place / "part").write_text(CANARY)
        assert engine.connection.execute("SELECT current_setting('temp_directory')").fetchone() == (
            str(place),
        )
    assert list((tmp_path / "spill").iterdir()) == []


def test_what_a_killed_process_left_goes_at_the_next_start(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", "pass"])
    gone.wait()
    for name in (f"mixproof-events-{gone.pid}-abc", "mixproof-events-1-abc", "something else"):
        (tmp_path / name).mkdir()
    sweep(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"mixproof-events-1-abc", "something else"}


def test_no_other_file_can_be_read_and_no_setting_changed(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "other.csv").write_text("a\n1\n")
    with Engine(tmp_path / "data", "200MB", tmp_path / "spill", threads=1) as engine:
        for text in (
            f"FROM '{tmp_path}/other.csv'",
            "SET enable_external_access = true",
            "INSTALL httpfs",
            "ATTACH 'x.db'",
        ):
            with pytest.raises(duckdb.Error):
                engine.connection.execute(text)


def _people(folder: Path, count: int) -> None:
    """Write touches and conversions whose keys are canaries, with lines of every broken kind among them."""
    touches, orders = ["id,at,who,channel"], []
    for i in range(count):
        key = f"{CANARY}-{i}"
        touches.append(f"t{key},2026-01-0{5 + i % 5}T10:00:00Z,{key},{'search' if i % 2 else 'social'}")
        orders.append(f'{{"id": "o{key}", "at": "2026-01-10T10:00:00Z", "who": "{key}", "worth": "12.50"}}')
    touches += [
        f"{CANARY}-broken,too,many,fields,here",
        f"{CANARY},many,fields,too,here",
        f"{CANARY}-short",
        f",2026-01-05T10:00:00Z,{CANARY},search",
    ]
    touches += [f"x{i}{CANARY},{CANARY},{CANARY},search" for i in range(20)]
    orders += [
        f"{{{CANARY}",
        f'{{"id": "o{CANARY}x", "at": "{CANARY}", "who": "{CANARY}"}}',
        "[1, 2]",
        f'{{"id": "z", "at": "2026-01-10T10:00:00Z", "worth": "{CANARY}"}}',
    ]
    (folder / "touches.csv").write_text("\n".join(touches) + "\n", encoding="utf-8")
    (folder / "orders.jsonl").write_text("\n".join(orders) + "\n", encoding="utf-8")


def _section(folder: Path) -> Any:
    columns = {"event": "id", "time": "at", "person": "who"}
    return section(
        start="2026-01-05",
        end="2026-01-11",
        touches=[{"name": "web", "file": "touches.csv", "columns": {**columns, "channel": "channel"}}],
        conversions=[{"name": "shop", "file": "orders.jsonl", "columns": {**columns, "value": "worth"}}],
        costs=[],
        links=None,
        rates=None,
        experiments=[],
    )


def test_planted_identifiers_are_in_nothing_that_is_kept(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder, spill = tmp_path / "data", tmp_path / "spill"
    folder.mkdir()
    _people(folder, 10_000)
    found = aggregate(_section(folder), folder, spill, threads=1)
    written = keep(found, tmp_path / "aggregates", "key")
    texts = [path.read_text(encoding="utf-8") for path in tmp_path.joinpath("aggregates").iterdir()]
    assert len(texts) == len(written) + 1
    assert not [text for text in texts if CANARY in text]
    assert list(spill.iterdir()) == []
    assert CANARY not in "".join(capfd.readouterr())
    letters = dict(
        zip(
            found.dead_letters["source"] + " " + found.dead_letters["reason"],
            found.dead_letters["rows"],
            strict=True,
        )
    )
    assert letters == {
        "web broken line": 3,
        "web no event": 1,
        "web unreadable time": 20,
        "shop broken line": 2,
        "shop unreadable time": 1,
        "shop unreadable value": 1,
    }
    assert found.tables["media"]["touches"].sum() == 10_000


def test_a_file_that_breaks_on_the_way_is_said_without_its_words(tmp_path: Path) -> None:
    _people(tmp_path, 400)
    for line in (
        f"{CANARY}\xff,x,y,z\n",
        f'"{CANARY},2026-01-05T10:00:00Z,a,search\nb,2026-01-05T10:00:00Z,a,search\n',
    ):
        (tmp_path / "touches.csv").write_bytes(b"id,at,who,channel\n" + line.encode("latin-1"))
        with pytest.raises(MixproofError) as refused:
            aggregate(_section(tmp_path), tmp_path, tmp_path / "spill", threads=1)
        assert CANARY not in "".join(traceback.format_exception(refused.value))


KILLED = """
import os, signal, sys
from pathlib import Path
from mixproof.aggregates.events.engine import Engine
from mixproof.aggregates.events.state.update import update
from tests.mixproof.aggregates.events.test_engine import with_state
stage, folder = sys.argv[1], Path(sys.argv[2])
kept = getattr(Engine, stage)
def killed(self, name, *given, **more):
    found = kept(self, name, *given, **more)
    if name == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)
    return found
setattr(Engine, stage, killed)
update(with_state(folder), folder, {}, folder.parent / "spill", threads=1)
"""


def with_state(folder: Path) -> Any:
    """Return the section of canaries that keeps a state."""
    given = _section(folder).model_dump(mode="json")
    return section(**given | {"state": {}})


def test_a_killed_run_leaves_no_identifier_and_the_next_one_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    _people(folder, 100)
    monkeypatch.setenv("MIXPROOF_EVENTS_KEY", "a key of enough letters for a pseudonym")
    done = subprocess.run(
        [sys.executable, "-c", KILLED, "store", folder, "pending"], check=False, capture_output=True
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert CANARY.encode() not in done.stdout + done.stderr
    made = update(with_state(folder), folder, {}, tmp_path / "spill", threads=1)
    commit(made.place, made.manifest)
    assert made.aggregates.tables["media"]["touches"].sum() == 100
    assert list((tmp_path / "spill").iterdir()) == []
    left = [path for path in made.place.rglob("*") if path.is_file()]
    assert len(left) > 10
    assert not [path for path in left if CANARY.encode() in path.read_bytes()]
