"""The media and outcome panel: touches, costs, conversions and their value by period and dimension."""

from collections.abc import Sequence

from mixproof.aggregates.events.config import EventsConfig
from mixproof.aggregates.events.statements.clean import money
from mixproof.aggregates.events.statements.inputs import Input, Statement, dimensions

WITHHELD = "(withheld)"
"""Cells of a period with too few people, and the smallest of the others where there are any."""


def panel(config: EventsConfig, sources: Sequence[Input]) -> list[Statement]:
    """Return the statements that end in ``media``, ``cost`` and ``outcome``.

    Parameters
    ----------
    config : EventsConfig
    sources : sequence of Input
        Every source of the section.

    Returns
    -------
    list of Statement
    """
    return [*_media(config), *_costs(config, sources), *_outcome(config)]


def period(config: EventsConfig, day: str = "day") -> str:
    """Return the expression of the first day of a day's period.

    Parameters
    ----------
    config : EventsConfig
    day : str, default "day"
        Expression of the day.

    Returns
    -------
    str
    """
    return f"WEEK_OF({day})" if config.panel.frequency == "weekly" else day


def within(config: EventsConfig, day: str = "day") -> str:
    """Return the condition that a day is one of the section's.

    Parameters
    ----------
    config : EventsConfig
    day : str, default "day"
        Expression of the day.

    Returns
    -------
    str
    """
    return f"{day} >= CAST('{config.start}' AS DATE) AND {day} <= CAST('{config.end}' AS DATE)"


def released(
    config: EventsConfig,
    cells: str,
    labels: Sequence[str],
    sums: Sequence[str],
    over: Sequence[str] = ("period",),
    other: str = WITHHELD,
) -> list[Statement]:
    """Return the statements that let cells leave: those with enough people under their labels, the others of a period together.

    Where a period has cells below the threshold, the smallest above it joins them, so that what is left of a total is never
    one small cell. A period in which no cell has enough people is left out.

    Parameters
    ----------
    config : EventsConfig
    cells : str
        Relation with `over`, `labels`, `people` and `sums`.
    labels : sequence of str
        Columns that name the cell.
    sums : sequence of str
        Columns of whole numbers.
    over : sequence of str
        Columns within which cells are put together.
    other : str
        What stands for the labels of cells that are put together.

    Returns
    -------
    list of Statement
        The last is called as `cells` without its ``_cells``.
    """
    k = config.people_at_least
    name = cells.removesuffix("_cells")
    kept = ", ".join([*over, *labels, *sums])
    small = f"CASE WHEN people < {k} THEN 1 ELSE 0 END"
    parts = f"PARTITION BY {', '.join(over)}" if over else ""
    order = ", ".join(["people", *(f"BYTES_ORDER({label})" for label in labels)])
    ranked = (
        f"SELECT {kept}, people, sum({small}) OVER ({parts}) AS small, "
        f"row_number() OVER (PARTITION BY {', '.join([*over, small])} ORDER BY {order}) AS place FROM {cells}"
    )
    joins = f"CASE WHEN people >= {k} AND small > 0 AND place = 1 THEN 1 ELSE 0 END"
    held = f"SELECT {kept}, people AS behind, {joins} AS joins FROM ({ranked}) AS r"
    shown = {
        label: f"CASE WHEN joins = 1 THEN '{other}' ELSE SHOWN({label}, behind, {k}, '{other}') END"
        for label in labels
    }
    columns = [
        *over,
        *(f"{text} AS {label}" for label, text in shown.items()),
        *(f"sum({each}) AS {each}" for each in sums),
    ]
    alone = f"sum(CASE WHEN joins = 1 OR behind < {k} THEN 0 ELSE behind END) AS people"
    group = ", ".join([*over, *shown.values()])
    leaving = (
        f"SELECT {', '.join(columns)}, {alone} FROM {name}_held GROUP BY {group} HAVING RELEASED(behind, {k})"
    )
    return [Statement(f"{name}_held", held), Statement(name, leaving, "cells")]


def _media(config: EventsConfig) -> list[Statement]:
    """Return ``media``: touches and people by period and dimension; each person is one row of a cell before people are counted."""
    names = dimensions(config)
    listed = ", ".join(names)
    each = (
        f"SELECT {period(config)} AS period, {listed}, person, count(*) AS touches FROM touch_clean "
        f"WHERE {within(config)} GROUP BY {period(config)}, {listed}, person"
    )
    cells = (
        f"SELECT period, {listed}, sum(touches) AS touches, count(person) AS people FROM ({each}) AS p "
        f"GROUP BY period, {listed}"
    )
    return [Statement("media_cells", cells), *released(config, "media_cells", names, ("touches",))]


def _costs(config: EventsConfig, sources: Sequence[Input]) -> list[Statement]:
    """Return ``cost``, of which no person knows; costs without a rate are counted apart."""
    tables = [source for source in sources if source.kind == "costs"]
    if not tables:
        return []
    names = dimensions(config)
    listed = ", ".join(names)
    rows = " UNION ALL ".join(
        f"SELECT source, day, cost, currency, {listed} FROM {table.relation} WHERE fault IS NULL"
        for table in tables
    )
    cents, join = money(config, "c", "cost")
    dims = ", ".join(f"c.{name}" for name in names)
    priced = f"SELECT c.source, c.day, {dims}, {cents} AS cents FROM cost_rows AS c{join}"
    total = (
        f"SELECT {period(config)} AS period, {listed}, sum(cents) AS cents FROM cost_money "
        f"WHERE {within(config)} AND NOT cents IS NULL GROUP BY {period(config)}, {listed}"
    )
    return [
        Statement("cost_rows", rows, "view"),
        Statement("cost_money", priced),
        Statement("cost", total, "counts"),
    ]


def _outcome(config: EventsConfig) -> list[Statement]:
    """Return ``outcome``, and ``outcome_by_type`` where conversions have kinds."""
    found = [Statement("outcome_cells", _outcome_cells(config, config.panel.outcome_by))]
    found += released(config, "outcome_cells", config.panel.outcome_by, ("conversions", "cents"))
    if any(source.columns.type for source in config.conversions):
        labels = ("type", *config.panel.outcome_by)
        found += [Statement("outcome_by_type_cells", _outcome_cells(config, labels))]
        found += released(config, "outcome_by_type_cells", labels, ("conversions", "cents"))
    return found


def _outcome_cells(config: EventsConfig, labels: Sequence[str]) -> str:
    by = ", ".join([period(config), *labels])
    columns = ", ".join([f"{period(config)} AS period", *labels])
    return (
        f"SELECT {columns}, count(*) AS conversions, sum(cents) AS cents, count(DISTINCT person) AS people "
        f"FROM conversion_clean WHERE {within(config)} GROUP BY {by}"
    )
