"""What attribution systems count in each quarter, channel by channel, beside the spend of the same days.

These are claims: they say who was there, not what was caused. Their sums, shares and costs are what a marketing team sees every
day, so that the planning report shows them next to what experiments and model say.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from mixproof.aggregates.calendar import period_labels
from mixproof.aggregates.finance.fiscal import FiscalCalendar
from mixproof.records.attribution import NO_CHANNEL, SYSTEM
from mixproof.records.table import Column, TableSpec
from workflow.triangulation.sources import Spend
from workflow.triangulation.statements import TRIANGULATION

COUNTED = "(all counted)"
"""The row of everything a system counted in a quarter."""

ATTRIBUTED_BY_QUARTER = TableSpec(
    "attributed_by_quarter",
    "what one system attributes to a channel, or to nobody, in a fiscal quarter; the last row of each is all that it counted",
    (
        SYSTEM,
        Column("period", "text", "", "label of the quarter, for example 2024-Q3, or FY2025-Q1"),
        Column("start", "text", "", "first day counted, ISO"),
        Column("end", "text", "", "last day counted, ISO"),
        Column("channel", "text", "", f"as in attributed; {COUNTED} for the sum"),
        Column("credited", "flag", "", "whether the row is a channel's; false for what is credited to nobody and for the sum"),
        Column("outcome", "text", "", "what is counted"),
        Column("attributed", "number", "outcome", "attributed count; withheld cells are left out", "whole"),
        Column("share", "number", "fraction", "of all that the system counted in the quarter"),
        Column("value", "number", "currency", "attributed value; empty where any of it is not known"),
        Column("withheld", "integer", "count", "cells of which only an interval is known"),
        Column("spend", "number", "currency", "spend of the channel in the days counted; empty where not known"),
        Column("cost", "number", "currency per outcome unit", "spend over the attributed count; empty without either"),
        Column("return", "number", "currency per currency", "attributed value over spend; empty without either"),
    ),
)  # fmt: skip

TABLES = (TRIANGULATION, ATTRIBUTED_BY_QUARTER)
"""What a run writes of several sources, in the order of docs/tables.md."""


def claims(
    attributed: pd.DataFrame, spend: Spend, fiscal_year_starts: int, fiscal: FiscalCalendar | None = None
) -> pd.DataFrame:
    """Return the table ``attributed_by_quarter``: rows of experiments' arms are left out, geos and campaigns added up.

    Parameters
    ----------
    attributed : pandas.DataFrame
        The table ``attributed``.
    spend : callable
        Tells the spend of a channel between two days.
    fiscal_year_starts : int
        Month, 1 to 12.
    fiscal : FiscalCalendar, optional
        The declared one, which then counts.

    Returns
    -------
    pandas.DataFrame
        A period belongs to the quarter that it starts in.
    """
    plain = attributed[attributed["arm"] == ""]
    days = pd.DatetimeIndex(plain["start"])
    grain = "quarter" if fiscal_year_starts == 1 else "fiscal_quarter"
    labels = (
        period_labels(days, grain, fiscal_year_starts)
        if fiscal is None
        else fiscal.labels(days, "fiscal_quarter")
    )
    rows: list[dict[str, Any]] = []
    for (system, period), mine in plain.assign(period=labels).groupby(["system", "period"], sort=False):
        rows += _quarter({"system": str(system), "period": str(period)}, mine, spend)
    return ATTRIBUTED_BY_QUARTER.frame(rows)


def _quarter(keys: dict[str, Any], mine: pd.DataFrame, spend: Spend) -> Iterator[dict[str, Any]]:
    """Yield the rows of one system in one quarter."""
    whole = float(mine["attributed"].sum())
    common = keys | {"start": str(mine["start"].min()), "end": str(mine["end"].max())}
    common |= {"outcome": str(mine["outcome"].iloc[0])}
    for channel, rows in mine.groupby("channel", sort=False):
        credited = channel not in NO_CHANNEL
        days = rows[["start", "end"]].drop_duplicates()
        paid = (
            sum(spend(str(channel), str(a), str(b)) for a, b in days.itertuples(index=False))
            if credited
            else np.nan
        )
        yield common | {"channel": str(channel), "credited": credited} | _sums(rows, whole, paid)
    yield common | {"channel": COUNTED, "credited": False} | _sums(mine, whole, np.nan)


def _sums(rows: pd.DataFrame, whole: float, paid: float) -> dict[str, Any]:
    count, value = float(rows["attributed"].sum()), float(rows["value"].sum(skipna=False))
    known = paid > 0
    return {
        "attributed": count,
        "share": count / whole if whole > 0 else np.nan,
        "value": value,
        "withheld": int(rows["attributed"].isna().sum()),
        "spend": paid,
        "cost": paid / count if known and count > 0 else np.nan,
        "return": value / paid if known else np.nan,
    }
