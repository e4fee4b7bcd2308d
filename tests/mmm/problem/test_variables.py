"""Vectors become variables and come back; what draws of another model lack comes from the prior."""

import numpy as np
import pytest

from mmm.config import MmmConfig
from mmm.problem.draws import Draws, thin
from mmm.problem.problem import Problem, build_problem
from mmm.problem.variables import resembles, variables_to_vector, vector_to_variables
from tests.mmm.random_panels import Shape, random_panel

SHAPES = {
    "national": Shape(paid=2, organic=1, controls=1, dates=60),
    "geos": Shape(geos=3, paid=2, treatments=1, dates=60),
}


def problem_of(name: str) -> Problem:
    return build_problem(random_panel(SHAPES[name], seed=2), MmmConfig())


def drawn(problem: Problem, count: int = 7) -> tuple[np.ndarray, Draws]:
    """Return random vectors and the draws of all variables at them."""
    rng, layout = np.random.default_rng(3), problem.layout
    vectors = layout.centre + layout.spread * rng.standard_normal((count, layout.size))
    behind = np.zeros((count, len(problem.panel.geos) * (len(problem.panel.channels) + 1)))
    variables = vector_to_variables(np.concatenate([vectors, behind], axis=1), problem)
    return vectors, thin(variables.expand_dims("chain"), count)


@pytest.mark.parametrize("name", SHAPES)
def test_a_vector_comes_back(name: str) -> None:
    problem = problem_of(name)
    vectors, draws = drawn(problem)
    again = variables_to_vector(draws, problem, np.random.default_rng(0))
    np.testing.assert_allclose(again, vectors, rtol=1e-9, atol=1e-9)
    assert resembles(draws, problem.layout)


def test_what_is_not_among_the_draws_is_drawn_from_its_prior() -> None:
    problem = problem_of("national")
    vectors, draws = drawn(problem, count=400)
    less = Draws({n: a for n, a in draws.arrays.items() if n != "noise"}, draws.dims, draws.labels, 400, 1)
    again = variables_to_vector(less, problem, np.random.default_rng(0))
    block = problem.layout["noise"]
    np.testing.assert_allclose(again[:, : block.start], vectors[:, : block.start], rtol=1e-9, atol=1e-9)
    assert again[:, block.start].mean() == pytest.approx(block.mean[0], abs=5 * block.sd[0] / 20)
    assert again[:, block.start].std() == pytest.approx(block.sd[0], rel=0.2)


def test_draws_of_another_model_do_not_resemble_it() -> None:
    _, draws = drawn(problem_of("national"))
    assert not resembles(draws, problem_of("geos").layout)
