"""What a test's result is worth: the closed form where gains are quadratic and all is normal, and the limits of it."""

import numpy as np
import pytest
from scipy import sparse

from mmm.plan.curves import Curves
from mmm.plan.search.information import smooth, worth
from mmm.plan.search.polytope import Polytope

TOTAL, BEND, SPREAD = 10.0, 0.4, 0.8


def two_channels(draws: int, seed: int, least: float = 0.0) -> tuple[Curves, np.ndarray]:
    """Return gains a m - b m^2 / 2 of two channels, and by how much the first one's a is above the other's."""
    above = SPREAD * np.random.default_rng(seed).standard_normal(draws)
    money = np.tile(np.linspace(least, TOTAL, 41), (2, 1))
    rise = np.stack([4.0 + above, np.full(draws, 4.0)])
    return smooth(money, rise[:, None] * money[..., None] - 0.5 * BEND * money[..., None] ** 2), above


def limits(least: float = TOTAL, sums: int = 1, each: float = 0.0) -> Polytope:
    rows = sparse.csr_matrix(np.ones((sums, 2)))
    return Polytope(np.full(2, each), np.full(2, TOTAL), rows, np.full(sums, least), np.full(sums, TOTAL))


@pytest.mark.parametrize("error", [0.0, 0.4, 0.8, 1.6])
@pytest.mark.parametrize("sums", [1, 2])  # by filling up, and by the program for several sums
@pytest.mark.parametrize("least", [0.0, 1.0])
def test_it_is_the_closed_form_where_gains_are_quadratic_and_all_is_normal(
    error: float, sums: int, least: float
) -> None:
    draws, rng = 2000 if sums == 2 else 6000, np.random.default_rng(9)
    known, unknown = two_channels(draws, 1, least), two_channels(draws, 2, least)
    results = [above + error * rng.standard_normal(draws) for _, above in (known, unknown)]
    found = worth((known[0], results[0]), (unknown[0], results[1]), limits(sums=sums, each=least), 0.0)
    # The best plan moves E[a1 - a2 | result] / (2 b) from half of the total, and gains E[.]^2 / (4 b).
    exact = SPREAD**4 / (SPREAD**2 + error**2) / (4 * BEND)
    assert found.mean == pytest.approx(exact, abs=6 * found.error + 0.01 * exact)
    moved = np.sqrt(2 / np.pi) * np.sqrt(4 * BEND * exact) / (2 * BEND) / TOTAL
    assert found.moved == pytest.approx(moved, abs=0.005)


def test_a_result_that_tells_nothing_is_worth_nothing_and_one_that_misleads_less() -> None:
    known, unknown = two_channels(1000, 1), two_channels(1000, 2)
    rng = np.random.default_rng(3)
    found = worth((known[0], rng.normal(size=1000)), (unknown[0], rng.normal(size=1000)), limits(), 0.0)
    assert abs(found.mean) < 6 * found.error + 0.01
    misled = worth((known[0], known[1]), (unknown[0], -unknown[1]), limits(), 0.0)
    assert misled.mean < -6 * misled.error


def test_where_nothing_may_move_and_where_all_draws_are_alike_nothing_is_gained() -> None:
    known, unknown = two_channels(200, 1), two_channels(200, 2)
    held = limits()
    held = Polytope(np.array([4.0, 6.0]), np.array([4.0, 6.0]), held.matrix, held.least, held.most)
    assert np.abs(worth(known, unknown, held, 0.0).gained).max() < 1e-12
    same = (known[0], np.zeros(200)), (unknown[0], np.zeros(200))
    assert np.abs(worth(*same, limits(), 0.0).gained).max() < 1e-9


@pytest.mark.parametrize(("hair", "nothing"), [(1e-7, True), (1e-2, False)])
def test_what_moves_money_by_no_more_than_round_off_is_worth_exactly_nothing(
    hair: float, nothing: bool
) -> None:
    known, unknown = two_channels(200, 1), two_channels(200, 2)
    least, free = np.array([4.0, 6.0 - hair]), limits()
    narrow = Polytope(least, least + hair, free.matrix, free.least, free.most)
    gains = [
        (smooth(money, np.stack([curves.at(level)[0] for level in money.T], axis=1)), result)
        for curves, result in (known, unknown)
        for money in [least[:, None] + hair * np.linspace(0, 1, 9)]
    ]
    found = worth(gains[0], gains[1], narrow, 0.0)
    assert bool((found.gained == 0.0).all()) is nothing and (found.moved == 0.0) is nothing


def test_in_a_profit_money_that_is_not_spent_counts() -> None:
    known, unknown = two_channels(4000, 1), two_channels(4000, 2)
    found = worth(known, unknown, limits(least=-np.inf), 3.0)
    # Each channel is on its own: m = (a - cost) / b, never below nothing; the gain beyond the plan made without is closed too.
    above = unknown[1]
    best = np.clip((1.0 + above) / BEND, 0.0, TOTAL - 1.0 / BEND)
    value = (1.0 + above) * best - 0.5 * BEND * best**2
    without = (1.0 + above) / BEND - 0.5 / BEND
    assert found.mean == pytest.approx((value - without).mean(), abs=0.02)
