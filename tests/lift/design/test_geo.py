import json
from typing import Any

import numpy as np
import pytest

from benchmarks.lift_worlds import GeoWorld, simulate_panel, with_lift
from lift.design.config import GeoPlan
from lift.design.geo import Pool, candidate_sets, design_geo
from lift.geo.cell import analyse_cell
from lift.geo.data.assignment import complete
from lift.geo.data.setting import Setting

NONE = np.zeros(24, dtype=bool)
PANEL = simulate_panel(GeoWorld(24, 200), 9)


def plan(**changes: Any) -> GeoPlan:
    base: dict[str, Any] = {
        "kind": "geo",
        "name": "plan",
        "data": {"file": "past.csv"},
        "sizes": [3],
        "periods": [14],
        "expected_lift": 0.08,
        "method": "time_based_regression",
        "candidates": 60,
    }
    return GeoPlan.model_validate_json(json.dumps({**base, **changes}))


def pool(panel: np.ndarray = PANEL, must: np.ndarray = NONE, never: np.ndarray = NONE) -> Pool:
    return Pool(panel, None, must, never)


def test_candidates_keep_to_the_rules() -> None:
    must, never = np.isin(np.arange(24), [5]), np.isin(np.arange(24), [0, 1])
    found = candidate_sets(pool(must=must, never=never), 3, 60, 80, 1)
    assert (found.sum(axis=1) == 3).all() and found[:, 5].all() and not found[:, :2].any()
    assert len({tuple(row) for row in found}) == found.shape[0] == 60


def test_selection_reads_nothing_of_the_time_after_it() -> None:
    changed = PANEL.copy()
    changed[:, 80:] *= np.random.default_rng(0).uniform(0.5, 2, (24, 120))
    plain, other = (candidate_sets(pool(p), 3, 60, 80, 1) for p in (PANEL, changed))
    assert (plain == other).all()


def test_options_are_ordered_and_more_lift_is_easier() -> None:
    found = design_geo(plan(sizes=[2, 4], periods=[7, 14]), pool(), 1)
    assert len(found) == 4
    assert [bool(o.reasons) for o in found] == sorted(bool(o.reasons) for o in found)
    small, large = (design_geo(plan(expected_lift=lift), pool(), 1)[0].power for lift in (0.01, 0.3))
    assert small < large and large == 1.0


def test_mde_has_the_wanted_power() -> None:
    option = design_geo(plan(), pool(), 1)[0]
    again = design_geo(plan(expected_lift=option.mde), pool(), 1)[0]
    assert again.treated == option.treated and again.power >= 0.8
    below = design_geo(plan(expected_lift=option.mde * 0.95), pool(), 1)[0]
    assert below.power < 0.8


def test_promised_power_is_delivered_after_the_plan() -> None:
    """Plans on the first 200 days of 40 panels, the test on the next 14; the tolerance is five standard errors."""
    promised, delivered = [], []
    for seed in range(40):
        panel = simulate_panel(GeoWorld(24, 214), 100 + seed)
        option = design_geo(plan(expected_lift=0.06), pool(panel[:, :200]), seed)[0]
        treated = np.isin(np.arange(24), option.treated)
        setting = Setting(
            with_lift(panel, treated, 200, 0.06), None, treated, 200, 0.9, "time_based_regression", "placebo",
            complete(24, 3), False, references=100, compare=False,
        )  # fmt: skip
        promised.append(option.power)
        delivered.append(analyse_cell(setting).effect.p_value < 0.1 - 1e-9)
    spread = (np.var(promised) + np.mean(delivered) * (1 - np.mean(delivered))) ** 0.5 / 40**0.5
    assert abs(np.mean(promised) - np.mean(delivered)) < 5 * spread
    assert 0.2 < np.mean(promised) < 0.999


REASONS = [
    # changes, panel, words
    ({"expected_lift": 0.001}, PANEL, "80% is asked for"),
    ({"cost_per_incremental": 100.0, "most_budget": 1.0}, PANEL, "more than the 1 allowed"),
    ({}, PANEL[:, :40], "too short"),
]


@pytest.mark.parametrize(("changes", "panel", "words"), REASONS)
def test_do_not_run_says_why(changes: dict[str, Any], panel: np.ndarray, words: str) -> None:
    option = design_geo(plan(**changes), pool(panel), 1)[0]
    assert any(words in reason for reason in option.reasons)


def test_budget() -> None:
    option = design_geo(plan(cost_per_incremental=10.0), pool(), 1)[0]
    assert option.budget == pytest.approx(10 * option.outcome * 0.08 / 1.08)
    spend = np.full(PANEL.shape, 2.0)
    raised = design_geo(
        plan(data={"file": "past.csv", "spend": "s"}, spend_increase=0.5), Pool(PANEL, spend, NONE, NONE), 1
    )[0]
    assert raised.budget == pytest.approx(0.5 * 2 * 3 * 14)


def test_a_randomised_design_draws_its_geos() -> None:
    drawn = {design_geo(plan(randomise=True), pool(), seed)[0].treated for seed in range(6)}
    chosen = {design_geo(plan(), pool(), seed)[0].treated for seed in range(2)}
    assert len(drawn) > 3 and len(chosen) <= 2


def test_power_has_an_interval_that_few_windows_widen() -> None:
    long, short = (design_geo(plan(), pool(panel), 1)[0] for panel in (PANEL, PANEL[:, :90]))
    for option in (long, short):
        assert 0 <= option.power_lower <= option.power <= option.power_upper <= 1
    assert short.windows < long.windows
    assert short.power_upper - short.power_lower > long.power_upper - long.power_lower > 0.05
    alike = design_geo(plan(sizes=[2, 3, 4], expected_lift=0.002), pool(), 1)
    best = max(option.power for option in alike)
    assert all(option.reasons and option.power_upper >= best for option in alike)
    # None of them is known to be better, so the smaller one comes first, not the luckier one.
    assert [len(option.treated) for option in alike] == [2, 3, 4]
