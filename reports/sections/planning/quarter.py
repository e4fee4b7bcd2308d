"""The quarter: one paragraph, what each channel brought and returned, and its share of spend beside its share of the effect."""

import math

from reports.charts.intervals import Row, Scale, intervals
from reports.context import Context
from reports.inputs import Record, records
from reports.numbers import MISSING
from reports.page import Block, Column, Figure, Section, Table, Text, Tile, Tiles
from reports.planning.quarter import Quarter, quarter_of
from reports.wording.planning import named, quarter_sentences, ratio_with_span, with_span


def build(context: Context) -> Section | None:
    """Return the section of the last quarter, None where the run does not know its quarters."""
    now, before = quarter_of(context)
    if now is None:
        return None
    blocks: list[Block] = [
        Text([" ".join(quarter_sentences(context, now, before))]),
        Tiles(_tiles(context, now, before)),
        _brought(context, now),
        *_returns(context, now, before),
        *_shares(context, now),
        _table(context, now, before),
    ]
    return Section("quarter", "The quarter", f"The quarter: {now.label}", blocks)


def _tiles(context: Context, now: Quarter, before: Quarter | None) -> list[Tile]:
    numbers, panel, row = context.numbers, context.inputs.panel, now.total
    was = (lambda text: f"{text} in {before.label}") if before else (lambda text: "")
    earlier = before.total if before else row
    tiles = [
        Tile(context.money(row["spend"]), "spent on paid media", was(context.money(earlier["spend"]))),
        Tile(
            context.outcome(row["contribution_mean"]),
            f"{panel.outcome_name} from paid media",
            numbers.span(row["contribution_lower"], row["contribution_upper"], panel.outcome_unit),
        ),
    ]
    if math.isfinite(row["roi_mean"]):
        span = numbers.ratio_span(row["roi_lower"], row["roi_upper"])
        tiles.append(Tile(numbers.ratio(row["roi_mean"]), "total return on spend", span))
        tiles.append(
            Tile(numbers.ratio(earlier["roi_mean"]), "total return a quarter before", earlier["period"])
        ) if before else None
    elif math.isfinite(row["cpia_mean"]):
        tiles.append(
            Tile(
                f"{numbers.ratio(row['cpia_mean'])}\u00a0{panel.currency}",
                "cost per incremental unit",
                panel.outcome_unit,
            )
        )
    return tiles


def _mark(context: Context, row: Record, name: str, words: str, tick: float = math.nan) -> Row:
    """Return a channel's row of a chart: mean and interval of `name`, what to read with it, and what it is held against."""
    ends = (float(row[f"{name}_{part}"]) for part in ("mean", "lower", "upper"))
    note = str(row["caution"]) or ("reported as a group only" if row["kind"] == "group" else "")
    point, lower, upper = ends
    return Row(str(row["channel"]), point, lower, upper, context.colour[row["channel"]], words, note, tick)


def _brought(context: Context, now: Quarter) -> Figure:
    rows = now.rows.sort_values("contribution_mean", ascending=False, kind="stable")
    marks = [
        _mark(context, row, "contribution", context.with_interval(row, "contribution"))
        for row in records(rows)
    ]
    scale = Scale(f"incremental {context.outcome_axis}", context.numbers.tick)
    caption = (
        f"Dot: posterior mean. Bar: {context.inputs.interval.name}. Where a channel is mixed with demand, its dot is what the "
        "model reads into its spend, and may be demand that would have come anyway."
    )
    return Figure(f"What each channel brought in {now.label}", intervals(marks, scale), caption)


def _returns(context: Context, now: Quarter, before: Quarter | None) -> list[Block]:
    """Return the return of each channel with that of the quarter before as a stroke; nothing without money."""
    rows = now.rows[now.rows["roi_mean"].notna()].sort_values("roi_mean", ascending=False, kind="stable")
    if rows.empty:
        return []
    was = {str(row["channel"]): float(row["roi_mean"]) for row in records(before.rows)} if before else {}
    marks = [
        _mark(context, row, "roi", ratio_with_span(context, row), was.get(str(row["channel"]), math.nan))
        for row in records(rows)
    ]
    currency = context.inputs.panel.currency
    scale = Scale(f"{currency} per {currency}", context.numbers.tick, context.inputs.break_even, "break-even")
    stroke = f" Upright stroke: {before.label}." if before else ""
    caption = f"Dot: posterior mean. Bar: {context.inputs.interval.name}. Dashed line: break-even.{stroke}"
    return [Figure(f"Return on spend in {now.label}", intervals(marks, scale), caption)]


def _shares(context: Context, now: Quarter) -> list[Block]:
    """Return shares of the effect beside shares of spend; nothing where the effect may be zero or less."""
    numbers = context.numbers
    rows = now.rows[now.rows["effect_share_mean"].notna()].sort_values(
        "spend_share", ascending=False, kind="stable"
    )
    if rows.empty:
        return []
    marks = [
        _mark(
            context,
            row,
            "effect_share",
            f"{numbers.percent(row['effect_share_mean'])} for {numbers.percent(row['spend_share'])} of spend",
            float(row["spend_share"]),
        )
        for row in records(rows)
    ]
    caption = (
        f"Upright stroke: share of spend. Dot: share of what all paid channels brought, posterior mean; bar: "
        f"{context.inputs.interval.name}. Right of the stroke a channel brought more than its share."
    )
    svg = intervals(marks, Scale("share of all paid channels", numbers.percent_tick))
    return [Figure("Share of spend and share of effect", svg, caption)]


def _table(context: Context, now: Quarter, before: Quarter | None) -> Table:
    numbers, panel = context.numbers, context.inputs.panel
    money = bool(now.rows["roi_mean"].notna().any())
    ratio, unit = (
        ("roi", f"{panel.currency} per {panel.currency}") if money else ("cpia", f"{panel.currency} per unit")
    )
    was = {str(row["channel"]): row for row in [*records(before.rows), before.total]} if before else {}
    columns = [
        Column("Channel", number=False),
        Column("Spend", panel.currency),
        Column("Contribution", panel.outcome_unit),
        Column("ROI" if money else "Cost per unit", unit),
        *([Column(before.label, unit)] if before else []),
        Column("Share of spend"),
        Column("Share of effect"),
    ]
    body = [
        [
            named(row),
            context.numbers.compact(row["spend"]),
            with_span(context, row, "contribution"),
            _ratio(context, row, ratio),
            *([numbers.ratio(was.get(str(row["channel"]), {}).get(f"{ratio}_mean"))] if before else []),
            numbers.percent(row["spend_share"]),
            numbers.percent(row["effect_share_mean"]),
        ]
        for row in [*records(now.rows), now.total]
    ]
    note = "Exact values are in the workbook and in tables/paid_media_by_period.csv."
    return Table(f"Paid channels in {now.label}", columns, body, note)


def _ratio(context: Context, row: Record, name: str) -> str:
    if all(math.isfinite(row[f"{name}_{part}"]) for part in ("mean", "lower", "upper")):
        return ratio_with_span(context, row, name)
    known = math.isfinite(row[f"{name}_lower"])
    return f"{context.numbers.ratio(row[f'{name}_lower'])} or more" if known else MISSING
