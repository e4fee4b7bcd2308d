from dataclasses import replace

import numpy as np
import pytest

from lift.geo.answers.rows import cost_per_increment, relative
from lift.geo.inference.placebo import Inference

FOUND = Inference(40.0, 10.0, 70.0, 0.9, 0.02, 0.01, 99, "interval")

CASES = [
    # lower, upper of the return; expected bounds of its inverse
    (2.0, 4.0, (0.25, 0.5)),
    (-4.0, -2.0, (-0.5, -0.25)),
    (2.0, np.inf, (0.0, 0.5)),
    (-1.0, 4.0, (-np.inf, np.inf)),
]


@pytest.mark.parametrize(("lower", "upper", "expected"), CASES)
def test_cost_per_increment(lower: float, upper: float, expected: tuple[float, float]) -> None:
    found = cost_per_increment(replace(FOUND, point=3.0, lower=lower, upper=upper))
    assert (found.lower, found.upper) == pytest.approx(expected)
    assert (found.shape == "unbounded") == (not np.isfinite(found.upper))


def test_relative_lift_is_against_the_counterfactual() -> None:
    found = relative(FOUND, 440.0)
    assert (found.point, found.lower, found.upper) == pytest.approx((0.1, 10 / 430, 70 / 370))
    assert relative(replace(FOUND, upper=500.0), 440.0).shape == "unbounded"
    assert relative(replace(FOUND, lower=-np.inf, shape="unbounded"), 440.0).lower == -1.0
