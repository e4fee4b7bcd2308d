"""The drift's basis: centred, as wide as it says, unable to turn faster than its length."""

import numpy as np
import pytest
from scipy import special, stats
from scipy.interpolate import BSpline

from mixproof.aggregates.panel import Panel
from mmm.components import drift, seasonality, trend
from mmm.config import Drift, MmmConfig
from tests.mmm.random_panels import Shape, design_of, random_panel


def config(**options: object) -> MmmConfig:
    return MmmConfig.model_validate({"baseline": {"drift": options}})


@pytest.mark.parametrize("kind", ["hsgp", "spline"])
@pytest.mark.parametrize("warm_up", [0, 9])
def test_every_column_is_centred_where_there_is_an_outcome(kind: str, warm_up: int) -> None:
    design = design_of(drift, random_panel(Shape(dates=80, warm_up=warm_up)), config(kind=kind))
    assert design is not None
    np.testing.assert_allclose(design.matrix[0, warm_up:].mean(axis=0), 0.0, atol=1e-12)
    assert np.isfinite(design.matrix).all()


def without_others(panel: Panel, config: MmmConfig) -> np.ndarray:
    """Return the projection onto what level, trend and season cannot draw, shape (date, date)."""
    parts = [design_of(part, panel, config) for part in (trend, seasonality)]
    columns = [np.ones(panel.data.sizes["date"]), *(c for p in parts if p for c in p.matrix[0].T)]
    return np.eye(len(columns[0])) - np.stack(columns, 1) @ np.linalg.pinv(np.stack(columns, 1))


def test_the_process_has_the_covariance_it_approximates() -> None:
    """Away from the boundary the paths have the Matern-5/2 covariance, less what level and season draw."""
    dates = 156
    panel, options = random_panel(Shape(dates=dates)), config(length=26.0)
    design, rest = design_of(drift, panel, options), without_others(panel, options)
    assert design is not None
    scaled = design.matrix[0] * design.scale
    distance = np.abs(np.subtract.outer(np.arange(dates), np.arange(dates))) * np.sqrt(5) / 26.0
    matern = (1 + distance + distance**2 / 3) * np.exp(-distance)
    inside = slice(30, -30)
    difference = (scaled @ scaled.T - rest @ matern @ rest)[inside, inside]
    assert np.abs(difference).max() < 0.05


def test_the_paths_are_the_approximation_of_the_paper() -> None:
    """The covariance is that of the Hilbert-space approximation: eigenfunctions on [-L, L] and the spectral density."""
    dates, shortest = 90, 11.0
    panel = random_panel(Shape(dates=dates))
    options = MmmConfig.model_validate(
        {"baseline": {"drift": {"length": shortest}, "trend": {"kind": "linear"}}}
    )
    design, rest = design_of(drift, panel, options), without_others(panel, options)
    assert design is not None
    edge = drift.BOUNDARY * dates / 2
    number = np.arange(1, max(3, int(np.ceil(4 * edge / shortest))) + 1)
    frequency = number * np.pi / (2 * edge)
    basis = np.sin(np.outer(np.arange(dates) - (dates - 1) / 2 + edge, frequency)) / np.sqrt(edge)
    # Spectral density of the Matern family with nu = 5/2 in one dimension, Rasmussen and Williams eq. 4.15.
    nu, wave = 2.5, frequency / (2 * np.pi)
    constant = (
        2
        * np.sqrt(np.pi)
        * special.gamma(nu + 0.5)
        * (2 * nu) ** nu
        / special.gamma(nu)
        / shortest ** (2 * nu)
    )
    density = constant * (2 * nu / shortest**2 + 4 * np.pi**2 * wave**2) ** -(nu + 0.5)
    expected = rest @ (basis * density) @ basis.T @ rest
    found = (design.matrix[0] * design.scale**2) @ design.matrix[0].T
    np.testing.assert_allclose(found, expected, atol=1e-6 * np.abs(expected).max())


def test_paths_are_orthogonal_where_there_is_an_outcome_and_to_what_others_draw() -> None:
    panel = random_panel(Shape(dates=80, missing=6, warm_up=9))
    options = MmmConfig.model_validate({"baseline": {"trend": {"kind": "piecewise"}}})
    design = design_of(drift, panel, options)
    known = panel.observed.any(axis=0)
    assert design is not None
    seen = design.matrix[0, known]
    power = np.diag(seen.T @ seen)
    np.testing.assert_allclose(seen.T @ seen, np.diag(power), atol=1e-10 * power.max())
    assert np.all(np.diff(power) <= 0)
    for part in (trend, seasonality):
        other = design_of(part, panel, options)
        assert other is not None
        np.testing.assert_allclose(seen.T @ other.matrix[0, known], 0.0, atol=1e-9)


def test_what_the_data_know_is_the_power_of_a_path_by_the_scatter_of_outcomes() -> None:
    panel = random_panel(Shape(dates=80))
    design = design_of(drift, panel, config())
    assert design is not None
    outcome = panel.data["outcome"].values.ravel()
    scatter = np.median(np.abs(np.diff(outcome))) / stats.norm.ppf(0.75) / 2 / outcome.mean()
    expected = (design.matrix[0] ** 2).sum(axis=0) / scatter**2
    np.testing.assert_allclose(design.information, expected, rtol=1e-9)


def test_the_size_has_the_median_of_the_config() -> None:
    rng = np.random.default_rng(1)
    design = design_of(drift, random_panel(Shape(dates=80)), config(scale=0.2))
    assert design is not None and design.size is not None
    drawn = np.abs(rng.normal(0.0, design.size, 400_000))
    assert np.mean(drawn < 0.2) == pytest.approx(0.5, abs=5 * 0.5 / np.sqrt(400_000))


@pytest.mark.parametrize(
    ("dates", "frequency", "shortest"), [(60, "weekly", 365.25 / 28), (400, "weekly", 50.0)]
)
def test_the_shortest_turn(dates: int, frequency: str, shortest: float) -> None:
    panel = random_panel(Shape(dates=dates), frequency=frequency)  # type: ignore[arg-type]
    assert drift.length(panel, Drift()) == pytest.approx(shortest)
    assert drift.length(panel, Drift(length=7.0)) == 7.0


def test_splines_draw_a_line_but_for_what_level_and_season_draw_of_it() -> None:
    panel = random_panel(Shape(dates=80))
    design, rest = (
        design_of(drift, panel, config(kind="spline")),
        without_others(panel, config(kind="spline")),
    )
    assert design is not None
    line = rest @ np.arange(80.0)
    fitted = design.matrix[0] @ np.linalg.lstsq(design.matrix[0], line)[0]
    np.testing.assert_allclose(fitted, line, atol=1e-6)


def test_no_drift_unless_asked_for() -> None:
    assert design_of(drift, random_panel(Shape()), config(kind="none")) is None


def test_the_splines_are_those_of_scipy() -> None:
    time = np.arange(60) - 29.5
    basis, size = drift._spline(time, 25.0, 9.0)
    inner = np.linspace(-25.0, 25.0, 7)
    knots = np.sort(
        np.concatenate([inner, inner[0] - np.arange(1, 4) * 50 / 6, inner[-1] + np.arange(1, 4) * 50 / 6])
    )
    expected = BSpline.design_matrix(np.clip(time, -25.0, 25.0), knots, 3).toarray()
    np.testing.assert_allclose(basis, expected, atol=1e-14)
    assert size.tolist() == [1.0] * 9
