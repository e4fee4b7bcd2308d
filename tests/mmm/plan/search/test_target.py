import json
from typing import Any

import numpy as np
import pytest

from mmm.plan.config import PlanConfig
from mmm.plan.search.target import best_plan
from tests.mmm.plan.planning_cases import case, problem_of


def reached(target: dict[str, Any], more: dict[str, Any] | None = None, **panel: Any) -> Any:
    plan = PlanConfig.model_validate_json(json.dumps({"target": target, **(more or {})}))
    _, kept, outcome = case(plan, 30, problem_of(**panel))
    best = best_plan(outcome, plan, 1)
    path = kept.amounts.money(best.found.amounts)
    return best, outcome.brought(path), float(path.sum())


def test_the_smallest_budget_reaches_an_outcome_and_less_money_does_not() -> None:
    wanted = 0.4 * float(reached({"outcome": 1.0})[0].found.current)
    best, brought, spend = reached({"outcome": wanted})
    assert best.reached.met
    assert wanted <= brought.mean() <= 1.01 * wanted
    assert f"{spend:,.0f}" in best.reached.sentence
    surer, likely, more = reached({"outcome": wanted, "probability": 0.8})
    assert surer.reached.met
    assert (likely >= wanted).mean() >= 0.8
    assert more > spend


@pytest.mark.parametrize(("kind", "factor"), [("roi", 0.95), ("mroi", 1.0), ("cpia", 1.05)])
def test_the_largest_budget_that_keeps_a_return(kind: str, factor: float) -> None:
    _, now, spend = reached({"roi": 1e-6})
    value = factor * (now.mean() / spend) if kind != "cpia" else factor * spend / now.mean()
    best, brought, money = reached({kind: value * (1.3 if kind != "cpia" else 0.7)})
    assert best.reached.met
    assert money > 0
    if kind == "roi":
        assert brought.mean() / money == pytest.approx(1.3 * value, rel=0.01)
    if kind == "cpia":
        assert money / brought.mean() == pytest.approx(0.7 * value, rel=0.01)


@pytest.mark.parametrize("family", ["normal", "lognormal"])
def test_a_target_out_of_reach_is_said_with_the_nearest(family: str) -> None:
    best, brought, _ = reached({"outcome": 1e9}, family=family)
    assert not best.reached.met
    assert best.reached.sentence.startswith("No budget within the constraints")
    assert best.reached.number == pytest.approx(brought.mean())


def test_a_target_under_sums() -> None:
    group = {"bounds": [{"channels": ["c0", "c1"], "at_most": 3000.0}]}
    best, brought, _ = reached({"outcome": 500.0}, group)
    assert best.reached.met
    assert best.found.amounts[:2].sum() <= 3000.0 * (1 + 1e-6)
    assert np.isfinite(brought).all()
