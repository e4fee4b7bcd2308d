"""What turns a prior into a coefficient: the effect of a coefficient made from an ROI has that ROI."""

from typing import Any

import numpy as np
import pytest

from mmm.config import MmmConfig
from mmm.problem.media import outcome_window
from mmm.problem.problem import build_problem
from tests.mmm.random_panels import Shape, random_panel

SHAPES = {
    "national": Shape(paid=2, organic=1, warm_up=4, missing=2),
    "geos": Shape(geos=3, paid=2, organic=1, warm_up=3, missing=3),
    "counts": Shape(geos=2, paid=2, counts=True),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_response_with_the_target_has_the_stated_return(name: str) -> None:
    """By hand: value v of the prior, response r: money = coefficient x r x scale x value of an outcome, over spend."""
    panel, config = random_panel(SHAPES[name], seed=2), MmmConfig()
    problem = build_problem(panel, config)
    scaling, media = problem.scaling, problem.media
    response = np.random.default_rng(1).uniform(0.1, 1.0, media.exposure.shape)
    window = outcome_window(panel)[..., None]
    worth = (media.weight * response).sum(axis=(0, 1)) + media.fixed.sum(axis=0)
    roi = 1.7
    coefficient = roi * media.target.sum(axis=0) / worth
    outcome = coefficient * response * scaling.outcome[:, None, None] * window
    money = (outcome * panel.data["outcome_value"].values[..., None]).sum(axis=(0, 1))
    spend = np.where(window, panel.data["spend"].values, 0.0).sum(axis=(0, 1))
    np.testing.assert_allclose(money[:2] / spend[:2], roi)
    if SHAPES[name].organic:  # a share of the outcome, where a channel costs nothing
        assert outcome[..., 2].sum() / np.nansum(panel.data["outcome"].values) == pytest.approx(roi)


def test_a_coefficient_is_itself() -> None:
    sections: dict[str, Any] = {"default": {"prior": {"coefficient": {"median": 50.0, "upper": 90.0}}}}
    panel, config = random_panel(Shape(geos=3)), MmmConfig.model_validate(sections)
    problem = build_problem(panel, config)
    scaling, media = problem.scaling, problem.media
    assert not media.weight.any()
    common = 50.0 * media.target.sum(axis=0) / media.fixed.sum(axis=0)
    np.testing.assert_allclose(common * scaling.outcome.mean(), 50.0)


def test_the_window_runs_from_first_to_last_known_outcome_of_each_geo() -> None:
    panel = random_panel(Shape(geos=2, dates=8))
    outcome = panel.data["outcome"].values
    outcome[0, [0, 1, 4]] = np.nan
    outcome[1, [3, 6, 7]] = np.nan
    np.testing.assert_array_equal(outcome_window(panel), [[0, 0, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 0, 0]])


def test_spend_outside_the_window_is_not_counted() -> None:
    panel = random_panel(Shape(paid=1, warm_up=5))
    media = build_problem(panel, MmmConfig()).media
    assert media.spend[0, 0] == pytest.approx(panel.data["spend"].values[0, 5:, 0].sum())


def test_with_a_log_link_an_effect_is_worth_the_outcome_it_multiplies() -> None:
    config = MmmConfig.model_validate({"likelihood": {"family": "lognormal"}})
    panel = random_panel(Shape(paid=1, missing=2))
    media = build_problem(panel, config).media
    spend = panel.data["spend"].values[..., 0].sum()
    np.testing.assert_allclose(media.weight[..., 0] * spend, np.nan_to_num(panel.data["outcome"].values))
