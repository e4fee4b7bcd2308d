"""Closed books, and what is said of periods that are not what was published of them.

What was published of a closed period stays. What its events are worth by now is an adjustment of the first open period, told
only once enough people stand behind the changes; costs, of which no person knows, are told at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd

from mixproof.aggregates.events.aggregate import Aggregates
from mixproof.aggregates.events.config import EventsConfig
from mixproof.aggregates.events.faults import error
from mixproof.aggregates.events.statements.inputs import dimensions
from mixproof.records.csv import from_csv, to_csv

ADJUSTMENTS = ("booked_in", "table", "measure", "amount", "people_at_least")
RESTATED = ("table", "date", "cell", "measure", "before", "after")
_PEOPLE = "people"
_FREE = ("cost",)
"""Measures that no person stands behind."""


@dataclass(frozen=True, slots=True)
class Books:
    """What was published of closed periods.

    Parameters
    ----------
    closed_through : str
        Last closed day; empty before any was closed.
    rows : mapping of str to str
        CSV text of the closed rows, by table.
    adjusted : mapping of str to str
        Amount that adjustments have told so far, by table and measure.
    adjustments : list of list of str
        Rows of ``adjustments.csv``.
    """

    closed_through: str = ""
    rows: Mapping[str, str] = field(default_factory=dict)
    adjusted: Mapping[str, str] = field(default_factory=dict)
    adjustments: Sequence[Sequence[str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Closed:
    """Tables with closed periods as they were published.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        ``adjustments`` among them once there are any.
    books : Books
    told : bool
        Whether adjustments of people were told, so that counting those behind the next ones begins anew.
    held : bool
        Whether changes of too few people are held back.
    """

    tables: Mapping[str, pd.DataFrame]
    books: Books
    told: bool = False
    held: bool = False


def labels_of(config: EventsConfig) -> dict[str, tuple[str, ...]]:
    """Return the labels of every table of periods, by its name."""
    by = config.panel.outcome_by
    named: dict[str, tuple[str, ...]] = {
        "media": dimensions(config),
        "outcome": by,
        "outcome_by_type": ("type", *by),
    }
    return named | {f"credit_{days}": ("channel",) for days in config.credit.windows}


def _last_day(config: EventsConfig, first: str) -> str:
    """Return the last day of the period that begins on a day."""
    days = 6 if config.panel.frequency == "weekly" else 0
    return f"{date.fromisoformat(first) + timedelta(days=days)}"


def close_books(
    config: EventsConfig, tables: Mapping[str, pd.DataFrame], books: Books, behind: int
) -> Closed:
    """Return the tables with closed periods as they were published, and the books.

    Parameters
    ----------
    config : EventsConfig
    tables : mapping of str to pandas.DataFrame
        As today's events have them.
    books : Books
        Kept so far.
    behind : int
        People whose events of closed periods have changed since adjustments were last told.

    Returns
    -------
    Closed

    Raises
    ------
    DataError
        ``events-books``: the YAML opens books again.
    """
    wanted = config.state.closed_through if config.state else None
    through = f"{wanted}" if wanted else ""
    if books.closed_through > through:
        what = f"Books are closed through {books.closed_through}."
        raise error("events-books", "events, state, closed_through", what)
    if not through:
        return Closed(tables, books)
    found, rows = dict(tables), {}
    for name, labels in labels_of(config).items():
        if name in tables:
            found[name], rows[name] = _closed_table(
                config, tables[name], labels, books.rows.get(name), through
            )
    due = _differences(config, tables, rows, through, books.adjusted)
    enough = behind >= config.people_at_least
    told = {place: amount for place, amount in due.items() if enough or place[1] in _FREE}
    opens = _first_open(config, through)
    least = f"{config.people_at_least}"
    new = [
        [opens, table, measure, f"{amount}", "" if measure in _FREE else least]
        for (table, measure), amount in told.items()
    ]
    adjusted = {**books.adjusted}
    for (table, measure), amount in told.items():
        place = f"{table} {measure}"
        adjusted[place] = f"{Decimal(adjusted.get(place, '0')) + amount}"
    listed = [*books.adjustments, *new]
    if listed:
        found["adjustments"] = pd.DataFrame(listed, columns=list(ADJUSTMENTS))
    held = any(place not in told for place in due)
    return Closed(found, Books(through, rows, adjusted, listed), enough and bool(due), held)


def _first_open(config: EventsConfig, through: str) -> str:
    """Return the first day of the first period that is not closed."""
    day = config.start
    step = timedelta(days=7 if config.panel.frequency == "weekly" else 1)
    while _last_day(config, f"{day}") <= through:
        day += step
    return f"{day}"


def _closed_table(
    config: EventsConfig, table: pd.DataFrame, labels: Sequence[str], booked: str | None, through: str
) -> tuple[pd.DataFrame, str]:
    """Return a table with its closed rows as they were published, and these as CSV: periods not booked yet are booked now."""
    before = rows_of(booked) if booked else []
    there = {row["date"] for row in before}
    closed = table["date"].map(lambda day: _last_day(config, str(day)) <= through)
    # a period that had no cell when it was closed has none later on
    newest = max(there, default="")
    fresh = rows_of(to_csv(table[closed & (table["date"].astype(str) > newest)]))
    kept = pd.DataFrame([*before, *fresh], columns=list(table.columns), dtype=object)
    text = to_csv(kept)
    for name in kept.columns:
        if name not in ("date", *labels):
            kept[name] = pd.Series([number_of(cell) for cell in kept[name]], dtype=object)
    return pd.concat([kept, table[~closed].astype(object)], ignore_index=True), text


def rows_of(text: str) -> list[dict[str, str]]:
    """Return the rows of a CSV text that `to_csv` wrote, every cell as text."""
    header = text.split("\n", 1)[0].split(",")
    return [
        {str(name): str(cell) for name, cell in row.items()}
        for row in from_csv(text, dict.fromkeys(header, "text")).to_dict("records")
    ]


def number_of(cell: Any) -> int | Decimal | None:
    """Return the number of a cell of CSV text, None of an empty one."""
    if cell in ("", None):
        return None
    return int(cell) if str(cell).lstrip("-").isdigit() else Decimal(cell)


def _differences(
    config: EventsConfig,
    tables: Mapping[str, pd.DataFrame],
    booked: Mapping[str, str],
    through: str,
    adjusted: Mapping[str, str],
) -> dict[tuple[str, str], Decimal]:
    """Return by table and measure what closed periods are worth now beyond what was published and adjusted."""
    found = {}
    for name, labels in labels_of(config).items():
        if name not in tables:
            continue
        table = tables[name]
        closed = table[table["date"].map(lambda day: _last_day(config, str(day)) <= through)]
        before = rows_of(booked[name])
        for measure in [each for each in table.columns if each not in ("date", _PEOPLE, *labels)]:
            now = sum((Decimal(str(cell)) for cell in closed[measure] if not pd.isna(cell)), Decimal(0))
            then = sum((Decimal(row[measure]) for row in before if row[measure]), Decimal(0))
            due = now - then - Decimal(adjusted.get(f"{name} {measure}", "0"))
            if due:
                found[name, measure] = due
    return found


def restated(
    config: EventsConfig, before: Mapping[str, str], after: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Return the cells of periods that were published with another number, or not at all.

    Parameters
    ----------
    config : EventsConfig
    before : mapping of str to str
        CSV texts that were published, by table.
    after : mapping of str to pandas.DataFrame
        What is published now.

    Returns
    -------
    pandas.DataFrame
        Columns `RESTATED`. Periods after the last one published before are new, not restated.
    """
    found: list[list[str]] = []
    for name, labels in labels_of(config).items():
        if name not in before or name not in after:
            continue
        old, new = rows_of(before[name]), rows_of(to_csv(after[name]))
        last = max((row["date"] for row in old), default="")
        sides = [
            {(row["date"], *(row.get(each, "") for each in labels)): row for row in rows}
            for rows in (old, new)
        ]
        for cell in sorted({*sides[0], *sides[1]}):
            if cell[0] > last:
                continue
            one, other = (side.get(cell, {}) for side in sides)
            for measure in after[name].columns:
                if measure not in ("date", *labels) and one.get(measure, "") != other.get(measure, ""):
                    shown = " | ".join(cell[1:])
                    found.append(
                        [name, cell[0], shown, measure, one.get(measure, ""), other.get(measure, "")]
                    )
    return pd.DataFrame(found, columns=list(RESTATED))


def with_restated(config: EventsConfig, before: Mapping[str, str], found: Aggregates) -> Aggregates:
    """Return aggregates with the table ``restated``, where something was published before.

    Parameters
    ----------
    config : EventsConfig
    before : mapping of str to str
        CSV texts that were published, by table.
    found : Aggregates

    Returns
    -------
    Aggregates
    """
    if not before:
        return found
    table = restated(config, before, found.tables)
    periods = table["date"].nunique()
    said = f"periods published with other numbers: {periods}, see restated.csv" if periods else ""
    note = "; ".join(text for text in (found.note, said) if text)
    return replace(found, tables={**found.tables, "restated": table}, note=note)
