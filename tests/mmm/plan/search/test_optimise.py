import json
from typing import Any

import numpy as np
import pytest

from mmm.plan.config import PlanConfig
from mmm.plan.search.optimise import optimise
from tests.mmm.plan.planning_cases import case, problem_of


def found(plan: dict[str, Any], slope: float = 1.0, draws: int = 30, **panel: Any) -> Any:
    config = PlanConfig.model_validate_json(json.dumps(plan))
    _, kept, outcome = case(config, draws, problem_of(**panel), slope=slope)
    best = optimise(outcome, config, kept, 1)
    assert kept.polytope.excess(best.amounts) <= 1e-8
    return best, kept, outcome


@pytest.mark.parametrize("slope", [1.0, 3.0])
def test_the_optimum_is_better_close_to_its_bound_and_returns_are_equal(slope: float) -> None:
    best, _, _ = found({}, slope=slope)
    assert best.current < best.value <= best.bound
    assert best.bound - best.value <= 0.005 * best.value
    assert not best.spread > 1e-4
    if slope == 1.0:
        assert best.agree == best.starts


@pytest.mark.parametrize("objective", ["profit", "quantile", "cvar", "probability"])
def test_other_objectives_are_not_beaten_by_the_current_plan_or_the_best_mean(objective: str) -> None:
    best, kept, outcome = found({"objective": objective, "level": 0.2, "margin": 0.5})
    mean = found({})[0].amounts
    assert best.value >= best.current
    spent = mean.sum() if objective == "profit" else 0.0
    assert best.value >= best.goal.value(outcome.brought(kept.amounts.money(mean)) - spent) * (1 - 1e-3)
    if np.isfinite(best.bound):
        assert best.value <= best.bound


def test_free_phasing_is_at_least_as_good_and_certified() -> None:
    fixed = found({})[0]
    best = found({"flighting": "free"})[0]
    assert best.value >= fixed.value * (1 - 1e-6)
    assert best.value <= best.bound <= best.value * 1.005
    smooth = found({"flighting": "free", "smooth": 0.2}, draws=10)[0]
    path = smooth.amounts.reshape(1, 13, 3)
    assert (np.abs(np.diff(path, axis=1)) <= 0.2 * fixed_mean(path) + 1e-6).all()


def fixed_mean(path: np.ndarray) -> np.ndarray:
    return case()[0].current.mean(axis=1, keepdims=True)


def test_a_multiplicative_model_is_climbed() -> None:
    best, _, _ = found({}, family="lognormal", draws=10)
    assert best.value > best.current
    assert np.isnan(best.bound)
    assert best.agree >= 2


@pytest.mark.parametrize(
    "bounds",
    [
        [{"channels": ["c0", "c1"], "at_most": 3000.0}],
        [
            {"channels": ["c0"], "at_least_times": 1.5, "or_nothing": True},
            {"channels": ["c0", "c2"], "at_most_times": 0.9},
        ],
        [{"channels": ["c1"], "exactly": 2000.0}],
    ],
)
def test_groups_commitments_and_presence_are_kept(bounds: list[dict[str, Any]]) -> None:
    best, kept, _ = found({"bounds": bounds})
    assert best.value <= best.bound
    totals = best.amounts
    if bounds[0].get("or_nothing"):
        assert totals[0] == 0 or totals[0] >= 1.5 * kept.amounts.current[0] * (1 - 1e-9)
    elif "exactly" in bounds[0]:
        assert totals[1] == pytest.approx(2000.0)
    else:
        assert totals[:2].sum() <= 3000.0 * (1 + 1e-9)
