"""What systems count in a quarter: sums, shares and costs worked out by hand."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from mixproof.records.attribution import ATTRIBUTED
from workflow.triangulation.claims import COUNTED, claims

EMPTY = {
    "geo": "",
    "arm": "",
    "campaign": "",
    "window": 0,
    "basis": "any",
    "dated_by": "conversion",
    "outcome": "orders",
}
UNKNOWN = ("lookback_days", "lower", "upper", "noise_sd", "value_lower", "value_upper", "complete_after")


def attributed(*rows: dict[str, Any]) -> pd.DataFrame:
    """Return rows of one system as the table ``attributed``."""
    made = [
        EMPTY | dict.fromkeys(UNKNOWN, np.nan) | {"system": "analytics", "value": np.nan} | row
        for row in rows
    ]
    return ATTRIBUTED.frame(made)


def week(start: str, channel: str, count: float, **more: Any) -> dict[str, Any]:
    """Return a week's row of a channel."""
    end = str(np.datetime64(start) + np.timedelta64(6, "D"))
    return {"channel": channel, "start": start, "end": end, "attributed": count, "value": 50 * count} | more


ROWS = attributed(
    week("2024-06-24", "search", 10),
    week("2024-07-01", "search", 60, geo="north"),
    week("2024-07-01", "search", 40, geo="south"),
    week("2024-07-01", "search", 33, arm="held out"),
    week("2024-07-08", "search", 100),
    week("2024-07-01", "social", 50),
    week("2024-07-08", "social", np.nan, value=np.nan, lower=0, upper=20),
    week("2024-07-08", "(unattributed)", 240),
    week("2024-07-08", "(consent-lost)", 10),
)


def spend(channel: str, start: str, end: str) -> float:
    """Return 7 a day of search."""
    return 49.0 if channel == "search" else np.nan


def test_sums_shares_and_costs_of_a_quarter() -> None:
    rows = claims(ROWS, spend, 1).query("period == '2024-Q3'").set_index("channel")
    assert list(rows.index) == ["search", "social", "(unattributed)", "(consent-lost)", COUNTED]
    search, whole = rows.loc["search"], rows.loc[COUNTED]
    assert (search["attributed"], search["value"], search["spend"]) == (200, 10_000, 98)
    assert (search["cost"], search["return"]) == pytest.approx((0.49, 10_000 / 98))
    assert (search["start"], search["end"], search["withheld"]) == ("2024-07-01", "2024-07-14", 0)
    assert whole["attributed"] == 500 and whole["withheld"] == 1
    assert rows["share"].drop(COUNTED).to_dict() == pytest.approx(
        {"search": 0.4, "social": 0.1, "(unattributed)": 0.48, "(consent-lost)": 0.02}
    )
    assert list(rows["credited"]) == [True, True, False, False, False]
    assert rows.loc["social", ["value", "spend", "cost", "return"]].isna().all()


@pytest.mark.parametrize(("starts", "labels"), [(1, ["2024-Q2", "2024-Q3"]), (7, ["FY2024-Q4", "FY2025-Q1"])])
def test_quarters_are_those_of_the_fiscal_year(starts: int, labels: list[str]) -> None:
    assert list(dict.fromkeys(claims(ROWS, spend, starts)["period"])) == labels


def test_nothing_counted_has_no_shares() -> None:
    rows = claims(attributed(week("2024-07-01", "search", 0)), spend, 1).set_index("channel")
    assert rows["share"].isna().all() and np.isnan(rows.loc["search", "cost"])
    assert rows.loc["search", "return"] == 0
