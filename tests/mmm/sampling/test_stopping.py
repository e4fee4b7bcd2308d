"""Sampling goes on while a parameter, or a return that will be reported, is not good enough.

Posteriors are draws from the prior, dealt out to two chains: independent, so that all of them is good enough, until one
thing about them is changed.
"""

import numpy as np
import pytest
import xarray as xr

from mmm.config import MmmConfig
from mmm.numerics.convergence import MAX_R_HAT, MIN_ESS
from mmm.problem.problem import Problem, build_problem
from mmm.sampling.stopping import judged
from tests.mmm.conftest import prior_draws
from tests.mmm.random_panels import Shape, random_panel

DRAWS = 6000
SECTIONS = {
    "default": {"adstock": {"family": "geometric", "lags": 2}, "saturation": {"family": "michaelis_menten"}},
    "baseline": {"seasonality": {"yearly": 0}, "drift": {"kind": "none"}},
    "likelihood": {"family": "lognormal", "autocorrelation": False},
}
"""With a log link a return follows from coefficient and shape together: neither tells what it is like."""


@pytest.fixture(scope="module")
def fitted() -> tuple[Problem, xr.Dataset]:
    panel, config = random_panel(Shape(paid=1), seed=4), MmmConfig.model_validate(SECTIONS)
    tree = prior_draws(panel, config, DRAWS)
    return build_problem(panel, config), tree["posterior"].to_dataset()


def test_independent_draws_of_everything_are_enough(fitted: tuple[Problem, xr.Dataset]) -> None:
    problem, posterior = fitted
    found = judged(posterior, problem, 0)
    state = found.state
    assert state.enough
    assert set(found.reported) == {"ROI of paid 0"}
    assert state.r_hat <= MAX_R_HAT
    assert MIN_ESS <= state.ess <= 1.2 * DRAWS


def test_a_chain_apart_in_one_parameter_is_not_enough(fitted: tuple[Problem, xr.Dataset]) -> None:
    problem, posterior = fitted
    noise = posterior["noise"].transpose("chain", "draw", ...).values.copy()
    noise[1] *= 3.0
    dims = posterior["noise"].transpose("chain", "draw", ...).dims
    found = judged(posterior.assign(noise=(dims, noise)), problem, 0)
    state = found.state
    assert not state.enough
    assert found.reported == {}  # not looked at before the parameters are good enough
    assert state.r_hat_parameter.startswith("noise")


def test_a_return_apart_where_no_parameter_is_makes_sampling_go_on(
    fitted: tuple[Problem, xr.Dataset],
) -> None:
    """Chains agree on coefficient and on half-saturation, not on how these go together: the return is another in each."""
    problem, posterior = fitted
    name = "saturation_half_saturation"
    order = {
        variable: posterior[variable].transpose("chain", "draw", ...) for variable in ("coefficient", name)
    }
    coefficient, half = (values.values.reshape(2, -1) for values in order.values())
    ranks = coefficient.argsort(axis=1).argsort(axis=1)
    ranks[1] = ranks[1].max() - ranks[1]
    paired = np.take_along_axis(np.sort(half, axis=1), ranks, axis=1)
    apart = posterior.assign({name: (order[name].dims, paired.reshape(order[name].shape))})
    state = judged(apart, problem, 0).state
    assert not state.enough
    assert state.r_hat_parameter == "ROI of paid 0"


@pytest.mark.parametrize(("divergences", "unsuited"), [(0, False), (DRAWS // 100 + 1, True)])
def test_divergences_are_counted(
    divergences: int, unsuited: bool, fitted: tuple[Problem, xr.Dataset]
) -> None:
    problem, posterior = fitted
    assert judged(posterior, problem, divergences).state.unsuited(DRAWS) is unsuited
