import numpy as np
import pytest
from scipy import stats

from lift.pooling import (
    TAU_SQUARED,
    bayesian_effects,
    common_effect,
    faded_errors,
    random_effects,
)

ESTIMATES, SES = (
    np.array([0.02, 0.09, 0.05, -0.03, 0.12, 0.04]),
    np.array([0.02, 0.03, 0.01, 0.04, 0.05, 0.02]),
)


def test_bayes_equals_closed_form_given_each_spread() -> None:
    """Given tau the mean is normal in closed form; mixing over a fine grid of tau gives the whole posterior."""
    scale = 0.05
    taus = (np.arange(20000) + 0.5) / 20000 * 6 * scale
    variance = SES[:, None] ** 2 + taus**2
    precision = (1 / variance).sum(axis=0)
    mean = (ESTIMATES[:, None] / variance).sum(axis=0) / precision
    fit = -0.5 * np.log(variance).sum(axis=0) - 0.5 * np.log(precision)
    fit += -0.5 * ((ESTIMATES[:, None] - mean) ** 2 / variance).sum(axis=0) - 0.5 * (taus / scale) ** 2
    weight = np.exp(fit - fit.max())
    weight /= weight.sum()
    pool = bayesian_effects(ESTIMATES, SES, tau_scale=scale, level=0.9)
    expected = float(weight @ mean)
    assert pool.estimate == pytest.approx(expected, rel=1e-4)
    assert pool.se == pytest.approx(np.sqrt(weight @ (1 / precision + (mean - expected) ** 2)), rel=1e-4)
    assert pool.tau == pytest.approx(float(weight @ taus), rel=1e-3)
    for quantile, found in ((0.05, pool.lower), (0.95, pool.upper)):
        assert weight @ stats.norm.cdf(found, mean, 1 / np.sqrt(precision)) == pytest.approx(
            quantile, abs=2e-4
        )
    for quantile, found in ((0.05, pool.next_lower), (0.95, pool.next_upper)):
        spread = np.sqrt(1 / precision + taus**2)
        assert weight @ stats.norm.cdf(found, mean, spread) == pytest.approx(quantile, abs=2e-4)


def test_one_test_is_itself_widened() -> None:
    pool = bayesian_effects(np.array([0.1]), np.array([0.02]), tau_scale=0.05, level=0.95)
    assert pool.estimate == pytest.approx(0.1, abs=1e-6)
    assert pool.se == pytest.approx(np.hypot(0.02, 0.05), rel=1e-3)


def test_unreported_tests_undo_the_bias_of_significant_ones() -> None:
    """Thirty worlds of twelve null tests; only significant positive ones are written down, the rest is registered."""
    generator = np.random.default_rng(5)
    naive, repaired = [], []
    for _ in range(30):
        estimates = generator.normal(0.02, 0.05, 12)
        written = estimates > 1.96 * 0.05
        if not written.any():
            continue
        ses = np.full(written.sum(), 0.05)
        missing = np.full((~written).sum(), 0.05)
        naive.append(bayesian_effects(estimates[written], ses, tau_scale=0.02, level=0.9).estimate)
        pool = bayesian_effects(estimates[written], ses, tau_scale=0.02, level=0.9, unreported=missing)
        repaired.append(pool.estimate)
    assert np.mean(naive) > 0.1
    assert abs(np.mean(repaired) - 0.02) < 6 * np.std(repaired) / np.sqrt(len(repaired))
    assert np.mean(repaired) < np.mean(naive) / 2


@pytest.mark.parametrize("method", TAU_SQUARED)
def test_units_and_order_change_nothing(method) -> None:
    there = random_effects(ESTIMATES, SES, method=method, level=0.95)
    order = np.array([3, 1, 5, 0, 2, 4])
    back = random_effects(100 * ESTIMATES[order], 100 * SES[order], method=method, level=0.95)
    assert back.estimate == pytest.approx(100 * there.estimate)
    assert (back.lower, back.next_upper) == (
        pytest.approx(100 * there.lower),
        pytest.approx(100 * there.next_upper),
    )
    assert back.i_squared == pytest.approx(there.i_squared)


@pytest.mark.parametrize("method", TAU_SQUARED)
def test_tests_that_agree_have_no_spread(method) -> None:
    same = np.full(5, 0.07)
    pool = random_effects(same, np.full(5, 0.02), method=method, level=0.95)
    assert (pool.tau, pool.estimate) == (0.0, pytest.approx(0.07))
    # Agreement by chance is no precision: Hartung and Knapp's error is not below the ordinary one.
    assert pool.se == pytest.approx(common_effect(same, np.full(5, 0.02), level=0.95).se)


def test_hartung_knapp_covers() -> None:
    """1,500 worlds of five tests: the 90 % interval of the mean holds it 90 % of the time (six Monte-Carlo errors)."""
    generator = np.random.default_rng(8)
    hits = 0
    for _ in range(1500):
        ses = generator.uniform(0.02, 0.06, 5)
        estimates = generator.normal(0.1, np.hypot(ses, 0.05))
        pool = random_effects(estimates, ses, method="paule_mandel", level=0.9)
        hits += pool.lower <= 0.1 <= pool.upper
    assert hits / 1500 > 0.9 - 6 * np.sqrt(0.9 * 0.1 / 1500)


def test_fading() -> None:
    ages = np.array([0.0, 26.0, 1e6])
    faded = faded_errors(np.full(3, 0.1), ages, tau=0.2, half_life=26.0)
    assert faded[0] == pytest.approx(0.1)
    # At its half-life the correlation is one half: the variance added is tau^2 (1 - 1/4).
    assert faded[1] == pytest.approx(np.sqrt(0.01 + 0.04 * 0.75))
    assert faded[2] == pytest.approx(np.sqrt(0.01 + 0.04))
