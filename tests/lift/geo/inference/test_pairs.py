import numpy as np
import pytest

from lift.geo.inference.pairs import PairsJoint, trimmed_match


def test_without_trimming_it_is_the_ratio_of_sums() -> None:
    response, dose = np.array([3.0, 5.0, 1.0, 9.0]), np.array([1.0, 2.0, 1.0, 3.0])
    found = trimmed_match(response, dose, 0.0, 0.8)
    assert found.inference.point == pytest.approx(18 / 7) and found.kept.all()


def test_an_outlier_is_cut() -> None:
    random = np.random.default_rng(0)
    dose = random.uniform(1, 2, 20)
    response = 3 * dose + random.normal(0, 0.1, 20)
    response[4] += 500
    found = trimmed_match(response, dose, 0.1, 0.9)
    assert found.inference.point == pytest.approx(3, abs=0.1) and not found.kept[4]
    assert found.kept.sum() == 16


def test_few_pairs_are_unbounded_and_say_so() -> None:
    found = trimmed_match(np.array([1.0, 2.0, 1.5, 1.2, 1.1]), np.ones(5), 0.0, 0.9).inference
    assert found.minimum_p == pytest.approx(2 / 32) == found.p_value and found.shape == "interval"
    narrow = trimmed_match(np.array([1.0, 2.0, 1.5, 1.2]), np.ones(4), 0.0, 0.9).inference
    assert narrow.shape == "unbounded" and narrow.p_value == pytest.approx(2 / 16)
    assert "nothing can be ruled out" in narrow.words


def test_coverage_is_exact_with_heavy_tails() -> None:
    """300 tests at 90 %: fewer than 243 have probability below 1e-6."""
    random = np.random.default_rng(1)
    covered = 0
    for _ in range(300):
        dose = random.uniform(1, 2, 8)
        response = 2.0 * dose + random.standard_t(2, 8)
        covered += trimmed_match(response, dose, 0.13, 0.9).inference.covers(2.0)
    assert covered >= 243


def test_negative_doses_of_a_go_dark_test() -> None:
    dose = np.array([-1.0, -2.0, -1.5, -1.0, -3.0])
    assert trimmed_match(4 * dose, dose, 0.2, 0.8).inference.point == pytest.approx(4.0)


def test_doses_of_both_signs_are_refused() -> None:
    with pytest.raises(ValueError, match="one sign"):
        trimmed_match(np.ones(3), np.array([1.0, -1.0, 1.0]), 0.0, 0.9)


def test_outcome_and_return_come_from_the_same_pairs() -> None:
    dose = np.array([1.0, 2.0, 1.5, 1.0, 2.5, 1.2])
    joint = PairsJoint(np.stack([3 * dose, dose]), np.full(6, 1 / 6), 0.0, 0.9, 0, 1.0)
    assert joint.ratio(2.0).point == pytest.approx(6.0)
    assert joint.combination(1.0, 0.0).point == pytest.approx(3 * dose.sum())
