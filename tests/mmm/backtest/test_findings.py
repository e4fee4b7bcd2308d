"""What a backtest's numbers are said to mean."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from mixproof.records.verdict import Finding
from mmm.backtest.findings import judge
from mmm.backtest.importance import Weights, equal
from mmm.backtest.leave_future_out import Fit, Origin
from mmm.forecast.paths import Forecaster

DRAWS = 4000


def _fit(shift: float = 0.0) -> Fit:
    """Return a fit of two chains, the second moved by `shift` standard deviations."""
    values = np.random.default_rng(1).standard_normal((2, DRAWS)) + np.array([[0.0], [shift]])
    return Fit(20, False, xr.Dataset({"noise": (("chain", "draw"), values)}), xr.Dataset())


def _origin(fit: Fit, weights: Weights) -> Origin:
    no_forecasts: Any = None  # a verdict reads fits and weights
    forecaster: Forecaster = no_forecasts
    return Origin(0, 20, fit, weights.k_hat, weights, forecaster)


def _scores(coverage: float = 0.5, skill: float = 0.3, reach: float = 0.1) -> pd.DataFrame:
    shared = {"steps": 1, "forecasts": 200, "coverage_50": coverage, "coverage_90": 0.9}
    ends = {"skill": skill, "skill_lower": skill - reach, "skill_upper": skill + reach}
    return pd.DataFrame([{"forecaster": "model"} | shared, {"forecaster": "last value"} | shared | ends])


def _said(scores: pd.DataFrame, fit: Fit | None = None, weights: Weights | None = None) -> dict[str, Finding]:
    origin = _origin(fit or _fit(), weights or equal(2 * DRAWS))
    found = judge([origin], scores).findings
    return {finding.check: finding for finding in reversed(found)}  # of two coverages the first: 50 %


@pytest.mark.parametrize(
    ("skill", "reach", "status", "words"),
    [
        (0.3, 0.1, "pass", "30% smaller"),
        (0.05, 0.1, "warning", "Claim no forecasting skill"),
        (-0.2, 0.1, "warning", "Claim no forecasting skill"),
        (0.3, np.inf, "warning", "too few forecasts"),
    ],
)
def test_skill_is_claimed_where_its_interval_lies_above_zero(
    skill: float, reach: float, status: str, words: str
) -> None:
    found = _said(_scores(skill=skill, reach=reach))["backtest_skill"]
    assert found.status == status
    assert words in found.sentence and "last value" in found.sentence


@pytest.mark.parametrize(
    ("coverage", "fails", "words"),
    [(0.5, False, "lay in"), (0.05, True, "surer of the future"), (0.99, True, "less sure of the future")],
)
def test_coverage_far_off_its_level_is_told(coverage: float, fails: bool, words: str) -> None:
    found = _said(_scores(coverage=coverage))["backtest_coverage"]
    assert (found.status != "pass") is fails
    assert words in found.sentence and "200 outcomes" in found.sentence


@pytest.mark.parametrize(("shift", "status"), [(0.0, "pass"), (3.0, "failure")])
def test_chains_that_disagree_in_any_fit_are_told(shift: float, status: str) -> None:
    agreement = judge([_origin(_fit(shift), equal(2 * DRAWS))], _scores()).findings[0]
    assert agreement.status == status
    assert "noise, fit 1" in agreement.sentence


def test_reweighted_draws_say_how_far_they_can_be_trusted() -> None:
    weights = Weights(equal(2 * DRAWS).log, 0.4)
    found = _said(_scores(), weights=weights)["backtest_weights"]
    assert (found.status, found.value) == ("pass", 0.4)
    assert _said(_scores())["backtest_weights"].value is None
