"""Tests of one channel against each other: closed forms, who is accused, and how often honest tests are."""

import numpy as np
import pytest
from scipy import stats

from mmm.calibration.agreement.conflict import Measured
from mmm.calibration.agreement.tension import multiple, tension

PROFILE = np.array([4.0, 5.0, 4.0, 3.0, 1.5, 0.8, 0.4, 0.2])
"""Expected effect by week of a test of four weeks and four of cool-down."""


def total(value: float, se: float, bias: float = 0.0, freedom: float = np.inf) -> Measured:
    return Measured(np.array([value]), np.array([[se**2]]), np.array([bias]), freedom)


def test_multiples_and_tension_in_closed_form() -> None:
    found = tension([total(20.0, 2.0), total(33.0, 4.0, 3.0)], [np.array([10.0]), np.array([10.0])])
    assert [one.value for one in found.multiples] == pytest.approx([2.0, 3.3])
    assert [one.se for one in found.multiples] == pytest.approx([0.2, 0.5])
    assert found.pairs[1, 0] == pytest.approx(1.3 / (0.04 + 0.25) ** 0.5)
    assert not found.contradiction
    assert np.isnan(found.rest).all()


def test_a_multiple_of_readouts_is_generalised_least_squares() -> None:
    covariance = 0.5 * np.eye(8) + 0.2
    measured = Measured(1.7 * PROFILE, covariance, 0.1 * PROFILE)
    found = multiple(measured, PROFILE)
    assert found.value == pytest.approx(1.7)
    information = PROFILE @ np.linalg.inv(covariance + 0.01 * np.outer(PROFILE, PROFILE)) @ PROFILE
    assert found.se == pytest.approx(information**-0.5)


def test_the_level_of_the_model_accuses_nobody() -> None:
    tests = [total(10.0, 1.0), total(22.0, 2.0), total(9.0, 1.5)]
    expected = [np.array([value]) for value in (10.0, 20.0, 10.0)]
    plain, doubled = (tension(tests, [times * mean for mean in expected]) for times in (1.0, 2.5))
    np.testing.assert_allclose(plain.pairs, doubled.pairs)
    np.testing.assert_allclose(plain.rest, doubled.rest)


def test_heavy_tails_count_less() -> None:
    expected = [np.array([10.0])] * 2
    normal = tension([total(10.0, 1.0), total(16.0, 1.0)], expected).largest
    heavy = tension([total(10.0, 1.0, 0.0, 4.0), total(16.0, 1.0, 0.0, 4.0)], expected).largest
    assert normal == pytest.approx(6 / 2**0.5)
    assert heavy == pytest.approx(stats.norm.isf(stats.t.sf(6 / 2**0.5, 8)))


CASES = {
    "two that contradict: nobody is outvoted": ([10.0, 30.0], True, None),
    "three, one of them far off": ([10.0, 11.0, 30.0], True, 2),
    "three, all apart": ([10.0, 30.0, 50.0], True, None),
    "two against two": ([10.0, 11.0, 30.0, 31.0], True, None),
    "four that agree": ([10.0, 11.0, 9.0, 10.5], False, None),
    "a null test against two": ([10.0, 0.0, 11.0], True, 1),
}


@pytest.mark.parametrize("name", CASES)
def test_who_is_accused(name: str) -> None:
    values, contradiction, accused = CASES[name]
    found = tension([total(value, 1.5) for value in values], [np.array([8.0])] * len(values))
    assert found.contradiction is contradiction
    assert found.accused == accused


def simulated(seed: int, factors: tuple[float, ...], se: float = 0.12) -> list[Measured]:
    """Return weekly readouts of tests with a shared shift of each (bias 8 %) and correlated errors; some are factors off."""
    rng = np.random.default_rng(seed)
    found = []
    for factor in factors:
        effect = factor * PROFILE
        weekly = se * effect.sum() / (8**0.5 * 1.5)
        covariance = weekly**2 * (0.82 * np.eye(8) + 0.18)
        bias = 0.08 * PROFILE
        noise = rng.multivariate_normal(np.zeros(8), covariance) + rng.normal() * bias
        found.append(Measured(effect + noise, covariance, bias))
    return found


@pytest.mark.parametrize("level", [1.0, 2.0])
def test_one_of_three_tests_three_times_too_high(level: float) -> None:
    """Accused in at least 90 % of 50 seeds whatever the level of the model; honest tests in at most 5 %."""
    expected = [level * PROFILE] * 3
    bad = [tension(simulated(seed, (1.0, 1.0, 3.0)), expected).accused for seed in range(50)]
    assert np.mean([place == 2 for place in bad]) >= 0.9
    honest = [tension(simulated(seed, (1.0, 1.0, 1.0)), expected) for seed in range(50)]
    assert np.mean([found.accused is not None for found in honest]) <= 0.05
    assert np.mean([found.contradiction for found in honest]) <= 0.05


def test_many_honest_tests_are_no_contradiction() -> None:
    found = [tension(simulated(seed, (1.0,) * 12), [PROFILE] * 12) for seed in range(60)]
    assert np.mean([one.contradiction for one in found]) <= 0.05


def test_one_test_is_no_tension() -> None:
    with pytest.raises(ValueError, match="two tests"):
        tension([total(1.0, 1.0)], [np.array([1.0])])
