"""Contributions by calendar and fiscal period, and the make-up of the outcome in each."""

import pandas as pd

from reports.charts.bars import by_period, make_up
from reports.charts.palette import MUTED
from reports.charts.sheet import Write
from reports.context import BASELINE, Context
from reports.inputs import groups, records
from reports.page import Block, Column, Figure, Grid, Panel, Section, Table

_GRAINS = ("fiscal_quarter", "quarter", "fiscal_year", "year", "month")
"""Best first; the page shows the first one that has at least two periods, the workbook has all."""

_NAMES = {"fiscal_year": "fiscal year", "fiscal_quarter": "fiscal quarter"}


def build(context: Context) -> Section | None:
    """Return contributions by period of each channel, the make-up of each period, and the tables."""
    table = context.inputs.table("contributions")
    if table.empty:
        return None
    grain = next(
        (g for g in _GRAINS if table.loc[table["grain"] == g, "period"].nunique() > 1),
        str(table["grain"].iloc[0]),
    )
    rows = table[table["grain"] == grain]
    blocks: list[Block] = [
        _make_up(context, rows, grain),
        _grid(context, rows, grain),
        _pivot(context, rows, grain),
    ]
    fiscal = table[table["grain"] == "fiscal_year"]
    if grain != "fiscal_year" and len(fiscal):
        blocks.append(_pivot(context, fiscal, "fiscal_year"))
    return Section("periods", "By period", f"By {_NAMES.get(grain, grain)}", blocks)


def _make_up(context: Context, rows: pd.DataFrame, grain: str) -> Figure:
    shares = context.parts(rows, "period", "share_mean")
    write = context.numbers.percent
    bars = Write(write, context.numbers.percent_tick)
    svg = make_up(shares, context.colour, bars)
    text = ""
    if BASELINE in shares:
        low, high = shares[BASELINE].idxmin(), shares[BASELINE].idxmax()
        least, most = write(shares[BASELINE].min()), write(shares[BASELINE].max())
        text = f"The share no marketing explains runs from {least} in {low} to {most} in {high}. "
    caption = (
        f"{text}Each bar is one {_NAMES.get(grain, grain)}; the grey part is the baseline. Posterior means."
    )
    return Figure(
        f"What the {context.inputs.panel.outcome_name} was made of: share of baseline and channels",
        svg,
        caption,
    )


def _grid(context: Context, rows: pd.DataFrame, grain: str) -> Grid:
    media = rows[rows["kind"] != "baseline"]
    panels = []
    write = Write(context.numbers.compact, context.numbers.tick)
    for component, part in groups(media, "component"):
        colour = context.colour.get(component, MUTED)
        svg = by_period(part, colour, write, context.outcome_axis)
        last = records(part)[-1]
        words = f"{context.caveat(component)}{last['period']}: {context.with_interval(last, 'contribution')}."
        panels.append(Panel(component, svg, words, colour))
    partial = [f"{period} has {count}" for period, count in _partial(rows).items()]
    some = f" Not whole, in {context.inputs.panel.period}s of data: {'; '.join(partial)}." if partial else ""
    caption = f"Bar: posterior mean; line: {context.inputs.interval.name}. Each chart has its own height scale.{some}"
    return Grid(f"Contribution by {_NAMES.get(grain, grain)}", panels, caption)


def _partial(rows: pd.DataFrame) -> dict[str, str]:
    """Return the periods that the data do not fill, with how many of a whole one's data periods there are."""
    counts = rows.drop_duplicates("period")
    return {
        str(row["period"]): f"{row['periods']} of {row['periods_in_full']}"
        for row in records(counts)
        if row["periods"] < row["periods_in_full"]
    }


def _pivot(context: Context, rows: pd.DataFrame, grain: str) -> Table:
    wide = context.parts(rows, "period", "contribution_mean")
    columns = [
        Column("Period", number=False),
        *(Column(str(name), context.inputs.panel.outcome_unit) for name in wide.columns),
    ]
    partial = _partial(rows)
    body = [
        [_marked(str(period), partial), *(context.numbers.compact(v) for v in values)]
        for period, values in zip(wide.index, wide.to_numpy(), strict=True)
    ]
    note = "Posterior means; the workbook's sheet “contributions” has every period with its interval."
    return Table(f"Contribution by {_NAMES.get(grain, grain)}", columns, body, note, folded=True)


def _marked(period: str, partial: dict[str, str]) -> str:
    """Return a period's label, marked where the data do not fill it."""
    return f"{period} (partial, {partial[period]})" if period in partial else period
