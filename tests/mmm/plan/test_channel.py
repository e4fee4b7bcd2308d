import numpy as np
import pytest

from mmm.config import MmmConfig
from mmm.effects.terms import Exposure, response
from mmm.plan.channel import LEAST_EXPOSURE, channel_draws, path_of, respond, respond_back, shape_of
from mmm.problem.problem import build_problem
from mmm.transforms import SATURATIONS
from tests.mmm.plan.planning_cases import case, small_panel

ORDERS = ["adstock_first", "saturation_first"]


@pytest.mark.parametrize("order", ORDERS)
def test_a_response_and_its_way_back_are_those_of_the_effects(order: str) -> None:
    config = MmmConfig.model_validate({"default": {"order": order}, "baseline": {"drift": {"kind": "none"}}})
    problem = build_problem(small_panel(geos=2), config)
    window, _, outcome = case(problem=problem, draws=6)
    part, lead = channel_draws(window, outcome.draws, 1), window.before.shape[1]
    inside = window.exposure(window.current)[..., 1]
    path = path_of(window, part.place, inside)
    found, slope = respond(part, path, lead, slopes=True)
    known = response(problem, outcome.draws, part.place, Exposure(path, None))[:, lead:]
    np.testing.assert_allclose(found, known, rtol=1e-12)
    by_response = np.random.default_rng(1).normal(size=found.shape)
    back = respond_back(part, by_response, slope, inside.shape[1])
    moved = inside.copy()
    moved[1, 4] += 1e-6
    change = (respond(part, path_of(window, part.place, moved), lead, False)[0] - found) / 1e-6
    assert back[1, 4] == pytest.approx((by_response * change).sum(), rel=1e-4)


@pytest.mark.parametrize("name", SATURATIONS)
def test_curve_and_slope_in_one_go_are_those_apart(name: str) -> None:
    family = SATURATIONS[name]
    parameters = {prior.name: prior.median * np.array([0.8, 1.0, 1.4]) for prior in family.priors}
    shape = shape_of(family, parameters)
    x = np.array([0.0, 1e-6, LEAST_EXPOSURE, 0.3, 2.0])[:, None] * np.ones(3)
    value, slope = shape.both(x)
    np.testing.assert_allclose(value, shape.curve(x), rtol=1e-12)
    np.testing.assert_allclose(slope, np.broadcast_to(shape.slope(x), x.shape), rtol=1e-9)
    assert np.isfinite(slope).all()
