"""What each source says of a channel, read from tables that are worked out by hand."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from lift.attribution.tables import TOTAL
from lift.tables import LIFT
from mixproof.aggregates.panel import Panel
from mixproof.records.attribution import ATTRIBUTION
from tests.lift.attribution.factors.evidence_cases import evidence, rows
from workflow.triangulation.sources import (
    Common,
    of_attribution,
    of_experiments,
    of_model,
    of_rules,
    spend_of,
)

EUROS = Common("EUR", money=True, worth={"orders": 50.0})
ORDERS = Common("orders", money=False)


def panel() -> Panel:
    """Return four weeks from 6 January 2025 in two geos, search costs 100 a week in each."""
    dates = np.arange("2025-01-06", "2025-02-03", 7, dtype="datetime64[D]").astype("datetime64[ns]")
    shape = (2, 4, 1)
    data = xr.Dataset(
        {"spend": (("geo", "date", "channel"), np.full(shape, 100.0))},
        coords={
            "geo": ["a", "b"],
            "date": dates,
            "channel": ["search"],
            "kind": ("channel", ["paid"]),
        },
    )
    return Panel(data, "weekly", "EUR", "orders", "count")


SPANS = {
    "the whole panel": ("2025-01-06", "2025-02-02", 800.0),
    "a week": ("2025-01-13", "2025-01-19", 200.0),
    "three days of one and four of the next": ("2025-01-10", "2025-01-16", 200.0),
    "days before the panel": ("2025-01-01", "2025-01-16", np.nan),
    "days after it": ("2025-01-27", "2025-02-03", np.nan),
    "not known": ("", "", np.nan),
}


@pytest.mark.parametrize("name", SPANS)
def test_spend_between_days(name: str) -> None:
    start, end, expected = SPANS[name]
    np.testing.assert_allclose(spend_of(panel())("search", start, end), expected)
    assert np.isnan(spend_of(panel())("video", "2025-01-06", "2025-02-02"))
    assert np.isnan(spend_of(None)("search", start, end))


def lift_table(**answers: tuple[float, float, float, str]) -> pd.DataFrame:
    """Return primary answers of the experiment `search test`."""
    plain = {
        "experiment": "search test",
        "kind": "geo",
        "arm": "dark",
        "channel": "search",
        "outcome": "orders",
        "role": "primary",
        "level": 0.9,
        "interval": "confidence",
        "se": np.nan,
        "p_value": np.nan,
        "method": "",
        "verdict": "reportable",
        "note": "",
    }
    made = [
        {**plain, "estimand": name, "estimate": point, "lower": low, "upper": high, "unit": unit}
        for name, (point, low, high, unit) in answers.items()
    ]
    return LIFT.frame(made)


def test_experiments_with_a_value_in_money() -> None:
    table = lift_table(
        incremental_outcome=(-60.0, -90.0, -30.0, "orders"),
        incremental_spend=(-2000.0, -2000.0, -2000.0, "EUR"),
        iroas=(1.5, 0.75, 2.25, "EUR per EUR"),
    )
    item = evidence(-60.0, 20.0, experiment="search test", outcome_end=date(2025, 3, 16))
    (found,) = of_experiments({"lift": table}, [item], "EUR")
    assert (found.channel, found.detail, found.spend) == ("search", "search test, dark", 2000.0)
    assert found.per_spend == pytest.approx((1.5, 0.75, 2.25))
    assert found.increment == pytest.approx((3000.0, 1500.0, 4500.0))
    assert found.window == ("2025-02-03", "2025-03-16")


def test_experiments_that_count() -> None:
    table = lift_table(
        incremental_outcome=(-60.0, -90.0, -30.0, "orders"),
        incremental_spend=(-2000.0, -2000.0, -2000.0, "EUR"),
    )
    (found,) = of_experiments({"lift": table}, [], "orders")
    assert found.per_spend == pytest.approx((0.03, 0.015, 0.045))
    assert list(of_experiments({"lift": table}, [], "EUR")) == []
    assert list(of_experiments({}, [], "EUR")) == []


def test_the_model() -> None:
    channels = pd.DataFrame(
        {
            "channel": ["search", "mail", "a + b"],
            "spend": [1000.0, np.nan, 500.0],
            "roi_mean": [2.0, np.nan, np.nan],
            "roi_lower": [1.0, np.nan, np.nan],
            "roi_upper": [3.0, np.nan, np.nan],
            "contribution_mean": [0.0, 5.0, 250.0],
            "contribution_lower": [0.0, 5.0, 100.0],
            "contribution_upper": [0.0, 5.0, 400.0],
            "reported_as": ["only within search + x", "alone", "sum"],
        }
    )
    found = list(of_model({"channels": channels, "channels_before": channels}, ("s", "e"), 0.9))
    assert [one.source for one in found] == ["model before calibration"] * 2 + ["model"] * 2
    assert found[2].increment == (2000.0, 1000.0, 3000.0)
    assert found[2].note == "only within search + x"
    assert found[3].per_spend == (0.5, 0.2, 0.8)
    assert found[3].note == ""


def attribution_tables() -> dict[str, pd.DataFrame]:
    """Return four weeks of search, of which the first has no factor."""
    weeks = ["2025-01-06", "2025-01-13", "2025-01-20", "2025-01-27"]
    ends = ["2025-01-12", "2025-01-19", "2025-01-26", "2025-02-02"]
    blank = dict.fromkeys(
        ("factor", "factor_lower", "factor_upper", "calibrated_lower", "calibrated_upper"), 1.0
    )
    plain = {"system": "ads", "channel": "search", "unit": "EUR", "tests": 1, "status": "tested", **blank}
    weekly = [
        {
            **plain,
            "period": a,
            "end": b,
            "attributed": 5000.0,
            "calibrated": np.nan if a == weeks[0] else 2000.0,
        }
        for a, b in zip(weeks, ends, strict=True)
    ]
    total = {
        "system": "ads",
        "channel": "search",
        "unit": "EUR",
        "start": weeks[1],
        "end": ends[3],
        "periods": 3,
        "without_factor": 1,
        "attributed": 15000.0,
        "calibrated": 6000.0,
        "calibrated_lower": 3000.0,
        "calibrated_upper": 9000.0,
        "level": 0.9,
        "tests": 1,
    }
    return {
        "attributed": rows({"search": 100.0, "mail": 10.0, "(unattributed)": 7.0}, weeks=4),
        "attribution": ATTRIBUTION.frame(weekly),
        "attribution_total": TOTAL.frame([total]),
    }


def test_claims_and_what_is_left_of_them() -> None:
    found = list(of_attribution(attribution_tables(), EUROS, spend_of(panel())))
    assert [(one.channel, one.source) for one in found] == [
        ("search", "attribution"),
        ("search", "attribution, calibrated"),
        ("mail", "attribution"),
    ]
    # three weeks of 200: the first has no factor, and is in neither
    assert [one.spend for one in found[:2]] == pytest.approx([600.0, 600.0])
    assert found[0].per_spend[0] == pytest.approx(25.0)
    assert found[1].per_spend == pytest.approx((10.0, 5.0, 15.0))
    assert found[1].note == "1 tests of the channel"
    assert found[2].increment[0] == pytest.approx(4 * 10 * 50)
    assert np.isnan(found[2].per_spend[0])


def test_counts_without_a_value_stay_counts() -> None:
    tables = {"attributed": rows({"search": 100.0}, weeks=4)}
    (found,) = of_attribution(tables, ORDERS, spend_of(panel()))
    assert found.increment[0] == 400.0
    assert found.per_spend[0] == pytest.approx(0.5)


def test_rules_need_their_days_to_be_compared() -> None:
    credit = pd.DataFrame(
        {
            "rule": ["last", "last", "last"],
            "channel": ["search", "mail", "(unattributed)"],
            "credited": [True, True, False],
            "conversions": [20.0, 2.0, 9.0],
            "value": [1200.0, 90.0, 400.0],
        }
    )
    dated = list(of_rules({"credit": credit}, EUROS, ("2025-01-06", "2025-02-02"), spend_of(panel())))
    assert [one.channel for one in dated] == ["search", "mail"]
    assert dated[0].per_spend[0] == pytest.approx(1.5)
    undated = next(of_rules({"credit": credit}, EUROS, ("", ""), spend_of(panel())))
    assert np.isnan(undated.per_spend[0])
    assert "attribution.paths.start" in undated.note
    counted = next(of_rules({"credit": credit.assign(value=np.nan)}, EUROS, ("", ""), spend_of(panel())))
    assert counted.increment[0] == pytest.approx(20 * 50)
