from typing import Any

import numpy as np
import pytest

from mixproof.errors import ConfigError
from mmm.plan.config import PlanConfig
from mmm.plan.window import build_window, raise_without_money
from tests.mmm.plan.planning_cases import problem_of


def window_of(plan: dict[str, Any], **panel: Any) -> Any:
    return build_window(problem_of(**panel), PlanConfig.model_validate_json(__import__("json").dumps(plan)))


def test_a_quarter_follows_the_panel_and_is_like_a_year_earlier() -> None:
    window = window_of({})
    panel = window.problem.panel
    assert str(window.dates[0].date()) == "2025-02-24"
    assert len(window.dates) == 13
    assert window.like.tolist() == [*range(8, 16), *range(16, 21)]
    spend = panel.data["spend"].transpose("geo", "date", "channel").values[..., :3]
    np.testing.assert_allclose(window.current, spend[:, window.like])
    np.testing.assert_allclose(window.phase.sum(axis=1), 1.0)
    np.testing.assert_allclose(window.before, window.problem.media.exposure[:, -13:])


@pytest.mark.parametrize("impressions", [False, True])
def test_the_same_money_pays_for_the_same_exposure(impressions: bool) -> None:
    window = window_of({"current": {"like": "last_periods"}}, impressions=impressions, geos=2)
    known = window.problem.media.exposure[:, window.like][..., :3]
    np.testing.assert_allclose(window.exposure(window.current), known, rtol=1e-9)


def test_prices_are_constant_dated_or_rise_with_spend() -> None:
    dear = {"c0": {"times": 2.0, "dated": [{"start": "2025-03-10", "times": 4.0}]}, "c1": {"rises": 0.5}}
    plain, window = window_of({}), window_of({"prices": dear})
    ratio = plain.exposure(plain.current) / window.exposure(window.current)
    np.testing.assert_allclose(ratio[0, :, 0], [2, 2, *[4] * 11])
    even = np.broadcast_to(window.reference[:, None], window.current.shape)
    np.testing.assert_allclose(window.exposure(even)[..., 1], plain.exposure(even)[..., 1])
    np.testing.assert_allclose(window.exposure(4 * even)[..., 1], 2 * plain.exposure(even)[..., 1])
    np.testing.assert_allclose(window.repriced({"c2": 2.0}).unit_cost[..., 2], 2 * window.unit_cost[..., 2])


def test_a_gap_is_spent_as_the_current_plan() -> None:
    window = window_of({"start": "2025-03-10", "periods": 4})
    assert str(window.dates[0].date()) == "2025-03-10"
    exposure = window.problem.media.exposure
    np.testing.assert_allclose(window.before[:, -2:, :3], exposure[:, 8:10, :3])
    np.testing.assert_allclose(window.before[:, :-2], exposure[:, -11:])


def test_budgets_replace_what_the_current_plan_spends() -> None:
    window = window_of({"current": {"budgets": {"c0": 1000.0, "c1": 0.0}, "times": 2.0}})
    total = window.current.sum(axis=(0, 1))
    assert total[0] == pytest.approx(1000.0)
    assert total[1] == 0
    np.testing.assert_allclose(window.phase[0, :, 1], 1 / 13)
    assert total[2] == pytest.approx(2 * window_of({}).current[..., 2].sum())


@pytest.mark.parametrize(
    ("plan", "code", "words"),
    [
        ({"start": "2024-06-03"}, "plan-start", "2025-02-24"),
        ({"start": "2025-02-26"}, "plan-start", "2025-03-03"),
        ({"start": "2031-01-06"}, "plan-start", "three years"),
        ({"current": {"like": "last_year"}}, "plan-like", "40 periods"),
    ],
)
def test_windows_that_cannot_be(plan: dict[str, Any], code: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        window_of(plan, weeks=40 if "current" in plan else 60)
    assert caught.value.faults[0].code == code
    assert words in str(caught.value)


def test_money_needs_a_value() -> None:
    problem = problem_of(counts=True)
    data = problem.panel.data.assign(outcome_value=problem.panel.data["outcome_value"] * np.nan)
    bare = problem.with_outcome(type(problem.panel)(data, "weekly", "EUR", "orders", "count"))
    for plan, asked in (
        (PlanConfig(), False),
        (PlanConfig(objective="profit"), True),
        (PlanConfig(objective="profit", value=3.0), False),
    ):
        window = build_window(bare, plan)
        if asked:
            with pytest.raises(ConfigError, match=r"plan\.value"):
                raise_without_money(window, plan)
        else:
            raise_without_money(window, plan)
