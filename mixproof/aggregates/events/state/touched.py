"""Whom changed files can touch: the people of changed rows, and everybody tied to them by a link or a doubled event.

A person is told by a pseudonym; a row of nobody by that of its event. All texts here are this program's own and run inside the
engine; nothing of them is read back but numbers of rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from mixproof.aggregates.events.engine import Engine
from mixproof.aggregates.events.sources import listed
from mixproof.aggregates.events.statements.inputs import Input

_NOBODY = "CAST('00000000-0000-0000-0000-000000000000' AS UUID)"
_TIES: Mapping[str, str] = {
    "touches": f"coalesce(person, event, {_NOBODY})",
    "conversions": f"coalesce(person, event, {_NOBODY})",
    "links": f"coalesce(device, {_NOBODY})",
    "consent": f"coalesce(person, {_NOBODY})",
    "assignments": f"coalesce(person, {_NOBODY})",
}
"""Kind of table -> whose a row is."""
EVENTS = {"touches": "touch", "conversions": "conversion"}
"""Kind of table -> what its events are called in statements."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a source at two moments, as Parquet files.

    Parameters
    ----------
    given : Input
    common, old, new : tuple of pathlib.Path
        Parts of both moments, of the earlier one alone, of the later one alone.
    """

    given: Input
    common: tuple[Path, ...]
    old: tuple[Path, ...]
    new: tuple[Path, ...]

    @property
    def columns(self) -> str:
        """The columns of its rows."""
        return ", ".join(["source", *self.given.roles, "fault"])

    def of(self, parts: Sequence[Path]) -> str:
        """Return the query of the rows of some parts."""
        if not parts:
            return f"SELECT {self.columns} FROM {scan((self.common + self.new + self.old)[:1])} WHERE false"
        return f"SELECT {self.columns} FROM {scan(parts)}"


def scan(parts: Sequence[Path]) -> str:
    """Return what stands behind FROM for Parquet files; a name is never a pattern."""
    return f"read_parquet({listed(parts)})"


def find_changed(engine: Engine, sources: Sequence[Rows], days: tuple[date, date] | None) -> None:
    """Make ``changed_<source>``: rows that only one of two moments has, and rows of days that only one of them counts.

    Parameters
    ----------
    engine : Engine
    sources : sequence of Rows
        Every source that has people.
    days : tuple of date, optional
        First and last day that the later section counts and the earlier one does not, or the other way round.
    """
    for rows in sources:
        old, new = rows.of(rows.old), rows.of(rows.new)
        text = f"({old} EXCEPT ALL {new}) UNION ALL ({new} EXCEPT ALL {old})" if rows.old else new
        if days is not None and rows.given.kind in EVENTS:
            # a day of any zone lies within a day of the same day in UTC
            text += (
                f" UNION ALL {rows.of(rows.common + rows.new)} WHERE time >= TIMESTAMPTZ '{days[0]} 00:00:00+00' "
                f"- INTERVAL 1 DAY AND time < TIMESTAMPTZ '{days[1]} 00:00:00+00' + INTERVAL 2 DAY"
            )
        engine.fill(f"changed_{rows.given.source.name}", text)


def whose_closed(sources: Sequence[Rows], through: date | None) -> str:
    """Return the query of those whose changed rows may belong to closed periods.

    Parameters
    ----------
    sources : sequence of Rows
        After `find_changed`.
    through : date, optional
        Last closed day.

    Returns
    -------
    str
    """
    found = []
    for rows in sources if through else ():
        name = f"changed_{rows.given.source.name}"
        early = (
            f" WHERE time < TIMESTAMPTZ '{through} 00:00:00+00' + INTERVAL 2 DAY"
            if rows.given.kind in EVENTS
            else ""
        )
        found.append(f"SELECT {_TIES[rows.given.kind]} AS who FROM {name}{early}")
    return " UNION ALL ".join(found) or f"SELECT {_NOBODY} AS who WHERE false"


def make_twins(engine: Engine, sources: Sequence[Rows], stored: str) -> None:
    """Make ``twins``: events whose rows are of several people, with those people, as they are now.

    Parameters
    ----------
    engine : Engine
    sources : sequence of Rows
    stored : str
        Relation of the twins before.
    """
    found = []
    for kind, event in EVENTS.items():
        mine = [rows for rows in sources if rows.given.kind == kind]
        changed = " UNION ALL ".join(
            f"SELECT event FROM changed_{rows.given.source.name} WHERE NOT event IS NULL" for rows in mine
        )
        engine.fill(f"changed_{event}_ids", f"SELECT DISTINCT event FROM ({changed})")
        everything = " UNION ALL ".join(
            f"SELECT event, {_TIES[kind]} AS who FROM ({rows.of(rows.common + rows.new)}) WHERE fault IS NULL"
            for rows in mine
        )
        ids = f"(SELECT event FROM changed_{event}_ids)"
        found.append(_twins_of(event, f"SELECT event, who FROM ({everything}) WHERE event IN {ids}"))
        found.append(f"SELECT kind, event, who FROM {stored} WHERE kind = '{event}' AND event NOT IN {ids}")
    engine.fill("twins", " UNION ALL ".join(found))


def _twins_of(event: str, rows: str) -> str:
    """Return the query of the events that several people have, of a query of `event` and `who`."""
    return (
        f"SELECT '{event}' AS kind, event, unnest(people) AS who FROM "
        f"(SELECT event, list(DISTINCT who) AS people FROM ({rows}) GROUP BY event) WHERE len(people) > 1"
    )


def all_twins(kinds: Mapping[str, str] = EVENTS) -> str:
    """Return the query of the twins of all rows, once statements have made ``<event>_rows`` and ``<event>_twins``."""
    return " UNION ALL ".join(
        _twins_of(
            event,
            f"SELECT r.event, {_TIES[kind]} AS who FROM {event}_rows AS r JOIN {event}_twins AS w ON hash(r.event) = w.twin",
        )
        for kind, event in kinds.items()
    )


def find_people(engine: Engine, sources: Sequence[Rows], stored: str) -> int:
    """Return how many identifiers of people are in ``touched``: those of changed rows, and all that are tied to them.

    Parameters
    ----------
    engine : Engine
    sources : sequence of Rows
    stored : str
        Relation of the twins before; those of now are in ``twins``.

    Returns
    -------
    int
    """
    seeds = [
        f"SELECT {_TIES[rows.given.kind]} AS who FROM changed_{rows.given.source.name}" for rows in sources
    ]
    links = [rows for rows in sources if rows.given.kind == "links"]
    seeds += [
        f"SELECT person AS who FROM changed_{rows.given.source.name} WHERE NOT person IS NULL"
        for rows in links
    ]
    tied = [
        f"SELECT device, person FROM ({rows.of(rows.common + rows.old + rows.new)}) WHERE fault IS NULL"
        for rows in links
    ]
    engine.fill(
        "ties", " UNION ALL ".join(tied) or f"SELECT {_NOBODY} AS device, {_NOBODY} AS person WHERE false"
    )
    engine.fill("doubled", f"SELECT event, who FROM {stored} UNION SELECT event, who FROM twins")
    engine.fill("touched", f"SELECT DISTINCT who FROM ({' UNION ALL '.join(seeds)})")
    before, now = -1, engine.count("touched")
    while now > before:
        engine.fill(
            "grown",
            "SELECT who FROM touched UNION SELECT person FROM ties JOIN touched ON device = who "
            "UNION SELECT device FROM ties JOIN touched ON person = who UNION SELECT b.who FROM doubled AS a "
            "JOIN touched AS t ON a.who = t.who JOIN doubled AS b ON a.event = b.event",
        )
        engine.forget(["touched"])
        engine.fill("touched", "FROM grown")
        engine.forget(["grown"])
        before, now = now, engine.count("touched")
    return now


def rows_of_touched(engine: Engine, sources: Sequence[Rows]) -> int:
    """Return how many rows the touched people have, in ``common_<source>``, ``old_<source>`` and ``new_<source>``.

    Parameters
    ----------
    engine : Engine
    sources : sequence of Rows

    Returns
    -------
    int
        Rows of both moments, those they share once.
    """
    count = 0
    for rows in sources:
        for when, parts in (("common", rows.common), ("old", rows.old), ("new", rows.new)):
            name = f"{when}_{rows.given.source.name}"
            mine = f"{_TIES[rows.given.kind]} IN (SELECT who FROM touched)"
            engine.fill(name, f"SELECT {rows.columns} FROM ({rows.of(parts)}) WHERE {mine}")
            count += engine.count(name)
    return count
