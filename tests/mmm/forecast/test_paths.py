"""Forecasts from draws: densities of what came, simulated paths, and ranks."""

import numpy as np
import pytest
from scipy import stats

from mmm.backtest.frame import Frame, set_frame
from mmm.config import MmmConfig
from mmm.forecast.paths import Forecaster, forecaster
from mmm.prior.draws import prior_draws
from mmm.problem.problem import build_problem
from tests.mmm.random_panels import Shape, random_panel

CONFIG = MmmConfig.model_validate(
    {
        "default": {"adstock": {"family": "geometric", "lags": 2}},
        "likelihood": {"family": "normal"},
        "backtest": {"origins": 6},
    }
)


@pytest.fixture(scope="module")
def frame() -> Frame:
    return set_frame(build_problem(random_panel(Shape(geos=2, dates=40), seed=2), CONFIG))


@pytest.fixture(scope="module")
def found(frame: Frame) -> Forecaster:
    return forecaster(frame.problem, prior_draws(frame.problem, 3), frame.first)


def test_densities_of_all_geos_add_up(frame: Frame, found: Forecaster) -> None:
    outcome = frame.problem.model_outcome[:, int(frame.forecasts[0]) :]
    each = stats.norm.logpdf(outcome[..., None], found.ahead.location, found.ahead.spread)
    np.testing.assert_allclose(found.log_density, each.sum(axis=0), rtol=1e-10)


def test_a_path_without_noise_keeps_what_the_last_outcome_was_off(frame: Frame, found: Forecaster) -> None:
    class Quiet(np.random.Generator):
        def standard_normal(self, size):  # type: ignore[no-untyped-def]
            return np.zeros(size)

    chosen = np.array([0, 7, 7])
    paths = found.paths(1, 3, chosen, Quiet(np.random.PCG64(1))) / found.ahead.unit
    assert paths.shape == (2, 3, 3)
    rho = found.draws.values("autocorrelation")[chosen]
    off = paths - found.total[:, 1:4, chosen]
    known = found.outcome[:, 0, None] - found.total[:, 0, chosen]
    for step in range(3):
        np.testing.assert_allclose(off[:, step], rho ** (step + 1) * known, rtol=1e-8, atol=1e-10)
    np.testing.assert_array_equal(paths[..., 1], paths[..., 2])


def test_paths_end_where_the_dates_do(found: Forecaster) -> None:
    rng = np.random.default_rng(1)
    assert found.paths(4, 10, np.arange(5), rng).shape == (2, found.total.shape[1] - 4, 5)


def test_ranks_are_the_weighted_chance_of_less(found: Forecaster) -> None:
    count = found.draws.count
    one = np.eye(count)[5]
    expected = stats.norm.cdf(found.outcome[:, 2], found.ahead.location[:, 2, 5], found.ahead.spread[:, 2, 5])
    np.testing.assert_allclose(found.ranks(2, one), expected, rtol=1e-10)
    even = found.ranks(2, np.full(count, 1 / count))
    assert ((even > 0) & (even < 1)).all()
