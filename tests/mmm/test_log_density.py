"""The PyMC model against a second evaluation of its equations, one case a likelihood and whatever only PyMC has."""

from typing import Any

import numpy as np
import pytensor
import pytest
from pytensor.compile import Mode

from mmm.config import MmmConfig, QuantilePrior
from mmm.model.build import build_model
from mmm.problem.priors import shifted_lognormal
from mmm.problem.problem import build_problem
from tests.mmm.numpy_model import NumpyModel, solve_prior
from tests.mmm.random_panels import Shape, random_panel

FULL = {
    "trend": {"kind": "linear"},
    "seasonality": {"yearly": 2},
    "events": ({"name": "launch", "dates": ("2023-02-14", "2023-04-03")},),
}
ROOT = {"saturation": {"family": "root"}, "adstock": {"family": "geometric", "lags": 5}}
MARGINAL = {"prior": {"mroi": {"median": 0.6, "upper": 2.5, "worthless": 0.1}}}
SATURATING = {"order": "saturation_first", "saturation": {"family": "michaelis_menten"}}
CASES: list[tuple[str, Shape, dict[str, Any]]] = [
    ("normal", Shape(paid=2, warm_up=3, missing=2, controls=1, treatments=1),
     {"likelihood": {"family": "normal"}, "baseline": FULL, "channels": {"paid 0": ROOT}}),
    ("normal, independent", Shape(geos=2), {"likelihood": {"family": "normal", "autocorrelation": False},
     "geo": {"pooling": "full", "scaling": "outcome"}}),
    ("student_t", Shape(geos=3, paid=2, organic=1, warm_up=2, missing=3, controls=1, treatments=1), {"baseline": FULL}),
    ("student_t, geos apart", Shape(geos=2, paid=1, organic=1, missing=2), {"geo": {"pooling": "none"},
     "channels": {"paid 0": {"prior": {"coefficient": {"median": 90.0, "upper": 300.0}}}}}),
    ("lognormal", Shape(geos=2, missing=2), {"likelihood": {"family": "lognormal"}, "baseline": FULL}),
    ("negative_binomial", Shape(geos=2, counts=True, missing=2, organic=1),
     {"likelihood": {"family": "negative_binomial"}, "baseline": FULL}),
    ("reach and frequency", Shape(geos=2, paid=2, reach=1, missing=1), {"geo": {"common_shocks": False}}),
    ("marginal return", Shape(geos=2, paid=3), {"channels": {"paid 0": MARGINAL, "paid 1": MARGINAL | SATURATING}}),
    ("marginal return, geos apart", Shape(geos=2, counts=True), {"geo": {"pooling": "none"}, "default": MARGINAL}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "shape", "sections"), CASES, ids=[case[0] for case in CASES])
def test_log_density_is_that_of_the_equations(name: str, shape: Shape, sections: dict[str, Any]) -> None:
    panel, config = random_panel(shape, seed=len(name)), MmmConfig.model_validate(sections)
    model = build_model(build_problem(panel, config))
    function = pytensor.function(model.value_vars, model.logp(), mode=Mode(linker="py", optimizer=None))
    reference = NumpyModel(panel, config)
    dims = {v.name: model.named_vars_to_dims.get(model.values_to_rvs[v].name, ()) for v in model.value_vars}
    rng = np.random.default_rng(5)
    for _ in range(3):
        point = {
            key: 0.6 * rng.normal(size=[len(model.coords[dim]) for dim in own]) for key, own in dims.items()
        }
        assert float(function(**point)) == pytest.approx(reference.log_density(point), rel=1e-10)


@pytest.mark.parametrize("worthless", [0.0, 0.001, 0.1, 0.25])
def test_the_second_evaluation_solves_priors_alike(worthless: float) -> None:
    prior = QuantilePrior(median=1.0, upper=5.0, worthless=worthless)
    law = shifted_lognormal(prior)
    np.testing.assert_allclose((law.mu, law.sigma, law.shift), solve_prior(prior), rtol=1e-7, atol=1e-12)
