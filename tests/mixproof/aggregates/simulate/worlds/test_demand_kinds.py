"""Spend follows in each kind of world what sells without it, as strongly as its name says."""

import numpy as np
import pytest

from mixproof.aggregates.simulate import simulate_world

CORRELATED = [("demand_weak", 0.1, 0.6), ("demand_strong", 0.5, 1.0), ("demand_all", 0.2, 0.9)]


@pytest.mark.parametrize(("kind", "low", "high"), CORRELATED)
def test_spend_follows_unseen_demand(kind: str, low: float, high: float) -> None:
    found = []
    for seed in range(4):
        scene = simulate_world(kind, seed).scene
        spend = next(m.spend[0] for m in scene.media if m.name == "search")
        found.append(np.corrcoef(np.log(spend), scene.hidden["unseen_demand"][0])[0, 1])
    assert low < np.mean(found) < high


def test_all_budgets_follow_the_economy() -> None:
    scene = simulate_world("economy", 1).scene
    assert len(scene.chased) == len(scene.media) == 5


def test_budgets_follow_last_months_sales_and_not_this_months() -> None:
    """Spend of a month is its plan times a power of the sales of the four weeks before."""
    scene = simulate_world("budget_of_sales", 1).scene
    sold = scene.expected()[0] + scene.noise[0]
    spend = next(m.spend[0] for m in scene.media if m.name == "search")
    months = range(8, len(sold) - 4, 4)
    changes = [np.log(spend[m : m + 4].mean()) for m in months]
    before = [np.log(sold[m - 4 : m].mean()) for m in months]
    assert np.corrcoef(changes, before)[0, 1] > 0.1
