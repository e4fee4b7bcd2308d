import numpy as np
import pytest
from scipy import stats
from statsmodels.stats import stattools
from statsmodels.stats.diagnostic import acorr_ljungbox

from mmm.checks.residuals import durbin_watson, judge, ljung_box


def ranks(memory: float, geos: int, seed: int = 2, dates: int = 156) -> np.ndarray:
    rng = np.random.default_rng(seed)
    shocks = rng.normal(size=(geos, dates))
    for date in range(1, dates):
        shocks[:, date] = memory * shocks[:, date - 1] + np.sqrt(1 - memory**2) * shocks[:, date]
    return stats.norm.cdf(shocks)


# Neighbours that differ are what a flexible baseline leaves behind in the sample; they widen intervals: said, no warning.
CASES = [(0.0, 1, "pass"), (0.0, 12, "pass"), (0.6, 1, "warning"), (-0.6, 1, "note"), (0.6, 12, "warning")]


@pytest.mark.parametrize(("memory", "geos", "status"), CASES)
def test_a_pattern_is_found_and_its_correlation_said(memory: float, geos: int, status: str) -> None:
    finding = judge(ranks(memory, geos), [f"region {n}" for n in range(geos)], fitted_lags=1)
    assert finding.status == status
    if status == "warning":
        said = float(finding.sentence.split("correlate by ")[1].split()[0])
        assert said == pytest.approx(memory, abs=0.3)  # 4.7 standard errors of 156 periods
        assert finding.value < 1e-6
    assert ("region" in finding.sentence) == (geos > 1 and status == "warning")
    assert ("show no pattern" in finding.sentence) == (finding.value >= 0.01)
    assert ("differ more than chance" in finding.sentence) == (memory < 0)


def test_a_gap_is_not_bridged() -> None:
    rank = ranks(0.8, 1)
    rank[:, 78] = np.nan
    assert judge(rank, ["national"], 0).status == "warning"
    rank[:, ::15] = np.nan
    finding = judge(rank, ["national"], 0)
    assert (finding.status, finding.value) == ("pass", None)
    assert "too few" in finding.sentence


def test_unrelated_residuals_raise_few_alarms() -> None:
    statuses = [judge(ranks(0.0, 3, seed), ["a", "b", "c"], 0).status for seed in range(200)]
    # Binomial(200, 0.01) exceeds 13 with probability 3e-8.
    assert statuses.count("warning") <= 13


def test_ljung_box_and_durbin_watson_are_those_of_statsmodels() -> None:
    score = stats.norm.ppf(ranks(0.3, 1)[0])
    for lags, fitted in ((10, 0), (10, 1), (4, 1)):
        theirs = acorr_ljungbox(score, lags=[lags], model_df=fitted)["lb_pvalue"].iloc[0]
        assert ljung_box(score, lags, fitted) == pytest.approx(theirs, rel=1e-10)
    assert durbin_watson(score) == pytest.approx(stattools.durbin_watson(score), rel=1e-12)
