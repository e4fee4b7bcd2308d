from typing import Any

import numpy as np
import pytest

from mmm.plan.config import PlanConfig
from mmm.plan.outcome import base_outcome, fewer, halves, media_outcome, media_terms, unit_of
from tests.mmm.plan.planning_cases import case, problem_of, random_posterior

MODELS: list[dict[str, Any]] = [
    {"family": "normal"},
    {"family": "normal", "geos": 3, "impressions": True},
    {"family": "normal", "geos": 2, "order": "saturation_first"},
    {"family": "lognormal", "geos": 2},
    {"family": "negative_binomial", "counts": True},
]


@pytest.mark.parametrize("model", MODELS)
def test_totals_are_those_of_the_effects(model: dict[str, Any]) -> None:
    window, _, outcome = case(problem=problem_of(**model), draws=12)
    whole = media_outcome(window, outcome.draws, window.current)
    assert whole.shape == (len(window.current), 13 + window.tail, 12)
    np.testing.assert_allclose(outcome.total(window.current), whole.sum(axis=(0, 1)), rtol=1e-10)
    assert (outcome.brought(np.zeros_like(window.current)) == 0).all()
    np.testing.assert_allclose(
        outcome.by_channel(window.current).sum(axis=0), outcome.brought(window.current), rtol=1e-9
    )


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("rises", [0.0, 0.3])
def test_gradients_are_those_of_finite_differences(model: dict[str, Any], rises: float) -> None:
    plan = PlanConfig.model_validate({"prices": {"c1": {"times": 1.2, "rises": rises}}})
    window, _, outcome = case(plan, 6, problem_of(**model))
    weights = np.linspace(0.5, 1.5, 6) / 6
    money = window.current * np.random.default_rng(3).uniform(0.5, 1.5, window.current.shape)
    _, slope = outcome.value_and_gradient(money, lambda brought: weights)
    for cell in [(0, 0, 0), (-1, 6, 1), (0, 12, 2)]:
        step = 1e-4 * money[cell]
        up, down = money.copy(), money.copy()
        up[cell] += step
        down[cell] -= step
        known = weights @ (outcome.brought(up) - outcome.brought(down)) / (2 * step)
        assert slope[cell] == pytest.approx(known, rel=1e-5, abs=1e-12)


def test_terms_add_up_to_the_outcome_of_a_multiplicative_model() -> None:
    window, _, outcome = case(problem=problem_of(family="lognormal", geos=2), draws=8)
    base = base_outcome(window, outcome.draws)
    nothing = media_terms(window, outcome.draws, np.zeros_like(window.current))
    assert base.shape == nothing.shape
    gained = media_outcome(window, outcome.draws, window.current)
    with_media = media_terms(window, outcome.draws, window.current)
    organic = nothing - np.log1p(media_outcome(window, outcome.draws, np.zeros_like(window.current)) / base)
    np.testing.assert_allclose(base * np.expm1(with_media - organic), gained, rtol=1e-8)


def test_halves_share_no_draw_and_profit_counts_margin_and_value() -> None:
    problem = problem_of(counts=True)
    window, _, _ = case(problem=problem)
    used, unused = halves(random_posterior(problem, 40), window)
    assert used.count == unused.count == 20
    assert not set(used.values("coefficient")[0, 0]) & set(unused.values("coefficient")[0, 0])
    assert fewer(used, 7).count == 7
    plan = PlanConfig(objective="profit", margin=0.5)
    window, _, _ = case(plan, problem=problem)
    assert unit_of(window, plan).tolist() == [20.0]
    assert unit_of(window, PlanConfig()).tolist() == [1.0]
