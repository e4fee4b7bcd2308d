"""Between the unconstrained vector and the posterior variables of `mmm.model.build`, all draws at once, both ways.

To the vector, draws may be of a model that is not quite this one: variables are found by name, their elements by label.
"""

from collections.abc import Callable, Iterator

import numpy as np
import scipy
import xarray as xr

from mmm.components import score_spread
from mmm.problem.draws import Draws
from mmm.problem.half_normal import score_of, size_of
from mmm.problem.priors import AUTOCORRELATION_RANGE, law_parameters
from mmm.problem.problem import Problem
from mmm.problem.vector import Block, Layout, spread_scores

_TO_NATURAL: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "identity": lambda values: values,
    "log": np.exp,
    "logit": lambda values: scipy.special.expit(values),
    "half_normal": size_of,
}
_TO_UNCONSTRAINED: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "identity": lambda values: values,
    "log": np.log,
    "logit": lambda values: scipy.special.logit(values),
    "half_normal": score_of,
}
KNOWN_ENOUGH = 0.5
"""Share of the parameters that draws must have for a model to resemble theirs."""


def vector_to_variables(kept: np.ndarray, problem: Problem) -> xr.Dataset:
    """Return the variables of the model for what was kept of each draw.

    Parameters
    ----------
    kept : numpy.ndarray, shape (draw, entry)
        The unconstrained vector, then coefficients (geo, channel), then intercepts (geo,), as
        `mmm.kernel.entries.kept_draw` wrote them.
    problem : Problem
        What the draws were made from.

    Returns
    -------
    xarray.Dataset
        Dim ``draw`` first, then each variable's own.
    """
    layout = problem.layout
    draws, geos, channels = kept.shape[0], len(problem.panel.geos), len(problem.panel.channels)
    vectors, behind = kept[:, : layout.size], layout.size + geos * channels
    variables: dict[str, tuple[tuple[str, ...], np.ndarray]] = {}
    for block in layout.blocks:
        values = vectors[:, block.start : block.start + block.size].reshape(draws, *block.shape)
        variables[block.name] = (("draw", *block.dims), block.scale * _TO_NATURAL[block.transform](values))
    coefficient = kept[:, layout.size : behind].reshape(draws, geos, channels)
    variables["coefficient"] = (("draw", "geo", "channel"), coefficient)
    variables["intercept"] = (("draw", "geo"), kept[:, behind:])
    variables["media_value"] = (variables["media_z"][0], _media_value(variables["media_z"][1], problem))
    for component, design in problem.designs:
        if design.size is not None:
            size, score = variables[f"{component.name}_size"][1], variables[f"{component.name}_z"][1]
            dims = ("draw", f"{component.name}_feature")
            size = size[:, None]
            values = size * design.scale * score / score_spread(design, size)
            variables[f"{component.name}_coefficient"] = (dims, values)
    if "autocorrelation_logit" in variables:
        low, high = AUTOCORRELATION_RANGE
        variables["autocorrelation"] = (
            ("draw",),
            low + (high - low) * scipy.special.expit(variables["autocorrelation_logit"][1]),
        )
    return xr.Dataset(variables, coords=dict(layout.coords))


def _media_value(score: np.ndarray, problem: Problem) -> np.ndarray:
    """Return the values whose standard normal scores are given; the last axis is the channel."""
    mu, sigma, shift = law_parameters(problem.priors)
    return np.exp(mu + sigma * score) - shift


def variables_to_vector(draws: Draws, problem: Problem, rng: np.random.Generator) -> np.ndarray:
    """Return the unconstrained vectors of `draws`, shape (sample, parameter).

    Parameters
    ----------
    draws : Draws
        Of this model or of one that resembles it: variables are taken by name, their elements by label.
    problem : Problem
        Of this model.
    rng : numpy.random.Generator
        What the draws do not have is drawn from its prior.

    Returns
    -------
    numpy.ndarray, shape (sample, parameter)
    """
    layout = problem.layout
    points = np.empty((draws.count, layout.size))
    for block in layout.blocks:
        points[:, block.start : block.start + block.size] = _from_prior(block, draws.count, rng)
    spread_scores(points, layout, problem.designs)
    for block in layout.blocks:
        columns = points[:, block.start : block.start + block.size]
        if not _is_theirs(block, draws):
            continue
        known = _TO_UNCONSTRAINED[block.transform](draws.arrays[block.name] / block.scale)
        for place, theirs in enumerate(_their_places(block, draws, layout)):
            if -1 not in theirs:
                columns[:, place] = known[theirs]
    return points


def resembles(draws: Draws, layout: Layout) -> bool:
    """Return whether most elements of `layout` are among `draws`, by name and label.

    Parameters
    ----------
    draws : Draws
        Of another model.
    layout : Layout
        The vector of this one.

    Returns
    -------
    bool
        False where less than `KNOWN_ENOUGH` of the vector is among them.
    """
    found = sum(
        -1 not in place
        for block in layout.blocks
        if _is_theirs(block, draws)
        for place in _their_places(block, draws, layout)
    )
    return found >= KNOWN_ENOUGH * layout.size


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
