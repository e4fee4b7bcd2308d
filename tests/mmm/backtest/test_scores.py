"""Scores against closed forms; skill is claimed where it is there, and not where it is not."""

import numpy as np
import pytest
from scipy import stats

from mmm.backtest.naive import last_value, seasonal_naive
from mmm.backtest.scores import crps, skill


@pytest.mark.parametrize("actual", [-1.5, 0.0, 0.4, 3.0])
def test_crps_of_a_normal(actual: float) -> None:
    """Gneiting, Raftery 2007, equation 5; the samples are its quantiles."""
    samples = stats.norm.ppf((np.arange(20_000) + 0.5) / 20_000)
    known = actual * (2 * stats.norm.cdf(actual) - 1) + 2 * stats.norm.pdf(actual) - 1 / np.sqrt(np.pi)
    assert crps(samples, np.array(actual)) == pytest.approx(known, abs=2e-4)


def test_crps_of_pairs_and_of_what_is_unknown() -> None:
    samples = np.array([[1.0, 3.0], [1.0, 3.0]])
    found = crps(samples, np.array([2.0, np.nan]))
    assert found[0] == 0.0  # mean distance 1, half the distance of the pair 1
    assert np.isnan(found[1])


def test_skill_is_the_share_of_error_that_is_gone() -> None:
    rng = np.random.default_rng(1)
    naive = rng.gamma(4.0, 1.0, 40)
    found = skill(naive / 2 * rng.uniform(0.9, 1.1, 40), naive, 1)
    assert found.value == pytest.approx(0.5, abs=0.02)
    assert 0 < found.lower < found.value < found.upper < 1


def test_no_skill_is_claimed_over_an_equal_or_from_few_origins() -> None:
    errors = np.random.default_rng(2).gamma(4.0, 1.0, (2, 26))
    assert skill(errors[0], errors[1], 1).lower <= 0
    assert skill(errors[0, :7] / 100, errors[1, :7], 1).lower <= 0


def test_overlapping_forecasts_count_for_less() -> None:
    rng = np.random.default_rng(3)
    slow = np.convolve(rng.gamma(4.0, 1.0, 40), np.ones(13) / 13, mode="valid")
    naive = np.full(len(slow), slow.mean() * 1.2)
    alone, related = skill(slow, naive, 1), skill(slow, naive, 6)
    assert related.upper - related.lower > alone.upper - alone.lower


def test_naive_forecasts_look_back_only() -> None:
    outcome = np.arange(120.0)[None]
    outcome[0, 99] = np.nan
    assert last_value(outcome, 100)[0] == 98.0
    assert seasonal_naive(outcome, 100, 100, "weekly")[0] == 48.0
    assert seasonal_naive(outcome, 100, 160, "weekly")[0] == 56.0  # a year before is not over yet
    assert np.isnan(seasonal_naive(outcome, 40, 45, "weekly")[0])
