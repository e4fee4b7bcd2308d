"""Draws from the prior, in NumPy alone: neither sampler nor compiler is needed to say what is believed beforehand."""

import numpy as np
import xarray as xr

from mmm.effects.terms import Exposure, observed_exposure, response
from mmm.problem.draws import Draws, thin
from mmm.problem.priors import DISPERSION_MEDIAN, DISPERSION_SPREAD
from mmm.problem.problem import Problem
from mmm.problem.variables import vector_to_variables
from mmm.problem.vector import LEVEL, spread_scores

DRAWS, FEWEST_DRAWS = 1000, 200
NUMBERS = 20_000_000
"""Draws are fewer where draws x geos x dates x channels would be more than this, down to `FEWEST_DRAWS`."""
RISE = 1e-4
"""Relative change of exposure by which a marginal response is measured."""


def prior_draws(problem: Problem, seed: int) -> Draws:
    """Return draws of all variables of the model from its prior; fewer for a large panel.

    Parameters
    ----------
    problem : Problem
    seed : int
        The same seed gives the same draws.

    Returns
    -------
    Draws
        Dims ``draw`` and each variable's own.
    """
    count, rng = prior_count(problem), np.random.default_rng(seed)
    vectors, intercept = _vectors(problem, count, rng)
    geos, channels = len(problem.panel.geos), len(problem.panel.channels)
    unknown = np.zeros((count, geos * channels + geos))
    variables = vector_to_variables(np.concatenate([vectors, unknown], axis=1), problem)
    if problem.config.likelihood.family == "negative_binomial":
        alpha = DISPERSION_MEDIAN * np.exp(DISPERSION_SPREAD * rng.standard_normal(count))
        variables["dispersion"] = ("draw", alpha)
    variables["intercept"] = (("draw", "geo"), intercept)
    coefficient, mean = _media(problem, _as_draws(variables))
    variables["coefficient"] = (("geo", "channel", "draw"), coefficient)
    variables["level"] = (("draw", "geo"), intercept + mean.T)
    return _as_draws(variables)


def prior_count(problem: Problem) -> int:
    """Return how many draws `prior_draws` returns."""
    size = problem.window.size * len(problem.panel.channels)
    return int(np.clip(NUMBERS // size, FEWEST_DRAWS, DRAWS))


def _as_draws(variables: xr.Dataset) -> Draws:
    return thin(variables.expand_dims(chain=1), variables.sizes["draw"])


def _vectors(problem: Problem, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return unconstrained vectors, shape (draw, parameter), their level still unknown, and intercepts (draw, geo)."""
    layout = problem.layout
    vectors = np.zeros((count, layout.size))
    intercept = np.zeros((count, layout["level"].size))
    for block in layout.blocks:
        score = rng.standard_normal((count, block.size))
        place = slice(block.start, block.start + block.size)
        if block.kind == LEVEL:  # its prior is that of the intercept behind it
            intercept = block.mean + block.sd * score
        else:
            vectors[:, place] = block.mean + block.sd * score
    spread_scores(vectors, layout, problem.designs)
    return vectors, intercept


def _media(problem: Problem, draws: Draws) -> tuple[np.ndarray, np.ndarray]:
    """Return coefficients (geo, channel, sample), and the mean media effect over known outcomes (geo, sample)."""
    observed = problem.panel.observed
    cells = observed.sum(axis=1)[:, None]
    coefficient = np.empty((len(problem.panel.geos), len(problem.panel.channels), draws.count))
    mean = np.zeros((len(problem.panel.geos), draws.count))
    for channel in range(coefficient.shape[1]):
        exposure = observed_exposure(problem, channel)
        answer = response(problem, draws, channel, exposure)
        worth = _worth(problem, draws, channel, exposure, answer)
        coefficient[:, channel] = coefficients(problem, draws, channel, worth)
        mean += coefficient[:, channel] * (answer * observed[..., None]).sum(axis=1) / cells
    return coefficient, mean


def _worth(
    problem: Problem, draws: Draws, channel: int, exposure: Exposure, answer: np.ndarray
) -> np.ndarray:
    """Return what a coefficient of 1 is worth in the quantity of the channel's prior, shape (geo, sample)."""
    basis = answer
    if problem.priors[channel].quantity == "mroi":
        more = response(problem, draws, channel, exposure.times(1 + RISE))
        less = response(problem, draws, channel, exposure.times(1 - RISE))
        basis = (more - less) / (2 * RISE)
    weighted = (basis * problem.media.weight[..., channel, None]).sum(axis=1)
    return weighted + problem.media.fixed[:, channel, None]


def coefficients(problem: Problem, draws: Draws, channel: int, worth: np.ndarray) -> np.ndarray:
    """Return the coefficients of one channel from its prior quantity, shape (geo, sample); see `mmm.model.build`.

    Parameters
    ----------
    problem : Problem
    draws : Draws
        With ``media_value``, and ``geo_spread`` and ``geo_z`` under partial pooling.
    channel : int
    worth : numpy.ndarray, shape (geo, sample)
        What a coefficient of 1 is worth.

    Returns
    -------
    numpy.ndarray, shape (geo, sample)
        In model outcome per unit of saturated exposure.
    """
    name = problem.panel.channels[channel]
    value, target = draws.values("media_value", channel=name), problem.media.target[:, channel]
    if problem.pooling == "none":
        return value * target[:, None] / np.where(worth == 0, 1.0, worth)
    shift = problem.priors[channel].law.shift
    relative = np.ones_like(worth)
    if "geo_spread" in draws.arrays:
        relative = np.exp(draws.values("geo_spread", channel=name) * draws.values("geo_z", channel=name))
    weighted, plain = (worth * relative).sum(axis=0), worth.sum(axis=0)
    # A channel without exposure has no worth: its coefficient multiplies a response of zero.
    weighted, plain = np.where(weighted == 0, 1.0, weighted), np.where(plain == 0, 1.0, plain)
    return target.sum() * ((value + shift) * relative / weighted - shift / plain)
