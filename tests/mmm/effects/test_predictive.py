"""The NumPy evaluation of the model against PyMC's own, and its laws against SciPy's, far into the tails."""

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pymc as pm
import pytest
import xarray as xr
from scipy import stats

from mixproof.aggregates.panel import Panel
from mixproof.aggregates.simulate import simulate_world
from mmm.config import (
    Adstock,
    ChannelModel,
    ChannelPrior,
    Geo,
    Likelihood,
    MmmConfig,
    QuantilePrior,
    Saturation,
)
from mmm.effects import predictive as laws
from mmm.effects.predictive import Predictive, expected, one_step_ahead
from mmm.model.build import build_model
from mmm.problem.draws import thin
from mmm.problem.model_outcome import model_outcome
from mmm.problem.problem import build_problem

VALUES = np.concatenate([np.linspace(-40, 40, 81), [np.nan]])[:, None]
COUNTS = np.concatenate([np.arange(0, 4000, 37), [np.nan]])[:, None].astype(float)
LOCATION, SCALE = np.array([-3.0, 0.2, 5.0]), np.array([0.4, 1.0, 7.0])
FREEDOM = np.array([2.1, 5.0, 60.0])
MEAN, DISPERSION = np.array([0.3, 40.0, 900.0]), np.array([0.5, 8.0, 2000.0])
TOLERANCE = {"rtol": 1e-10, "atol": 1e-290}


def test_normal() -> None:
    law = stats.norm(LOCATION, SCALE)
    np.testing.assert_allclose(
        laws.normal_log_density(VALUES, LOCATION, SCALE), law.logpdf(VALUES), **TOLERANCE
    )
    np.testing.assert_allclose(
        laws.normal_distribution(VALUES, LOCATION, SCALE), law.cdf(VALUES), **TOLERANCE
    )


def test_student() -> None:
    law, at = stats.t(FREEDOM, LOCATION, SCALE), (VALUES, FREEDOM, LOCATION, SCALE)
    np.testing.assert_allclose(laws.student_log_density(*at), law.logpdf(VALUES), **TOLERANCE)
    np.testing.assert_allclose(laws.student_distribution(*at), law.cdf(VALUES), **TOLERANCE)


def test_negative_binomial() -> None:
    law = stats.nbinom(DISPERSION, DISPERSION / (DISPERSION + MEAN))
    at = (COUNTS, MEAN, DISPERSION)
    np.testing.assert_allclose(laws.count_log_density(*at), law.logpmf(COUNTS), **TOLERANCE)
    np.testing.assert_allclose(laws.count_distribution(*at), law.cdf(COUNTS), **TOLERANCE)


def channel(adstock: Any, saturation: Any, **more: Any) -> ChannelModel:
    return ChannelModel(adstock=Adstock(family=adstock), saturation=Saturation(family=saturation), **more)


MANY_WAYS = {
    "tv": channel("geometric", "logistic", order="saturation_first"),
    "search": channel("none", "root", prior=ChannelPrior(mroi=QuantilePrior(median=1.0, upper=4.0))),
    "video": channel("binomial", "log"),
    "social": channel(
        "weibull_cdf", "tanh", prior=ChannelPrior(coefficient=QuantilePrior(median=0.05, upper=0.3))
    ),
    "radio": channel("delayed_geometric", "michaelis_menten"),
    "newsletter": channel("none", "none"),
}


def with_reach(panel: Panel) -> Panel:
    """Return `panel` with reach and frequency for its first channel, a gap in the outcome, and a late first one."""
    data = panel.data.copy(deep=True)
    rng = np.random.default_rng(5)
    data["frequency"].loc[{"channel": panel.channels[0]}] = rng.uniform(1, 5, data["outcome"].shape)
    data["outcome"].values[-1, :20] = np.nan
    data["outcome"].values[0, 40:43] = np.nan
    return dataclasses.replace(panel, data=data)


NORMAL, STUDENT = Likelihood(family="normal", autocorrelation=False), Likelihood()
CASES = {
    "student_t, national, many ways": (MmmConfig(channels=MANY_WAYS, likelihood=STUDENT), "demo"),
    "normal, geos": (MmmConfig(likelihood=NORMAL), "geo"),
    "lognormal, geos, no pooling": (
        MmmConfig(likelihood=Likelihood(family="lognormal"), geo=Geo(pooling="none")),
        "geo",
    ),
    "negative binomial, geos, full pooling": (
        MmmConfig(
            likelihood=Likelihood(family="negative_binomial", autocorrelation=False), geo=Geo(pooling="full")
        ),
        "geo",
    ),
}


@pytest.mark.parametrize("case", sorted(CASES))
def test_log_density_is_pymcs(
    case: str, as_panel: Callable[..., Panel], from_prior: Callable[..., xr.DataTree], demo_panel: Panel
) -> None:
    config, world = CASES[case]
    if world == "demo":
        panel = with_reach(demo_panel)
    else:
        counts = config.likelihood.family == "negative_binomial"
        scene = simulate_world("geo", 3, weeks=60, geos=3, channels=3).scene
        panel = with_reach(as_panel(scene, counts=counts))
    tree = from_prior(panel, config, 6)
    with build_model(build_problem(panel, config)):
        theirs = pm.compute_log_likelihood(
            tree, extend_inferencedata=False, progressbar=False, compile_kwargs={"mode": "FAST_COMPILE"}
        )
    problem, draws = build_problem(panel, config), thin(tree["posterior"].to_dataset(), 6)
    law = one_step_ahead(problem, draws)
    ours = law.log_density(model_outcome(panel, config, problem.scaling))[panel.observed]
    reference = theirs["outcome"].transpose("cell", "chain", "draw").values.reshape(ours.shape)
    np.testing.assert_allclose(ours, reference, rtol=1e-9, atol=1e-9)


LAWS = {
    "normal": Predictive(
        "normal", np.full((1, 1, 20_000), 2.0), np.full((1, 1, 20_000), 0.5), None, np.ones((1, 1, 1))
    ),
    "student_t": Predictive(
        "student_t",
        np.full((1, 1, 20_000), 2.0),
        np.full((1, 1, 20_000), 0.5),
        np.full(20_000, 6.0),
        np.ones((1, 1, 1)),
    ),
    "lognormal": Predictive(
        "lognormal", np.full((1, 1, 20_000), 0.3), np.full((1, 1, 20_000), 0.4), None, np.ones((1, 1, 1))
    ),
    "negative_binomial": Predictive(
        "negative_binomial",
        np.full((1, 1, 20_000), 30.0),
        np.full((1, 1, 20_000), 8.0),
        None,
        np.ones((1, 1, 1)),
    ),
}


@pytest.mark.parametrize("family", sorted(LAWS))
def test_random_outcomes_have_the_stated_mean_and_distribution(family: str) -> None:
    law = LAWS[family]
    drawn = law.sample(np.random.default_rng(11))[0, 0]
    error = drawn.std() / np.sqrt(drawn.size)
    assert abs(drawn.mean() - law.mean()[0, 0, 0]) < 5.5 * error  # false alarm 4e-8
    below = np.quantile(drawn, 0.8)
    at = np.log(below) if family == "lognormal" else np.round(below)
    share = (
        np.mean(drawn < np.exp(at))
        if family == "lognormal"
        else (np.mean(drawn < at) + np.mean(drawn <= at)) / 2
    )
    assert law.distribution(np.array([[at]]))[0, 0, 0] == pytest.approx(
        share, abs=5.5 * np.sqrt(0.25 / drawn.size)
    )


def test_without_autocorrelation_the_prediction_is_the_expectation(
    geo_panel: Panel, from_prior: Callable[..., xr.DataTree]
) -> None:
    config = MmmConfig(likelihood=NORMAL)
    problem = build_problem(geo_panel, config)
    draws = thin(from_prior(geo_panel, config, 4)["posterior"].to_dataset(), 4)
    np.testing.assert_array_equal(one_step_ahead(problem, draws).location, expected(problem, draws))
