import numpy as np
import pandas as pd
import pytest

from lift.attribution.factors.calibrate import calibrate
from lift.attribution.factors.matching import matches
from mixproof.records.attribution import ATTRIBUTION, BASELINE
from tests.lift.attribution.factors.evidence_cases import evidence, rows, section

CREDIT = {"search": 100.0, "social": 80.0, "(unattributed)": 300.0}


def calibrated(frame: pd.DataFrame, *items):
    """Return what is left of a system's rows, and what is to be known of it."""
    found, _ = matches(items, frame, "orders", "EUR")
    return calibrate(section(), frame, found, 1)


def table(*items, **changes) -> pd.DataFrame:
    """Return the rows of `attribution`."""
    found, _ = calibrated(rows(CREDIT, **changes), *items)
    return ATTRIBUTION.frame(found)


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
    found, findings = calibrated(frame, evidence(120.0, 12.0))
    search = ATTRIBUTION.frame(found).query("channel == 'search'")
    beyond = search["period"] >= "2025-03-17"
    assert set(search.loc[beyond, "status"]) == {"beyond what was tested"}
    assert search.loc[beyond, "factor"].isna().all()
    assert search.loc[~beyond, "factor"].notna().all()
    assert {"attribution_reach"} <= {finding.check for finding in findings if finding.status == "warning"}


def test_withheld_cells_and_systems_without_experiments() -> None:
    frame = rows(CREDIT)
    frame.loc[frame["start"] == "2025-01-06", "attributed"] = np.nan
    found = ATTRIBUTION.frame(calibrated(frame, evidence(120.0, 12.0))[0])
    first = found[(found["period"] == "2025-01-06") & (found["channel"] != BASELINE)]
    assert set(first["status"]) == {"withheld"}
    assert first["calibrated"].isna().all()
    assert calibrated(frame) == ([], [])
