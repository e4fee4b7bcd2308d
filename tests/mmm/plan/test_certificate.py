import json
from typing import Any

import numpy as np
import pytest

from mmm.config import Interval
from mmm.plan.certificate import decide, findings, judge
from mmm.plan.config import PlanConfig
from mmm.plan.search.target import best_plan
from mmm.plan.window import most_spent
from tests.mmm.plan.planning_cases import case, problem_of


def judged(plan: dict[str, Any], amounts: np.ndarray | None = None, **random: Any) -> Any:
    config = PlanConfig.model_validate_json(json.dumps(plan))
    _, kept, outcome = case(config, 60, problem_of(), **random)
    best = best_plan(outcome, config, 1)
    found = best.found
    if amounts is not None:
        object.__setattr__(found, "amounts", amounts)
    return judge(outcome, best, Interval()), best, kept, outcome


def test_a_gain_that_is_sure_is_recommended_with_its_interval() -> None:
    said, found, kept, outcome = judged({"objective": "quantile"})
    moved = kept.amounts.money(found.found.amounts)
    np.testing.assert_allclose(
        said.gain, outcome.brought(moved) - outcome.brought(kept.amounts.money(kept.amounts.current))
    )
    assert said.better == (said.gain > 0).mean()
    assert said.change == (said.better >= 0.8 and said.chance <= 0.1)
    assert said.sentence.startswith("Change" if said.change else "No change")


def test_a_current_plan_that_is_the_best_stays() -> None:
    said, _, kept, _ = judged({"range": {"at_least_times": 1.0, "at_most_times": 1.0}})
    assert not said.change
    assert said.sentence == "No change: the current plan is the best that the constraints allow."
    assert said.test_channel == ""
    assert kept.polytope.lower.sum() == pytest.approx(kept.polytope.upper.sum())


def test_an_unsure_gain_changes_nothing_and_names_the_test_that_would_decide() -> None:
    _, _, kept, _ = judged({})
    now = kept.amounts.current
    said, _, _, outcome = judged({}, amounts=now + np.array([-0.5, 0.5, 0.0]) * now[0])
    assert said.better < 0.8
    assert not said.change
    assert said.test_channel in outcome.window.channels[:2]
    assert said.test_channel in said.sentence
    assert "mixproof design" in said.sentence
    assert 0 < said.test_share <= 1


def test_where_most_of_a_gain_lies_beyond_observed_spend_the_best_within_it_is_proposed() -> None:
    plan = PlanConfig.model_validate_json('{"budget": {"total": 60000.0}, "range": {"at_most_times": 40.0}}')
    _, kept, outcome = case(plan, 60, problem_of(), harmful=0.0)
    best, said = decide(outcome, outcome, plan, Interval(), 1)
    moved = best.kept.amounts.money(best.found.amounts)
    most = np.maximum(most_spent(outcome.window)[:, None], kept.amounts.money(kept.amounts.current))
    assert (moved <= most * (1 + 1e-9)).all()
    assert said.change and said.beyond == 0.0 and "held to what has been observed" in said.sentence
    free = PlanConfig.model_validate_json('{"range": {"at_most_times": 1.01}}')
    best, said = decide(outcome, outcome, free, Interval(), 1)
    assert "held to" not in said.sentence


def test_a_commitment_above_everything_observed_leaves_no_plan_within_it() -> None:
    text = (
        '{"budget": {"total": 60000.0}, "range": {"at_most_times": 40.0}, "bounds": [{"at_least": 50000.0}]}'
    )
    plan = PlanConfig.model_validate_json(text)
    _, _, outcome = case(plan, 60, problem_of(), harmful=0.0)
    best, said = decide(outcome, outcome, plan, Interval(), 1)
    assert said.beyond >= 0.5 and f"{said.beyond:.0%} of it comes from amounts above" in said.sentence
    assert said.change  # the current plan does not keep the commitment: it cannot be what is proposed
    assert best.found.amounts.sum() >= 50000.0 * (1 - 1e-9)


def test_a_gain_beyond_observed_spend_changes_nothing() -> None:
    plan = {"budget": {"total": 60000.0}, "range": {"at_most_times": 40.0}}
    said, found, kept, outcome = judged(plan, harmful=0.0)
    assert (kept.amounts.money(found.found.amounts) > most_spent(outcome.window)[:, None]).any()
    assert said.beyond >= 0.5
    assert not said.change
    assert "only extrapolates" in said.sentence


def test_findings_carry_the_gap() -> None:
    said, found, _, _ = judged({})
    gain, gap = findings(found, said)
    assert gain.check == "plan_gain"
    assert gap.value == pytest.approx((found.found.bound - found.found.value) / found.found.value)
    assert gap.status == "pass"


def test_a_target_that_is_reached_is_recommended_whatever_less_money_brings() -> None:
    said, found, _, _ = judged({"target": {"outcome": 500.0}})
    assert said.change
    assert said.sentence.startswith("The smallest budget")
    assert found.found.current > found.found.value


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        ({"budget": {"total": 1000.0}}, "all money at most 1,000"),
        ({"bounds": [{"channels": ["c1"], "exactly": 10.0}]}, "c1 at least 10 and at most 10"),
        ({"bounds": [{"channels": ["c1"], "at_least": 90000.0, "or_nothing": True}]}, "c1 at least 90,000"),
    ],
)
def test_a_current_plan_that_does_not_keep_the_limits_is_not_recommended(
    plan: dict[str, Any], words: str
) -> None:
    said, best, kept, _ = judged(plan)
    assert said.change and kept.broken(kept.amounts.current)
    assert not kept.broken(best.found.amounts)
    assert said.sentence.startswith(f"Change: the current plan does not keep what is asked for ({words}")
    assert "above zero with probability" in said.sentence
    assert not judged({})[2].broken(kept.amounts.current)
