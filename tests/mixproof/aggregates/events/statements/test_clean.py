"""Nasty events give the same tables in any order of rows, any zone of the session, and as plain Python counts them; and each rule
is there for a reason: without it some of these tables differ."""

from collections import Counter
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.mixproof.aggregates.events.statements.nasty import (
    Rows,
    nasty_rows,
    nasty_section,
    script_of,
    tables,
)

SEEDS = range(60)
BERLIN = ZoneInfo("Europe/Berlin")


def _kept(rows: list[dict[str, Any]], changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the events that count, by plain Python: first of its identifier, consented, no machine."""
    late = datetime.max.replace(tzinfo=BERLIN)

    def order(row: dict[str, Any]) -> tuple[Any, ...]:
        texts = [row.get(name) for name in ("person", "channel", "currency", "type", "geo")]
        ties = [(text is None, (text or "").encode()) for text in texts]
        more = [(row.get(name) is None, row.get(name) or 0) for name in ("consent", "bot", "value")]
        return (row["ingest"] is None, row["ingest"] or late, row["time"], *ties, *more)

    first: dict[str, dict[str, Any]] = {}
    for row in sorted(rows, key=order):
        first.setdefault(row["event"], row)
    return [
        row
        for row in first.values()
        if row["consent"] and (row["bot"] or 0) < 0.5 and _consented(row, changes)
    ]


def _consented(row: dict[str, Any], changes: list[dict[str, Any]]) -> bool:
    own = sorted(
        (change["time"], change["granted"]) for change in changes if change["person"] == row["person"]
    )
    before = [granted for at, granted in own if at <= row["time"]]
    return bool(before and before[-1] and own[-1][1])


def _person(row: dict[str, Any], rows: Rows) -> str | None:
    linked = sorted(link["person"] for link in rows["links"] if link["device"] == row["person"])
    return linked[0] if linked else row["person"]


@pytest.mark.parametrize("seed", SEEDS)
def test_touches_are_what_plain_python_counts(seed: int) -> None:
    rows = nasty_rows(seed)
    config = nasty_section()
    counted: Counter[tuple[Any, str]] = Counter()
    people: dict[tuple[Any, str], set[str]] = {}
    for row in _kept(rows["web"], rows["changes"]):
        day = row["time"].astimezone(BERLIN).date()
        if config.start <= day <= config.end:
            counted[day, row["channel"]] += 1
            people.setdefault((day, row["channel"]), set()).update({_person(row, rows)} - {None})  # type: ignore[arg-type]
    wanted = [(day, channel, number, len(people[day, channel])) for (day, channel), number in counted.items()]
    assert _cells(config, rows, "media_cells") == sorted(wanted, key=repr)


def _cells(config: Any, rows: Rows, name: str) -> list[Any]:
    return [
        tuple(int(cell) if type(cell).__name__ == "Decimal" else cell for cell in row)
        for row in tables(config, rows, text=script_of(config), until=name)[name]
    ]


@pytest.mark.parametrize("seed", (9, 34))
def test_order_of_rows_threads_and_the_sessions_zone_decide_nothing(seed: int) -> None:
    rows = nasty_rows(seed)
    config = nasty_section(bounds={"touches_a_day": 2, "conversions": 3, "value": 200.0})
    text = script_of(config)
    plain = tables(config, rows, text=text)
    assert tables(config, rows, zone="America/New_York", text=text, shuffled=seed) == plain


WITHOUT = {
    "the zone of days": ("'Europe/Berlin'", "'UTC'"),
    "the time of coming in": ("EPOCH_US(ingest),", ""),
    "the tie by channel": (", person, channel, consent", ", person, consent"),
    "the link of devices": ("COALESCE(l.person, u.person)", "u.person"),
    "consent as of the event": ("EPOCH_US(u.time) >= s.since AND EPOCH_US(u.time) < s.ends", "TRUE"),
    "consent withdrawn later": ("granted = 1 AND now = 1", "granted = 1"),
    "the score of machines": ("u.bot >= 0.5", "u.bot > 0.5"),
    "the day of a rate": (
        "m.day >= r.since AND m.day < r.ends",
        "r.since = (SELECT MIN(since) FROM rate_spans)",
    ),
    "the rest of a division": ("ELSE 1000000 - (n - 1) * (1000000 // n) END", "ELSE 1000000 // n END"),
    "the order of touches": ('ORDER BY "at", touch) AS i', "ORDER BY touch) AS i"),
    "the end of a window": ("age < 604800000000", "age <= 86400000000"),
    "people in one arm": ("places = 1", "places >= 1"),
}


@cache
def _whole(seed: int) -> dict[str, list[Any]]:
    """Return the tables of a fixture as they should be."""
    rows = nasty_rows(seed)
    return tables(nasty_section(), rows, shuffled=1)


@pytest.mark.parametrize("rule", WITHOUT)
def test_every_rule_decides_something(rule: str) -> None:
    old, new = WITHOUT[rule]
    for seed in (19, 34, 4):
        rows = nasty_rows(seed)
        config = nasty_section()
        text = script_of(config)
        assert old in text
        if tables(config, rows, text=text.replace(old, new), shuffled=2) != _whole(seed):
            return
    raise AssertionError(f"no table differs without {rule}")
