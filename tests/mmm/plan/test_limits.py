import json
from typing import Any

import numpy as np
import pytest

from mmm.plan.config import PlanConfig
from mmm.plan.limits import Amounts, limits_of
from tests.mmm.plan.planning_cases import case


def planned(plan: dict[str, Any]) -> PlanConfig:
    return PlanConfig.model_validate_json(json.dumps(plan))


def test_amounts_and_paths_undo_each_other() -> None:
    window, _, _ = case()
    for free in (False, True):
        amounts = Amounts(window, free)
        np.testing.assert_allclose(amounts.money(amounts.current), window.current)
        cells = np.zeros(window.current.shape, bool)
        cells[:, 3:7, 1] = True
        rng = np.random.default_rng(1)
        some = rng.uniform(0, 100, len(amounts.current))
        assert amounts.sum_over(cells) @ some == pytest.approx(amounts.money(some)[cells].sum())


def test_limits_say_what_the_yaml_asks_for() -> None:
    plan = planned(
        {
            "flighting": "free",
            "smooth": 0.5,
            "budget": {"total": 5000.0, "least": 100.0, "per_period": 450.0},
            "bounds": [{"channels": ["c0", "c1"], "start": "2025-03-10", "at_most_times": 0.5}],
        }
    )
    window, _, _ = case()
    amounts = Amounts(window, True)
    found = {limit.where: limit for limit in limits_of(amounts, plan)}
    assert list(found) == [
        "plan.budget.total", "plan.budget.least", "plan.budget.per_period", "plan.range", "plan.bounds[0]", "plan.smooth",
    ]  # fmt: skip
    sums = {where: limit.matrix @ amounts.current for where, limit in found.items()}
    assert sums["plan.budget.total"] == pytest.approx(window.current.sum())
    np.testing.assert_allclose(sums["plan.budget.per_period"], window.current.sum(axis=(0, 2)))
    assert found["plan.bounds[0]"].most == pytest.approx(0.5 * window.current[:, 2:, :2].sum())
    np.testing.assert_allclose(sums["plan.smooth"], np.diff(window.current, axis=1).ravel())
    assert found["plan.bounds[0]"].words.startswith("c0 + c1 at most")


def test_totals_per_period_and_overall_are_kept_apart() -> None:
    _, kept, _ = case(planned({"budget": {"total": 5000.0, "per_period": 450.0}}))
    path = kept.amounts.money(kept.polytope.best(np.array([3.0, 2.0, 1.0])))
    assert path.sum() <= 5000.0 * (1 + 1e-9)
    assert path.sum(axis=(0, 2)).max() <= 450.0 * (1 + 1e-9)


def test_the_range_gives_way_to_a_channels_own_bound_alone() -> None:
    bounds = [{"channels": ["c0"], "at_most": 6000.0}, {"channels": ["c1", "c2"], "at_most": 1e5}]
    _, kept, _ = case(planned({"bounds": bounds}))
    now = kept.amounts.current
    assert kept.polytope.upper[0] == pytest.approx(6000.0)
    np.testing.assert_allclose(kept.polytope.upper[1:], np.minimum(2 * now[1:], now.sum()))
