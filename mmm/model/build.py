"""The media-mix model, defined once: a `Problem` to a `pymc.Model`. Its equations are in ``docs/model.md``.

Model outcome ``y[g, t]`` is the outcome over the geo's scale (log of it with a log link). With response r of each
channel (carryover and saturation, between 0 and about 1)

    m[g, t] = intercept[g] + sum_k X_k[g, t] . coefficient_k + sum_c coefficient[g, c] r[g, t, c]

and the likelihood scatters y about m, residuals of neighbouring periods alike when the config says so.

Posterior variables
-------------------
media_z (channel) or (geo, channel)
    Standard normal score of the channel's prior.
media_value (same dims)
    Value of the quantity the prior is about: ROI, mROI, share or coefficient.
geo_z (geo, channel), geo_spread (channel)
    A geo's log (value + shift), in deviation from the common one, is ``geo_spread * geo_z`` (partial pooling).
coefficient (geo, channel)
    Model outcome a period at response 1.
adstock_<parameter> (adstock_<parameter>_channel), saturation_<parameter> likewise
    Of the channels whose family has the parameter.
level (geo), intercept (geo)
    Mean outcome, and what is left of it without media.
<component>_coefficient (<component>_feature), with <component>_z and <component>_size behind it for drift and shock
evidence_size_<kind>, evidence_bias (experiment)
    How far experiments may miss what the channels do in the panel; see `mmm.model.evidence`.
noise (geo), autocorrelation_logit, autocorrelation, tail, dispersion
    As the likelihood has them.
"""

from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt

from mmm.components import Component, Design, score_spread
from mmm.model.evidence import add_evidence
from mmm.model.half_normal_transform import HalfNormalScore
from mmm.model.likelihoods import LIKELIHOODS, observations
from mmm.model.response import respond, shape_parameters
from mmm.problem.priors import GEO_SPREAD, INTERCEPT_SCALE, intercept_centre, law_parameters
from mmm.problem.problem import Problem


def build_model(problem: Problem) -> pm.Model:
    """Return the PyMC model of `problem`."""
    panel, config = problem.panel, problem.config
    coords: dict[str, Any] = {
        "geo": panel.geos,
        "channel": panel.channels,
        "cell": np.arange(panel.observed.sum()),
    }
    with pm.Model(coords=coords) as model:
        parameters = shape_parameters(panel.channels, problem.pathways)
        shapes = [parameters[name] for name in panel.channels]
        response, coefficient = media_response(problem, shapes)
        effect = (response * coefficient[:, None, :]).sum(axis=-1)
        expected = effect + intercept(problem, effect)[:, None] + linear(problem)
        LIKELIHOODS[config.likelihood.family](expected, observations(problem), config)
        add_evidence(problem, shapes, response, coefficient, expected)
    return model


def intercept(problem: Problem, effect: Any) -> Any:
    """Return what each geo has without media and linear components, shape (geo,).

    The data know the mean outcome well and its split between intercept and media badly; so the level, intercept plus
    mean media effect, is what is sampled. The intercept has the prior: the level's follows it.

    Parameters
    ----------
    problem : Problem
        For which outcomes are observed.
    effect : pytensor.tensor.TensorVariable, shape (geo, date)
        Media effect in model outcome.

    Returns
    -------
    pytensor.tensor.TensorVariable, shape (geo,)
        In model outcome.
    """
    observed = problem.panel.observed
    mean = (effect * observed).sum(axis=1) / observed.sum(axis=1)
    level = pm.Normal("level", intercept_centre(problem.config) + mean, INTERCEPT_SCALE, dims="geo")
    return pm.Deterministic("intercept", level - mean, dims="geo")


def linear(problem: Problem) -> Any:
    """Return the sum of the linear components, shape (geo or 1, date)."""
    total: Any = np.zeros((1, problem.window.shape[1]))
    for component, design in problem.designs:
        total = total + _linear(component, design)
    return total


def _linear(component: Component, design: Design) -> Any:
    """Return the contribution of one linear component, shape (geo or 1, date)."""
    name, dim = f"{component.name}_coefficient", f"{component.name}_feature"
    pm.modelcontext(None).add_coord(dim, list(design.features))
    if design.size is not None:
        # Scores times a sampled size: coefficients sampled about a free size are a funnel.
        size = pm.HalfNormal(
            f"{component.name}_size", design.size, default_transform=HalfNormalScore(design.size)
        )
        spread = score_spread(design, size)
        score = pm.Normal(f"{component.name}_z", 0, spread, dims=dim)
        coefficient = pm.Deterministic(name, size * design.scale * score / spread, dims=dim)
    else:
        coefficient = pm.Normal(name, 0, design.scale, dims=dim)
    return pt.dot(pt.as_tensor(design.matrix), coefficient)


def media_response(problem: Problem, shapes: list[dict[str, Any]]) -> tuple[Any, Any]:
    """Return the response of each channel, shape (geo, date, channel), and its coefficients, shape (geo, channel).

    Parameters
    ----------
    problem : Problem
    shapes : list of dict
        Carryover and saturation parameters of each channel.

    Returns
    -------
    tuple of two TensorVariable
    """
    media = problem.media
    response, growth = respond(media.exposure, media.frequency, problem.pathways, shapes)
    marginal = np.array([prior.quantity == "mroi" for prior in problem.priors])
    basis = pt.where(marginal, growth, response) if marginal.any() else response
    worth = (basis * media.weight).sum(axis=1) + media.fixed
    return response, pm.Deterministic("coefficient", coefficients(problem, worth), dims=("geo", "channel"))


def coefficients(problem: Problem, worth: Any) -> Any:
    """Return the coefficient of each channel in each geo from its prior quantity, shape (geo, channel).

    What the data know well is the product of coefficient and response; its total is therefore what is sampled.
    Geos differ in value + shift: some may be harmed where others gain, and none stands behind a wall at zero.

    Parameters
    ----------
    problem : Problem
        For priors, targets and pooling.
    worth : pytensor.tensor.TensorVariable, shape (geo, channel)
        What a coefficient of 1 is worth in the prior's quantity.

    Returns
    -------
    pytensor.tensor.TensorVariable, shape (geo, channel)
        In model outcome.
    """
    target, (mu, sigma, shift) = problem.media.target, law_parameters(problem.priors)
    separate = problem.pooling == "none"
    dims: Any = ("geo", "channel") if separate else "channel"
    score = pm.Normal("media_z", 0, 1, dims=dims)
    value = pm.Deterministic("media_value", pt.exp(mu + sigma * score) - shift, dims=dims)
    if separate:
        # A geo without exposure has no worth: its coefficient multiplies a response of zero.
        return value * target / pt.where(pt.eq(worth, 0), 1.0, worth)
    relative: Any = pt.ones_like(worth)
    if problem.pooling == "partial":
        scored = HalfNormalScore(GEO_SPREAD)
        spread = pm.HalfNormal("geo_spread", GEO_SPREAD, dims="channel", default_transform=scored)
        relative = pt.exp(spread * pm.Normal("geo_z", 0, 1, dims=("geo", "channel")))
    return target.sum(axis=0) * (
        (value + shift) * relative / (worth * relative).sum(axis=0) - shift / worth.sum(axis=0)
    )
