"""Where a warm fit begins: coordinates that make a normal round, and the map the kernel computes in them."""

import numpy as np
import pytest

from mmm.config import MmmConfig
from mmm.kernel.buffer.pack import with_coordinates
from mmm.kernel.compiled import build_kernel
from mmm.numerics.mode import mode
from mmm.problem.problem import build_problem
from mmm.sampling.preconditioning import find_start, fisher_factor
from tests.mmm.kept_draw import density_at, kept_draw
from tests.mmm.random_panels import Shape, random_panel

FLAT = {"seasonality": {"yearly": 0}, "drift": {"kind": "none"}}
CONFIG = MmmConfig.model_validate(
    {"baseline": FLAT, "default": {"adstock": {"family": "geometric", "lags": 2}}}
)


def normal(count: int, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return draws of a normal about 0, its gradients there, and its covariance (that of these draws)."""
    rng = np.random.default_rng(3)
    points = rng.standard_normal((count, size)) @ rng.standard_normal((size, size))
    points -= points.mean(axis=0)
    covariance = np.cov(points.T)
    return points, -points @ np.linalg.inv(covariance), covariance


@pytest.mark.parametrize("count", [20, 500])
def test_the_factor_of_a_normal_is_that_of_its_covariance_but_for_the_ridge(count: int) -> None:
    points, gradient, covariance = normal(count, 6)
    scale = np.sqrt(points.std(axis=0) / gradient.std(axis=0))
    values, vectors = np.linalg.eigh(covariance / np.outer(scale, scale))
    ridge = 6 / count
    spread = np.sqrt((values + ridge) / (1 / values + ridge))
    expected = (scale[:, None] * vectors * spread) @ (scale[:, None] * vectors).T
    factor = fisher_factor(points, gradient)
    np.testing.assert_allclose(factor @ factor.T, expected, rtol=1e-6, atol=1e-6)


def test_many_points_leave_no_ridge() -> None:
    points, gradient, covariance = normal(200_000, 6)
    factor = fisher_factor(points, gradient)
    np.testing.assert_allclose(factor @ factor.T, covariance, rtol=1e-2, atol=1e-3)


def test_few_points_give_scales_only() -> None:
    points, gradient = np.random.default_rng(3).standard_normal((2, 5, 6))
    assert fisher_factor(points, gradient).shape == (6,)


@pytest.mark.parametrize("diagonal", [False, True])
def test_the_sampler_gets_density_and_draws_of_the_model_s_own_point(diagonal: bool) -> None:
    model = build_kernel(build_problem(random_panel(Shape(paid=1, dates=40), seed=4), CONFIG))
    rng, size = np.random.default_rng(1), model.layout.size
    centre = model.layout.centre
    factor = np.tril(0.1 * rng.standard_normal((size, size)))
    factor = np.diag(factor) if diagonal else factor
    whole = np.diag(factor) if diagonal else factor
    inner, data = rng.standard_normal(size), with_coordinates(model.buffer, centre, factor)
    point = centre + whole @ inner
    value, slope = density_at(inner, data)
    expected, gradient = model.log_density(point)
    assert value == pytest.approx(expected, rel=1e-12)
    np.testing.assert_allclose(slope, whole.T @ gradient, rtol=1e-9, atol=1e-9)
    ours, theirs = kept_draw(model, inner, data), kept_draw(model, point)
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


def test_draws_of_elsewhere_are_moved_to_the_posterior() -> None:
    model = build_kernel(build_problem(random_panel(Shape(paid=1, dates=40), seed=4), CONFIG))
    top = mode(model.log_density, model.layout.centre)
    rng = np.random.default_rng(2)
    points = top + 0.5 + 0.2 * rng.standard_normal((300, len(top)))
    start = find_start(model, points)
    assert start is not None
    before, after = (np.mean([model.log_density(p)[0] for p in some]) for some in (points, start.points))
    assert after > before


def test_draws_of_nowhere_are_no_start() -> None:
    model = build_kernel(build_problem(random_panel(Shape(paid=1, dates=40), seed=4), CONFIG))
    assert find_start(model, np.full((50, model.layout.size), np.nan)) is None
