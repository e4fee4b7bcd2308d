"""Which test is worth running next: what it measures, how exactly, and what that has to do with the plan."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mmm.config import Interval
from mmm.plan.config import PlanConfig
from mmm.plan.outcome import PlanOutcome, unit_of
from mmm.plan.search.next_experiment import next_experiment_table, standard_error
from mmm.plan.search.target import best_plan
from mmm.plan.window import build_window
from mmm.problem.draws import thin
from tests.mmm.plan.planning_cases import problem_of, random_posterior


def table_of(plan: dict[str, Any] | None = None, draws: int = 200, **panel: Any) -> pd.DataFrame:
    problem = problem_of(**{"weeks": 70, **panel})
    config = PlanConfig.model_validate_json(json.dumps(plan or {}))
    window = build_window(problem, config)
    posterior = random_posterior(problem, 2 * draws)["posterior"].to_dataset()
    halves = [thin(posterior.isel(draw=slice(start, None, 2)), draws) for start in (0, 1)]
    used, unused = (PlanOutcome(window, half, unit_of(window, config)) for half in halves)
    best = best_plan(used, config, 1)
    return next_experiment_table(used, unused, best, Interval(), 1)


def test_a_test_measures_what_the_channel_brings_in_the_weeks_without_it() -> None:
    rows = table_of().set_index("channel")
    problem = problem_of(weeks=70)
    window = build_window(problem, PlanConfig())
    outcome = PlanOutcome(
        window, thin(random_posterior(problem, 400)["posterior"].to_dataset(), 400), np.ones(1)
    )
    assert set(rows.index) == {"c0", "c1", "c2"} and list(rows["worth"]) == sorted(rows["worth"])[::-1]
    for number, name in enumerate(window.channels):
        start = window.dates.get_loc(rows.loc[name, "start"])
        spent = window.current[0, :, number]
        assert spent[start : start + 4].sum() == max(spent[k : k + 4].sum() for k in range(len(spent) - 3))
        without = window.current.copy()
        without[:, start : start + 4, number] = 0.0
        whole = (outcome.total(window.current) - outcome.total(without)).mean()
        # All of the effect is counted but at most a twentieth, and the other half of the draws is another one.
        assert rows.loc[name, "effect_mean"] == pytest.approx(whole, rel=0.12)
        assert rows.loc[name, "money_kept"] == pytest.approx(spent[start : start + 4].sum())
        assert rows.loc[name, "share"] == 1.0 and "everywhere for 4 weeks" in rows.loc[name, "test"]
    assert (rows["worth_lower"] <= rows["worth"]).all() and (rows["worth"] <= rows["worth_upper"]).all()


def test_half_of_the_market_goes_without_where_there_are_geos() -> None:
    rows = table_of(geos=4)
    assert rows["test"].str.contains("in 2 of 4 geos").all()
    assert rows["share"].between(0.4, 0.6).all()


@pytest.mark.parametrize(
    "plan",
    [
        {"objective": "profit", "margin": 0.5},
        {"flighting": "free", "periods": 5},
        {"bounds": [{"channels": ["c0", "c1"], "at_most": 1500}]},
        {"bounds": [{"channels": ["c1"], "at_least": 100, "at_most": 9000, "or_nothing": True}]},
        {"target": {"roi": 0.5}},
        {"objective": "quantile"},
        {"bounds": [{"channels": ["c0"], "exactly": 800}]},
    ],
)
def test_every_kind_of_plan_has_tests_whose_worth_is_a_number(plan: dict[str, Any]) -> None:
    rows = table_of(plan, draws=60)
    assert (
        len(rows) == 3
        and np.isfinite(rows.drop(columns=["channel", "test", "start", "caution"]).to_numpy(float)).all()
    )


@pytest.mark.parametrize("held", [["c0"], ["c0", "c1", "c2"]])
def test_channels_that_are_held_at_millions_are_read_and_worth_nothing_where_all_are(held: list[str]) -> None:
    bounds = [{"channels": [name], "exactly": 3_456_789.01} for name in held]
    plan = {"current": {"budgets": dict.fromkeys(("c0", "c1", "c2"), 3_456_789.01)}, "bounds": bounds}
    for kind in ({}, {"objective": "profit", "margin": 0.5}):
        rows = table_of({**plan, **kind}, draws=60)
        assert len(rows) == 3 and np.isfinite(rows["worth"]).all()
        if len(held) == 3:
            assert (rows["worth"] == 0.0).all() and (rows["moved"] == 0.0).all()


def test_channels_without_money_and_channels_that_act_on_one_another_have_none() -> None:
    assert set(table_of({"current": {"budgets": {"c1": 0}}}, draws=40)["channel"]) == {"c0", "c2"}
    assert table_of(family="lognormal", draws=10).empty


def test_the_error_of_a_test_grows_with_residuals_that_move_together_and_shrinks_with_geos_that_do() -> None:
    rng = np.random.default_rng(5)
    size = np.array([2.0, 1.0])
    alone = rng.normal(size=(1, 400))
    whole = np.ones(1, bool)
    assert standard_error(alone, whole, size[:1], 4) == pytest.approx(2.0, rel=0.15)
    moving = np.cumsum(rng.normal(size=400))[None] / 10
    assert standard_error(moving, whole, size[:1], 4) > 2.5 * moving.std()
    shared = size[:, None] * alone  # what all geos have in common says what would have come
    assert standard_error(shared, np.array([True, False]), size, 4) == pytest.approx(0.0, abs=1e-9)
    gaps = alone.copy()
    gaps[0, ::7] = np.nan
    assert standard_error(gaps, whole, size[:1], 4) == pytest.approx(2.0, rel=0.2)
