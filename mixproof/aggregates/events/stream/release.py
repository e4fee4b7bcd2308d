"""Which periods a stream may publish anew: two publications a minute apart must not differ by a few people.

Of every cell of a period the engine keeps who stands behind the difference to what was published last. A period is published
anew only once at least `people_at_least` people who were not in the cell then stand behind each cell that differs; where the
names of cells differ, too, behind each cell that it has. Until then everything that was published of the period stays.
Tables whose sums can be subtracted from each other, outcomes and credit, are held or published together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from mixproof.aggregates.events.aggregate import HELD
from mixproof.aggregates.events.config import EventsConfig
from mixproof.aggregates.events.engine import Engine
from mixproof.aggregates.events.sql.dialects import write
from mixproof.aggregates.events.sql.static_check import FREE, Relation, Trait
from mixproof.aggregates.events.state.books import labels_of, number_of, rows_of
from mixproof.aggregates.events.state.touched import scan
from mixproof.aggregates.events.statements.panel import period, within

UNPUBLISHED = "kept_unpublished"
"""Relation of who stands behind differences to what was published."""
_NOBODY = "CAST('00000000-0000-0000-0000-000000000000' AS UUID)"
_COLUMNS = "family, name, period, cell"
_MEDIA, _OUTCOME = "media", "outcome"


def by_person(config: EventsConfig) -> str:
    """Return the query of what each person is worth in each cell of each table: the tables' own sums, person by person."""
    rules = [name for rule in config.credit.rules for name in (rule, f"cents * {rule}")]
    named = {
        "media": (_MEDIA, "touch_clean", ["1"]),
        "outcome": (_OUTCOME, "conversion_clean", ["1", "cents"]),
        "outcome_by_type": (_OUTCOME, "conversion_clean", ["1", "cents"]),
    }
    named |= {f"credit_{days}": (_OUTCOME, f"credit_{days}_rows", rules) for days in config.credit.windows}
    has_types = any(source.columns.type for source in config.conversions)
    found = []
    for name, labels in labels_of(config).items():
        if name == "outcome_by_type" and not has_types:
            continue
        family, rows, sums = named[name]
        worth = ", ".join(f"sum(CAST({each} AS HUGEINT))" for each in sums)
        groups = ", ".join([_period(config), *labels, "person"])
        found.append(
            f"SELECT '{family}' AS family, '{name}' AS name, {_period(config)} AS period, {_cell_of(labels)} AS cell, "
            f"coalesce(person, {_NOBODY}) AS who, [{worth}] AS worth FROM {rows} WHERE {within(config)} GROUP BY {groups}"
        )
    return " UNION ALL ".join(found)


def _period(config: EventsConfig) -> str:
    """Return the expression of a period as the engine reads it."""
    return write(f"SELECT {period(config)} AS p", "duckdb").removeprefix("SELECT ").removesuffix(" AS p")


def _cell_of(labels: Sequence[str]) -> str:
    """Return the expression of a cell's name within its table and period."""
    return f"concat_ws(chr(31), {', '.join(labels)})" if labels else "''"


def follow_people(engine: Engine, stored: Path) -> None:
    """Make `UNPUBLISHED` from what was kept and from what touched people were (``people_before``) and are (``people_after``).

    Parameters
    ----------
    engine : Engine
    stored : pathlib.Path
        What was kept.
    """
    kept = f"SELECT {_COLUMNS}, who, fresh FROM {scan([stored])}" if stored.is_file() else _none()
    engine.fill("unpublished_before", kept)
    engine.fill(
        "people_changed",
        f"SELECT DISTINCT {_COLUMNS}, who FROM ((FROM people_before EXCEPT ALL FROM people_after) UNION ALL "
        "(FROM people_after EXCEPT ALL FROM people_before))",
    )
    same = f"USING ({_COLUMNS}, who)"
    # who was not in the cell when it was published and is not now either makes no difference
    engine.fill(
        UNPUBLISHED,
        f"SELECT {_COLUMNS}, who, fresh FROM unpublished_before ANTI JOIN people_changed {same} UNION ALL "
        f"SELECT {_COLUMNS}, who, fresh FROM (SELECT {_COLUMNS}, who, coalesce(u.fresh, b.worth IS NULL) AS fresh, "
        f"a.worth IS NULL AS gone FROM people_changed LEFT JOIN unpublished_before AS u {same} "
        f"LEFT JOIN people_before AS b {same} LEFT JOIN people_after AS a {same}) WHERE NOT (fresh AND gone)",
    )


def distrust_everything(engine: Engine, config: EventsConfig, stored: Path) -> None:
    """Make `UNPUBLISHED` where everybody was worked out: nobody knows who stands behind differences, so all cells differ.

    Parameters
    ----------
    engine : Engine
    config : EventsConfig
    stored : pathlib.Path
        What was kept.
    """
    kept = f"SELECT {_COLUMNS}, who, fresh FROM {scan([stored])}" if stored.is_file() else _none()
    cells = f"SELECT DISTINCT {_COLUMNS} FROM ({by_person(config)})"
    engine.fill(
        UNPUBLISHED, f"{kept} UNION ALL SELECT {_COLUMNS}, {_NOBODY} AS who, false AS fresh FROM ({cells})"
    )


def _none() -> str:
    return (
        "SELECT '' AS family, '' AS name, CAST(NULL AS DATE) AS period, '' AS cell, "
        f"{_NOBODY} AS who, false AS fresh WHERE false"
    )


@dataclass(frozen=True, slots=True)
class Gate:
    """Periods that may not be published anew, by family of tables.

    Parameters
    ----------
    blocked : mapping of str to set of str
        A cell that differs has too few new people behind it.
    incomplete : mapping of str to set of str
        Some cell has too few new people behind it, whether it differs or not.
    """

    blocked: Mapping[str, set[str]]
    incomplete: Mapping[str, set[str]]


def gate_of(engine: Engine, config: EventsConfig) -> Gate:
    """Return which periods may not be published anew, from `UNPUBLISHED`; only the days of periods leave the engine.

    Parameters
    ----------
    engine : Engine
    config : EventsConfig

    Returns
    -------
    Gate
    """
    k = config.people_at_least
    few = f"count(DISTINCT who) FILTER (WHERE fresh AND who <> {_NOBODY}) < {k}"
    engine.fill("few_new", f"SELECT {_COLUMNS} FROM {UNPUBLISHED} GROUP BY {_COLUMNS} HAVING {few}")
    cells = " UNION ALL ".join(
        f"SELECT '{name if name == _MEDIA else _OUTCOME}' AS family, '{name}' AS name, period, {_cell_of(labels)} AS cell "
        f"FROM {name}_cells"
        for name, labels in labels_of(config).items()
        if f"{name}_cells" in engine.known
    )
    enough = f"SELECT {_COLUMNS} FROM {UNPUBLISHED} GROUP BY {_COLUMNS} HAVING NOT ({few})"
    engine.fill("not_all_new", f"SELECT * FROM ({cells}) ANTI JOIN ({enough}) USING ({_COLUMNS})")
    found: dict[str, dict[str, set[str]]] = {"few_new": {}, "not_all_new": {}}
    for name, sets in found.items():
        for family in (_MEDIA, _OUTCOME):
            days = f"{name}_{family}"
            text = f"SELECT DISTINCT period FROM {name} WHERE family = '{family}'"
            engine.fill(days, text, Relation({"period": Trait(FREE)}, cells=True), leaves=True)
            sets[family] = set(engine.leave(days)["period"])
    return Gate(found["few_new"], found["not_all_new"])


def forget_published(engine: Engine, released: Mapping[str, set[str]]) -> None:
    """Take people out of `UNPUBLISHED` whose cells are published now.

    Parameters
    ----------
    engine : Engine
    released : mapping of str to set of str
        Periods by family.
    """
    gone = " OR ".join(
        f"(family = '{family}' AND period IN ({', '.join(f'DATE {day!r}' for day in sorted(days))}))"
        for family, days in released.items()
        if days
    )
    engine.fill("unpublished_after", f"FROM {UNPUBLISHED} WHERE NOT ({gone or 'false'})")
    engine.forget([UNPUBLISHED])
    engine.fill(UNPUBLISHED, "FROM unpublished_after")


@dataclass(frozen=True, slots=True)
class Publication:
    """Tables as they may be published.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
    released : mapping of str to set of str
        Periods that are published anew, by family.
    held : int
        Periods that differ from what was published and stay.
    """

    tables: Mapping[str, pd.DataFrame]
    released: Mapping[str, set[str]]
    held: int


def publication(
    config: EventsConfig,
    tables: Mapping[str, pd.DataFrame],
    published: Mapping[str, str],
    gate: Gate,
    horizon: date,
) -> Publication:
    """Return the tables of periods, with those periods as they were published that may not be published anew.

    Parameters
    ----------
    config : EventsConfig
    tables : mapping of str to pandas.DataFrame
        As today's events have them.
    published : mapping of str to str
        CSV text by table.
    gate : Gate
    horizon : datetime.date
        Periods that begin before it are closed: rows of theirs may be deleted already.

    Returns
    -------
    Publication
    """
    labels = {name: of for name, of in labels_of(config).items() if name in tables}
    found: dict[str, pd.DataFrame] = {}
    released: dict[str, set[str]] = {}
    held: set[tuple[str, str]] = set()
    for family in (_MEDIA, _OUTCOME):
        mine = [name for name in labels if (name == _MEDIA) == (family == _MEDIA)]
        now = {name: _by_period(tables[name]) for name in mine}
        before = {name: _by_period_of_text(published.get(name, "")) for name in mine}
        released[family] = set()
        for day in sorted({day for rows in now.values() for day in rows}):
            shown = [_shown(before[name].get(day, []), labels[name]) for name in mine]
            would = [_shown(now[name].get(day, []), labels[name]) for name in mine]
            first = not any(shown)
            closed = day < f"{horizon}"
            blocked = day in gate.blocked[family] or (shown != would and day in gate.incomplete[family])
            if closed or (blocked and not first):
                held |= {(family, day)} if day in gate.blocked[family] else set()
                for name in mine:
                    now[name][day] = _as_published(before[name].get(day, []), now[name][day], labels[name])
            else:
                released[family].add(day)
        for name in mine:
            rows = [row for day in sorted(now[name]) for row in now[name][day]]
            found[name] = pd.DataFrame(rows, columns=list(tables[name].columns), dtype=object)
    return Publication(found, released, len(held))


Row = dict[str, Any]


def _by_period(table: pd.DataFrame) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in table.to_dict("records"):
        found.setdefault(str(row["date"]), []).append({str(name): cell for name, cell in row.items()})
    return found


def _by_period_of_text(text: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows_of(text) if text else []:
        found.setdefault(row["date"], []).append(dict(row))
    return found


def _shown(rows: Sequence[Row], labels: Sequence[str]) -> set[tuple[str, ...]]:
    """Return the labels of the cells that a period has: rows of nothing only fill the grid."""
    measure = [name for name in (rows[0] if rows else {}) if name not in ("date", *labels, "cost")]
    return {tuple(str(row[each]) for each in labels) for row in rows if _some(row[measure[0]])}


def _some(cell: Any) -> bool:
    return not (cell is None or cell == "" or pd.isna(cell) or float(cell) == 0)


def _as_published(before: Sequence[Row], now: Sequence[Row], labels: Sequence[str]) -> list[Row]:
    """Return a period's rows as published; cells that the grid has by now are 0, or unknown where some are withheld."""
    measures = [name for name in (now[0] if now else {}) if name not in ("date", *labels)]
    rows = [
        {name: number_of(cell) if name in measures else cell for name, cell in row.items()} for row in before
    ]
    there = {tuple(str(row[each]) for each in labels) for row in before}
    unknown = not labels or any(HELD in cell for cell in there) or not before
    added = [
        {**row, **dict.fromkeys(measures, None if unknown else 0)}
        for row in now
        if (cell := tuple(str(row[each]) for each in labels)) not in there and HELD not in cell
    ]
    return [*rows, *added]
