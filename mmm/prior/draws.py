"""Draws from the prior, in NumPy alone: neither sampler nor compiler is needed to say what is believed beforehand."""

import numpy as np
import xarray as xr

from mixproof.aggregates.panel import Panel
from mmm.config import MmmConfig
from mmm.effects.draws import Draws, thin
from mmm.effects.media import Exposure, observed_exposure, response
from mmm.kernel.buffer.header import LEVEL
from mmm.problem.priors import DISPERSION_MEDIAN, DISPERSION_SPREAD, channel_prior, shifted_lognormal
from mmm.problem.problem import Setting, set_up
from mmm.problem.vector import Layout, lay_out
from mmm.problem.vector_to_variables import posterior_variables

DRAWS, FEWEST_DRAWS = 1000, 200
NUMBERS = 20_000_000
"""Draws are fewer where draws x geos x dates x channels would be more than this, down to `FEWEST_DRAWS`."""
RISE = 1e-4
"""Relative change of exposure by which a marginal response is measured."""


def prior_draws(panel: Panel, config: MmmConfig, seed: int) -> Draws:
    """Return draws of all variables of the model from its prior; fewer for a large panel.

    Parameters
    ----------
    panel : Panel
    config : MmmConfig
    seed : int
        The same seed gives the same draws.
    """
    setting = set_up(panel, config)
    size = setting.window.size * len(panel.channels)
    count = int(np.clip(NUMBERS // size, FEWEST_DRAWS, DRAWS))
    layout, rng = lay_out(setting.panel, setting.config), np.random.default_rng(seed)
    vectors, intercept = _vectors(layout, count, rng)
    geos, channels = len(setting.panel.geos), len(setting.panel.channels)
    unknown = np.zeros((count, geos * channels + geos))
    variables = posterior_variables(
        np.concatenate([vectors, unknown], axis=1), setting.panel, setting.config, layout
    )
    if setting.config.likelihood.family == "negative_binomial":
        alpha = DISPERSION_MEDIAN * np.exp(DISPERSION_SPREAD * rng.standard_normal(count))
        variables["dispersion"] = ("draw", alpha)
    variables["intercept"] = (("draw", "geo"), intercept)
    coefficient, mean = _media(setting, _as_draws(variables))
    variables["coefficient"] = (("geo", "channel", "draw"), coefficient)
    variables["level"] = (("draw", "geo"), intercept + mean.T)
    return _as_draws(variables)


def _as_draws(variables: xr.Dataset) -> Draws:
    return thin(variables.expand_dims(chain=1), variables.sizes["draw"])


def _vectors(layout: Layout, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return unconstrained vectors, shape (draw, parameter), their level still unknown, and intercepts (draw, geo)."""
    vectors = np.zeros((count, layout.size))
    intercept = np.zeros((count, layout["level"].size))
    for block in layout.blocks:
        score = rng.standard_normal((count, block.size))
        place = slice(block.start, block.start + block.size)
        if block.kind == LEVEL:  # its prior is that of the intercept behind it
            intercept = block.mean + block.sd * score
        else:
            vectors[:, place] = block.mean + block.sd * score
    layout.spread_scores(vectors)
    return vectors, intercept


def _media(setting: Setting, draws: Draws) -> tuple[np.ndarray, np.ndarray]:
    """Return coefficients (geo, channel, sample), and the mean media effect over known outcomes (geo, sample)."""
    observed = setting.panel.observed
    cells = observed.sum(axis=1)[:, None]
    coefficient = np.empty((len(setting.panel.geos), len(setting.panel.channels), draws.count))
    mean = np.zeros((len(setting.panel.geos), draws.count))
    for channel in range(coefficient.shape[1]):
        exposure = observed_exposure(setting, channel)
        answer = response(setting, draws, channel, exposure)
        worth = _worth(setting, draws, channel, exposure, answer)
        coefficient[:, channel] = coefficients(setting, draws, channel, worth)
        mean += coefficient[:, channel] * (answer * observed[..., None]).sum(axis=1) / cells
    return coefficient, mean


def _worth(
    setting: Setting, draws: Draws, channel: int, exposure: Exposure, answer: np.ndarray
) -> np.ndarray:
    """Return what a coefficient of 1 is worth in the quantity of the channel's prior, shape (geo, sample)."""
    basis = answer
    quantity, _ = channel_prior(setting.panel.channels[channel], setting.panel, setting.config)
    if quantity == "mroi":
        more = response(setting, draws, channel, exposure.times(1 + RISE))
        less = response(setting, draws, channel, exposure.times(1 - RISE))
        basis = (more - less) / (2 * RISE)
    weighted = (basis * setting.media.weight[..., channel, None]).sum(axis=1)
    return weighted + setting.media.fixed[:, channel, None]


def coefficients(setting: Setting, draws: Draws, channel: int, worth: np.ndarray) -> np.ndarray:
    """Return the coefficients of one channel from its prior quantity, shape (geo, sample); see `mmm.model.build`.

    Parameters
    ----------
    setting : Setting
    draws : Draws
        With ``media_value``, and ``geo_spread`` and ``geo_z`` under partial pooling.
    channel : int
    worth : numpy.ndarray, shape (geo, sample)
        What a coefficient of 1 is worth.
    """
    name = setting.panel.channels[channel]
    value, target = draws.values("media_value", channel=name), setting.media.target[:, channel]
    if separate(setting.config, len(setting.panel.geos)):
        return value * target[:, None] / np.where(worth == 0, 1.0, worth)
    shift = shifted_lognormal(channel_prior(name, setting.panel, setting.config)[1]).shift
    relative = np.ones_like(worth)
    if "geo_spread" in draws.arrays:
        relative = np.exp(draws.values("geo_spread", channel=name) * draws.values("geo_z", channel=name))
    weighted, plain = (worth * relative).sum(axis=0), worth.sum(axis=0)
    # A channel without exposure has no worth: its coefficient multiplies a response of zero.
    weighted, plain = np.where(weighted == 0, 1.0, weighted), np.where(plain == 0, 1.0, plain)
    return target.sum() * ((value + shift) * relative / weighted - shift / plain)


def separate(config: MmmConfig, geos: int) -> bool:
    """Return whether every geo has media effects of its own, without sharing."""
    return config.geo.pooling == "none" and geos > 1
