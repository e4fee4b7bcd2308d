"""The drift's basis: centred, as wide as it says, unable to turn faster than its length."""

import numpy as np
import pytest

from mmm.components import drift
from mmm.config import MmmConfig
from tests.mmm.random_panels import Shape, random_panel


def config(**options: object) -> MmmConfig:
    return MmmConfig.model_validate({"baseline": {"drift": options}})


@pytest.mark.parametrize("kind", ["hsgp", "spline"])
@pytest.mark.parametrize("warm_up", [0, 9])
def test_every_column_is_centred_where_there_is_an_outcome(kind: str, warm_up: int) -> None:
    design = drift.build(random_panel(Shape(dates=80, warm_up=warm_up)), config(kind=kind))
    assert design is not None
    np.testing.assert_allclose(design.matrix[0, warm_up:].mean(axis=0), 0.0, atol=1e-12)
    assert np.isfinite(design.matrix).all()


def test_the_process_has_the_covariance_it_approximates() -> None:
    """Away from the boundary basis x spectral density x basis is the Matern-5/2 covariance, less what centring takes."""
    length, dates = 26.0, 156
    design = drift.build(random_panel(Shape(dates=dates)), config(length=length))
    assert design is not None
    scaled = design.matrix[0] * design.scale
    distance = np.abs(np.subtract.outer(np.arange(dates), np.arange(dates))) * np.sqrt(5) / length
    matern = (1 + distance + distance**2 / 3) * np.exp(-distance)
    centring = np.eye(dates) - 1 / dates
    inside = slice(30, -30)
    difference = (scaled @ scaled.T - centring @ matern @ centring)[inside, inside]
    assert np.abs(difference).max() < 0.05


def test_the_size_has_the_median_of_the_config() -> None:
    rng = np.random.default_rng(1)
    design = drift.build(random_panel(Shape(dates=80)), config(scale=0.2))
    assert design is not None and design.size is not None
    drawn = np.abs(rng.normal(0.0, design.size, 400_000))
    assert np.mean(drawn < 0.2) == pytest.approx(0.5, abs=5 * 0.5 / np.sqrt(400_000))


@pytest.mark.parametrize(
    ("dates", "frequency", "shortest"), [(60, "weekly", 365.25 / 28), (400, "weekly", 50.0)]
)
def test_the_shortest_turn(dates: int, frequency: str, shortest: float) -> None:
    panel = random_panel(Shape(dates=dates), frequency=frequency)  # type: ignore[arg-type]
    assert drift.length(panel, MmmConfig()) == pytest.approx(shortest)
    assert drift.length(panel, config(length=7.0)) == 7.0


def test_splines_draw_a_line_and_the_constant_is_taken_out() -> None:
    design = drift.build(random_panel(Shape(dates=80)), config(kind="spline"))
    assert design is not None
    time = np.arange(80.0)
    fitted = design.matrix[0] @ np.linalg.lstsq(design.matrix[0], time - time.mean())[0]
    np.testing.assert_allclose(fitted, time - time.mean(), atol=1e-8)
    np.testing.assert_allclose(
        design.matrix[0].sum(axis=1), 0.0, atol=1e-12
    )  # B-splines sum to one everywhere


def test_no_drift_unless_asked_for() -> None:
    assert drift.build(random_panel(Shape()), config(kind="none")) is None
