"""Leaving one experiment out of exact linear fits, whose fit without it is known."""

import numpy as np
import pytest
from scipy import stats

from mmm.calibration.agreement.conflict import Measured
from mmm.calibration.agreement.leave_one_out import leave_one_out, without

DRAWS = 4000


def world(seed: int, tests: int = 10) -> tuple[list[Measured], np.ndarray, np.ndarray, np.ndarray]:
    """Return ten tests of three returns, the design (test, return), and posterior mean and covariance of all tests."""
    rng = np.random.default_rng(seed)
    returns = rng.normal(1.0, 0.5, 3)
    design = rng.uniform(0.2, 2.0, (tests, 3))
    se = 0.25 * np.ones(tests)
    bias = 0.1 * np.ones(tests)
    observed = design @ returns + rng.normal(size=tests) * np.hypot(se, bias)
    measured = [Measured(observed[[k]], np.array([[se[k] ** 2]]), np.array([bias[k]])) for k in range(tests)]
    return measured, design, *posterior(measured, design, range(tests))


def posterior(measured: list[Measured], design: np.ndarray, kept) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and covariance of the returns given some of the tests, prior N(1, .5)."""
    precision, centre = np.eye(3) / 0.25, np.full(3, 1.0) / 0.25
    for k in kept:
        weight = 1 / measured[k].total_covariance[0, 0]
        precision = precision + weight * np.outer(design[k], design[k])
        centre = centre + weight * design[k] * measured[k].observed[0]
    covariance = np.linalg.inv(precision)
    return covariance @ centre, covariance


def draws_of(mean: np.ndarray, covariance: np.ndarray, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).multivariate_normal(mean, covariance, DRAWS)


def test_is_the_fit_without_the_experiment() -> None:
    measured, design, mean, covariance = world(3)
    draws = draws_of(mean, covariance)
    for k in (0, 4, 9):
        found = leave_one_out(measured[k], draws @ design[[k]].T)
        rest, spread = posterior(measured, design, [j for j in range(10) if j != k])
        sd = (design[k] @ spread @ design[k]) ** 0.5
        joint = np.hypot(sd, measured[k].total_covariance[0, 0] ** 0.5)
        assert not found.refit
        assert found.conflict.predicted[0] == pytest.approx(design[k] @ rest, abs=0.1 * sd)
        away = (measured[k].observed[0] - design[k] @ rest) / joint
        assert found.conflict.z == pytest.approx(away, abs=0.1)
        assert found.position == pytest.approx(stats.norm.cdf(away), abs=0.02)
        assert found.log_score == pytest.approx(stats.norm.logpdf(away) - np.log(joint), abs=0.05)


def test_coverage_on_worlds_with_ten_experiments() -> None:
    """Nine in ten measured totals lie in the 90 % predictive interval of the model that has not seen them."""
    inside, asked = [], []
    for seed in range(100):
        measured, design, mean, covariance = world(seed)
        draws = draws_of(mean, covariance, seed)
        left = [leave_one_out(one, draws @ design[[k]].T) for k, one in enumerate(measured)]
        inside += [0.05 < one.position < 0.95 for one in left]
        asked += [one.refit for one in left]
    assert np.mean(inside) == pytest.approx(0.9, abs=0.03)
    assert np.mean(asked) < 0.05


def test_a_refit_is_asked_for_where_one_test_decides() -> None:
    sure = Measured(np.array([5.0]), np.array([[0.01]]), np.zeros(1))
    draws = np.random.default_rng(0).normal(5.0, 0.1, (DRAWS, 1))  # the prior was far wider
    assert leave_one_out(sure, draws).refit
    nothing = Measured(np.array([5.0]), np.array([[1e12]]), np.zeros(1))
    assert not leave_one_out(nothing, draws).refit


def test_taking_several_away_at_once() -> None:
    measured, design, mean, covariance = world(5)
    draws = draws_of(mean, covariance)
    weights, k = without([(measured[j], draws @ design[[j]].T) for j in (1, 2)])
    rest, spread = posterior(measured, design, [0, *range(3, 10)])
    assert k < 0.7
    np.testing.assert_allclose(weights @ draws, rest, atol=0.15 * np.sqrt(np.diag(spread)).max())
