"""Who is tied to whom: by a link, by an event that several people have, and by both in a chain."""

from datetime import date
from pathlib import Path

import pytest

from mixproof.aggregates.events.engine import Engine
from mixproof.aggregates.events.state.touched import (
    Rows,
    find_changed,
    find_people,
    make_twins,
    rows_of_touched,
)
from mixproof.aggregates.events.statements.inputs import inputs
from tests.mixproof.aggregates.events.market import section

CONFIG = section(
    touches=[{"name": "web", "file": "t", "columns": {"event": "e", "time": "t", "person": "p", "channel": "c"}}],
    conversions=[{"name": "shop", "file": "c", "columns": {"event": "e", "time": "t", "person": "p"}}],
    costs=[], rates=None, experiments=[],
)  # fmt: skip
EVENT = "NULL::TIMESTAMPTZ AS ingest, true AS consent, NULL::DOUBLE AS bot"


def _uuid(text: str) -> str:
    return f"CAST('00000000-0000-0000-0000-{ord(text):012d}' AS UUID)" if text else "CAST(NULL AS UUID)"


def _events(engine: Engine, path: Path, rows: list[tuple[str, str, str]], conversion: bool = False) -> Path:
    """Write events of (event, person, day) as a part."""
    more = "NULL::DECIMAL(14,4) AS value, 'EUR' AS currency, '' AS type" if conversion else "'x' AS channel"
    texts = [
        f"SELECT 's' AS source, {_uuid(event)} AS event, {_uuid(person)} AS person, TIMESTAMPTZ '{day} 12:00:00+00' AS time, "
        f"{EVENT}, {more}, NULL::VARCHAR AS fault"
        for event, person, day in rows
    ]
    engine.store("part", " UNION ALL ".join(texts), path)
    return path


def _links(engine: Engine, path: Path, rows: list[tuple[str, str]]) -> Path:
    texts = [
        f"SELECT 'l' AS source, {_uuid(device)} AS device, {_uuid(person)} AS person, NULL::VARCHAR AS fault"
        for device, person in rows
    ]
    engine.store("part", " UNION ALL ".join(texts), path)
    return path


DAY = "2025-03-01"
COMMON = [
    ("1", "a", DAY),
    ("2", "b", DAY),
    ("2", "c", DAY),
    ("3", "d", DAY),
    ("4", "", DAY),
    ("5", "e", "2025-03-20"),
]
# new rows -> whose rows they can touch; b and c have event 2, c and d are linked to P, and nobody's event 4 is its own
CASES = [
    ([("9", "a", DAY)], None, "a"),
    ([("9", "b", DAY)], None, "bcdP"),
    ([("9", "P", DAY)], None, "bcdP"),
    ([("4", "a", DAY)], None, "a4"),
    ([("9", "z", DAY)], (date(2025, 3, 20), date(2025, 3, 21)), "ze"),
]


@pytest.mark.parametrize(("new", "days", "people"), CASES)
def test_whom_new_rows_touch(
    tmp_path: Path, new: list[tuple[str, str, str]], days: tuple[date, date] | None, people: str
) -> None:
    with Engine(tmp_path, "200MB", tmp_path / "spill", threads=1) as engine:
        web, shop, links = inputs(CONFIG)
        kept = _events(engine, tmp_path / "kept.parquet", COMMON)
        sources = [
            Rows(web, (kept,), (), (_events(engine, tmp_path / "new.parquet", new),)),
            Rows(shop, (_events(engine, tmp_path / "c.parquet", [("7", "d", DAY)], True),), (), ()),
            Rows(links, (_links(engine, tmp_path / "l.parquet", [("c", "P"), ("d", "P")]),), (), ()),
        ]
        engine.fill(
            "stored",
            f"SELECT 'touch' AS kind, {_uuid('2')} AS event, unnest([{_uuid('b')}, {_uuid('c')}]) AS who",
        )
        find_changed(engine, sources, days)
        make_twins(engine, sources, "stored")
        count = find_people(engine, sources, "stored")
        found = engine.connection.execute("SELECT who FROM touched").fetchall()
        assert {chr(int(str(row[0])[-12:])) for row in found} - {"c", "d", "P"} == set(people) - {
            "c",
            "d",
            "P",
        }
        assert (count >= 4) == ("P" in people)
        mine = {*people}
        wanted = sum(person in mine or (not person and event in mine) for event, person, _ in [*COMMON, *new])
        wanted += 3 * ("P" in people)  # an order and two links
        assert rows_of_touched(engine, sources) == wanted


def test_rows_that_both_moments_have_touch_nobody(tmp_path: Path) -> None:
    with Engine(tmp_path, "200MB", tmp_path / "spill", threads=1) as engine:
        web, shop, _ = inputs(CONFIG)
        old = _events(engine, tmp_path / "old.parquet", COMMON)
        new = _events(engine, tmp_path / "new.parquet", [*COMMON[1:], ("8", "f", DAY)])
        orders = _events(engine, tmp_path / "c.parquet", [("7", "d", DAY)], True)
        sources = [Rows(web, (), (old,), (new,)), Rows(shop, (orders,), (), ())]
        engine.fill(
            "stored", f"SELECT 'touch' AS kind, {_uuid('2')} AS event, {_uuid('b')} AS who WHERE false"
        )
        find_changed(engine, sources, None)
        make_twins(engine, sources, "stored")
        find_people(engine, sources, "stored")
        found = engine.connection.execute("SELECT who FROM touched").fetchall()
        assert {chr(int(str(row[0])[-12:])) for row in found} == {"a", "f"}
