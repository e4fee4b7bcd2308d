"""Where a warm fit begins: coordinates that make a normal round, and the map the kernel computes in them."""

import numpy as np
import pytest

from mmm.config import MmmConfig
from mmm.kernel.compiled import build_kernel
from mmm.kernel.mode import mode
from mmm.kernel.whitened import place, pull_back
from mmm.warm import find_start, fisher_factor
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


def test_the_factor_of_a_normal_is_that_of_its_covariance() -> None:
    points, gradient, covariance = normal(500, 6)
    factor = fisher_factor(points, gradient)
    np.testing.assert_allclose(factor @ factor.T, covariance, rtol=1e-5, atol=1e-5)


def test_few_points_give_scales_only() -> None:
    points, gradient, _ = normal(20, 6)
    assert fisher_factor(points, gradient).shape == (6,)


@pytest.mark.parametrize("diagonal", [False, True])
def test_the_map_and_its_transpose(diagonal: bool) -> None:
    rng = np.random.default_rng(1)
    centre, matrix = rng.standard_normal(5), np.tril(rng.standard_normal((5, 5)))
    factor = np.diag(matrix) if diagonal else matrix
    whole = np.diag(factor) if diagonal else matrix
    behind = np.concatenate([centre, factor.ravel()])
    inner, out = rng.standard_normal(5), np.empty(5)
    place(behind, inner, out)
    np.testing.assert_allclose(out, centre + whole @ inner)
    pull_back(behind, inner, out)
    np.testing.assert_allclose(out, whole.T @ inner)


def test_draws_of_elsewhere_are_moved_to_the_posterior() -> None:
    model = build_kernel(random_panel(Shape(paid=1, dates=40), seed=4), CONFIG)
    top = mode(model.log_density, model.layout.centre)
    rng = np.random.default_rng(2)
    points = top + 0.5 + 0.2 * rng.standard_normal((300, len(top)))
    start = find_start(model, points)
    assert start is not None
    before, after = (np.mean([model.log_density(p)[0] for p in some]) for some in (points, start.points))
    assert after > before


def test_draws_of_nowhere_are_no_start() -> None:
    model = build_kernel(random_panel(Shape(paid=1, dates=40), seed=4), CONFIG)
    assert find_start(model, np.full((50, model.layout.size), np.nan)) is None
