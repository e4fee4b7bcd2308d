import numpy as np
import pytest
from scipy import sparse

from mmm.plan.config import PlanConfig
from mmm.plan.search.ascent import best_of, climb, goal_of, marginal_spread, random_starts
from mmm.plan.search.polytope import Polytope

TOTAL = Polytope(
    np.zeros(6), np.full(6, 4.0), sparse.csr_matrix(np.ones((1, 6))), np.array([-np.inf]), np.array([9.0])
)
SIZE = np.array([1.0, 2.0, 3.0, 4.0, 0.5, 2.5])


def logs(amounts: np.ndarray) -> tuple[float, np.ndarray]:
    return float((SIZE * np.log1p(amounts)).sum()), SIZE / (1 + amounts)


def test_ascents_from_anywhere_end_at_the_optimum_that_equal_returns_give() -> None:
    rng = np.random.default_rng(1)
    ends = [climb(logs, start, TOTAL, close=1e-9) for start in random_starts(TOTAL, 10, rng)]
    best, agree, apart = best_of(ends)
    assert agree == 10
    assert apart <= 1e-6
    price = max(np.linspace(0.01, 4, 4000), key=lambda p: -abs(np.clip(SIZE / p - 1, 0, 4).sum() - 9.0))
    np.testing.assert_allclose(best.amounts, np.clip(SIZE / price - 1, 0, 4), atol=0.01)
    spread, free = marginal_spread(best.amounts, logs(best.amounts)[1], TOTAL, 0.0)
    assert spread <= 1e-3
    assert free >= 4


def test_bounds_on_the_way_are_never_below_the_optimum() -> None:
    top = climb(logs, np.zeros(6), TOTAL, close=1e-10).value
    for close in (1e-1, 1e-3, 1e-6):
        found = climb(logs, np.zeros(6), TOTAL, bounded=True, close=close)
        assert found.value <= top + 1e-9
        assert top <= found.bound <= found.value * (1 + 2 * close)


@pytest.mark.parametrize(
    ("plan", "known"),
    [
        (PlanConfig(), 4.5),
        (PlanConfig(objective="quantile", level=0.25), float(np.quantile(np.arange(10), 0.25))),
        (PlanConfig(objective="cvar", level=0.25), (0 + 1 + 0.5 * 2) / 2.5),
        (PlanConfig(objective="probability"), 0.4),
        (PlanConfig(objective="probability", beats=7.0), 0.2),
    ],
)
def test_goals_read_what_they_say_and_weigh_draws_by_their_derivative(plan: PlanConfig, known: float) -> None:
    draws = np.arange(10.0)
    compared = np.array([9.0, 8, 7, 6, 5, 5.5, 5.5, 5, 5, 5])
    goal = goal_of(plan, compared)
    assert goal.value(draws) == pytest.approx(known)
    value, weights = goal.climbed(draws)
    rng = np.random.default_rng(2)
    way = 1e-6 * rng.normal(size=10)
    if goal.name != "probability":  # the width of its steps is taken as given
        assert goal.climbed(draws + way)[0] - value == pytest.approx(weights @ way, rel=1e-4, abs=1e-12)
        assert weights.sum() == pytest.approx(1.0)
    assert (weights >= 0).all()


def test_a_single_free_amount_has_no_spread() -> None:
    one = Polytope(np.zeros(1), np.ones(1), sparse.csr_matrix((0, 1)), np.zeros(0), np.zeros(0))
    assert np.isnan(marginal_spread(np.array([0.5]), np.ones(1), one, 0.0)[0])
