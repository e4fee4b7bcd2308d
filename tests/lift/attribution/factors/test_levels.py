"""Factors at other levels of spend, by hand: a curve that saturates by half at a level of 1,000 a window."""

import numpy as np
import pytest

from lift.attribution.factors.calibrate import calibrate
from lift.attribution.factors.levels import Curve
from lift.attribution.factors.matching import matches
from mixproof.records.attribution import ATTRIBUTION
from tests.lift.attribution.factors.evidence_cases import evidence, rows, section

SPEND = np.linspace(0.0, 2000.0, 201)
USUAL, MORE = ("2025-02-03", "2025-03-02"), ("2025-03-17", "2025-03-23")


def curve(daily: dict[str, float]) -> Curve:
    """Return the curve over a window of 100 days of a channel that spends so much a day from each day on."""

    def between(start: str, end: str) -> float:
        days = (np.datetime64(end) - np.datetime64(start)).astype(int) + 1
        return float(daily.get(start, 5.0) * days)

    return Curve(SPEND, 1000 * SPEND / (1000 + SPEND), 100, between)


CASES = {
    "the same spend": (5.0, 1.0),
    "three times the spend": (15.0, (1000 / 2500) / (1000 / 1500)),
    "less": (2.5, (1000 / 1250) / (1000 / 1500)),
    "beyond the curve": (21.0, np.nan),
    "nothing spent": (0.0, np.nan),
    "spend that is not known": (np.nan, np.nan),
}


@pytest.mark.parametrize("name", CASES)
def test_increment_per_unit_of_spend_by_hand(name: str) -> None:
    daily, expected = CASES[name]
    assert curve({MORE[0]: daily}).ratio(MORE, USUAL) == pytest.approx(expected, rel=1e-3, nan_ok=True)


def test_a_model_carries_a_factor_beyond_what_was_tested_and_no_other() -> None:
    frame = rows({"search": 100.0, "social": 80.0, "(unattributed)": 300.0})
    frame.loc[(frame["start"] == MORE[0]) & (frame["channel"] == "search"), "attributed"] = 300.0
    found, _ = matches([evidence(120.0, 12.0)], frame, "orders", "EUR")
    curves = {"search": curve({MORE[0]: 15.0})}
    held = calibrate(section(), frame, found, 1, curves)
    table = ATTRIBUTION.frame(held.tables["attribution"]).query("channel == 'search'").set_index("period")
    assert table.loc[MORE[0], "status"] == "beyond what was tested, by the model"
    before = table.loc["2025-03-10"]
    assert before["status"] == "tested"
    ratio = curves["search"].ratio(MORE, USUAL)
    assert table.loc[MORE[0], "factor"] == pytest.approx(ratio * before["factor"], rel=0.05)
    assert table.loc[MORE[0], "calibrated"] == pytest.approx(300 * table.loc[MORE[0], "factor"])
    (said,) = [finding for finding in held.findings if finding.check == "attribution_reach"]
    assert said.status == "note" and "search" in said.sentence
    # the sum of channels and baseline is whole again
    week = ATTRIBUTION.frame(held.tables["attribution"]).query(f"period == '{MORE[0]}'")
    assert week["calibrated"].sum() == pytest.approx(680.0, rel=0.03)
