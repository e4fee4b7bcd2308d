"""What each channel brought and cost."""

import math

import pandas as pd

from reports.charts.intervals import Row, Scale, intervals
from reports.context import BASELINE, Context
from reports.inputs import Record, records
from reports.page import Block, Column, Figure, Section, Table, Text, Tile, Tiles
from reports.wording.run import carry_sentence, group_sentence, open_sentence


def build(context: Context) -> Section:
    """Return tiles, the contribution of each channel with its interval, sentences and the table."""
    rows = context.inputs.reported.sort_values("contribution_mean", ascending=False, kind="stable")
    blocks: list[Block] = [
        *_tiles(context),
        _chart(context, rows),
    ]
    around = (rows["contribution_lower"] <= 0) & (rows["contribution_upper"] >= 0)
    if words := open_sentence(context, [str(name) for name in rows.loc[around, "channel"]]):
        blocks.append(Text([words]))
    groups = rows[rows["kind"] == "group"]
    if len(groups):
        blocks.append(Text([group_sentence(context, row) for row in records(groups)]))
    blocks += [_table(context), Text([carry_sentence(context)])]
    return Section("channels", "Channels", "What each channel brought and cost", blocks)


def _tiles(context: Context) -> list[Tiles]:
    """Return the four numbers to be seen first."""
    waterfall = context.inputs.table("waterfall")
    panel, numbers = context.inputs.panel, context.numbers
    if waterfall.empty:
        return []
    by_kind = waterfall.groupby("kind")["share_mean"].sum()
    paid, baseline = float(by_kind.get("paid", 0.0)), float(by_kind.get("baseline", 0.0))
    other = float(by_kind.sum()) - paid - baseline
    spend = context.inputs.channels["spend"].sum()
    tiles = [
        Tile(
            context.outcome(waterfall["contribution_mean"].sum()),
            f"{panel.outcome_name} in the model",
            "all parts together, mean",
        ),
        Tile(numbers.percent(paid), "from paid media", f"for {context.money(spend)} spend"),
        Tile(numbers.percent(baseline), f"{BASELINE.lower()}", "would have come without marketing"),
    ]
    if abs(other) > 0.0005:
        tiles.insert(2, Tile(numbers.percent(other), "from unpaid media and treatments", "posterior mean"))
    return [Tiles(tiles)]


def _chart(context: Context, rows: pd.DataFrame) -> Figure:
    marks = [
        Row(
            str(row["channel"]),
            row["contribution_mean"],
            row["contribution_lower"],
            row["contribution_upper"],
            context.colour[row["channel"]],
            context.with_interval(row, "contribution"),
            _note(context, row),
        )
        for row in records(rows)
    ]
    scale = Scale(f"incremental {context.outcome_axis}", context.numbers.tick)
    svg = intervals(marks, scale)
    caption = (
        f"Dot: posterior mean. Bar: {context.inputs.interval.name}. A long bar means the data know little; "
        f"a bar that touches zero means the channel may have brought nothing."
    )
    return Figure(f"Incremental {context.inputs.panel.outcome_name} by channel", svg, caption)


def _note(context: Context, row: Record) -> str:
    if row["kind"] == "group":
        return str(row.get("caution") or "reported as a group only")
    return (
        f"{row['kind']}, {context.money(row['spend'])} spend"
        if math.isfinite(row["spend"])
        else str(row["kind"])
    )


def _table(context: Context) -> Table:
    numbers, panel = context.numbers, context.inputs.panel
    columns = [
        Column("Channel", number=False),
        Column("Kind", number=False),
        Column("Spend", panel.currency),
        Column("Contribution", panel.outcome_unit),
        Column(context.inputs.interval.short, panel.outcome_unit),
        Column("Share", "of outcome"),
        Column(context.inputs.interval.short, "of outcome"),
        Column("Reported as", number=False),
    ]
    rows = [
        (
            str(row["channel"]),
            str(row["kind"]),
            numbers.compact(row["spend"]),
            numbers.compact(row["contribution_mean"]),
            numbers.span(row["contribution_lower"], row["contribution_upper"]),
            numbers.percent(row["share_mean"]),
            numbers.percent_span(row["share_lower"], row["share_upper"]),
            str(row["reported_as"]),
        )
        for row in records(context.inputs.tables["channels"])
    ]
    note = "Exact values are in the workbook and in tables/channels.csv."
    return Table("Contribution and spend", columns, rows, note)
