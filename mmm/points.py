"""From draws of the model's variables back to the unconstrained vector of a layout, also one that is not quite theirs."""

import numpy as np
from scipy.special import logit

from mmm.effects.draws import Draws
from mmm.half_normal import score_of
from mmm.kernel.layout import Block, Layout

_TO_UNCONSTRAINED = {
    "identity": lambda values: values,
    "log": np.log,
    "logit": logit,
    "half_normal": score_of,
}


def points_of(draws: Draws, layout: Layout, rng: np.random.Generator) -> np.ndarray:
    """Return the unconstrained vectors of `draws`, shape (sample, parameter).

    Parameters
    ----------
    draws : Draws
        Of this model or of one that resembles it: variables are taken by name, their elements by label.
    layout : Layout
    rng : numpy.random.Generator
        What the draws do not have is drawn from its prior.
    """
    points = np.empty((draws.count, layout.size))
    for block in layout.blocks:
        points[:, block.start : block.start + block.size] = _from_prior(block, draws.count, rng)
    layout.spread_scores(points)
    for block in layout.blocks:
        columns = points[:, block.start : block.start + block.size]
        if block.name not in draws.arrays or draws.dims[block.name] != block.dims:
            continue
        known = _TO_UNCONSTRAINED[block.transform](draws.arrays[block.name] / block.scale)
        labels = [layout.coords[dim] for dim in block.dims]
        for place, index in enumerate(np.ndindex(block.shape)):
            theirs = [
                draws.labels[dim].get(labels[axis][index[axis]], -1) for axis, dim in enumerate(block.dims)
            ]
            if -1 not in theirs:
                columns[:, place] = known[tuple(theirs)]
    return points


def _from_prior(block: Block, count: int, rng: np.random.Generator) -> np.ndarray:
    score = rng.standard_normal((count, block.size))
    return block.mean + block.sd * score
