"""The frame knows no outcome of the future, and its forecasts are the increments of the model's own log-density."""

from dataclasses import replace

import numpy as np
import pytest

from mixproof.aggregates.panel import Panel
from mmm.backtest.frame import Frame, set_frame
from mmm.config import MmmConfig
from mmm.forecast.paths import forecaster
from mmm.kernel.compiled import KernelModel
from mmm.problem.draws import thin
from mmm.problem.problem import build_problem
from mmm.problem.variables import variables_to_vector
from tests.mmm.random_panels import Shape, random_panel

SHAPE = Shape(geos=1, dates=40, paid=2, organic=1, controls=1, treatments=1, warm_up=3)
CONFIG = MmmConfig.model_validate(
    {
        "default": {"adstock": {"family": "geometric", "lags": 2}},
        "baseline": {"trend": {"kind": "linear"}},
        "backtest": {"origins": 6},
    }
)


@pytest.fixture(scope="module")
def frame() -> Frame:
    return set_frame(build_problem(random_panel(SHAPE, seed=2), CONFIG))


def changed_from(panel: Panel, date: int, names: tuple[str, ...]) -> Panel:
    """Return the panel with other values of some variables from a date on."""
    data = panel.data.copy(deep=True)
    for name in names:
        data[name][{"date": slice(date, None)}] *= 7.0
    return replace(panel, data=data)


def test_the_future_outcome_changes_nothing(frame: Frame) -> None:
    first = int(frame.forecasts[0])
    other = set_frame(build_problem(changed_from(frame.problem.panel, first, ("outcome",)), CONFIG))
    np.testing.assert_array_equal(other.model(first).buffer, frame.model(first).buffer)


def test_units_and_priors_are_those_before_the_first_forecast(frame: Frame) -> None:
    first = int(frame.forecasts[0])
    plan = ("outcome", "exposure", "spend", "controls", "treatments")
    other = set_frame(build_problem(changed_from(frame.problem.panel, first, plan), CONFIG))
    for name in ("outcome", "exposure"):
        np.testing.assert_array_equal(
            getattr(other.problem.scaling, name), getattr(frame.problem.scaling, name)
        )
    for name in ("weight", "target", "fixed"):
        np.testing.assert_array_equal(getattr(other.problem.media, name), getattr(frame.problem.media, name))
    for (_, ours), (_, theirs) in zip(frame.problem.designs, other.problem.designs, strict=True):
        np.testing.assert_allclose(theirs.matrix[:, :first], ours.matrix[:, :first], rtol=1e-12, atol=1e-12)
        np.testing.assert_array_equal(theirs.information, ours.information)


def at_intercept(model: KernelModel, point: np.ndarray, intercept: float) -> np.ndarray:
    """Return the point with the level that gives this intercept."""
    from_level = model.posterior(model.keep(point[None]))["intercept"].values.item()
    moved = point.copy()
    moved[model.layout.start("level")] += intercept - from_level
    return moved


def test_forecasts_are_the_increments_of_the_log_density(frame: Frame) -> None:
    rng = np.random.default_rng(5)
    point = frame.problem.layout.centre + 0.1 * rng.standard_normal(frame.problem.layout.size)
    total = []
    for forecast in frame.forecasts:
        model = frame.model(int(forecast))
        total.append(model.log_density(at_intercept(model, point, 0.8))[0])
    model = frame.model(int(frame.forecasts[0]))
    kept = model.keep(at_intercept(model, point, 0.8)[None])
    draws = thin(model.posterior(kept).expand_dims("chain"), 1)
    density = forecaster(frame.problem, draws, frame.first).log_density[:, 0]
    np.testing.assert_allclose(np.diff(total), density[:-1], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(
        variables_to_vector(draws, model.problem, rng)[0], kept[0, : model.layout.size], rtol=1e-9, atol=1e-9
    )
