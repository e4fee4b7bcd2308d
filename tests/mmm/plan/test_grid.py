"""What a planner's page computes with: few numbers that give all draws back, of the very draws that scenarios are read from."""

import base64
from typing import Any

import numpy as np
import pytest

from mixproof.errors import ConfigError
from mmm.plan.config import PlanBound, PlanConfig, Scenario
from mmm.plan.constraints import constraints
from mmm.plan.grid import LEVELS, POWER, compressed, planner_grid
from mmm.plan.outcome import TABLE_DRAWS, PlanOutcome, fewer, halves
from mmm.plan.results import Plans, scenarios_table
from mmm.plan.window import build_window
from tests.mmm.plan.planning_cases import problem_of, random_posterior

SCENARIO = Scenario(name="half", times={"c0": 0.5, "c2": 0.0})


def grid_of(geos: int, plan: PlanConfig, draws: int = 200, **given: Any) -> tuple[dict[str, Any], Plans]:
    """Return the grid of a small panel, and the plans whose tables it must agree with."""
    problem = problem_of(geos=geos, weeks=70)
    posterior = random_posterior(problem, draws)
    window = build_window(problem, plan)
    grid = planner_grid(posterior, window, plan, **given)
    _, unused = halves(posterior, window)
    outcome = PlanOutcome(window, fewer(unused, TABLE_DRAWS), np.ones(geos))
    paths = dict.fromkeys(("current", "proposed", "optimum"), window.current)
    return grid, Plans(outcome, constraints(window, plan), plan, paths, problem.config.interval)


def decoded(channel: dict[str, Any], draws: int) -> np.ndarray:
    """Return what a page reads of a channel, or of a plan, shape (level, draw)."""
    basis = np.frombuffer(base64.b64decode(channel["basis"]), "<f4").reshape(-1, channel["terms"])
    weights = np.frombuffer(base64.b64decode(channel["weights"]), "<i2").reshape(channel["terms"], draws)
    return basis.astype(float) @ weights


@pytest.mark.parametrize("shape", [(65, 400), (1, 50), (65, 3)])
def test_few_curves_give_all_draws_back(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(3)
    level, size = np.linspace(0, 1, shape[0])[:, None], rng.gamma(2, 1, shape[1])
    values = size * level ** rng.uniform(0.7, 2.0, shape[1]) / (0.3 + level)
    kept = compressed(values)
    assert kept.weights.dtype == "<i2" and len(kept.weights) <= 24
    np.testing.assert_allclose(kept.values(), values, atol=5e-5 * np.abs(values).max())


def test_values_that_are_zero_stay_zero() -> None:
    assert not compressed(np.zeros((5, 7))).values().any()


@pytest.mark.parametrize("geos", [1, 3])
def test_curves_hold_what_scenarios_bring(geos: int) -> None:
    grid, plans = grid_of(geos, PlanConfig(periods=4))
    for number, channel in enumerate(grid["channels"]):
        curve = decoded(channel, grid["draws"])
        assert curve.shape == (LEVELS, plans.outcome.draws.count)
        for place in (13, 40, LEVELS - 1):
            money = channel["top"] * (place / (LEVELS - 1)) ** POWER
            path = np.zeros_like(plans.window.current)
            now = plans.window.current[..., number]
            path[..., number] = money * now / now.sum()
            np.testing.assert_allclose(
                curve[place], plans.outcome.brought(path), atol=5e-5 * np.abs(curve).max()
            )


def test_plans_beside_have_their_draws_and_say_whether_channels_tell_all_of_them() -> None:
    plan = PlanConfig(periods=4, scenarios=(SCENARIO, Scenario(name="dearer", prices={"c1": 2.0})))
    grid, plans = grid_of(3, plan)
    table = scenarios_table(plans).set_index("scenario")
    assert [(one["name"], one["by_channel"]) for one in grid["plans"]] == [("half", True), ("dearer", False)]
    for one in grid["plans"]:
        assert decoded(one, grid["draws"]).mean() == pytest.approx(
            table.loc[one["name"], "outcome_mean"], rel=1e-4
        )
        assert sum(one["money"].values()) == pytest.approx(table.loc[one["name"], "spend"])


def test_limits_and_what_was_observed_stand_beside_each_channel() -> None:
    plan = PlanConfig(periods=4, bounds=(PlanBound(channels=("c1",), at_most_times=1.2),))
    grid, plans = grid_of(1, plan, cautions={"c2": "mixed with demand"})
    first, second, third = grid["channels"]
    assert second["most"] == pytest.approx(1.2 * second["current"]) and first["least"] == 0.0
    assert first["top"] == pytest.approx(2.0 * first["current"])
    spend = plans.window.problem.panel.data["spend"].values[0, :, 0]
    path = plans.window.current[0, :, 0] * first["observed"] / first["current"]
    assert (
        path.max() == pytest.approx(min(spend.max(), path.max())) and (path <= spend.max() * (1 + 1e-9)).all()
    )
    assert third["caution"] == "mixed with demand" and grid["total"] == pytest.approx(
        plans.window.current.sum()
    )


def test_channels_that_act_on_one_another_are_refused() -> None:
    problem = problem_of(family="lognormal", weeks=70)
    with pytest.raises(ConfigError, match="act on one another") as refused:
        planner_grid(
            random_posterior(problem, 8), build_window(problem, PlanConfig(periods=4)), PlanConfig(periods=4)
        )
    assert refused.value.faults[0].code == "planner-joint"
    plan = PlanConfig(
        periods=4, scenarios=(SCENARIO,)
    )  # the remedy: scenarios of a plan, which computes them together
    window = build_window(problem, plan)
    _, unused = halves(random_posterior(problem, 8), window)
    paths = dict.fromkeys(("current", "proposed", "optimum"), window.current)
    told = Plans(
        PlanOutcome(window, unused, np.ones(1)),
        constraints(window, plan),
        plan,
        paths,
        problem.config.interval,
    )
    table = scenarios_table(told).set_index("scenario")
    assert table.loc["half", "outcome_mean"] != table.loc["current", "outcome_mean"]
