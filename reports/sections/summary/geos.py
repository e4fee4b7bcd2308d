"""Channels by geo."""

from reports.context import Context, capital
from reports.inputs import Record, records
from reports.page import Column, Section, Table, Text


def build(context: Context) -> Section | None:
    """Return the contribution and return of each channel in each geo; nothing for national data."""
    table = context.inputs.table("channels_by_geo")
    if table.empty or table["geo"].nunique() < 2:
        return None
    numbers, panel, short = context.numbers, context.inputs.panel, context.inputs.interval.short
    money = context.inputs.roi_known
    columns = [
        Column("Geo", number=False),
        Column("Channel", number=False),
        Column("Spend", panel.currency),
        Column("Contribution", panel.outcome_unit),
        Column(short, panel.outcome_unit),
    ]
    columns += (
        [Column("ROI", f"{panel.currency} per {panel.currency}"), Column(short, "of ROI")] if money else []
    )
    rows = [_row(context, row, money) for row in records(table)]
    text = Text(
        [
            f"{capital(panel.outcome_name)} by geo, {table['geo'].nunique()} geos; how geos share what they know is "
            "said under “How the model was built”."
        ]
    )
    note = "A channel marked “only within” has no result of its own in any geo." if context.groups else ""
    title = "Channels by geo"
    return Section(
        "geos",
        "Geos",
        title,
        [text, Table(title, columns, rows, f"{note} {numbers.plain(len(rows))} rows.".strip(), folded=True)],
    )


def _row(context: Context, row: Record, money: bool) -> list[str]:
    numbers = context.numbers
    cells = [
        str(row["geo"]),
        context.display(str(row["channel"])),
        numbers.compact(row["spend"]),
        numbers.compact(row["contribution_mean"]),
        numbers.span(row["contribution_lower"], row["contribution_upper"]),
    ]
    return cells + (
        [numbers.ratio(row["roi_mean"]), numbers.ratio_span(row["roi_lower"], row["roi_upper"])]
        if money
        else []
    )
