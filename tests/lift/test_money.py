"""What an increment is worth: returns where spend rose, where it fell, and none where it did not change."""

import math

import pytest

from lift.holdout.methods.interval import Answer
from lift.money import Economics, return_on_spend

GAIN = Answer(3000.0, 1000.0, 5000.0, 0.02, 1000.0, 0.9, "stated")
LOSS = Answer(-3000.0, -5000.0, -1000.0, 0.02, 1000.0, 0.9, "stated")
RETURNS = [
    (GAIN, 20_000.0, (4.5, 1.5, 7.5)),
    (LOSS, -20_000.0, (4.5, 1.5, 7.5)),  # a go-dark test: what was lost per unit of spend saved
    (GAIN, -20_000.0, (-4.5, -7.5, -1.5)),
    (GAIN, 0.0, None),
    (GAIN, None, None),
    (GAIN, math.nan, None),
]


@pytest.mark.parametrize(("increment", "spend", "expected"), RETURNS)
def test_a_return_keeps_its_sign_and_its_test(
    increment: Answer, spend: float | None, expected: tuple[float, float, float] | None
) -> None:
    found = return_on_spend(increment, Economics(30.0, None, spend))
    assert (found is None) == (expected is None)
    if found is not None:
        assert (found.point, found.lower, found.upper) == pytest.approx(expected)
        assert (found.p_value, found.se) == pytest.approx((0.02, 1.5))
