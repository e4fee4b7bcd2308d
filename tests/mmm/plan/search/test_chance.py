"""How clear a gain chance alone shows: the best move of errors, and a probability that means what it says."""

import numpy as np
import pytest

from mmm.plan.config import PlanConfig
from mmm.plan.search.chance import best_moves, by_chance, clearness
from tests.mmm.plan.planning_cases import case, problem_of


def world(items: int, seed: int) -> tuple[np.ndarray, np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """Return draws of errors that hang together, how marginal returns bend, and limits."""
    rng = np.random.default_rng(seed)
    error = rng.normal(size=(items, items)) @ rng.normal(size=(items, 600)) / np.sqrt(items)
    room = rng.uniform(0.2, 2.0, items)
    return error - error.mean(axis=1, keepdims=True), rng.uniform(0.5, 3.0, items), (-room, room)


@pytest.mark.parametrize("balanced", [True, False])
def test_no_move_within_limits_gains_more(balanced: bool) -> None:
    error, bend, (least, most) = world(3, 1)
    moves = best_moves(error[:, :20], bend, least, most, balanced=balanced)
    assert (moves >= least[:, None] - 1e-9).all() and (moves <= most[:, None] + 1e-9).all()
    if balanced:
        np.testing.assert_allclose(moves.sum(axis=0), 0.0, atol=1e-6)
    rng = np.random.default_rng(2)
    others = rng.uniform(least, most, (4000, 3))
    if balanced:
        others[:, 2] = -others[:, 0] - others[:, 1]
        others = others[np.abs(others[:, 2]) <= most[2]]
    for draw in range(20):
        slope, move = error[:, draw], moves[:, draw]
        gained = others @ slope - 0.5 * others**2 @ bend
        assert move @ slope - 0.5 * move**2 @ bend >= gained.max() - 1e-9


@pytest.mark.parametrize("items", [2, 4, 20])
def test_where_the_current_plan_is_the_best_the_probability_is_uniform(items: int) -> None:
    error, bend, limits = world(items, 3)
    by_error = clearness(error, bend, error, limits, balanced=True)
    others = (
        error @ np.random.default_rng(4).normal(size=(600, 500)) / np.sqrt(600)
    )  # estimates that err by nothing else
    found = clearness(others, bend, error, limits, balanced=True)
    chances = (by_error[None] >= found[:, None]).mean(axis=1)
    assert chances.mean() == pytest.approx(0.5, abs=0.05)
    assert (chances <= 0.1).mean() == pytest.approx(0.1, abs=0.04)


def test_a_gain_far_above_its_uncertainty_is_no_chance_and_a_small_one_is() -> None:
    _, kept, outcome = case(PlanConfig(periods=4), 200, problem_of(weeks=70))
    rng = np.random.default_rng(5)
    noise = rng.normal(size=100)
    noise = (noise - noise.mean()) / noise.std()
    chances = [by_chance(outcome, kept, clear + noise, 0.0) for clear in (0.01, 1.0, 20.0)]
    assert chances[0] > 0.9 and chances[0] >= chances[1] >= chances[2] == 0.0


def test_it_is_not_known_where_channels_act_on_one_another_or_nothing_may_move() -> None:
    _, kept, outcome = case(PlanConfig(periods=4), 8, problem_of(family="lognormal", weeks=70))
    assert np.isnan(by_chance(outcome, kept, np.arange(4.0), 0.0))
    fixed = PlanConfig.model_validate_json(
        '{"periods": 4, "range": {"at_least_times": 1.0, "at_most_times": 1.0}}'
    )
    _, kept, outcome = case(fixed, 8, problem_of(weeks=70))
    assert np.isnan(by_chance(outcome, kept, np.arange(4.0), 0.0))
