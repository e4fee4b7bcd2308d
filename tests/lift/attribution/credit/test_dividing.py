import numpy as np
import pytest

from lift.attribution.credit.dividing import linear_distinct, time_decay
from lift.attribution.credit.rules import RULES
from lift.attribution.credit.shapley import shapley_values
from tests.lift.attribution.credit.paths_cases import read, section, table

# By hand, from SMALL: A > B 10 (500), A 5 (100), B > A > B 8 (640), C 2 (30), A > C > B 6 (90), C > C > A 3 (45).
BY_HAND = {
    "first": ([21, 8, 5], [690, 640, 75]),
    "last": ([8, 24, 2], [145, 1230, 30]),
    "linear": (
        [5 + 5 + 8 / 3 + 2 + 1, 5 + 16 / 3 + 2, 2 + 2 + 2],
        [250 + 100 + 640 / 3 + 30 + 15, 250 + 1280 / 3 + 30, 30 + 30 + 30],
    ),
    "linear_distinct": (
        [5 + 5 + 4 + 2 + 1.5, 5 + 4 + 2, 2 + 2 + 1.5],
        [250 + 100 + 320 + 30 + 22.5, 250 + 320 + 30, 30 + 30 + 22.5],
    ),
    "position": (
        [5 + 5 + 1.6 + 2.4 + 1.2, 5 + 6.4 + 2.4, 2 + 1.2 + 1.8],
        [250 + 100 + 128 + 36 + 18, 250 + 512 + 36, 30 + 18 + 27],
    ),
}


@pytest.mark.parametrize("rule", BY_HAND)
def test_equals_the_hand_computed_case(rule: str) -> None:
    (credit,) = RULES[rule](read(table()), section())
    counts, value = BY_HAND[rule]
    np.testing.assert_allclose(credit.conversions, counts, rtol=1e-14)
    np.testing.assert_allclose(credit.value, value, rtol=1e-14)


def test_last_non_direct_passes_over_direct_unless_it_is_alone() -> None:
    frame = table(
        (
            ("A > direct", 3, 0, 1.0),
            ("direct > direct", 2, 0, 1.0),
            ("direct > B > direct > direct", 4, 0, 1.0),
            ("A > B", 1, 0, 1.0),
        )
    )
    (credit,) = RULES["last_non_direct"](read(frame), section())
    assert list(credit.conversions) == [3, 5, 2]
    (named,) = RULES["last_non_direct"](read(frame), section(direct="A"))
    assert list(named.conversions) == [0, 1, 9]


def test_time_decay_halves_with_every_half_life() -> None:
    frame = table((("A > B", 9, 0, 1.0),)).assign(ages="14 > 7")
    weights = time_decay(read(frame, ages="ages"), 7.0)
    np.testing.assert_allclose(weights, [1 / 3, 2 / 3], rtol=1e-14)
    # without days, a touch is as old as touches follow it
    np.testing.assert_allclose(
        time_decay(read(table((("A > B > C", 7, 0, 1.0),))), 1.0), [1 / 7, 2 / 7, 4 / 7]
    )
    old = table((("A > B", 9, 0, 1.0),)).assign(ages="90000 > 80000")
    np.testing.assert_allclose(time_decay(read(old, ages="ages"), 7.0), [0.0, 1.0])
    (credit,) = RULES["time_decay"](read(table()), section())
    assert "steps" in credit.note


def test_linear_over_distinct_channels_is_the_shapley_value_of_counts() -> None:
    generator = np.random.default_rng(0)
    names = np.array(list("ABCDE"))
    rows = tuple(
        (
            " > ".join(generator.choice(names, generator.integers(1, 7))),
            int(generator.integers(1, 50)),
            0,
            1.0,
        )
        for _ in range(60)
    )
    paths = read(table(rows))
    sets = np.bitwise_or.reduceat(1 << paths.touches, paths.first[:-1])
    coalitions = np.arange(1 << len(paths.channels))
    counts = np.array([paths.conversions[(sets & s) == sets].sum() for s in coalitions])
    weights = linear_distinct(paths) * np.repeat(paths.conversions, paths.lengths)
    credit = np.bincount(paths.touches, weights=weights)
    np.testing.assert_allclose(credit, shapley_values(counts), rtol=1e-12)
