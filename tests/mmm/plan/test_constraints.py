import json
from typing import Any

import numpy as np
import pytest

from mixproof.errors import ConfigError
from mmm.plan.config import ASSUMED, MIXED, PlanConfig, holding
from mmm.plan.constraints import constraints
from mmm.plan.window import build_window, raise_without_money
from tests.mmm.plan.planning_cases import case, problem_of

NAMED: list[tuple[dict[str, Any], str, str]] = [
    ({"bounds": [{"channels": ["radio"], "at_most": 1.0}]}, "plan-channel", "`radio` is no channel"),
    ({"bounds": [{"channels": ["mail"], "at_most": 1.0}]}, "plan-channel", "costs nothing"),
    ({"current": {"budgets": {"x": 1.0}}}, "plan-channel", "plan.current.budgets"),
    ({"prices": {"x": {"times": 2.0}}}, "plan-channel", "plan.prices"),
    ({"scenarios": [{"name": "a", "prices": {"x": 2.0}}]}, "plan-channel", "plan.scenarios: a"),
    ({"bounds": [{"geos": ["north"], "at_most": 1.0}]}, "plan-geo", "`north` is no geo"),
    ({"bounds": [{"at_most": 1.0, "start": "2024-01-01"}]}, "plan-dates", "2025-02-24 and 2025-05-25"),
    ({"prices": {"c0": {"dated": [{"start": "2026-01-01", "times": 2.0}]}}}, "plan-dates", "plan.prices.c0"),
    ({"current": {"budgets": {"c0": 0.0, "c1": 0.0, "c2": 0.0}}}, "plan-nothing", "any money"),
    ({"budget": {"total": 0.0}}, "plan-nothing", "any money"),
    ({"objective": "profit"}, "plan-money", "plan.objective"),
    ({"target": {"roi": 2.0}}, "plan-money", "plan.target"),
]
"""What does not fit the run that is planned from."""

CONTRADICTIONS: list[tuple[dict[str, Any], set[str]]] = [
    (
        {"budget": {"total": 1000.0}, "bounds": [{"channels": ["c0"], "at_least": 2000.0}]},
        {"plan.budget.total", "plan.bounds[0]"},
    ),
    ({"bounds": [{"channels": ["c0"], "at_least": 4000.0}]}, {"plan.range", "plan.bounds[0]"}),
    ({"bounds": [{"channels": ["c0"], "exactly": 9000.0}]}, {"plan.budget.total", "plan.bounds[0]"}),
    ({"budget": {"per_period": 10.0, "least": 5000.0}}, {"plan.budget.per_period", "plan.budget.least"}),
    ({"budget": {"least": 50000.0}}, {"plan.budget.least", "plan.range"}),
    (
        {"bounds": [{"channels": ["c0", "c1"], "at_most": 1000.0}, {"channels": ["c1"], "at_least": 2000.0}]},
        {"plan.bounds[0]", "plan.bounds[1]"},
    ),
    (
        {"bounds": [{"channels": ["c0"], "exactly": 500.0}, {"channels": ["c0"], "exactly": 600.0}]},
        {"plan.bounds[0]", "plan.bounds[1]"},
    ),
    (
        {"range": {"at_least_times": 0.9}, "bounds": [{"at_most_times": 0.5}]},
        {"plan.range", "plan.bounds[0]"},
    ),
    (
        {
            "bounds": [
                {"channels": ["c0"], "at_least": 900.0, "or_nothing": True},
                {"channels": ["c0"], "at_least": 500.0, "at_most": 800.0},
                {"channels": ["c2"], "at_most": 100.0},
            ]
        },
        {"plan.bounds[0]", "plan.bounds[1]"},
    ),
    (
        {
            "flighting": "free",
            "smooth": 0.0,
            "bounds": [
                {"start": "2025-03-10", "end": "2025-03-16", "exactly": 0.0},
                {"at_least": 100.0},
            ],
        },
        {"plan.smooth", "plan.bounds[0]", "plan.bounds[1]"},
    ),
    (
        {"budget": {"per_period_least": 600.0, "total": 7000.0}},
        {"plan.budget.per_period_least", "plan.budget.total"},
    ),
]
"""Limits that cannot all be kept, and the smallest set of them that cannot."""


def planned(plan: dict[str, Any]) -> PlanConfig:
    return PlanConfig.model_validate_json(json.dumps(plan))


@pytest.mark.parametrize(("plan", "code", "words"), NAMED)
def test_what_does_not_fit_the_run_is_named(plan: dict[str, Any], code: str, words: str) -> None:
    problem = problem_of(counts=code == "plan-money")
    if code == "plan-money":
        data = problem.panel.data.assign(outcome_value=problem.panel.data["outcome_value"] * np.nan)
        problem = problem.with_outcome(type(problem.panel)(data, "weekly", "EUR", "orders", "count"))
    config = planned(plan)
    with pytest.raises(ConfigError) as caught:
        window = build_window(problem, config)
        raise_without_money(window, config)
        constraints(window, config)
    assert [fault.code for fault in caught.value.faults] == [code]
    assert words in f"{caught.value.faults[0].where} {caught.value.faults[0].what}"


@pytest.mark.parametrize(("plan", "names"), CONTRADICTIONS)
def test_contradictions_are_named_by_a_smallest_set(plan: dict[str, Any], names: set[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        case(planned(plan))
    (fault,) = caught.value.faults
    assert fault.code == "plan-contradiction"
    assert set(fault.where.split(", ")) == names


def test_channels_that_keep_their_money_are_named_as_that_where_no_total_can_be_kept() -> None:
    names = ("c0", "c1", "c2")
    plan = holding(planned({"budget": {"total": 1.0}}), dict.fromkeys(names, MIXED), names)
    with pytest.raises(ConfigError) as caught:
        case(plan)
    (fault,) = caught.value.faults
    assert fault.code == "plan-contradiction" and "mixed with demand" in fault.where
    assert "as in the current plan unless a bound names it" in fault.what
    assert "plan.bounds" not in fault.where


@pytest.mark.parametrize("free", [False, True])
def test_a_mostly_assumed_channel_keeps_its_lowest_observed_level_and_no_other_channel_does(
    free: bool,
) -> None:
    plan = planned({"flighting": "free"} if free else {})
    window = build_window(problem_of(), plan)
    kept = constraints(window, holding(plan, {"c1": ASSUMED}, ("c0", "c1", "c2")))
    lower = kept.amounts.money(kept.polytope.lower)
    spend = (
        window.problem.panel.data["spend"].transpose("geo", "date", "channel").values[..., window.places[1]]
    )
    length = window.problem.pathways[window.places[1]].carryover.lags + 1
    means = np.stack(
        [spend[:, end - length : end].mean(axis=1) for end in range(length, spend.shape[1] + 1)], axis=1
    )
    lowest = np.sort(means, axis=1)[:, int(0.05 * means.shape[1])]
    least = np.minimum(lowest[:, None], window.current[..., 1])
    np.testing.assert_allclose(lower[..., 1].sum(axis=1), least.sum(axis=1), rtol=1e-9)
    assert least.sum() > 0 and (lower[..., [0, 2]] == 0).all()
    assert (lower <= window.current + 1e-9).all()
