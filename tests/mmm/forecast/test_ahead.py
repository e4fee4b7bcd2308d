"""After the panel, what the calendar decides is what a longer panel has, and processes go on with their covariance."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mixproof.aggregates.panel import Panel
from mmm.backtest.frame import hidden_from
from mmm.components import ComponentInput, drift, shock
from mmm.config import MmmConfig
from mmm.effects.predictive import expected
from mmm.effects.terms import effect, observed_exposure
from mmm.forecast.ahead import Ahead, draws_ahead, look_ahead
from mmm.forecast.config import Outlook
from mmm.forecast.future import Future, continued
from mmm.prior.draws import prior_draws
from mmm.problem.problem import Problem, build_problem
from tests.mmm.random_panels import Shape, random_panel

LATER = 9
SHAPE = Shape(geos=2, dates=119, paid=2, organic=1, controls=2, treatments=1, warm_up=4)
CALENDAR: dict[str, Any] = {
    "trend": {"kind": "piecewise", "changepoints": 3},
    "holidays": {"country": "DE", "names": ("Good Friday", "Whit Monday", "German Unity Day")},
    "events": ({"name": "sale", "dates": ("2023-06-16", "2025-03-14")},),
}


def config(**baseline: Any) -> MmmConfig:
    return MmmConfig.model_validate({"baseline": CALENDAR | baseline})


def cut(panel: Panel) -> Panel:
    """Return the panel without its last `LATER` periods."""
    return replace(panel, data=panel.data.isel(date=slice(0, -LATER)))


def futures(panel: Panel, model: MmmConfig) -> tuple[Problem, Future]:
    """Return the problem of the panel that is cut, and the future that the whole panel has in fact."""
    problem = build_problem(cut(panel), model)
    found = continued(problem, Outlook(), LATER, LATER)
    return problem, replace(found, panel=hidden_from(panel, found.known))


def matrices(ahead: Ahead) -> dict[str, np.ndarray]:
    return {part.name: design.matrix for part, design in ahead.problem.designs}


@pytest.mark.parametrize("kind", ["linear", "piecewise", "none"])
def test_what_the_calendar_decides_is_that_of_the_longer_panel(kind: str) -> None:
    panel, model = random_panel(SHAPE), config(trend={"kind": kind}, drift={"kind": "none"})
    problem, future = futures(panel, model)
    longer = build_problem(hidden_from(panel, future.known), model)
    ahead = look_ahead(problem, future)
    rows = ahead.problem.window.shape[1]
    assert rows - ahead.first == LATER and ahead.first == 14  # 13 lags before the last known outcome
    for part, design in longer.designs:
        if part.name in ("seasonality", "event"):
            np.testing.assert_allclose(matrices(ahead)[part.name], design.matrix[:, -rows:], atol=1e-12)
    for part, design in problem.designs:
        known = design.matrix[:, -ahead.first :]
        np.testing.assert_allclose(
            matrices(ahead)[part.name][:, : ahead.first, : known.shape[2]], known, atol=1e-15
        )
    if kind != "none":
        slope = matrices(ahead)["trend"][0]
        np.testing.assert_allclose(np.diff(slope, n=2, axis=0)[ahead.first :], 0.0, atol=1e-12)


def test_controls_and_treatments_keep_their_units() -> None:
    panel, model = random_panel(SHAPE), config()
    problem, future = futures(panel, model)
    found, past = matrices(look_ahead(problem, future)), cut(panel).data
    values = past["controls"].values
    z = (panel.data["controls"].values - values.mean(axis=(0, 1))) / values.std(axis=(0, 1))
    np.testing.assert_allclose(found["control"][:, -LATER:], z[:, -LATER:])
    dose = panel.data["treatments"].values / past["treatments"].values.max(axis=(0, 1))
    np.testing.assert_allclose(found["treatment"][:, -LATER:], dose[:, -LATER:])


def test_a_holiday_never_seen_has_its_prior() -> None:
    panel = random_panel(Shape(dates=32 + LATER), start="2023-01-02")  # up to August; Unity Day is in October
    model = MmmConfig.model_validate(
        {"baseline": CALENDAR | {"holidays": {"country": "DE", "names": ("Good Friday", "German Unity Day")}}}
    )
    problem, future = futures(panel, model)
    ahead = look_ahead(problem, future)
    designs = {part.name: design for part, design in ahead.problem.designs}
    assert designs["holiday"].features == ("Good Friday", "German Unity Day")
    draws = draws_ahead(prior_draws(problem, 1), ahead, np.random.default_rng(1))
    assert draws.values("holiday_coefficient")[1].std() == pytest.approx(0.1, rel=0.1)


@pytest.mark.parametrize("kind", ["hsgp", "spline"])
def test_the_drift_goes_on_with_the_covariance_it_has(kind: str) -> None:
    panel, model = random_panel(SHAPE), config(drift={"kind": kind})
    problem, future = futures(panel, model)
    designs = {part.name: design for part, design in look_ahead(problem, future).problem.designs}
    longer = designs["drift"].matrix[0]
    time = np.arange(4, 119) - (4 + 109) / 2
    process = drift._COVARIANCES[kind](time, 53.0, drift.length(cut(panel), model.baseline.drift))
    drawn = np.column_stack(
        [np.ones(115), *(_whole(problem, future, name)[4:] for name in ("trend", "seasonality"))]
    )
    rest = np.eye(115)
    rest[:, :106] -= drawn @ np.linalg.pinv(drawn[:106])
    wanted = (rest @ process @ rest.T)[-LATER - 14 :, -LATER - 14 :]
    np.testing.assert_allclose(longer @ longer.T, wanted, atol=0.03 * wanted.max())


def _whole(problem: Problem, future: Future, name: str) -> np.ndarray:
    """Return the features of a component at all dates of the future's panel."""
    ((part, design),) = ((p, d) for p, d in problem.designs if p.name == name)
    return part.ahead(design, ComponentInput(future.panel, future.config, {}), future.known).matrix[0]


def test_shocks_fade_and_new_ones_come() -> None:
    panel, model = random_panel(SHAPE), config()
    problem, future = futures(panel, model)
    designs = {part.name: design for part, design in look_ahead(problem, future).problem.designs}
    paths = designs["shock"].matrix[0] * designs["shock"].scale
    step = np.abs(np.subtract.outer(np.arange(LATER), np.arange(LATER)))
    np.testing.assert_allclose(paths[-LATER:] @ paths[-LATER:].T, shock.MEMORY**step, atol=1e-10)
    own = problem.designs[[part.name for part, _ in problem.designs].index("shock")][1]
    known = own.matrix[0] * own.scale
    np.testing.assert_allclose(
        paths[-LATER:] @ paths[:14].T,
        (shock.MEMORY ** np.abs(np.subtract.outer(np.arange(110, 119), np.arange(4, 110))))
        @ _projection(own)[:, -14:],
        atol=1e-10,
    )
    assert known.shape[1] < paths.shape[1]


def _projection(design: Any) -> np.ndarray:
    basis = design.matrix[0][4:]
    projection: np.ndarray = basis @ basis.T
    return projection


def test_media_before_the_window_still_act_in_it() -> None:
    panel, model = random_panel(SHAPE), config(drift={"kind": "none"})
    problem, future = futures(panel, model)
    ahead, draws = look_ahead(problem, future), prior_draws(problem, 2)
    for channel in range(3):
        whole = replace(
            observed_exposure(problem, channel),
            amount=future.panel.data["exposure"].values[..., channel]
            / problem.scaling.exposure[:, None, channel],
        )
        wanted = effect(problem, draws, channel, whole)[:, -LATER:]
        found = effect(ahead.problem, draws, channel, observed_exposure(ahead.problem, channel))
        np.testing.assert_allclose(found[:, ahead.first :], wanted, rtol=1e-9, atol=1e-12)


def test_draws_of_what_is_known_stay_as_they_are() -> None:
    panel, model = random_panel(SHAPE), config()
    problem, future = futures(panel, model)
    ahead, draws = look_ahead(problem, future), prior_draws(problem, 2)
    longer = draws_ahead(draws, ahead, np.random.default_rng(3))
    for name, values in draws.arrays.items():
        np.testing.assert_array_equal(
            longer.values(name)[: len(values)] if values.ndim > 1 else longer.values(name), values
        )
    np.testing.assert_allclose(
        expected(ahead.problem, longer)[:, ahead.first - 1],
        expected(problem, draws)[:, -1],
        rtol=1e-9,
    )
