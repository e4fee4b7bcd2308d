import numpy as np
import pytest

from mmm.plan.config import PlanConfig
from mmm.plan.curves import Curves, curves, levels
from tests.mmm.plan.planning_cases import case, problem_of


@pytest.mark.parametrize("slope", [0.8, 1.0, 2.0])
def test_curves_are_what_paths_bring_draw_by_draw(slope: float) -> None:
    plan = PlanConfig.model_validate({"prices": {"c0": {"rises": 0.2}}})
    window, kept, outcome = case(plan, 10, problem_of(geos=2), slope=slope)
    read = curves(window, outcome.draws, levels(kept.polytope.lower, kept.polytope.upper), outcome.unit)
    amounts = kept.amounts.current * np.random.default_rng(1).uniform(0.4, 1.7, len(kept.amounts.current))
    known = outcome.brought(kept.amounts.money(amounts))
    np.testing.assert_allclose(read.total(amounts), known, rtol=2e-4)
    _, slope_there = outcome.value_and_gradient(kept.amounts.money(amounts), lambda b: np.full(10, 0.1))
    np.testing.assert_allclose(read.at(amounts)[1].mean(axis=1), kept.amounts.back(slope_there), rtol=1e-2)


def test_control_points_stand_above_every_piece() -> None:
    rng = np.random.default_rng(5)
    money = np.cumsum(rng.uniform(0.1, 1, (4, 7)), axis=1)
    gain, slope = rng.normal(size=(4, 7, 1)), rng.normal(0, 3, (4, 7, 1))
    read = Curves(money, gain, slope)
    x, y = read.control_points()
    for part in np.linspace(0, 1, 101):
        amounts = money[:, 0] + part * (money[:, -1] - money[:, 0])
        value = read.at(amounts)[0][:, 0]
        for item in range(4):
            piece = np.clip(np.searchsorted(money[item], amounts[item], side="right") - 1, 0, 5)
            assert value[item] <= y[item, 3 * piece : 3 * piece + 4].max() + 1e-12
    assert (np.diff(x, axis=1) >= 0).all()


def test_costs_are_taken_from_gain_and_slope() -> None:
    read = Curves(np.array([[0.0, 1.0]]), np.array([[[0.0], [2.0]]]), np.ones((1, 2, 1)))
    less = read.less_cost(0.5)
    assert less.gain[0, 1, 0] == 1.5
    assert less.slope[0, 0, 0] == 0.5
