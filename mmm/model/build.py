"""The media-mix model, defined once: `Panel` and config to a `pymc.Model`. Its equations are in ``docs/model.md``.

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
noise (geo), autocorrelation_logit, autocorrelation, tail, dispersion
    As the likelihood has them.
"""

from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt

from mixproof.aggregates.panel import Panel
from mmm.components import COMPONENTS, Component, Design, score_spread
from mmm.config import MmmConfig
from mmm.model.half_normal_transform import HalfNormalScore
from mmm.model.likelihoods import LIKELIHOODS, observations
from mmm.model.response import respond, shape_parameters
from mmm.problem.media import Media, prepare
from mmm.problem.pathways import pathways
from mmm.problem.priors import (
    GEO_SPREAD,
    INTERCEPT_SCALE,
    channel_prior,
    intercept_centre,
    shifted_lognormal,
)
from mmm.problem.scaling import scale


def build_model(panel: Panel, config: MmmConfig) -> pm.Model:
    """Return the PyMC model of `panel` under `config`.

    Raises
    ------
    DataError
        The outcome does not suit the likelihood (zero or less for lognormal, fractions for negative binomial).
    """
    scaling = scale(panel, config)
    media = prepare(panel, config, scaling)
    coords: dict[str, Any] = {
        "geo": panel.geos,
        "channel": panel.channels,
        "cell": np.arange(panel.observed.sum()),
    }
    with pm.Model(coords=coords) as model:
        effect = media_effect(panel, config, media)
        expected = effect + intercept(panel, config, effect)[:, None] + linear(panel, config)
        LIKELIHOODS[config.likelihood.family](expected, observations(panel, config, scaling), config)
    return model


def intercept(panel: Panel, config: MmmConfig, effect: Any) -> Any:
    """Return what each geo has without media and linear components, shape (geo,).

    The data know the mean outcome well and its split between intercept and media badly; so the level, intercept plus
    mean media effect, is what is sampled. The intercept has the prior: the level's follows it.
    """
    observed = panel.observed
    mean = (effect * observed).sum(axis=1) / observed.sum(axis=1)
    level = pm.Normal("level", intercept_centre(config) + mean, INTERCEPT_SCALE, dims="geo")
    return pm.Deterministic("intercept", level - mean, dims="geo")


def linear(panel: Panel, config: MmmConfig) -> Any:
    """Return the sum of the linear components, shape (geo or 1, date)."""
    total: Any = np.zeros((1, panel.data.sizes["date"]))
    for component in COMPONENTS:
        design = component.build(panel, config)
        if design is not None:
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


def media_effect(panel: Panel, config: MmmConfig, media: Media) -> Any:
    """Return what all media bring, in model outcome, shape (geo, date)."""
    ways = pathways(panel, config)
    parameters = shape_parameters(panel.channels, ways)
    response, growth = respond(media, ways, [parameters[name] for name in panel.channels])
    marginal = np.array([channel_prior(name, panel, config)[0] == "mroi" for name in panel.channels])
    basis = pt.where(marginal, growth, response) if marginal.any() else response
    worth = (basis * media.weight).sum(axis=1) + media.fixed
    coefficient = pm.Deterministic(
        "coefficient", coefficients(panel, config, media, worth), dims=("geo", "channel")
    )
    return (response * coefficient[:, None, :]).sum(axis=-1)


def coefficients(panel: Panel, config: MmmConfig, media: Media, worth: Any) -> Any:
    """Return the coefficient of each channel in each geo from its prior quantity, shape (geo, channel).

    What the data know well is the product of coefficient and response; its total is therefore what is sampled.
    Geos differ in value + shift: some may be harmed where others gain, and none stands behind a wall at zero.
    """
    laws = [shifted_lognormal(channel_prior(name, panel, config)[1]) for name in panel.channels]
    mu, sigma, shift = (np.array([getattr(law, part) for law in laws]) for part in ("mu", "sigma", "shift"))
    separate = config.geo.pooling == "none" and len(panel.geos) > 1
    dims: Any = ("geo", "channel") if separate else "channel"
    score = pm.Normal("media_z", 0, 1, dims=dims)
    value = pm.Deterministic("media_value", pt.exp(mu + sigma * score) - shift, dims=dims)
    if separate:
        # A geo without exposure has no worth: its coefficient multiplies a response of zero.
        return value * media.target / pt.where(pt.eq(worth, 0), 1.0, worth)
    relative: Any = pt.ones_like(worth)
    if config.geo.pooling == "partial" and len(panel.geos) > 1:
        scored = HalfNormalScore(GEO_SPREAD)
        spread = pm.HalfNormal("geo_spread", GEO_SPREAD, dims="channel", default_transform=scored)
        relative = pt.exp(spread * pm.Normal("geo_z", 0, 1, dims=("geo", "channel")))
    return media.target.sum(axis=0) * (
        (value + shift) * relative / (worth * relative).sum(axis=0) - shift / worth.sum(axis=0)
    )
