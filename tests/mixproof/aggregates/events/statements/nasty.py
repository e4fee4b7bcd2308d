"""Events as they must not be: ties at one instant, keys that differ in case alone, twins that disagree, nights when clocks change."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import duckdb
import pandas as pd

from mixproof.aggregates.events.config import EventsConfig
from mixproof.aggregates.events.statements.inputs import Input, inputs
from mixproof.aggregates.events.statements.program import script
from tests.mixproof.aggregates.events.market import section

NIGHTS = (
    datetime(2026, 3, 28, 20, tzinfo=UTC),
    datetime(2026, 10, 24, 20, tzinfo=UTC),
    datetime(2025, 12, 31, 20, tzinfo=UTC),
)
"""Hours before clocks go forward and back in Berlin, and before a year ends."""
KEYS = ["u1", "U1", "ü1", "u1 ", "é", "e\u0301", "Ω", "_u", "-u", "u01", None, "zz"]
CHANNELS = ["search", "Search", "social", "display_1", "display-1", "é", "direct", "Ω"]
CONFIG_SIZES = (0, 1, 5, 60, 300)
TYPES = {
    "key": "VARCHAR", "instant": "TIMESTAMPTZ", "day": "DATE", "flag": "BOOLEAN", "score": "DOUBLE",
    "money": "DECIMAL(14,4)", "rate": "DECIMAL(12,6)", "label": "VARCHAR", "code": "VARCHAR",
}  # fmt: skip
Rows = dict[str, list[dict[str, Any]]]


def nasty_section(**changes: Any) -> EventsConfig:
    """Return a section of eleven months with everything that can be declared."""
    event = {
        "event": "event",
        "time": "time",
        "ingest": "ingest",
        "person": "person",
        "consent": "consent",
        "bot": "bot",
    }
    return section(
        start="2026-01-01",
        end="2026-11-30",
        panel={"frequency": "daily", "media_by": ["channel"], "outcome_by": ["geo"]},
        credit={"windows": [7, 30]},
        touches=[{"name": "web", "file": "t.csv", "columns": {**event, "channel": "channel"}}],
        conversions=[
            {
                "name": "shop",
                "file": "c.csv",
                "columns": {**event, "value": "value", "currency": "currency", "geo": "geo", "type": "type"},
            }
        ],
        costs=[],
        links={"name": "links", "file": "l.csv", "columns": {"device": "device", "person": "person"}},
        consent={
            "name": "changes",
            "file": "k.csv",
            "columns": {"person": "person", "time": "time", "granted": "granted"},
        },
        rates={
            "name": "rates",
            "file": "r.csv",
            "columns": {"day": "day", "currency": "currency", "rate": "rate"},
        },
        experiments=[
            {
                "name": "test",
                "file": "a.csv",
                "columns": {"person": "person", "arm": "arm", "cell": "cell"},
                "start": "2026-01-01",
                "end": "2026-11-30",
            }
        ],
        **changes,
    )


def nasty_rows(seed: int) -> Rows:
    """Return the rows of every source around one of the nights."""
    draw = random.Random(seed)
    night, count = NIGHTS[seed % 3], CONFIG_SIZES[seed % 5]

    def instant() -> datetime:
        minutes = draw.choice([0, 30, 59, 60, 179, 180, 239, 240, 241, 299, 300, 301])
        return night + timedelta(
            days=draw.randrange(40), minutes=minutes, microseconds=draw.choice([0, 1, 999_999])
        )

    touches: list[dict[str, Any]] = []
    orders: list[dict[str, Any]] = []
    for i in range(count):
        row = _event(draw, f"{draw.choice('aAbB_-')}{i:03d}", instant()) | {"channel": draw.choice(CHANNELS)}
        touches.append(row)
        while draw.random() < 0.2:  # a twin, alike or not
            touches.append(
                row
                | {
                    "ingest": draw.choice([row["ingest"], instant()]),
                    "channel": draw.choice(CHANNELS),
                    "person": draw.choice(KEYS),
                }
            )
    for i in range(count // 2):
        at = draw.choice(touches)["time"] if touches and draw.random() < 0.3 else instant()
        row = _event(draw, f"c{draw.choice('aA')}{i:03d}", at)
        row |= {"value": round(draw.uniform(0, 300), 3), "currency": draw.choice(["EUR", "USD", "XXX", None])}
        row |= {
            "geo": draw.choice(["DE", "de", "Ö", None]) or "(none)",
            "type": draw.choice(["order", "visit"]),
        }
        orders += [row] * draw.choice([1, 1, 2])
    days = [(night + timedelta(days=7 * n - 3)).date() for n in range(7)]
    return {
        "web": touches,
        "shop": orders,
        "links": [{"device": key, "person": f"P{n % 4}"} for n, key in enumerate(KEYS) if key and n % 2]
        + [{"device": "U1", "person": "P0"}],
        "changes": [
            {"person": key, "time": night - timedelta(days=400), "granted": True} for key in KEYS if key
        ]
        + [
            {"person": "u01", "time": night + timedelta(days=5), "granted": False},
            {"person": "u01", "time": night + timedelta(days=9), "granted": True},
            {"person": "_u", "time": night + timedelta(days=20), "granted": False},
        ],
        "rates": [
            {"day": day, "currency": "USD", "rate": round(0.9 + 0.01 * n, 6)} for n, day in enumerate(days)
        ],
        "test": [
            {"person": key, "arm": draw.choice("tc"), "cell": "x"} for key in [*KEYS[:-1], "P0", "P1"] if key
        ],
    }


def _event(draw: random.Random, name: str, at: datetime) -> dict[str, Any]:
    return {
        "event": name,
        "person": draw.choice(KEYS),
        "time": at,
        "ingest": draw.choice([None, at, at + timedelta(seconds=draw.randrange(3))]),
        "consent": draw.choice([True, True, True, True, False, None]),
        "bot": draw.choice([0.0, 0.1, 0.499, 0.5, 0.9, None]),
    }


@cache
def script_of(config: EventsConfig) -> str:
    """Return the script of a section for DuckDB, written once."""
    return script(config, "duckdb")


def tables(
    config: EventsConfig,
    rows: Rows,
    zone: str = "UTC",
    text: str | None = None,
    shuffled: int | None = None,
    until: str = "",
) -> dict[str, list[Any]]:
    """Return every relation that a script makes and hands out, thresholds aside, of rows in any order in a session of any zone.

    `until` names a relation with which the script ends.
    """
    connection = duckdb.connect(":memory:")
    try:
        connection.execute(f"SET TimeZone = '{zone}'; SET threads = {1 if shuffled is None else 2}")
        for given in inputs(config):
            _insert(connection, given, rows[given.source.name], shuffled)
        found: dict[str, list[Any]] = {}
        for statement in (text or script_of(config)).split(";"):
            name = (
                statement.strip()
                .removeprefix("-- ")
                .split("\n")[0]
                .split(" ")[-2 if "CREATE" in statement else 0]
            )
            leaves = statement.strip().startswith("--")
            connection.execute(statement)
            if leaves:
                found[name] = _sorted(connection)
            elif name.endswith("_cells"):
                connection.execute(f"SELECT * FROM {name}")
                found[name] = _sorted(connection)
            if name == until:
                break
        return found
    finally:
        connection.close()


def _sorted(connection: duckdb.DuckDBPyConnection) -> list[Any]:
    return sorted(connection.fetchall(), key=repr)


def _insert(
    connection: duckdb.DuckDBPyConnection, given: Input, rows: Sequence[dict[str, Any]], shuffled: int | None
) -> None:
    order = list(rows)
    if shuffled is not None:
        random.Random(shuffled).shuffle(order)
    named = [
        {role: row.get(role, "(none)" if kind == "label" else None) for role, kind in given.roles.items()}
        for row in order
    ]
    connection.register("given", pd.DataFrame(named, columns=list(given.roles), dtype=object))
    cast = ", ".join(f"CAST({role} AS {TYPES[kind]}) AS {role}" for role, kind in given.roles.items())
    made = f"SELECT '{given.source.name}' AS source, {cast}, CAST(NULL AS VARCHAR) AS fault FROM given"
    connection.execute(f"CREATE TABLE {given.relation} AS {made}")
