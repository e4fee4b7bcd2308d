"""What attribution systems counted in the quarter: conversions and revenue by channel, trends, costs, lost conversions."""

import math
from typing import Any

import pandas as pd

from reports.charts.palette import BASELINE, MUTED
from reports.charts.series import decomposition, trend
from reports.charts.sheet import Write
from reports.context import Context, capital
from reports.inputs import Record, groups, keyed, records
from reports.numbers import MISSING
from reports.page import Block, Column, Figure, Grid, Panel, Section, Table, Text, Tile, Tiles
from reports.planning.quarter import cautions, quarter_of
from reports.wording.planning import ratio_with_span

COUNTED = "(all counted)"
NOBODY = ("(unattributed)", "(direct)", "(consent-lost)", "(not in this export)")
_LOST = {
    "(unattributed)": "unattributed",
    "(consent-lost)": "lost to missing consent",
    "(direct)": "without a channel (direct)",
}
_MEASURES = {
    "share_shift": "largest shift of a channel's share",
    "divergence": "divergence of shares",
    "credited_to_nobody": "more credited to nobody",
}


def build(context: Context) -> Section | None:
    """Return the panels of each attribution system, None where the run has none."""
    table = context.inputs.table("attributed_by_quarter")
    if table.empty:
        return None
    blocks: list[Block] = [
        Text(
            [
                "These are claims: systems say who was there, not what was caused. The model's return stands beside them; "
                "credit is not to be booked as an increment."
            ]
        )
    ]
    for system, rows in groups(table, "system"):
        labels = list(dict.fromkeys(rows["period"]))
        quarter, _ = quarter_of(context)
        label = quarter.label if quarter and quarter.label in labels else labels[-1]
        place = labels.index(label)
        now = rows[rows["period"] == label].reset_index(drop=True)
        before = rows[rows["period"] == labels[place - 1]] if place else rows.iloc[:0]
        blocks += _system(context, system, now, before)
    return Section("attribution", "Attribution", "What attribution systems counted", blocks)


def _system(context: Context, system: str, now: pd.DataFrame, before: pd.DataFrame) -> list[Block]:
    return [
        Tiles(_tiles(context, system, now, before)),
        *_over_time(context, system, str(now["start"].iloc[0])),
        _table(context, system, now, before),
        *_stability(context, system, now),
    ]


def _tiles(context: Context, system: str, now: pd.DataFrame, before: pd.DataFrame) -> list[Tile]:
    """Return everything counted, and the shares that no channel has, against the quarter before."""
    numbers, was = context.numbers, keyed(before, "channel")
    label = str(before["period"].iloc[0]) if len(before) else ""
    tiles: list[Tile] = []
    for row in records(now):
        channel = str(row["channel"])
        earlier = was.get(channel)
        if channel == COUNTED:
            note = f"{numbers.compact(earlier['attributed'])} in {label}" if earlier else ""
            what = f"{row['outcome']} counted by {system} in {row['period']}"
            tiles.insert(0, Tile(numbers.compact(row["attributed"]), what, note))
        elif channel in _LOST:
            note = f"{numbers.percent(earlier['share'])} in {label}" if earlier else ""
            tiles.append(Tile(numbers.percent(row["share"]), _LOST[channel], note))
    return tiles


def _over_time(context: Context, system: str, since: str) -> list[Block]:
    """Return what the system counted by period: all of it stacked, and each channel with its own scale."""
    rows = context.inputs.table("attributed")
    rows = rows[(rows["system"] == system) & (rows["arm"] == "")]
    sums = rows.assign(date=pd.to_datetime(rows["start"])).groupby(["date", "channel"], sort=False)
    frame = sums[["attributed", "value"]].sum(min_count=1).reset_index().sort_values("date", kind="stable")
    if frame["date"].nunique() < 2:
        return []
    write = Write(context.numbers.compact, context.numbers.tick, context.numbers.day)
    wide = frame.pivot(index="date", columns="channel", values="attributed").fillna(0.0)
    order = [name for name in NOBODY if name in wide] + [
        name for name in dict.fromkeys(rows["channel"]) if name not in NOBODY
    ]
    shades = dict(zip(NOBODY, (BASELINE, "#dde2e8", MUTED, "#eef1f4"), strict=True))
    outcome = str(rows["outcome"].iloc[0])
    caption = (
        f"{capital(outcome)} by the system's own periods. Grey: no channel is credited; consent-lost and unattributed "
        "conversions are never spread over channels."
    )
    figure = Figure(
        f"Everything {system} counted",
        decomposition(wide[order], {**context.colour, **shades}, write),
        caption,
    )
    day, panels = pd.Timestamp(since), []
    for channel, mine in groups(frame[~frame["channel"].isin(NOBODY)], "channel"):
        colour = context.colour.get(channel, MUTED)
        last = records(mine)[-1]
        money = f", {context.money(last['value'])}" if math.isfinite(last["value"]) else ""
        words = f"Last: {context.numbers.compact(last['attributed'])} {outcome}{money} ({context.numbers.day(last['date'])})."
        panels.append(
            Panel(
                channel, trend(mine.reset_index(drop=True), "attributed", colour, day, write), words, colour
            )
        )
    grid = Grid(
        f"{capital(outcome)} credited to each channel",
        panels,
        "Shaded: the quarter. Each chart has its own height scale.",
    )
    return [figure, grid]


def _table(context: Context, system: str, now: pd.DataFrame, before: pd.DataFrame) -> Table:
    numbers, panel = context.numbers, context.inputs.panel
    was, found = keyed(before, "channel"), _model(context)
    label = str(before["period"].iloc[0]) if len(before) else ""
    outcome = str(now["outcome"].iloc[0])
    columns = [
        Column("Channel", number=False),
        Column(capital(outcome)),
        Column("Share"),
        *([Column("Share", label)] if label else []),
        Column("Revenue", panel.currency),
        Column("Spend", panel.currency),
        Column("CPA", panel.currency),
        Column("Claimed", "return on spend"),
        Column("Model", "return on spend"),
    ]
    body = [
        [
            str(row["channel"]),
            numbers.compact(row["attributed"]),
            numbers.percent(row["share"]),
            *([numbers.percent(was.get(str(row["channel"]), {}).get("share"))] if label else []),
            numbers.compact(row["value"]),
            numbers.compact(row["spend"]),
            numbers.ratio(row["cost"]),
            numbers.ratio(row["return"]),
            found.get(str(row["channel"]), MISSING),
        ]
        for row in _ordered(now)
    ]
    note = (
        "CPA and claimed return hold the spend of the days that the system counts against what it credits. Exact values are in "
        "tables/attributed_by_quarter.csv."
    )
    return Table(f"Credit of {system} by channel", columns, body, note)


def _ordered(now: pd.DataFrame) -> list[dict[str, Any]]:
    """Return channels by what they are credited with, then what nobody is, then all of it."""
    return sorted(
        records(now), key=lambda row: (row["channel"] == COUNTED, not row["credited"], -row["attributed"])
    )


def _model(context: Context) -> dict[str, str]:
    """Return the model's return of each channel in the quarter, marked where it is mixed with demand."""
    now, _ = quarter_of(context)
    if now is None:
        return {}
    marks = cautions(context.inputs, context.groups)
    return {
        str(row["channel"]): ratio_with_span(context, row)
        + (f", {marks[row['channel']]}" if row["channel"] in marks else "")
        for row in records(now.rows)
        if math.isfinite(row["roi_mean"])
    }


def _stability(context: Context, system: str, now: pd.DataFrame) -> list[Block]:
    """Return how stable shares of credit were in the quarter: the largest of each measure, and whether it is an alarm."""
    table = context.inputs.table("attribution_stability")
    if table.empty:
        return []
    start, end = str(now["start"].iloc[0]), str(now["end"].iloc[0])
    mine = table[
        (table["system"] == system)
        & (table["other"] == "")
        & (table["period"] >= start)
        & (table["period"] <= end)
    ]
    largest = [
        records(rows.sort_values("value", ascending=False, kind="stable"))[0]
        for _, rows in groups(mine, "measure")
    ]
    if not largest:
        return []
    columns = [
        Column("Shares of credit", number=False),
        Column("Largest in", number=False),
        Column("Change"),
        Column("By chance"),
        Column("Limit"),
        Column("", number=False),
    ]
    body = [
        [
            _MEASURES.get(str(row["measure"]), str(row["measure"])),
            context.numbers.day(str(row["period"])),
            *(_change(context, row, name) for name in ("value", "by_chance", "limit")),
            "alarm" if row["alarm"] else "stable",
        ]
        for row in largest
    ]
    note = "Each period against the one before. An alarm says: look for a change of window, identity or consent first."
    return [Table(f"Stability of {system}", columns, body, note)]


def _change(context: Context, row: Record, name: str) -> str:
    """Return a change of shares in points, or a divergence in nats."""
    return (
        context.numbers.plain(row[name], 3)
        if row["measure"] == "divergence"
        else context.numbers.percent(row[name])
    )
