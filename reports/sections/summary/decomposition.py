"""Where the outcome came from: over time, and in total."""

from functools import partial

import pandas as pd

from reports.charts.bars import Step, waterfall
from reports.charts.palette import BASELINE as GREY
from reports.charts.series import decomposition
from reports.charts.sheet import Write, both_widths
from reports.context import BASELINE, Context, capital
from reports.inputs import keyed, records
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
    wide, narrow = both_widths(partial(decomposition, parts, context.colour, write))
    low, high = (str(day) for day in (parts.sum(axis=1).idxmin(), parts.sum(axis=1).idxmax()))
    caption = (
        f"Posterior means per {period}, in {context.inputs.panel.outcome_unit}, stacked: the grey baseline is what would "
        "have come without marketing, and each colour is what one channel added on top. The parts together are lowest "
        f"at {numbers.day(low)} and highest at {numbers.day(high)}. Areas show no uncertainty; "
        "the intervals are in the charts above."
    )
    return Figure(f"{capital(context.inputs.panel.outcome_name)} by {period}", wide, narrow, caption)


def _waterfall(context: Context, table: pd.DataFrame) -> Figure:
    steps = []
    groups, sums = context.groups, keyed(context.inputs.tables["channels"], "channel")
    done: set[str] = set()
    for row in records(table):
        name = groups.get(row["component"], str(row["component"]))
        if name in done:
            continue
        done.add(name)
        source = sums[name] if name != row["component"] else row
        colour = GREY if row["kind"] == "baseline" else context.colour.get(name, GREY)
        steps.append(
            Step(
                name,
                float(source["contribution_mean"]),
                colour,
                context.with_interval(source, "contribution"),
            )
        )
    total = context.outcome(sum(step.size for step in steps))
    write = Write(context.numbers.compact, context.numbers.tick)
    wide, narrow = both_widths(partial(waterfall, steps, total, write, context.outcome_axis))
    baseline = table.loc[table["kind"] == "baseline", "share_mean"].sum()
    caption = (
        "Each bar starts where the one above ends; grey bars are parts of the baseline, together "
        f"{context.numbers.percent(baseline)} of the total. Numbers: posterior mean and {context.inputs.interval.short}."
    )
    return Figure("From baseline to total", wide, narrow, caption)


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
            context.display(str(row["component"])),
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
        f"{BASELINE}: everything of kind “baseline”.",
        folded=True,
    )
