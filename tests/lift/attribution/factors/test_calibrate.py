import numpy as np
import pandas as pd
import pytest

from lift.attribution.factors.calibrate import calibrate
from lift.attribution.factors.matching import matches
from lift.attribution.tables import COVARIANCE, TOTAL
from mixproof.records.attribution import ATTRIBUTION, BASELINE
from tests.lift.attribution.factors.evidence_cases import evidence, rows, section

CREDIT = {"search": 100.0, "social": 80.0, "(unattributed)": 300.0}


def calibrated(frame: pd.DataFrame, *items):
    """Return what is left of a system's rows, and what is to be known of it."""
    found, _ = matches(items, frame, "orders", "EUR")
    return calibrate(section(), frame, found, 1)


def table(*items, **changes) -> pd.DataFrame:
    """Return the rows of `attribution`."""
    held = calibrated(rows(CREDIT, **changes), *items)
    return ATTRIBUTION.frame(held.tables["attribution"])


def test_columns_and_what_the_factor_does() -> None:
    found = table(evidence(120.0, 12.0))
    search = found[found["channel"] == "search"]
    assert len(search) == 12
    assert search["factor"].between(0.24, 0.36).all()
    assert (search["factor_lower"] < 0.3).all()
    assert (search["factor_upper"] > 0.3).all()
    np.testing.assert_allclose(search["calibrated"], search["factor"] * 100)
    assert set(search["status"]) == {"tested"}
    social = found[found["channel"] == "social"]
    assert set(social["status"]) == {"never tested"}
    assert ((social["factor_upper"] - social["factor_lower"]) > 0.8).all()


def test_credit_taken_away_goes_to_the_baseline_not_to_rivals() -> None:
    both = evidence(64.0 * 4, 20.0, channel="social")
    before, after = table(both, evidence(400.0, 30.0)), table(both, evidence(0.0, 30.0))
    middle = [frame.groupby("channel")["calibrated"].sum() for frame in (before, after)]
    assert middle[1]["search"] < 0.15 * middle[0]["search"]
    assert middle[1]["social"] == pytest.approx(middle[0]["social"], rel=0.05)
    gained = middle[1][BASELINE] - middle[0][BASELINE]
    lost = middle[0]["search"] - middle[1]["search"]
    assert gained == pytest.approx(lost, rel=0.1)


def test_the_baseline_is_what_channels_did_not_cause() -> None:
    found = table(evidence(120.0, 12.0), evidence(256.0, 20.0, channel="social"))
    for _, period in found.groupby("period"):
        assert period["calibrated"].sum() == pytest.approx(480.0, rel=0.02)


def test_no_factor_beyond_what_was_tested() -> None:
    frame = rows(CREDIT)
    late = frame["start"] >= "2025-03-17"
    frame.loc[late & (frame["channel"] == "search"), "attributed"] = 160.0
    held = calibrated(frame, evidence(120.0, 12.0))
    search = ATTRIBUTION.frame(held.tables["attribution"]).query("channel == 'search'")
    beyond = search["period"] >= "2025-03-17"
    assert set(search.loc[beyond, "status"]) == {"beyond what was tested"}
    assert search.loc[beyond, "factor"].isna().all()
    assert search.loc[~beyond, "factor"].notna().all()
    assert {"attribution_reach"} <= {
        finding.check for finding in held.findings if finding.status == "warning"
    }


def test_withheld_cells_and_systems_without_experiments() -> None:
    frame = rows(CREDIT)
    frame.loc[frame["start"] == "2025-01-06", "attributed"] = np.nan
    found = ATTRIBUTION.frame(calibrated(frame, evidence(120.0, 12.0)).tables["attribution"])
    first = found[(found["period"] == "2025-01-06") & (found["channel"] != BASELINE)]
    assert set(first["status"]) == {"withheld"}
    assert first["calibrated"].isna().all()
    nothing = calibrated(frame)
    assert not any(nothing.tables.values())
    assert nothing.findings == []


def test_totals_are_of_the_periods_with_a_factor() -> None:
    frame = rows(CREDIT)
    late = frame["start"] >= "2025-03-17"
    frame.loc[late & (frame["channel"] == "search"), "attributed"] = 160.0
    held = calibrated(frame, evidence(120.0, 12.0), evidence(256.0, 20.0, channel="social"))
    total = TOTAL.frame(held.tables["attribution_total"]).set_index("channel")
    weekly = ATTRIBUTION.frame(held.tables["attribution"])
    counted = weekly[weekly["status"] == "tested"].groupby("channel")
    np.testing.assert_allclose(total["attributed"], counted["attributed"].sum()[total.index])
    np.testing.assert_allclose(total["calibrated"], counted["calibrated"].sum()[total.index], rtol=0.01)
    assert list(total.loc["search", ["start", "end", "periods", "without_factor"]]) == [
        "2025-01-06",
        "2025-03-16",
        10,
        2,
    ]
    # factors of neighbouring weeks are not independent: a sum is nearly as uncertain as its weeks together
    width = (total["calibrated_upper"] - total["calibrated_lower"])["social"]
    weeks = counted["calibrated_upper"].sum() - counted["calibrated_lower"].sum()
    assert 0.7 * weeks["social"] < width <= weeks["social"]
    variance = COVARIANCE.frame(held.tables["attribution_covariance"]).set_index(["channel", "other"])
    assert width == pytest.approx(2 * 1.645 * variance["covariance"]["social", "social"] ** 0.5, rel=0.15)
    assert variance["covariance"]["social", "search"] == variance["covariance"]["search", "social"]
