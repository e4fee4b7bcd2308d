"""Working out only whom changes can touch gives the sums of working out everybody, whatever has changed."""

import csv
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from mixproof.aggregates.events.config import EventsConfig
from mixproof.aggregates.events.engine import Engine
from mixproof.aggregates.events.state.books import Books
from mixproof.aggregates.events.state.folder import Manifest, commit, program_of, read_manifest, state_folder
from mixproof.aggregates.events.state.parts import read_parts
from mixproof.aggregates.events.state.update import Work
from mixproof.aggregates.events.statements.program import summed
from tests.mixproof.aggregates.events.statements.nasty import Rows, nasty_rows, nasty_section

KEY = "k" * 40
FILES = {"web": "t", "shop": "c", "links": "l", "changes": "k", "rates": "r", "test": "a"}
SEED = 14
Cells = dict[str, list[tuple[Any, ...]]]


def _section(end: str) -> EventsConfig:
    """Return the section of nasty events, whose touches and conversions come in several files."""
    given = nasty_section().model_dump(mode="json")
    given["touches"][0]["file"], given["conversions"][0]["file"] = "t/*.csv", "c/*.csv"
    bounds = {"touches_a_day": 3, "conversions": 20, "value": 250.0}
    more = {
        "state": {},
        "bounds": bounds,
        "end": end,
        "credit": {"windows": [7], "rules": ["last", "time_decay"]},
    }
    return EventsConfig.model_validate(given | more)


def _many_people(rows: Rows) -> Rows:
    """Return the rows with nine people for each key."""
    events = {
        name: [_suffixed(row, 9 * number // len(rows[name])) for number, row in enumerate(rows[name])]
        for name in ("web", "shop")
    }
    people = {
        name: [_suffixed(row, n) for row in rows[name] for n in range(9)]
        for name in ("links", "changes", "test")
    }
    return rows | events | people


def _suffixed(row: dict[str, Any], number: int) -> dict[str, Any]:
    return {
        name: f"{cell}{number}" if cell and name in ("person", "device") else cell
        for name, cell in row.items()
    }


def _write(folder: Path, rows: Rows) -> None:
    """Write every source, events those of ten days in a file."""
    for name, short in FILES.items():
        by_file: dict[str, list[dict[str, Any]]] = {}
        for row in rows[name]:
            day = (
                f"{short}/{row['time']:%Y-%m-%d}"[:-1] + ".csv" if name in ("web", "shop") else f"{short}.csv"
            )
            by_file.setdefault(day, []).append(row)
        for old in folder.glob(f"{short}/*.csv"):
            old.unlink()
        for file, mine in by_file.items():
            path = folder / file
            path.parent.mkdir(exist_ok=True)
            with path.open("w", newline="", encoding="utf-8") as stream:
                writer = csv.DictWriter(stream, list(rows[name][0]))
                writer.writeheader()
                writer.writerows(mine)


def _work_out(config: EventsConfig, folder: Path, anew: bool = False) -> tuple[Cells, int]:
    """Return sums of a section, and how many rows went through the program; `anew` works out everybody, keeps nothing."""
    assert config.state is not None
    place = state_folder(config.state, folder)
    before = read_manifest(place, "same")
    with Engine(folder, "200MB", folder.parent / "spill", threads=1, key=KEY) as engine:
        reading = read_parts(engine, config, folder, place, {}, before)
        work = Work(engine, config, place, reading)
        worked = sum(part.rows for part in reading.all_parts())
        if before is None or anew:
            work.everybody(before)
        else:
            _, worked = work.touched(before)
        cells = {
            each.name: _sorted(engine.connection.execute(f"FROM {each.name}").fetchall())
            for each in filter(summed, work.statements)
        }
        if not anew:
            made = work.keep_cells("")
            parts = reading.parts
            commit(place, Manifest("same", program_of(config), f"{config.end}", parts, made, Books()))
    return cells, worked


def _sorted(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return rows in order; a sum of nothing is 0, as it is where it leaves the engine."""
    return sorted((tuple(0 if cell is None else cell for cell in row) for row in rows), key=repr)


def _one_row(rows: Rows, draw: random.Random) -> None:
    rows["web"][3] = rows["web"][3] | {"channel": "social", "consent": True, "bot": 0.0}


def _restated_day(rows: Rows, draw: random.Random) -> None:
    day = draw.choice(rows["web"])["time"].date()
    mine = [row for row in rows["web"] if row["time"].date() == day]
    for row in mine:
        row["channel"] = draw.choice(["search", "social"])
    rows["web"] = [row for row in rows["web"] if row is not mine[0]]


def _twins_of_others(rows: Rows, draw: random.Random) -> None:
    for row in draw.sample(rows["web"], 3) + draw.sample(rows["shop"], 2):
        twin = row | {"person": draw.choice(["new", None]), "time": row["time"] + timedelta(days=1)}
        twin["ingest"] = draw.choice([None, row["time"] - timedelta(days=3)])
        rows["web" if "channel" in row else "shop"].append(twin)


def _other_links(rows: Rows, draw: random.Random) -> None:
    rows["links"] = [
        *rows["links"][1:],
        {"device": "zz1", "person": "P11"},
        {"device": "new", "person": "é2"},
    ]
    rows["test"] = [row | {"arm": "t"} if row["person"] == "P01" else row for row in rows["test"][1:]]


def _consent_withdrawn(rows: Rows, draw: random.Random) -> None:
    last = max(row["time"] for row in rows["web"])
    rows["changes"] = [*rows["changes"], {"person": "u13", "time": last, "granted": False}]


def _a_day_lost_and_broken_rows(rows: Rows, draw: random.Random) -> None:
    day = max(row["time"].date() for row in rows["shop"])
    rows["shop"] = [row for row in rows["shop"] if row["time"].date() != day]
    rows["web"][5] = rows["web"][5] | {"event": None}
    rows["web"][6] = rows["web"][6] | {"person": None, "consent": "perhaps"}
    rows["test"][0] = rows["test"][0] | {"arm": None}


CHANGES: tuple[tuple[str, tuple[Callable[[Rows, random.Random], None], ...]], ...] = (
    ("2026-01-25", (_one_row,)),
    ("2026-02-05", (_restated_day, _twins_of_others, _other_links, _consent_withdrawn)),
    ("2026-01-30", (_a_day_lost_and_broken_rows,)),
)
"""Last day of the section, and what changes before it is worked out again."""


def test_sums_equal_those_of_everybody_after_each_change(tmp_path: Path) -> None:
    folder, draw = tmp_path / "data", random.Random(SEED)
    rows = _many_people(nasty_rows(SEED))
    folder.mkdir()
    _write(folder, rows)
    before, everything = _work_out(_section(CHANGES[0][0]), folder)
    took: list[int] = []
    for number, (end, changes) in enumerate(CHANGES):
        for change in changes:
            change(rows, draw)
        _write(folder, rows)
        found, worked = _work_out(_section(end), folder)
        wanted, _ = _work_out(_section(end), folder, anew=True)
        assert found == wanted, (number, [name for name in wanted if found[name] != wanted[name]])
        assert found != before
        took.append(worked)
        before = found
    # whoever is tied to nobody that changed is not worked out again
    assert 0 < took[0] < 0.3 * everything
