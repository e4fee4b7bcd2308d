"""The forecast of the outcome under the plan."""

import pandas as pd

from reports.charts.series import outlook
from reports.charts.sheet import Write
from reports.context import Context
from reports.inputs import records
from reports.page import Block, Column, Figure, Section, Table, Text

_ALL, PROPOSED = "all geos", "proposed"
_SHOWN = 104
"""Periods of the past in the chart, at most."""
SKILL = (
    "How good such forecasts have been is not said here: “mixproof backtest” with the same YAML measures it."
)


def build(context: Context) -> Section | None:
    """Return the forecast with its intervals, None where the run has none."""
    table = context.inputs.table("forecast")
    if table.empty:
        return None
    blocks: list[Block] = [
        Text(_sentences(context)),
        *_chart(context, whole(table)),
        *_assumed(context),
        Text([SKILL]),
    ]
    outcome = context.inputs.panel.outcome_name
    return Section("forecast", "Forecast", f"The forecast of {outcome}", blocks)


def of_plan(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the proposed plan, where a forecast has several; else those of its first one."""
    if "plan" not in table or table.empty:
        return table
    plan = PROPOSED if (table["plan"] == PROPOSED).any() else table["plan"].iloc[0]
    return table[table["plan"] == plan].reset_index(drop=True)


def whole(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the proposed plan and of all geos together; of one geo alone, its own."""
    table = of_plan(table)
    geo = _ALL if (table["geo"] == _ALL).any() else table["geo"].iloc[0]
    return table[table["geo"] == geo].reset_index(drop=True)


def _sentences(context: Context) -> list[str]:
    total, numbers = context.inputs.table("forecast_total"), context.numbers
    if total.empty:
        return []
    row, panel = records(whole(total))[0], context.inputs.panel
    half = numbers.span(row["lower_50"], row["upper_50"], panel.outcome_unit)
    most = numbers.span(row["lower_90"], row["upper_90"], panel.outcome_unit)
    first, periods = numbers.day(str(row["start"])), numbers.plain(row["periods"])
    return [
        f"From {first}, for {periods} {panel.period}s and {context.money(row['spend'])} of spend, {panel.outcome_name} is "
        f"forecast at {context.outcome(row['median'])}: {half} with 50\u00a0% probability, {most} with 90\u00a0%. Of the mean, "
        f"{context.outcome(row['media'])} come from media and {context.outcome(row['baseline'])} from everything else. "
        "Intervals hold uncertainty of model, noise and baseline."
    ]


def _chart(context: Context, ahead: pd.DataFrame) -> list[Block]:
    fit = context.inputs.table("fit")
    if fit.empty:
        return []
    past = fit.groupby("date", sort=True)["actual"].sum(min_count=1).tail(_SHOWN).reset_index()
    ahead = (
        ahead.assign(date=pd.to_datetime(ahead["date"]))
        .sort_values("date", kind="stable")
        .reset_index(drop=True)
    )
    write = Write(context.numbers.compact, context.numbers.tick, context.numbers.day)
    caption = f"In {context.inputs.panel.outcome_unit}; shaded: the window that is forecast."
    return [
        Figure(
            f"Actual and forecast {context.inputs.panel.outcome_name}", outlook(past, ahead, write), caption
        )
    ]


def _assumed(context: Context) -> list[Block]:
    table = of_plan(context.inputs.table("forecast_inputs"))
    if table.empty:
        return []
    columns = [Column("Kind", number=False), Column("Name", number=False), Column("Assumed", number=False)]
    body = [[str(row[name]) for name in ("kind", "name", "assumed")] for row in records(table)]
    return [Table("What the forecast assumes", columns, body, folded=True)]
