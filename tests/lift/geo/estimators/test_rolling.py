import numpy as np
import pytest

from benchmarks.lift_worlds import GeoWorld, simulate_panel
from lift.geo.estimators.rolling import fit_all, mixture, rolling_origins, score, window_totals
from lift.geo.estimators.table import ESTIMATORS, MEMBERS
from tests.lift.geo.plain import effects, ensemble, estimate

PANEL = simulate_panel(GeoWorld(10, 80), 2)
SETS = np.array([np.isin(np.arange(10), pair) for pair in ([0, 1], [2, 5], [3, 9])])
ORIGINS = (*rolling_origins(68, 12), 68)


@pytest.mark.parametrize("method", list(ESTIMATORS))
def test_totals_are_those_of_the_estimators(method: str) -> None:
    fits = fit_all({method: ESTIMATORS[method].weights}, PANEL, SETS, ORIGINS, 12)
    for index in (0, len(ORIGINS) - 1):
        o = ORIGINS[index]
        window = PANEL[:, : o + 12]
        direct = effects(window, SETS, ESTIMATORS[method].weights(window, SETS, o), o).sum(axis=1) * 2
        assert window_totals(fits, PANEL, index, 12)[0] == pytest.approx(direct)


def test_score_of_the_test_is_the_ensemble() -> None:
    members = {name: ESTIMATORS[name].weights for name in MEMBERS}
    fits = fit_all(members, PANEL, SETS, ORIGINS, 12)
    found = score(fits, PANEL[None], len(ORIGINS) - 1, 12)
    alone = ensemble(PANEL, SETS[0], 68, members)
    assert found.total[0, 0] == pytest.approx(alone.effect.sum() * 2)
    assert found.windows == len([o for o in ORIGINS[:-1] if o + 12 <= 68])


def test_score_reads_nothing_of_later_windows() -> None:
    """Mix and scale of a window must not change when the data after it do."""
    members = {name: ESTIMATORS[name].weights for name in MEMBERS}
    changed = PANEL.copy()
    changed[:, ORIGINS[4] + 12 :] *= np.random.default_rng(0).uniform(0.5, 2, (10, 80 - ORIGINS[4] - 12))
    plain, other = (score(fit_all(members, p, SETS, ORIGINS, 12), p[None], 4, 12) for p in (PANEL, changed))
    assert other.total == pytest.approx(plain.total)
    assert other.scale == pytest.approx(plain.scale, rel=1e-6)


def test_scale_of_a_difference_is_its_quadratic_form() -> None:
    spend = PANEL * 0.1 + np.random.default_rng(1).normal(size=PANEL.shape)
    fits = fit_all(
        {"difference_in_differences": ESTIMATORS["difference_in_differences"].weights},
        PANEL,
        SETS,
        ORIGINS,
        12,
    )
    both = score(fits, np.stack([PANEL, spend]), len(ORIGINS) - 1, 12).scale
    assert (np.linalg.eigvalsh(both) >= 0).all()


CASES = [
    # pre-test periods, length, starts
    (90, 15, (30, 35, 40, 45, 50, 55, 60, 65, 70, 75)),
    (20, 4, tuple(range(7, 17))),
    (8, 8, ()),
]


@pytest.mark.parametrize(("split", "length", "expected"), CASES)
def test_rolling_origins(split: int, length: int, expected: tuple[int, ...]) -> None:
    assert rolling_origins(split, length) == expected


def test_mixture_prefers_small_cumulative_errors() -> None:
    errors = np.array([[[1.0], [2.0]], [[-1.0], [2.0]]])
    assert mixture(errors)[0] == pytest.approx([0.8, 0.2])
    assert mixture(np.zeros((0, 4, 1)))[0] == pytest.approx([0.25] * 4)
    assert mixture(np.array([[[0.0], [2.0]]]))[0] == pytest.approx([1.0, 0.0])
    assert mixture(np.zeros((3, 2, 1)))[0] == pytest.approx([0.5, 0.5])


def test_ensemble_is_the_weighted_mean_of_its_members() -> None:
    members = {name: ESTIMATORS[name].weights for name in MEMBERS}
    found = ensemble(PANEL, SETS[1], 68, members)
    low, high = (f(estimate(m, PANEL, SETS[1], 68).att for m in members.values()) for f in (min, max))
    assert low <= found.att <= high
