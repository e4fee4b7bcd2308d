"""Draws from the prior in NumPy: those of PyMC's model, and of the stated laws."""

from typing import Any

import numpy as np
import pymc as pm
import pytest
from pytensor.compile import Mode
from scipy import stats

from mmm.components import shock
from mmm.config import MmmConfig
from mmm.model.build import build_model
from mmm.prior import draws as module
from mmm.prior.draws import prior_draws
from mmm.problem.priors import NOISE_MEDIAN, NOISE_SPREAD
from mmm.problem.problem import build_problem
from tests.mmm.random_panels import Shape, random_panel

MODELS: list[tuple[str, Shape, dict[str, Any]]] = [
    ("national", Shape(paid=2, organic=1, warm_up=3, missing=2, controls=1), {}),
    ("geos", Shape(geos=3, paid=2), {"likelihood": {"family": "normal"}}),
    ("apart", Shape(geos=2), {"geo": {"pooling": "none"}, "likelihood": {"family": "lognormal"}}),
    ("counts", Shape(geos=2, counts=True, reach=1), {"likelihood": {"family": "negative_binomial"}}),
    ("marginal", Shape(paid=2), {"default": {"prior": {"mroi": {"median": 1.0, "upper": 3.0}}}}),
]


@pytest.mark.parametrize(("name", "shape", "sections"), MODELS, ids=[model[0] for model in MODELS])
def test_coefficients_are_those_of_pymc_for_the_same_draws(
    name: str, shape: Shape, sections: dict[str, Any]
) -> None:
    panel, config = random_panel(shape, seed=3), MmmConfig.model_validate(sections)
    draws = prior_draws(build_problem(panel, config), seed=2)
    model = build_model(build_problem(panel, config))
    given = {v.name: draws.arrays[v.name][..., 1] for v in model.free_RVs if v.name != "level"}
    value = pm.do(model, given)["coefficient"].eval(mode=Mode(linker="py", optimizer=None))
    np.testing.assert_allclose(draws.arrays["coefficient"][..., 1], value, rtol=1e-6)


def test_draws_follow_the_stated_priors() -> None:
    """Kolmogorov-Smirnov at a false-alarm rate of 1e-7 each, seeded."""
    panel, config = random_panel(Shape(geos=2, paid=1), seed=1), MmmConfig()
    draws = prior_draws(build_problem(panel, config), seed=11)
    laws = {
        "media_z": stats.norm(),
        "geo_z": stats.norm(),
        "shock_size": stats.halfnorm(scale=shock.SIZE),
        "noise": stats.lognorm(NOISE_SPREAD, scale=NOISE_MEDIAN),
    }
    for name, law in laws.items():
        values = draws.arrays[name].reshape(-1, draws.count)[0]
        assert stats.kstest(values, law.cdf).pvalue > 1e-7, name
    rise = draws.arrays["level"] - draws.arrays["intercept"]
    assert np.median(rise) > 0  # media bring something, so the level lies above the intercept


def test_large_panels_are_drawn_from_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    panel = random_panel(Shape(geos=2, dates=30, paid=2))
    monkeypatch.setattr(module, "NUMBERS", 120 * 300)
    assert prior_draws(build_problem(panel, MmmConfig()), 1).count == 300
    monkeypatch.setattr(module, "NUMBERS", 1)
    assert prior_draws(build_problem(panel, MmmConfig()), 1).count == module.FEWEST_DRAWS
