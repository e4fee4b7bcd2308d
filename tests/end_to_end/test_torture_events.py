"""Hostile names, paths and statements around event tables, and secrets in their section: T20 to T29 of the torture list."""

from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from mixproof.aggregates.events.aggregate import aggregate
from mixproof.aggregates.events.engine import Engine
from mixproof.errors import ConfigError, DataError
from tests.end_to_end.test_lift import call
from tests.mixproof.aggregates.events.market import section

COLUMNS = {"event": "id", "time": "at", "person": "who", "channel": "channel"}
LEAN = {"windows": [7], "rules": ["first"], "nulls": False}


def people(count: int, label: str = "search", start: int = 0, name: str = "channel") -> pd.DataFrame:
    """Return one event of each of some people, under one label."""
    numbers = range(start, start + count)
    return pd.DataFrame(
        {
            "id": [f"{label}{i}" for i in numbers],
            "at": "2026-01-06T10:00:00Z",
            "who": [f"u{i}" for i in numbers],
            name: label,
        }
    )


def given(folder: Path, touches: pd.DataFrame, orders: pd.DataFrame | None = None, **changes: Any) -> Any:
    """Write a folder of touches and orders and return its section; `columns` and `shop` are further roles."""
    touches.to_csv(folder / "touches.csv", index=False)
    (people(40) if orders is None else orders).to_csv(folder / "orders.csv", index=False)
    columns = COLUMNS | changes.pop("columns", {})
    bought = {"event": "id", "time": "at", "person": "who"} | changes.pop("shop", {})
    plain: dict[str, Any] = {
        "start": "2026-01-05",
        "end": "2026-01-11",
        "touches": [{"name": "web", "file": changes.pop("file", "touches.csv"), "columns": columns}],
        "conversions": [{"name": "shop", "file": "orders.csv", "columns": bought}],
        "costs": [],
        "links": None,
        "rates": None,
        "experiments": [],
        "credit": LEAN,
        "memory": "200MB",
    }
    return section(**plain | changes)


def counted(folder: Path, *tables: Any, **changes: Any) -> dict[str, pd.DataFrame]:
    """Return the tables of a folder."""
    return dict(aggregate(given(folder, *tables, **changes), folder, folder / "spill", threads=1).tables)


INJECTION = 'spend") from t; drop table t; --'


def test_a_column_that_closes_its_quotes_is_an_unknown_one(tmp_path: Path) -> None:  # T21
    for role in ("event", "person", "channel"):
        config = given(tmp_path, people(40), columns={role: INJECTION})
        with pytest.raises(DataError) as refused:
            aggregate(config, tmp_path, tmp_path / "spill", threads=1)
        assert {fault.code for fault in refused.value.faults} == {"events-column"}


NAMES = ['a"b; drop table t;--', INJECTION, "a'b", "select", "date", "\U0001f600", "\u05d0\u05d1", "a\u200bb",
         "Entit\u00e9", "c0", "fault", "source"]  # fmt: skip


@pytest.mark.parametrize(("kind", "first"), [("csv", 0), ("parquet", 4), ("jsonl", 8)])
def test_hostile_columns_and_channels_are_names_like_others(
    tmp_path: Path, kind: str, first: int
) -> None:  # T22, T23
    columns = dict(zip(COLUMNS, NAMES[first : first + 4], strict=True))
    table = pd.concat([people(20, name, 20 * i) for i, name in enumerate(NAMES)])
    table = table.rename(columns={COLUMNS[role]: name for role, name in columns.items()})
    config = given(tmp_path, table, file=f"touches.{kind}", columns=columns)
    if kind == "parquet":
        table.to_parquet(tmp_path / "touches.parquet")
    if kind == "jsonl":
        table.to_json(tmp_path / "touches.jsonl", orient="records", lines=True)
    media = aggregate(config, tmp_path, tmp_path / "spill", threads=1).tables["media"]
    assert {tuple(row[1:]) for row in media.itertuples(index=False)} == {(name, 20, 20) for name in NAMES}


YAML = """\
name: torture
events:
  currency: EUR
  start: 2026-01-05
  end: 2026-01-11
  touches:
    - {name: web, file: touches.csv, columns: {event: id, time: at, person: who, channel: channel}}
  conversions:
    - {name: shop, file: orders.csv, columns: {event: id, time: at, person: who}}
"""
STREAM = "  state: {}\n  stream:\n    brokers: b:9092\n    topics: {web: touches}\n"
SECRET = "hunter2"
SECRETS = {
    "a password": f"{STREAM}    password: {SECRET}\n",
    "a key of the state": f"  state: {{key: {SECRET}}}\n",
    "a property": f"{STREAM}    properties: {{sasl.password: {SECRET}}}\n",
    "a DSN as brokers": STREAM.replace("b:9092", f"kafka://me:{SECRET}@b:9092"),
    "a DSN as a file": YAML.replace("touches.csv", f"postgresql://me:{SECRET}@host/db"),
    "a token as an unknown key": f"  token: {SECRET}\n",
}


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_in_the_section_stops_it_unseen(tmp_path: Path, name: str) -> None:  # T20
    text = SECRETS[name]
    (tmp_path / "c.yaml").write_text(text if text.startswith("name") else YAML + text, encoding="utf-8")
    done = call("aggregate", tmp_path / "c.yaml")
    assert (done.exit_code, SECRET in done.output) == (2, False), done.output


def test_sources_of_one_name_in_two_forms_are_refused() -> None:  # T24
    for other in ("Web", "web", "we\u0301b"):
        one = {"name": "web", "file": "touches.csv", "columns": COLUMNS}
        with pytest.raises(ValueError, match="name"):
            section(touches=[one, {**one, "name": other}])


OUTSIDE = {
    "read_csv('/etc/passwd')": DataError,  # T25
    "x') UNION SELECT content FROM read_text('/etc/passwd') --.csv": DataError,
    "/etc/passwd": ConfigError,
    "../secret.csv": ConfigError,
    "../*.csv": ConfigError,
    "link*.csv": ConfigError,
    "link.csv": ConfigError,
    "out/*.csv": ConfigError,
    "https://example.org/x.csv": ConfigError,
    "s3://bucket/*.parquet": ConfigError,
    "/dev/zero": ConfigError,
}


@pytest.mark.parametrize("file", OUTSIDE)
def test_no_source_is_read_outside_the_folder(tmp_path: Path, file: str) -> None:  # T25, T26
    folder = tmp_path / "data"
    folder.mkdir()
    people(40, "secret").to_csv(tmp_path / "secret.csv", index=False)
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    (folder / "out").symlink_to(tmp_path)
    with pytest.raises(OUTSIDE[file]) as refused:
        counted(folder, people(40), file=file)
    assert "root:" not in str(refused.value)


LOCKED = [
    "FROM read_text('{out}')", "FROM read_blob('{out}')", "FROM read_csv('{data}/../out.csv')", "FROM '{out}'",
    "FROM glob('{root}/*')", "FROM read_csv('{root}/*.csv')", "FROM read_text('{data}/link.csv')",
    "ATTACH '{root}/new.db'", "COPY (SELECT 1) TO '{root}/new.csv'", "EXPORT DATABASE '{root}/new'",
    "INSTALL httpfs", "LOAD httpfs", "SET enable_external_access = true", "SET memory_limit = '50GB'",
    "SET lock_configuration = false", "RESET allowed_directories", "PRAGMA temp_directory = '{root}'",
    "SET python_enable_replacements = true",
]  # fmt: skip
"""T26 to T28: what an engine refuses whatever text reaches it."""


def test_a_locked_engine_reads_writes_and_loads_nothing_else(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (tmp_path / "out.csv").write_text("a\n1\n")
    (data / "link.csv").symlink_to(tmp_path / "out.csv")
    names = {"out": tmp_path / "out.csv", "data": data, "root": tmp_path}
    before = sorted(path.name for path in tmp_path.iterdir())
    open_ = []
    with Engine(data, "200MB", data / "spill", threads=1) as engine:
        for text in LOCKED:
            try:
                engine.connection.execute(text.format(**names))
                open_.append(text)
            except duckdb.Error:
                pass
    assert open_ == []
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_no_variable_is_taken_for_a_table(tmp_path: Path) -> None:  # T29
    in_web = frame = pd.DataFrame({"a": [1]})
    assert len(in_web) == len(frame) == 1
    with Engine(tmp_path, "200MB", tmp_path / "spill", threads=1) as engine:
        for name in ("in_web", "frame"):
            with pytest.raises(duckdb.Error):
                engine.connection.execute(f"FROM {name}")
