"""How large an effect the priors expect where each experiment looked: what its possible bias is measured in.

It is worked out at the prior's medians, from data and config alone: a scale that moved with the draws would reward
large effects with wide errors.
"""

from dataclasses import replace

import numpy as np

from mmm.calibration.replay import Replay
from mmm.problem.media import Media
from mmm.problem.pathways import Pathway
from mmm.problem.priors import MediaPrior
from mmm.transforms.convolution import convolve

STEP = 1e-4
"""Relative change of exposure by which a marginal response is measured."""


def with_prior_size(
    replay: Replay, media: Media, pathways: tuple[Pathway, ...], priors: tuple[MediaPrior, ...], level: np.ndarray | None
) -> Replay:  # fmt: skip
    """Return the experiments with the scale of their bias.

    Parameters
    ----------
    replay : Replay
    media : Media
    pathways : tuple of Pathway
    priors : tuple of MediaPrior
    level : numpy.ndarray, shape (geo, date), or None
        Outcome over the geo's scale, of a multiplicative model; NaN where unknown.

    Returns
    -------
    Replay
    """
    responses, coefficient = [], np.empty(media.target.shape)
    for channel, (way, prior) in enumerate(zip(pathways, priors, strict=True)):
        often = np.nan_to_num(media.frequency[..., channel], nan=1.0)
        exposure = media.exposure[..., channel]
        own = _response(way, exposure, often)
        basis = own
        if prior.quantity == "mroi":
            basis = (
                _response(way, (1 + STEP) * exposure, often) - _response(way, (1 - STEP) * exposure, often)
            ) / (2 * STEP)
        worth = (basis * media.weight[..., channel]).sum() + media.fixed[:, channel].sum()
        value = prior.law.quantile(0.5)
        coefficient[:, channel] = value * media.target[:, channel].sum() / (worth or 1.0)
        replayed = _response(way, replay.exposure[:, channel], replay.frequency[:, channel])
        responses.append(np.concatenate([own.ravel(), replayed]))
    usual = None
    if level is not None:
        usual = np.where(np.isfinite(level), level, np.nanmean(level, axis=1, keepdims=True)).ravel()
    size = np.abs(replay.answers(replay.changes(responses, coefficient), usual))
    experiments = zip(replay.experiments, replay.spans, strict=True)
    return replace(
        replay, experiments=tuple(replace(each, bias_scale=size[span]) for each, span in experiments)
    )


def _response(way: Pathway, exposure: np.ndarray, frequency: np.ndarray) -> np.ndarray:
    """Return the response at the medians of the priors of carryover and saturation, shape of `exposure`."""
    adstock = {prior.name: np.array([prior.median]) for prior in way.carryover.priors}
    shape = {prior.name: prior.median for prior in way.saturation.priors}
    weights = np.ravel(way.carryover.transform.weights(way.carryover.lags, **adstock))
    if way.by_frequency:
        return convolve(exposure * way.saturation.curve(frequency, **shape), weights)
    if way.adstock_first:
        return way.saturation.curve(convolve(exposure, weights), **shape)
    return convolve(way.saturation.curve(exposure, **shape), weights)
