"""Model units: 1 is an average period of the geo's size, and a typical active period of the channel."""

import dataclasses
from typing import Literal

import numpy as np
import pytest

from mmm.config import MmmConfig
from mmm.problem.scaling import geo_weights, scale
from tests.mmm.random_panels import Shape, random_panel


@pytest.mark.parametrize(
    ("scaling", "by"), [(None, "population"), ("population", "population"), ("outcome", "outcome")]
)
def test_geos_are_weighed_by(scaling: Literal["population", "outcome"] | None, by: str) -> None:
    panel = random_panel(Shape(geos=3, missing=2))
    weights = geo_weights(panel, MmmConfig.model_validate({"geo": {"scaling": scaling}}))
    assert weights.mean() == pytest.approx(1.0)
    size = (
        panel.data["population"].values
        if by == "population"
        else np.nanmean(panel.data["outcome"].values, axis=1)
    )
    np.testing.assert_allclose(weights / weights[0], size / size[0])


def test_without_population_the_outcome_decides() -> None:
    panel = random_panel(Shape(geos=3))
    equal = dataclasses.replace(panel, data=panel.data.assign(population=("geo", np.ones(3))))
    outcome = panel.data["outcome"].values.mean(axis=1)
    np.testing.assert_allclose(geo_weights(equal, MmmConfig()), outcome / outcome.mean())


def test_an_average_period_and_a_typical_active_period_are_one() -> None:
    panel = random_panel(Shape(geos=3, warm_up=2, missing=3, reach=1))
    found = scale(panel, MmmConfig())
    assert np.nanmean(panel.data["outcome"].values / found.outcome[:, None]) == pytest.approx(1.0)
    exposure = panel.data["exposure"].values / found.exposure[:, None, :]
    for channel in range(2):
        active = exposure[..., channel][exposure[..., channel] > 0]
        assert np.median(active) == pytest.approx(1.0)
    assert np.median(panel.data["frequency"].values[..., 0] / found.frequency[0]) == pytest.approx(1.0)
    assert found.frequency[1] == 1.0


def test_units_of_the_data_do_not_reach_the_model() -> None:
    panel = random_panel(Shape(geos=2))
    data = panel.data.assign(outcome=panel.data["outcome"] * 1e6, exposure=panel.data["exposure"] * 1e-3)
    one, other = scale(panel, MmmConfig()), scale(dataclasses.replace(panel, data=data), MmmConfig())
    np.testing.assert_allclose(other.outcome, one.outcome * 1e6)
    np.testing.assert_allclose(other.exposure, one.exposure * 1e-3)


def test_a_burst_and_empty_periods_do_not_move_the_unit_of_a_channel() -> None:
    panel = random_panel(Shape(dates=40))
    exposure = panel.data["exposure"].copy()
    exposure[0, :, 0] = np.where(np.arange(40) < 21, 50.0, 0.0)
    exposure[0, 3, 0] = 1e6
    found = scale(dataclasses.replace(panel, data=panel.data.assign(exposure=exposure)), MmmConfig())
    assert found.exposure[0, 0] == pytest.approx(50.0)


def test_a_channel_that_never_ran_has_unit_one() -> None:
    panel = random_panel(Shape())
    silent = panel.data["exposure"] * np.array([0.0, 1.0])
    assert (
        scale(dataclasses.replace(panel, data=panel.data.assign(exposure=silent)), MmmConfig()).exposure[0, 0]
        == 1.0
    )
