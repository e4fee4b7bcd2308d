"""Evidence in PyMC against a second evaluation: the readouts that effects give, and SciPy's densities of them."""

import dataclasses
from typing import Any

import numpy as np
import pytensor
import pytest
from pytensor.compile import Mode
from scipy import stats

from mmm.calibration import Calibration
from mmm.calibration.predicted import predicted_readouts
from mmm.config import CalibrateConfig, MmmConfig
from mmm.model.build import build_model
from mmm.prior.draws import prior_draws
from mmm.problem.draws import Draws
from mmm.problem.problem import Problem, build_problem
from mmm.problem.variables import variables_to_vector
from tests.mmm.calibration_evidence import evidences
from tests.mmm.random_panels import Shape, random_panel

TWINS = {"identity": "", "log": "_log__", "logit": "_logodds__", "half_normal": "_score__"}
LOG = {"likelihood": {"family": "lognormal"}}
COUNTS = {"likelihood": {"family": "negative_binomial", "autocorrelation": False}}
FIRST = {"default": {"order": "saturation_first", "saturation": {"family": "tanh"}}}
MARGINAL = {"default": {"prior": {"mroi": {"median": 0.6, "upper": 2.5}}}}
CASES: list[tuple[str, Shape, dict[str, Any]]] = [
    ("national", Shape(paid=3), {}),
    ("national, log link", Shape(paid=3, missing=2), LOG),
    ("geos", Shape(geos=3, paid=3, missing=1), {}),
    ("geos, log link, apart", Shape(geos=2, paid=3), LOG | {"geo": {"pooling": "none"}}),
    ("saturation first", Shape(geos=2, paid=3), FIRST),
    ("counts", Shape(paid=3, counts=True), COUNTS),
    ("reach and frequency", Shape(paid=3, reach=2), {}),
    ("marginal return", Shape(paid=3), MARGINAL),
]


def density(problem: Problem) -> Any:
    """Return PyMC's log-density of a problem, and the names of what it takes."""
    model = build_model(problem)
    function = pytensor.function(model.value_vars, model.logp(), mode=Mode(linker="py", optimizer=None))
    return function, [variable.name for variable in model.value_vars]


def inputs(problem: Problem, point: np.ndarray, extra: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return an unconstrained vector as PyMC's value variables."""
    blocks = problem.layout.blocks
    found = {b.name + TWINS[b.transform]: point[b.start : b.start + b.size].reshape(b.shape) for b in blocks}
    return found | extra


def by_hand(problem: Problem, draws: Draws, sample: int) -> float:
    """Return the log-density of what was observed, from predicted readouts and the drawn bias, by SciPy."""
    predicted, total = predicted_readouts(problem, draws), 0.0
    assert problem.replay is not None
    for each in problem.replay.experiments:
        score = draws.values("evidence_bias", experiment=each.name)[sample]
        size = draws.values(f"evidence_size_{each.kind}")[sample]
        centre = (
            predicted[each.name][sample]
            + np.hypot(size, np.sqrt(each.age_variance)) * score * each.bias_scale
        )
        if each.degrees_of_freedom is None:
            total += stats.multivariate_normal.logpdf(each.observed, centre, each.covariance)
        else:
            df = each.degrees_of_freedom
            total += stats.multivariate_t.logpdf(each.observed, centre, each.covariance, df)
    scores = [b for b in problem.layout.blocks if b.name.startswith("evidence")]
    vector = variables_to_vector(draws, problem, np.random.default_rng(0))[sample]
    return total + sum(stats.norm.logpdf(vector[b.start : b.start + b.size]).sum() for b in scores)


@pytest.mark.parametrize(("name", "shape", "sections"), CASES, ids=[case[0] for case in CASES])
def test_evidence_adds_the_density_of_what_was_observed(
    name: str, shape: Shape, sections: dict[str, Any]
) -> None:
    panel, config = random_panel(shape, seed=5), MmmConfig.model_validate(sections)
    problem = build_problem(panel, config, Calibration(CalibrateConfig(), evidences(panel)))
    without = dataclasses.replace(problem.with_replay(None))
    draws = prior_draws(problem, 3)
    points = variables_to_vector(draws, problem, np.random.default_rng(1))
    extra = {}
    if "dispersion" in draws.arrays:
        extra = {"dispersion_log__": np.log(draws.values("dispersion")[7])}
    (calibrated, names), (plain, fewer) = density(problem), density(without)
    given = inputs(problem, points[7], extra)
    both = float(calibrated(**{k: given[k] for k in names})), float(plain(**{k: given[k] for k in fewer}))
    assert both[0] - both[1] == pytest.approx(by_hand(problem, draws, 7), rel=1e-9, abs=1e-7)
