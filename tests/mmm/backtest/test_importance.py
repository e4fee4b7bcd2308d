"""Weights against a model whose forecasts are known exactly: a normal mean with known variance."""

import numpy as np
import pytest
from scipy import stats

from mmm.backtest.importance import equal, log_mean, smoothed
from mmm.numerics.importance_weights import systematic

DRAWS = 4000


def test_reweighted_forecasts_are_the_exact_ones() -> None:
    rng = np.random.default_rng(4)
    outcome = rng.normal(0.5, 1.0, 30)
    known = 20
    mean, sd = outcome[:known].sum() / (known + 1), (known + 1) ** -0.5
    draws = mean + sd * stats.norm.ppf(rng.permutation((np.arange(DRAWS) + 0.5) / DRAWS))
    density = stats.norm.logpdf(outcome[:, None], draws)
    for first in range(known + 1, 30):
        weights = smoothed(density[known:first].sum(axis=0))
        found, error = log_mean(weights, density[first])
        centre = outcome[:first].sum() / (first + 1)
        exact = stats.norm.logpdf(outcome[first], centre, np.sqrt(1 + 1 / (first + 1)))
        assert weights.reliable
        assert found == pytest.approx(exact, abs=6 * error + 1e-3)


def test_weights_of_another_world_are_refused() -> None:
    draws = np.random.default_rng(1).standard_normal(DRAWS)
    far = stats.norm.logpdf(6.0, draws, 0.05)
    assert not smoothed(far).reliable
    assert equal(DRAWS).reliable and equal(DRAWS).effective == pytest.approx(DRAWS)


def test_resampling_follows_the_weights() -> None:
    weights = smoothed(np.log(np.linspace(1.0, 2.0, 1000)))
    places = systematic(weights.log, 3000, np.random.default_rng(0))
    counts = np.bincount(places, minlength=1000)
    assert np.abs(counts - 3000 * np.exp(weights.log)).max() < 1 + 1e-9
