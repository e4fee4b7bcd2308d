"""Where the outcome came from: over time, and in total."""

import pandas as pd

from reports.charts.bars import Step, waterfall
from reports.charts.palette import BASELINE as GREY
from reports.charts.series import decomposition
from reports.charts.sheet import Write
from reports.context import BASELINE, Context, capital
from reports.inputs import Record, keyed, records
from reports.page import Block, Column, Figure, Section, Table


def build(context: Context) -> Section | None:
    """Return the stacked areas over time and the waterfall."""
    blocks: list[Block] = []
    over_time, total = context.inputs.table("decomposition"), context.inputs.table("waterfall")
    if len(over_time):
        blocks.append(_areas(context, over_time))
    if len(total):
        blocks += [_waterfall(context, total), _table(context, total)]
    title = f"Where the {context.inputs.panel.outcome_name} came from"
    return Section("decomposition", "Decomposition", title, blocks) if blocks else None


def _areas(context: Context, table: pd.DataFrame) -> Figure:
    parts = context.parts(table, "date", "contribution_mean").sort_index()
    numbers, period = context.numbers, context.inputs.panel.period
    write = Write(numbers.compact, numbers.tick, numbers.day)
    svg = decomposition(parts, context.colour, write)
    low, high = (str(day) for day in (parts.sum(axis=1).idxmin(), parts.sum(axis=1).idxmax()))
    caption = (
        f"Posterior means per {period}, in {context.inputs.panel.outcome_unit}, stacked: the grey baseline is what would "
        "have come without marketing, and each colour is what one channel added on top. The parts together are lowest "
        f"at {numbers.day(low)} and highest at {numbers.day(high)}. Areas show no uncertainty; "
        "the intervals are in the charts above."
    )
    return Figure(f"{capital(context.inputs.panel.outcome_name)} by {period}", svg, caption)


def _waterfall(context: Context, table: pd.DataFrame) -> Figure:
    steps = []
    groups, sums = context.groups, keyed(context.inputs.tables["channels"], "channel")
    done: set[str] = set()
    total_size = float(table["contribution_mean"].abs().sum())
    for row in records(table):
        name = groups.get(row["component"], context.part(str(row["component"]), str(row["kind"])))
        if name in done:
            continue
        done.add(name)
        source = sums[name] if row["component"] in groups else row
        colour = GREY if row["kind"] == "baseline" else context.colour.get(name, GREY)
        steps.append(
            Step(name, float(source["contribution_mean"]), colour, _words(context, source, total_size))
        )
    total = context.outcome(sum(step.size for step in steps))
    write = Write(context.numbers.compact, context.numbers.tick)
    svg = waterfall(steps, total, write, context.outcome_axis)
    baseline = table.loc[table["kind"] == "baseline", "share_mean"].sum()
    caption = (
        "Each bar starts where the one above ends; grey bars are parts of the baseline, together "
        f"{context.numbers.percent(baseline)} of the total. Numbers: posterior mean and {context.inputs.interval.short}; parts "
        "that are centred and so add up to zero have their typical size in one period instead."
    )
    return Figure("From baseline to total", svg, caption)


_NOTHING = 1e-9
"""A sum over the window that is a smaller share of all parts is nothing but rounding."""


def _words(context: Context, row: Record, size: float) -> str:
    """Return a part's sum and interval; for one that is centred, how far it moves the outcome of a typical period."""
    ends = [float(row[f"contribution_{end}"]) for end in ("mean", "lower", "upper")]
    if max(map(abs, ends)) > _NOTHING * size:
        return context.with_interval(row, "contribution")
    over_time = context.inputs.table("decomposition")
    moves = over_time[over_time["component"] == row.get("component")] if len(over_time) else over_time
    if not len(moves):
        return "adds up to zero"
    typical = float((moves["contribution_mean"] ** 2).mean() ** 0.5)
    if typical <= _NOTHING * size:
        return "no effect in any period"
    return f"±{context.numbers.compact(typical)} a {context.inputs.panel.period}, zero in sum"


def _table(context: Context, table: pd.DataFrame) -> Table:
    numbers, panel, short = context.numbers, context.inputs.panel, context.inputs.interval.short
    columns = [
        Column("Part", number=False),
        Column("Kind", number=False),
        Column("Contribution", panel.outcome_unit),
        Column(short, panel.outcome_unit),
        Column("Share", "of outcome"),
        Column(short, "of outcome"),
    ]
    rows = [
        (
            context.part(context.display(str(row["component"])), str(row["kind"])),
            str(row["kind"]),
            numbers.compact(row["contribution_mean"]),
            numbers.span(row["contribution_lower"], row["contribution_upper"]),
            numbers.percent(row["share_mean"]),
            numbers.percent_span(row["share_lower"], row["share_upper"]),
        )
        for row in records(table)
    ]
    return Table(
        f"All parts of the {panel.outcome_name}",
        columns,
        rows,
        f"{BASELINE}: everything of kind “baseline”. What is centred moves single periods and adds up to zero.",
        folded=True,
    )
