"""From draws of the model's variables back to the unconstrained vector of a layout, also one that is not quite theirs."""

from collections.abc import Iterator

import numpy as np
from scipy.special import logit

from mmm.effects.draws import Draws
from mmm.numerics.half_normal import score_of
from mmm.problem.vector import Block, Layout

_TO_UNCONSTRAINED = {
    "identity": lambda values: values,
    "log": np.log,
    "logit": logit,
    "half_normal": score_of,
}


KNOWN_ENOUGH = 0.5
"""Share of the parameters that draws must have for a model to resemble theirs."""


def resembles(draws: Draws, layout: Layout) -> bool:
    """Return whether most elements of `layout` are among `draws`, by name and label."""
    found = sum(
        -1 not in place
        for block in layout.blocks
        if _is_theirs(block, draws)
        for place in _their_places(block, draws, layout)
    )
    return found >= KNOWN_ENOUGH * layout.size


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
        if not _is_theirs(block, draws):
            continue
        known = _TO_UNCONSTRAINED[block.transform](draws.arrays[block.name] / block.scale)
        for place, theirs in enumerate(_their_places(block, draws, layout)):
            if -1 not in theirs:
                columns[:, place] = known[theirs]
    return points


def _is_theirs(block: Block, draws: Draws) -> bool:
    return block.name in draws.arrays and draws.dims[block.name] == block.dims


def _their_places(block: Block, draws: Draws, layout: Layout) -> Iterator[tuple[int, ...]]:
    """Yield where each element of a block is among `draws`; -1 along a dim on which its label is not."""
    labels = [layout.coords[dim] for dim in block.dims]
    for index in np.ndindex(block.shape):
        yield tuple(
            draws.labels[dim].get(labels[axis][index[axis]], -1) for axis, dim in enumerate(block.dims)
        )


def _from_prior(block: Block, count: int, rng: np.random.Generator) -> np.ndarray:
    score = rng.standard_normal((count, block.size))
    return block.mean + block.sd * score
