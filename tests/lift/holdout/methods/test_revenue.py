import math

import numpy as np
import pytest

from benchmarks.lift_worlds import simulate_revenue_sums
from lift.holdout.methods.revenue import (
    MeanSums,
    fieller_ratio,
    pooled_lift,
    quadratic_set,
    realised_increment,
    welch_difference,
)

SETS = [
    # a, b, c of a x^2 + 2 b x + c <= 0, lower, upper, excluded
    (1.0, -2.0, 3.0, 1.0, 3.0, None),
    (1.0, 0.0, 1.0, math.nan, math.nan, None),
    (-1.0, 0.0, -1.0, -math.inf, math.inf, None),
    (-1.0, 2.0, -3.0, -math.inf, math.inf, (1.0, 3.0)),
    (0.0, 1.0, 1.0, -math.inf, math.inf, None),
]


@pytest.mark.parametrize(("a", "b", "c", "lower", "upper", "excluded"), SETS)
def test_quadratic_sets(a, b, c, lower, upper, excluded) -> None:
    found = quadratic_set(a, b, c)
    assert (found.lower, found.upper) == pytest.approx((lower, upper), nan_ok=True)
    assert found.excluded == (None if excluded is None else pytest.approx(excluded))
    assert bool(found.words) == (not (math.isfinite(lower) and math.isfinite(upper)))


def test_a_denominator_that_may_be_zero_is_said_in_words() -> None:
    answer = fieller_ratio(10.0, 0.5, 1.0, 1.0, 0.0, level=0.95)
    assert (answer.lower, answer.upper) == (-math.inf, math.inf)
    assert answer.excluded is not None
    assert "unbounded" in answer.words
    # The numerator is away from zero: 0 is excluded although the set is unbounded, and the p-value agrees.
    assert not answer.contains(0.0)
    assert answer.p_value < 0.05


@pytest.mark.parametrize("lift", [-0.3, 0.0, 0.4])
def test_pooled_inversion_is_the_test_of_rescaled_revenue(lift) -> None:
    """At either end r of the set, dividing treated revenue by r gives two samples with z = +-1.96 exactly."""
    generator = np.random.default_rng(3)
    one = MeanSums(
        *simulate_revenue_sums(generator, people=8000, rate=0.05 * (1 + lift), sigma=1, replications=1)[0]
    )
    zero = MeanSums(*simulate_revenue_sums(generator, people=2000, rate=0.05, sigma=1, replications=1)[0])
    answer = pooled_lift([one], [zero], level=0.95)
    for end, sign in ((answer.lower, 1), (answer.upper, -1)):
        r = 1 + end
        n = one.n + zero.n
        mean = (zero.s + one.s / r) / n
        variance = (zero.q + one.q / r**2) / n - mean**2
        z = (one.mean / r - zero.mean) / math.sqrt(variance * (1 / one.n + 1 / zero.n))
        assert z == pytest.approx(sign * 1.959963984540054, rel=1e-9)
    gained = realised_increment(answer, one.s)
    assert gained.point == pytest.approx(one.n * (one.mean - zero.mean))
    assert gained.upper == pytest.approx(one.s * (1 - 1 / (1 + answer.upper)))


def test_pooled_covers_where_welch_does_not() -> None:
    """10,000 null tests at 80/20 with orders of sigma 2: the claim of the method's page, at six Monte-Carlo errors."""
    generator = np.random.default_rng(4)
    one = simulate_revenue_sums(generator, people=8000, rate=0.02, sigma=2, replications=4000)
    zero = simulate_revenue_sums(generator, people=2000, rate=0.02, sigma=2, replications=4000)
    held, false_success = 0, 0
    for row1, row0 in zip(one, zero, strict=True):
        answer = pooled_lift([MeanSums(*row1)], [MeanSums(*row0)], level=0.95)
        held += answer.contains(0.0)
        false_success += welch_difference(MeanSums(*row1), MeanSums(*row0), level=0.95).lower > 0
    error = math.sqrt(0.95 * 0.05 / 4000)
    assert 0.94 - 6 * error < held / 4000 < 0.965 + 6 * error
    assert false_success / 4000 > 0.05
