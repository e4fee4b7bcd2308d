"""Next quarter's money: the proposed budget against the current one, response curves with both, scenarios."""

import math

import pandas as pd

from reports.charts.bars import Pair, pairs
from reports.charts.curves import Axis, response
from reports.charts.intervals import Row, Scale, intervals
from reports.charts.palette import ACCENT
from reports.charts.sheet import Write
from reports.context import Context
from reports.inputs import Record, groups, records
from reports.numbers import MISSING
from reports.page import Block, Column, Figure, Grid, Panel, Section, Table, Text
from reports.wording.planning import TOTAL, named, probability, quoted, with_span

CURRENT = "current"


def build(context: Context) -> Section | None:
    """Return the proposed budget of each channel against the current one, None where the run has no plan."""
    table = context.inputs.table("plan_channels")
    if table.empty:
        return None
    rows = [row for row in records(table) if row["channel"] != TOTAL]
    write = Write(context.numbers.compact, context.numbers.tick)
    marks = [
        Pair(
            str(row["channel"]),
            row["current"],
            row["proposed"],
            row["lower"],
            row["upper"],
            context.colour[row["channel"]],
            f"{context.numbers.compact(row['current'])} → {context.numbers.compact(row['proposed'])}",
            str(row["caution"]),
        )
        for row in rows
    ]
    svg = pairs(
        marks, ("current plan", "proposed"), write, f"money over the window, {context.inputs.panel.currency}"
    )
    caption = (
        "Grey: current plan. Coloured: proposed. Thin line: what range and bounds of the plan allow. Exact amounts by geo and "
        "period are in the workbook and in tables/plan_budget.csv."
    )
    notes = [quoted(row["sentence"]) for row in records(context.inputs.table("plan_notes"))]
    blocks: list[Block] = [
        Figure("Proposed budget against the current one", svg, caption),
        _table(context, table),
        *([Text(notes, bullets=True)] if notes else []),
        *_periods(context),
    ]
    return Section("budget", "Budget", "The proposed budget", blocks)


def _table(context: Context, table: pd.DataFrame) -> Table:
    numbers, panel = context.numbers, context.inputs.panel
    money = bool(table["roi_proposed_mean"].notna().any())
    columns = [
        Column("Channel", number=False),
        *(Column(head, panel.currency) for head in ("Current", "Proposed", "Change")),
        Column("Change", "per cent"),
        Column("Brings more", panel.outcome_unit),
        *(
            [Column(f"Next {panel.currency}, {word}", "mROI") for word in ("now", "proposed")]
            if money
            else []
        ),
    ]
    body = [
        [
            named(row),
            *(numbers.compact(row[name]) for name in ("current", "proposed", "change")),
            numbers.percent(row["change_share"]),
            with_span(context, row, "difference"),
            *([numbers.ratio(row[f"mroi_{plan}_mean"]) for plan in ("current", "proposed")] if money else []),
        ]
        for row in records(table)
    ]
    note = (
        "“Brings more” counts the window and what comes after it of its money, and is compared draw by draw. mROI is what one "
        "more unit of money would bring, posterior mean; its intervals are in the workbook."
    )
    return Table("Budget by channel", columns, body, note)


def _periods(context: Context) -> list[Block]:
    """Return the proposed money of each channel by period, national budgets only: of many geos the workbook has it."""
    table = context.inputs.table("plan_budget")
    if table.empty or table["geo"].nunique() > 1:
        return []
    names = list(dict.fromkeys(table["channel"]))
    wide = table.pivot_table(index="period", columns="channel", values="proposed", sort=False)[names]
    columns = [
        Column("Period", number=False),
        *(Column(str(name), context.inputs.panel.currency) for name in names),
    ]
    body = [
        [context.numbers.day(str(day)), *(context.numbers.compact(value) for value in values)]
        for day, values in zip(wide.index, wide.to_numpy(float), strict=True)
    ]
    return [Table("Proposed money by period", columns, body, folded=True)]


def build_curves(context: Context) -> Section | None:
    """Return the response curve of each channel over the window, with current and proposed spend."""
    table = context.inputs.table("plan_curves")
    if table.empty:
        return None
    numbers, panel = context.numbers, context.inputs.panel
    top = 1.04 * float(table["outcome_upper"].max())
    axes = (
        Axis(f"spend in the window, {panel.currency}", numbers.compact, numbers.tick),
        Axis(context.outcome_axis, numbers.compact, numbers.tick),
    )
    panels = []
    for channel, curve in groups(table, "channel"):
        marks = _marks(curve)
        svg = response(curve, context.colour[channel], axes, top, marks)
        at = [row for row in records(curve) if row["plan"]]
        words = "; ".join(
            f"{_plans(row)}: {context.money(row['spend'])} brings {with_span(context, row, 'outcome')}"
            for row in at
        )
        panels.append(Panel(channel, svg, f"{words}.", context.colour[channel]))
    caption = (
        "Line: posterior mean of what the money brings in the window and after it, the other channels as in the current plan; "
        f"band: {context.inputs.interval.name}. All charts share one height scale. Grey and dashed: above or below everything "
        "observed, where the curve is the model's assumption."
    )
    grid = Grid(f"Response of {panel.outcome_name} to next quarter's spend", panels, caption)
    return Section("curves", "Response", "What more or less money would bring", [grid])


def _plans(row: Record) -> str:
    """Return which plans a level is of; the best one found is named where it is not the proposed one."""
    plans = str(row["plan"]).split(", ")
    return " and ".join(name for name in plans if name != "optimum" or "proposed" not in plans)


def _marks(curve: pd.DataFrame) -> dict[str, float]:
    """Return the words of marked levels and their spend; one word where current and proposed are the same."""
    found: dict[str, float] = {}
    for row in records(curve):
        words = str(row["plan"]).split(", ")
        for kind, word in (("current", "current"), ("proposed", "proposed")):
            if kind in words:
                found[word] = float(row["spend"])
    if len(set(found.values())) == 1 and len(found) == 2:
        return {"current and proposed": found["current"]}
    return found


def build_scenarios(context: Context) -> Section | None:
    """Return all plans side by side: spend, what they bring, and the probability that each is better than the current one."""
    table = context.inputs.table("plan_scenarios")
    if table.empty:
        return None
    numbers, panel = context.numbers, context.inputs.panel
    others = [row for row in records(table) if row["scenario"] != CURRENT]
    aimed = [str(row["objective"]) for row in records(context.inputs.table("plan_certificate"))]
    profit = "expected profit" in aimed
    name, what, unit = (
        ("profit_difference", "profit", panel.currency)
        if profit
        else ("difference", panel.outcome_name, panel.outcome_unit)
    )
    marks = [
        Row(
            str(row["scenario"]),
            row[f"{name}_mean"],
            row[f"{name}_lower"],
            row[f"{name}_upper"],
            ACCENT,
            context.with_interval(row, name),
            f"{context.money(row['spend'])} spend",
        )
        for row in others
    ]
    blocks: list[Block] = []
    if marks:
        svg = intervals(
            marks,
            Scale(f"{what} more than the current plan, {unit}", numbers.tick),
        )
        caption = (
            f"Dot: posterior mean of the difference, draw by draw; bar: {context.inputs.interval.name}. Plans that spend more "
            "bring more: compare profit and return, too."
        )
        blocks.append(Figure("Against the current plan", svg, caption))
    blocks.append(_scenarios(context, table))
    return Section("scenarios", "Scenarios", "What other plans would bring", blocks)


def _scenarios(context: Context, table: pd.DataFrame) -> Table:
    numbers, panel = context.numbers, context.inputs.panel
    money = bool(table["roi_mean"].notna().any())
    columns = [
        Column("Plan", number=False),
        Column("Spend", panel.currency),
        Column("Brings", panel.outcome_unit),
        Column("More than current", panel.outcome_unit),
        Column("Brings more", "probability"),
        *(
            [
                Column("More profit", panel.currency),
                Column("More profitable", "probability"),
                Column("ROI"),
            ]
            if money
            else [Column("Cost per unit", panel.currency)]
        ),
    ]
    body = [
        [
            str(row["scenario"]),
            numbers.compact(row["spend"]),
            numbers.compact(row["outcome_mean"]),
            *_against(context, row, "difference", "better"),
            *(
                [
                    *_against(context, row, "profit_difference", "more_profitable"),
                    numbers.ratio(row["roi_mean"]),
                ]
                if money
                else [numbers.ratio(row["cpia_mean"])]
            ),
        ]
        for row in records(table)
    ]
    note = "Means, with intervals of the differences: every plan is held against the current one on the same draws."
    return Table("Plans side by side", columns, body, note)


def _against(context: Context, row: Record, name: str, chance: str) -> list[str]:
    """Return a difference to the current plan and the probability that it is above zero; dashes for that plan itself."""
    if row["scenario"] == CURRENT or not math.isfinite(row[f"{name}_mean"]):
        return [MISSING, MISSING]
    return [with_span(context, row, name), probability(context, row[chance])]
