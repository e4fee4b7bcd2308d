import math

import numpy as np
import pytest

from lift.holdout.methods.sequential import (
    always_valid_answer,
    group_sequential_answer,
    obrien_fleming_bounds,
    spent_error,
)


def test_published_bounds() -> None:
    """Five equal looks at two-sided 5 %: the bounds of ldbounds, gsDesign and Jennison & Turnbull's chapter 7."""
    assert obrien_fleming_bounds([0.2, 0.4, 0.6, 0.8, 1.0], 0.05) == [
        pytest.approx(value, abs=2e-4) for value in (4.8769, 3.3569, 2.6803, 2.2898, 2.0310)
    ]


def test_one_look_at_the_end_is_the_fixed_test() -> None:
    assert obrien_fleming_bounds([1.0], 0.05) == [pytest.approx(1.959964, abs=1e-6)]
    assert spent_error(1.0, 0.05) == pytest.approx(0.05)
    answer = group_sequential_answer(2.5, 1.0, [1.0], level=0.95)
    assert answer.p_value == pytest.approx(0.0124193, rel=1e-5)


def test_planned_looks_keep_the_error() -> None:
    """100,000 null walks over five looks reject 5 % of the time (six Monte-Carlo errors)."""
    generator = np.random.default_rng(6)
    looks = np.array([0.15, 0.3, 0.55, 0.8, 1.0])
    steps = np.sqrt(np.diff(looks, prepend=0.0))
    walks = (generator.normal(size=(100_000, 5)) * steps).cumsum(axis=1) / np.sqrt(looks)
    rejected = (np.abs(walks) > obrien_fleming_bounds(looks.tolist(), 0.05)).any(axis=1).mean()
    assert abs(rejected - 0.05) < 6 * math.sqrt(0.05 * 0.95 / 100_000)


def test_daily_peeking_is_safe_with_a_confidence_sequence() -> None:
    """4,000 null walks looked at 60 times: fewer than 5 % ever leave, where the fixed interval loses a quarter."""
    generator = np.random.default_rng(7)
    walks = generator.normal(size=(4000, 60)).cumsum(axis=1) / np.arange(1, 61)
    days = np.arange(1, 61)
    halves = [
        always_valid_answer(0.0, 1 / math.sqrt(day), users=day * 100, planned_users=6000, level=0.95).upper
        for day in days
    ]
    ever = (np.abs(walks) > np.array(halves)).any(axis=1).mean()
    fixed = (np.abs(walks) > 1.96 / np.sqrt(days)).any(axis=1).mean()
    assert ever < 0.05
    assert fixed > 0.25


def test_tuning_is_narrowest_at_the_plan() -> None:
    def half(planned: float) -> float:
        return always_valid_answer(0.0, 1.0, users=50_000, planned_users=planned, level=0.95).upper

    assert half(50_000) < min(half(5_000), half(500_000))
