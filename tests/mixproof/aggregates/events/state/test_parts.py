"""Files become parts once: identifiers as pseudonyms, the same for a person in every table, broken lines counted."""

from pathlib import Path

import duckdb
import pandas as pd

from mixproof.aggregates.events.config import EventsConfig
from mixproof.aggregates.events.engine import Engine
from mixproof.aggregates.events.state.books import Books
from mixproof.aggregates.events.state.folder import Manifest, state_folder
from mixproof.aggregates.events.state.parts import Reading, read_parts
from mixproof.aggregates.events.state.touched import scan
from tests.mixproof.aggregates.events.market import section

COLUMNS = {"event": "id", "time": "at", "person": "who"}


def _config() -> EventsConfig:
    return section(
        state={},
        touches=[{"name": "web", "file": "t*.csv", "columns": {**COLUMNS, "channel": "channel"}}],
        conversions=[{"name": "shop", "file": "c.parquet", "columns": COLUMNS}],
        costs=[], links=None, rates=None, experiments=[],
    )  # fmt: skip


def _read(folder: Path, before: Manifest | None = None, key: str = "k") -> Reading:
    place = state_folder(_config().state, folder)  # type: ignore[arg-type]
    with Engine(folder, "200MB", folder / "spill", threads=1, key=key) as engine:
        return read_parts(engine, _config(), folder, place, {}, before)


def _people(folder: Path, reading: Reading, source: str) -> list[str]:
    paths = reading.paths(folder / "events_state", source)
    found = duckdb.execute(f"SELECT DISTINCT person FROM {scan(paths)} WHERE fault IS NULL").fetchall()
    return sorted(str(row[0]) for row in found)


def test_parts_of_files_in_a_folder_whose_name_is_a_pattern_elsewhere(tmp_path: Path) -> None:
    tmp_path = tmp_path / "a[b]'*"
    tmp_path.mkdir()
    header = "id,at,who,channel\n"
    (tmp_path / "t1.csv").write_text(
        header + "a,2025-02-01T10:00:00Z,7,search\nb,2025-02-01T10:00:00Z,,x\n1,2,3,4,5\n"
    )
    (tmp_path / "t2.csv").write_text(header + "c,2025-02-02T10:00:00Z,7,search\n")
    orders = pd.DataFrame({"id": [1], "at": pd.to_datetime(["2025-02-03"], utc=True), "who": [7]})
    orders.to_parquet(tmp_path / "c.parquet")
    first = _read(tmp_path)
    assert first.broken() == {"web": 1} and first.rows_read == 4
    web, shop = (_people(tmp_path, first, name) for name in ("web", "shop"))
    # a number in one table and text in another are one person; nobody stays nobody, and no key is a letter of itself
    assert web == ["None", *shop] if web[0] == "None" else web == [*shop, "None"]
    assert shop != ["7"]
    before = Manifest("f", "p", "2025-01-05", first.parts, "cells-1", Books())
    assert _read(tmp_path, before).rows_read == 0
    (tmp_path / "t2.csv").write_text(header + "c,2025-02-02T10:00:00Z,8,search\n")
    again = _read(tmp_path, before)
    assert again.rows_read == 1
    assert again.parts["web"]["t1.csv"] == first.parts["web"]["t1.csv"]
    assert again.parts["web"]["t2.csv"] != first.parts["web"]["t2.csv"]
    assert _people(tmp_path, _read(tmp_path, key="other"), "shop") != shop
