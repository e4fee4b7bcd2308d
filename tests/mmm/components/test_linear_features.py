"""Controls, treatments and trend: what one unit of their coefficient means."""

import dataclasses

import numpy as np
import pytest

from mmm.components import COMPONENTS, control, treatment, trend
from mmm.config import MmmConfig
from mmm.problem.problem import build_designs
from tests.mmm.random_panels import Shape, design_of, random_panel

PIECEWISE = MmmConfig.model_validate({"baseline": {"trend": {"kind": "piecewise", "changepoints": 3}}})
LINEAR = MmmConfig.model_validate({"baseline": {"trend": {"kind": "linear"}}})


def test_controls_are_standardised_over_all_geos_and_their_unit_does_not_matter() -> None:
    panel = random_panel(Shape(geos=3, controls=2))
    design = design_of(control, panel, MmmConfig())
    assert design is not None
    np.testing.assert_allclose(design.matrix.mean(axis=(0, 1)), 0.0, atol=1e-12)
    np.testing.assert_allclose(design.matrix.std(axis=(0, 1)), 1.0)
    other = dataclasses.replace(panel, data=panel.data.assign(controls=panel.data["controls"] * 1000 - 7))
    again = design_of(control, other, MmmConfig())
    assert again is not None
    np.testing.assert_allclose(again.matrix, design.matrix, atol=1e-9)


def test_a_control_that_never_moves_has_no_effect() -> None:
    panel = random_panel(Shape(controls=1))
    still = dataclasses.replace(panel, data=panel.data.assign(controls=panel.data["controls"] * 0 + 3.0))
    design = design_of(control, still, MmmConfig())
    assert design is not None
    assert not design.matrix.any()


def test_no_dose_of_a_treatment_is_no_contribution() -> None:
    panel = random_panel(Shape(geos=2, treatments=2))
    doses = panel.data["treatments"].copy()
    doses[:, :5] = 0.0
    design = design_of(
        treatment, dataclasses.replace(panel, data=panel.data.assign(treatments=-doses)), MmmConfig()
    )
    assert design is not None
    assert not design.matrix[:, :5].any()
    np.testing.assert_allclose(np.abs(design.matrix).max(axis=(0, 1)), 1.0)
    assert (design.matrix <= 0).all()  # a negative dose keeps its sign


@pytest.mark.parametrize("warm_up", [0, 4])
def test_the_trend_runs_over_the_window_and_may_break(warm_up: int) -> None:
    panel = random_panel(Shape(dates=41 + warm_up, warm_up=warm_up))
    line, broken = design_of(trend, panel, LINEAR), design_of(trend, panel, PIECEWISE)
    assert line is not None and broken is not None
    np.testing.assert_allclose(line.matrix[0, [warm_up, -1], 0], [-0.5, 0.5])
    assert broken.features == ("slope", "break 1", "break 2", "break 3")
    hinges = np.diff(broken.matrix[0, warm_up:, 1:], axis=0) * 40
    for number, hinge in enumerate(hinges.T, start=1):
        np.testing.assert_allclose(hinge, np.arange(40) >= 10 * number, atol=1e-9)
    assert design_of(trend, panel, MmmConfig()) is None


def test_every_component_is_one_row_with_a_name_of_its_own() -> None:
    names = [component.name for component in COMPONENTS]
    assert len(set(names)) == len(names)
    panel = random_panel(Shape(geos=2, dates=60, controls=1, treatments=1))
    built = build_designs(panel, LINEAR)
    assert [c.name for c, _ in built] == ["trend", "seasonality", "drift", "shock", "control", "treatment"]
    for _, design in built:
        assert design.matrix.shape[1:] == (60, len(design.features))
        assert design.scale.shape == (len(design.features),)
