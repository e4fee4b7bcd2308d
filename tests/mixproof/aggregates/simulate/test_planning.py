"""Plans are spends, budgets add up, returns span their range, twins correlate as asked."""

import numpy as np
import pytest

from mixproof.aggregates.simulate.planning import (
    PLANS,
    alike,
    always_on,
    channel_names,
    plan_spend,
    react,
    split_budget,
    spread_returns,
)

SEASON = np.sin(np.arange(156) * 2 * np.pi / 52)


@pytest.mark.parametrize("plan", list(PLANS))
def test_plans_are_spends_that_vary(plan: str) -> None:
    for seed in range(10):
        path = PLANS[plan](np.random.default_rng(seed), SEASON)
        assert path.shape == SEASON.shape
        assert (path >= 0).all()
        assert path.std() > 0.15 * path.mean()


@pytest.mark.parametrize("count", [2, 10, 30])
def test_names_are_unique_and_budgets_add_up(count: int) -> None:
    names = channel_names(count)
    assert len(set(names)) == count
    rng = np.random.default_rng(0)
    assert split_budget(rng, names).sum() == pytest.approx(1.0)
    assert plan_spend(rng, names[-1], SEASON).mean() == pytest.approx(1.0)


def test_returns_span_the_range_whatever_the_seed() -> None:
    for seed in range(20):
        returns = np.sort(spread_returns(np.random.default_rng(seed), 5))
        edges = np.exp(np.linspace(np.log(0.3), np.log(4.0), 6))
        assert (edges[:-1] <= returns).all()
        assert (returns <= edges[1:]).all()


@pytest.mark.parametrize("correlation", [0.5, 0.95, 0.98])
def test_twins_correlate_exactly_as_asked(correlation: float) -> None:
    rng = np.random.default_rng(5)
    path = always_on(rng, SEASON)
    twin = alike(rng, path, correlation)
    assert np.corrcoef(path, twin)[0, 1] == pytest.approx(correlation, abs=1e-9)
    assert (twin >= 0).all()


def test_eager_planners_follow_demand_and_keep_the_budget() -> None:
    rng = np.random.default_rng(6)
    demand = rng.normal(size=156)
    path = always_on(rng, SEASON)
    followed = react(rng, path, demand, 0.5)
    assert followed.mean() == pytest.approx(path.mean())
    slope = np.polyfit(demand, np.log(followed / path), 1)[0]
    # Planner's error .15 over 156 weeks: standard error .012.
    assert slope == pytest.approx(0.5, abs=0.07)
