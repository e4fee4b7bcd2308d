"""No two publications of a stream differ by a few people, and what is not published anew stays as it was published."""

import random
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from mixproof.aggregates.events.engine import Engine
from mixproof.aggregates.events.stream.release import (
    UNPUBLISHED,
    Gate,
    follow_people,
    forget_published,
    gate_of,
    publication,
)
from mixproof.records.csv import to_csv
from tests.mixproof.aggregates.events.stream.messages import section

CONFIG = section()
DAYS = ("2025-01-06", "2025-01-13")
State = dict[tuple[str, str], dict[int, int]]
"""By period and channel, touches by person."""


def _table(cells: State, k: int = 10) -> pd.DataFrame:
    """Return the media table of cells, as the aggregates have it: small cells of a period join the smallest other."""
    rows = []
    for day in DAYS:
        mine = {channel: people for (each, channel), people in cells.items() if each == day and people}
        small = [channel for channel, people in mine.items() if len(people) < k]
        others = sorted((len(people), channel) for channel, people in mine.items() if channel not in small)
        held = small + [channel for _, channel in others[:1] if small]
        for channel, people in mine.items():
            if channel not in held:
                rows.append((day, channel, sum(people.values()), len(people)))
        if others and held:
            rows.append((day, "(withheld)", sum(sum(mine[channel].values()) for channel in held), 0))
    return pd.DataFrame(rows, columns=["date", "channel", "touches", "people"], dtype=object)


def _people(cells: State) -> str:
    rows = [
        f"('media', 'media', DATE '{day}', '{channel}', CAST('00000000-0000-0000-0000-{person:012d}' AS UUID), [{count}])"
        for (day, channel), people in cells.items()
        for person, count in people.items()
    ]
    listed = ", ".join(rows) or "('', '', DATE '2000-01-01', '', uuid(), [0])"
    where = "" if rows else " WHERE false"
    return f"SELECT * FROM (VALUES {listed}) AS v (family, name, period, cell, who, worth){where}"


def _attacked(before: dict[str, tuple[State, str]], cells: State, table: pd.DataFrame) -> int:
    """Return how many differences to the last publication of a period are told, once none has 1 to 9 people behind it."""
    told = 0
    for day in DAYS:
        rows = to_csv(
            table[(table["date"] == day) & table["touches"].map(bool)]
        )  # the others only fill the grid
        if day in before and before[day][1] == rows:
            continue
        then = before[day][0] if day in before else {}
        for channel in {channel for each, channel in (*cells, *then) if each == day}:
            old, new = then.get((day, channel), {}), cells.get((day, channel), {})
            behind = {person for person in {*old, *new} if old.get(person) != new.get(person)}
            shown = channel in set(table.loc[table["date"] == day, "channel"])
            assert not behind or len(behind) >= 10 or (not old and not shown), (day, channel, len(behind))
            told += bool(old and behind)
        before[day] = ({place: dict(people) for place, people in cells.items() if place[0] == day}, rows)
    return told


def test_differences_between_all_publications_are_of_many_people(tmp_path: Path) -> None:
    seed = 1
    dice, cells, published, known, told = random.Random(seed), State(), dict[str, str](), {}, 0
    stored = tmp_path / "unpublished.parquet"
    for _ in range(9):
        old = {place: dict(people) for place, people in cells.items()}
        for _ in range(dice.choice((1, 5, 40))):
            place = dice.choice(DAYS), dice.choices(("a", "b", "c"), (10, 5, 1 + 4 * seed))[0]
            mine = cells.setdefault(place, {})
            if mine and dice.random() < 0.05:
                mine.pop(dice.choice(sorted(mine)))
            else:
                person = dice.randrange(400)
                mine[person] = mine.get(person, 0) + 1
        with Engine(tmp_path, "100MB", tmp_path, threads=1) as engine:
            engine.fill("people_before", _people(old))
            engine.fill("people_after", _people(cells))
            engine.fill("cells", f"SELECT period, cell AS channel FROM ({_people(cells)}) GROUP BY ALL")
            engine.fill("media_cells", "FROM cells")
            engine.known["media_cells"] = engine.known.get("media_cells") or None  # type: ignore[assignment]
            follow_people(engine, stored)
            table = _table(cells)
            done = publication(CONFIG, {"media": table}, published, gate_of(engine, CONFIG), date(2000, 1, 1))
            forget_published(engine, done.released)
            engine.store(UNPUBLISHED, f"FROM {UNPUBLISHED}", stored)
        told += _attacked(known, cells, done.tables["media"])
        published = {"media": to_csv(done.tables["media"])}
    assert told > 0


MEDIA = pd.DataFrame(
    [("2025-01-06", "a", 40, 20), ("2025-01-06", "b", 30, 20), ("2025-01-13", "a", 50, 20)],
    columns=["date", "channel", "touches", "people"],
    dtype=object,
)
EARLIER = "date,channel,touches,people\n2025-01-06,a,39,19\n"
GATES = {
    "free": (set(), set(), "2000-01-01", EARLIER, "b 30"),
    "blocked": ({"2025-01-06"}, set(), "2000-01-01", EARLIER, "a 39"),
    "a new cell": (set(), {"2025-01-06"}, "2000-01-01", EARLIER, "a 39"),
    "the same cells": (set(), {"2025-01-06"}, "2000-01-01", EARLIER + "2025-01-06,b,3,10\n", "b 30"),
    "never published": ({"2025-01-06"}, {"2025-01-06"}, "2000-01-01", "", "b 30"),
    "closed": (set(), set(), "2025-01-08", EARLIER, "a 39"),
}


@pytest.mark.parametrize("name", GATES)
def test_a_period_is_published_whole_or_stays(name: str) -> None:
    blocked, incomplete, horizon, text, expected = GATES[name]
    gate = Gate({"media": blocked, "outcome": set()}, {"media": incomplete, "outcome": set()})
    done = publication(CONFIG, {"media": MEDIA}, {"media": text}, gate, date.fromisoformat(horizon))
    table = done.tables["media"]
    channel, count = expected.split()
    first = table[table["date"] == "2025-01-06"].set_index("channel")["touches"]
    assert first[channel] == int(count)
    assert (first.get("b") == 0) == (expected == "a 39")
    assert done.released["media"] == ({"2025-01-13"} if expected == "a 39" else {"2025-01-06", "2025-01-13"})
