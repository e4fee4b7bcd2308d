"""Every row of the table of estimators: what must hold for all of them."""

import numpy as np
import pytest

from benchmarks.lift_worlds import GeoWorld, simulate_panel, with_lift
from lift.geo.estimators.table import ESTIMATORS, MEMBERS
from tests.lift.geo.plain import effects, estimate

SPLIT = 60
PANEL = simulate_panel(GeoWorld(12, 75), 5)
TREATED = np.isin(np.arange(12), [2, 7])


@pytest.fixture(params=list(ESTIMATORS))
def method(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_members_are_estimators() -> None:
    assert set(MEMBERS) < set(ESTIMATORS)


def test_treated_units_are_no_donors(method: str) -> None:
    found = estimate(ESTIMATORS[method].weights, PANEL, TREATED, SPLIT)
    assert (found.weights[TREATED] == 0).all()
    assert found.time_weights.sum() == pytest.approx(1)
    assert found.effect == pytest.approx((PANEL[TREATED].mean(axis=0) - found.path)[SPLIT:])


@pytest.mark.parametrize("factor", [1e-3, 40.0])
def test_scale(method: str, factor: float) -> None:
    plain, scaled = (estimate(ESTIMATORS[method].weights, PANEL * f, TREATED, SPLIT) for f in (1.0, factor))
    assert scaled.effect == pytest.approx(plain.effect * factor, rel=1e-6)


def test_order_of_units_does_not_matter(method: str) -> None:
    order = np.random.default_rng(0).permutation(12)
    plain = estimate(ESTIMATORS[method].weights, PANEL, TREATED, SPLIT)
    moved = estimate(ESTIMATORS[method].weights, PANEL[order], TREATED[order], SPLIT)
    assert moved.effect == pytest.approx(plain.effect, rel=1e-6, abs=1e-6)


def test_levels_of_units_do_not_matter(method: str) -> None:
    shifted = PANEL + np.arange(12)[:, None] * 50
    plain, moved = (estimate(ESTIMATORS[method].weights, p, TREATED, SPLIT) for p in (PANEL, shifted))
    assert moved.effect == pytest.approx(plain.effect, rel=1e-6, abs=1e-6)


def test_several_sets_at_once_are_the_same_as_one_by_one(method: str) -> None:
    sets = np.array([TREATED, np.isin(np.arange(12), [0, 1]), np.isin(np.arange(12), [3, 11])])
    together = effects(PANEL, sets, ESTIMATORS[method].weights(PANEL, sets, SPLIT), SPLIT)
    for row, treated in zip(together, sets, strict=True):
        assert row == pytest.approx(
            estimate(ESTIMATORS[method].weights, PANEL, treated, SPLIT).effect, rel=1e-6, abs=1e-6
        )


def test_an_added_effect_comes_out_whole(method: str) -> None:
    plain = estimate(ESTIMATORS[method].weights, PANEL, TREATED, SPLIT)
    raised = with_lift(PANEL, TREATED, SPLIT, 0.1)
    gain = (raised - PANEL)[TREATED, SPLIT:].mean(axis=0)
    found = estimate(ESTIMATORS[method].weights, raised, TREATED, SPLIT)
    assert found.effect - plain.effect == pytest.approx(gain, rel=1e-9)


def test_without_noise_the_truth_comes_out(method: str) -> None:
    """Parallel paths: every method is exact."""
    common = np.sin(np.arange(75) / 3) + np.arange(75) / 30
    panel = 10 + np.arange(12)[:, None] + np.tile(common, (12, 1))
    panel[np.ix_(TREATED, np.arange(SPLIT, 75))] += 2.0
    found = estimate(ESTIMATORS[method].weights, panel, TREATED, SPLIT)
    assert found.att == pytest.approx(2.0, abs=1e-3 if method == "time_based_regression" else 1e-5)
