"""Conflict of a prediction with a test: closed forms, and its promised rates on simulated readouts."""

import numpy as np
import pytest
from scipy import integrate, stats

from mmm.calibration.agreement.conflict import (
    Measured,
    conflict,
    effective_weight,
    log_density,
    moments,
    noncentrality,
    tail_probability,
)

ONE = Measured(np.array([10.0]), np.array([[4.0]]), np.array([0.0]))
SEVERAL = Measured(
    np.array([3.0, 2.0, 1.0]),
    np.array([[1.0, 0.3, 0.0], [0.3, 1.5, 0.2], [0.0, 0.2, 0.8]]),
    np.array([0.4, 0.3, 0.1]),
)


def exactly(mean: list[float], sd: float, count: int = 4001) -> np.ndarray:
    """Return draws whose sample mean and variance are exactly these, independent over readouts."""
    rng = np.random.default_rng(1)
    draws = rng.normal(size=(count, len(mean)))
    draws -= draws.mean(axis=0)
    factor = np.linalg.cholesky(np.cov(draws.T).reshape(len(mean), len(mean)))
    return np.array(mean) + sd * np.linalg.solve(factor, draws.T).T


def test_one_total_in_closed_form() -> None:
    found = conflict(ONE, exactly([4.0], 1.5))
    assert found.z == pytest.approx(6 / 2.5)
    assert found.p == pytest.approx(2 * stats.norm.sf(6 / 2.5))
    # 1.96 to be said, 1.28 more to be said with probability .9
    assert found.detectable == pytest.approx((1.959964 + 1.281552) * 2.5 / 10, rel=1e-3)
    assert found.disagrees
    assert found.could_be_seen


def test_bias_of_the_whole_test_is_scatter_too() -> None:
    biased = Measured(ONE.observed, ONE.covariance, np.array([3.0]))
    assert conflict(biased, exactly([4.0], 1.5)).z == pytest.approx(6 / (4 + 2.25 + 9) ** 0.5)


def test_several_readouts_in_closed_form() -> None:
    found = conflict(SEVERAL, exactly([1.0, 1.0, 1.0], 0.5))
    joint = SEVERAL.covariance + np.outer(SEVERAL.bias, SEVERAL.bias) + 0.25 * np.eye(3)
    away = np.array([2.0, 1.0, 0.0])
    assert found.distance == pytest.approx(away @ np.linalg.inv(joint) @ away)
    assert found.p == pytest.approx(stats.chi2.sf(found.distance, 3))
    assert found.z == pytest.approx(3 / joint.sum() ** 0.5)


def test_nothing_measured_can_disagree_but_not_by_a_share_of_itself() -> None:
    found = conflict(Measured(np.zeros(1), np.eye(1), np.zeros(1)), exactly([5.0], 0.1))
    assert found.disagrees
    assert found.detectable == np.inf


def test_weights_are_those_of_repeated_draws() -> None:
    draws = np.array([[1.0], [2.0], [4.0]])
    mean, spread = moments(draws, np.array([0.25, 0.25, 0.5]))
    assert mean == pytest.approx([2.75])
    assert spread[0, 0] == pytest.approx((1.75**2 / 4 + 0.75**2 / 4 + 1.25**2 / 2) / (1 - 0.375))


@pytest.mark.parametrize("freedom", [np.inf, 30.0, 5.0])
@pytest.mark.parametrize("count", [1, 8])
def test_alarms_and_power_are_what_is_promised(count: int, freedom: float) -> None:
    """In repeated tests, agreement is questioned in 5 %, and a disagreement of the detectable size is said in 90 %."""
    rng = np.random.default_rng(2)
    factor = rng.normal(size=(count, count)) + 2 * np.eye(count)
    scatter = factor @ factor.T
    noise = rng.normal(size=(4000, count)) @ factor.T
    if np.isfinite(freedom):
        noise /= np.sqrt(rng.chisquare(freedom, size=4000) / freedom)[:, None]
    truth = np.linspace(3.0, 1.0, count)
    relative = (truth @ np.linalg.solve(scatter, truth)) ** 0.5
    size = noncentrality(count, freedom) ** 0.5 / relative
    for shift, rate in ((0.0, 0.05), (size, 0.9)):
        distance = np.sum(np.linalg.solve(factor, (noise + shift * truth).T) ** 2, axis=0)
        said = np.mean([tail_probability(float(far), count, freedom) < 0.05 for far in distance])
        assert said == pytest.approx(rate, abs=0.02)


def test_a_prediction_of_its_own_scatter_makes_student_errors_nearly_normal() -> None:
    heavy = Measured(ONE.observed, ONE.covariance, ONE.bias, 4.0)
    sure, vague = (conflict(heavy, exactly([4.0], sd)).error_degrees_of_freedom for sd in (1e-3, 20.0))
    assert sure == pytest.approx(4.0, rel=1e-3)
    assert vague > 1000


@pytest.mark.parametrize("freedom", [np.inf, 3.0, 40.0])
def test_density_with_the_bias_integrated_out(freedom: float) -> None:
    measured = Measured(SEVERAL.observed, SEVERAL.covariance, SEVERAL.bias, freedom)
    predicted = np.array([[3.0, 2.0, 1.0], [0.0, 0.0, 0.0], [9.0, 1.0, -2.0]])
    size = np.array([1.0, 0.5, 2.0])

    def height(shift: float, k: int) -> float:
        centre = predicted[k] + shift * size[k] * SEVERAL.bias
        law = (
            stats.multivariate_normal(centre, SEVERAL.covariance)
            if np.isinf(freedom)
            else stats.multivariate_t(centre, SEVERAL.covariance, freedom)
        )
        return float(law.pdf(SEVERAL.observed) * stats.norm.pdf(shift))

    expected = [np.log(integrate.quad(height, -9, 9, args=(k,), epsabs=0)[0]) for k in range(3)]
    np.testing.assert_allclose(log_density(measured, predicted, size), expected, rtol=1e-6)


def test_effective_weight() -> None:
    before = exactly([1.0, 1.0], 2.0)
    np.testing.assert_allclose(effective_weight(exactly([3.0, 1.0], 0.5), before), [0.75, 0.75])
    assert (effective_weight(4 * before, before) == -3).all()
