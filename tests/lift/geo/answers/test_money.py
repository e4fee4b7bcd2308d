import numpy as np
import pytest

from lift.geo.answers.money import KnownSpendJoint, PlaceboJoint, scaled
from lift.geo.inference.placebo import Inference

FOUND = Inference(40.0, 10.0, 70.0, 0.9, 0.02, 0.01, 99, "interval")


def _joint() -> PlaceboJoint:
    random = np.random.default_rng(0)
    total = np.c_[[40.0, 20.0], random.normal(size=(2, 199)) * [[8.0], [2.0]]]
    scale = np.tile(np.array([[64.0, 4.0], [4.0, 4.0]]), (200, 1, 1))
    return PlaceboJoint(total, scale, np.r_[1.0, np.zeros(199)], 0.9, 1.0)


def test_profit_is_the_combination_of_outcome_and_spend() -> None:
    joint = _joint()
    assert joint.combination(3.0, -1.0).point == pytest.approx(3 * 40 - 20)
    assert joint.combination(1.0, 0.0).point == 40 and joint.combination(0.0, 1.0).point == 20


def test_return_and_outcome_share_one_test() -> None:
    joint = _joint()
    assert joint.ratio(1.0).p_value == joint.combination(1.0, 0.0).p_value
    assert joint.ratio(5.0).point == pytest.approx(10.0)
    assert joint.ratio(5.0).lower == pytest.approx(5 * joint.ratio(1.0).lower, rel=1e-6)


def test_break_even_return_and_profit_agree() -> None:
    """Profit at value v excludes zero exactly when the return excludes 1 / v, up to how the hypothesis is spread."""
    joint = _joint()
    for value in (0.2, 0.5, 1.0, 3.0):
        profit, ratio = joint.combination(value, -1.0), joint.ratio(1.0)
        assert profit.covers(0.0) == ratio.covers(1 / value)


def test_scaled_turns_round_with_a_negative_factor() -> None:
    assert (scaled(FOUND, -2.0).lower, scaled(FOUND, -2.0).upper) == (-140.0, -20.0)


def test_known_spend() -> None:
    joint = KnownSpendJoint(FOUND, 20.0)
    assert joint.ratio(2.0).point == 4.0 and joint.ratio(2.0).p_value == FOUND.p_value
    assert joint.combination(3.0, -1.0).point == 100.0 and np.isnan(joint.combination(3.0, -1.0).p_value)
    assert joint.combination(0.0, 1.0).point == 20.0
    assert KnownSpendJoint(FOUND, 0.0).ratio(1.0).shape == "unbounded"
