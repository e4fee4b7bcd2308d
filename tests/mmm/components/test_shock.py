"""Common shocks: orthonormal paths over the dates with an outcome, in the space that no smooth component draws."""

from typing import Any

import numpy as np
import pytest

from mmm.components import drift, seasonality, shock, trend
from mmm.config import MmmConfig
from tests.mmm.random_panels import Shape, design_of, random_panel

CASES: dict[str, tuple[Shape, dict[str, Any]]] = {
    "default": (Shape(geos=2, dates=60), {}),
    "warm-up and trend": (Shape(geos=3, dates=60, warm_up=6), {"trend": {"kind": "piecewise"}}),
    "flat": (Shape(geos=2, dates=20), {"seasonality": {"yearly": 0}, "drift": {"kind": "none"}}),
    "spline": (Shape(geos=2, dates=60), {"drift": {"kind": "spline"}}),
}


@pytest.mark.parametrize("name", CASES)
def test_paths(name: str) -> None:
    shape, baseline = CASES[name]
    panel, config = random_panel(shape), MmmConfig.model_validate({"baseline": baseline})
    design = design_of(shock, panel, config)
    assert design is not None
    known = panel.observed.any(axis=0)
    columns = design.matrix[0]
    assert not columns[~known].any()
    np.testing.assert_allclose(columns.T @ columns, np.eye(columns.shape[1]), atol=1e-10)
    smooth = [design_of(part, panel, config) for part in (trend, seasonality, drift)]
    drawn = np.column_stack([np.ones(known.sum()), *(d.matrix[0][known] for d in smooth if d is not None)])
    np.testing.assert_allclose(drawn.T @ columns[known], 0.0, atol=1e-9)
    # Together they draw every path over those dates.
    assert np.linalg.matrix_rank(np.column_stack([drawn, columns[known]]), tol=1e-8) == known.sum()


@pytest.mark.parametrize("name", CASES)
def test_together_they_are_an_autocorrelated_surprise_less_what_is_drawn_anyway(name: str) -> None:
    shape, baseline = CASES[name]
    panel, config = random_panel(shape), MmmConfig.model_validate({"baseline": baseline})
    design = design_of(shock, panel, config)
    assert design is not None
    known = np.flatnonzero(panel.observed.any(axis=0))
    paths = design.matrix[0][known]
    surprise = shock.MEMORY ** np.abs(np.subtract.outer(known, known))
    project = paths @ paths.T
    np.testing.assert_allclose((paths * design.scale**2) @ paths.T, project @ surprise @ project, atol=1e-9)


def test_there_are_none_for_one_geo_or_when_switched_off() -> None:
    assert design_of(shock, random_panel(Shape()), MmmConfig()) is None
    off = MmmConfig.model_validate({"geo": {"common_shocks": False}})
    assert design_of(shock, random_panel(Shape(geos=2)), off) is None


def test_there_are_none_where_drift_alone_draws_every_path() -> None:
    config = MmmConfig.model_validate({"baseline": {"drift": {"length": 0.5}, "seasonality": {"yearly": 0}}})
    assert design_of(shock, random_panel(Shape(geos=2, dates=12)), config) is None
