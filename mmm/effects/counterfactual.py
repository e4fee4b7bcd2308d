"""What the outcome would have been with other media: zero, more, less, or at other times."""

from collections.abc import Mapping

import numpy as np

from mmm.effects.contribution import decompose
from mmm.effects.terms import effect, observed_exposure
from mmm.problem.draws import Draws
from mmm.problem.problem import Problem


def outcome_difference(
    problem: Problem, draws: Draws, factors: Mapping[str, float | np.ndarray]
) -> np.ndarray:
    """Return counterfactual minus factual expected outcome, shape (geo, date, sample), in original outcome.

    Parameters
    ----------
    problem : Problem
    draws : Draws
    factors : mapping of str to float or numpy.ndarray
        By channel: what its exposure is multiplied with, a number or an array that broadcasts against
        (geo, date); channels left out stay as they were. Average frequency stays as it was.

    Returns
    -------
    numpy.ndarray, shape (geo, date, sample)
        In original outcome; negative where less would have been sold.

    Notes
    -----
    The warm-up is changed too where a factor covers it. The result is held in memory whole: thin the draws first.

    Raises
    ------
    KeyError
        A channel that the panel does not have.
    """
    numbers = {
        problem.panel.channels.index(name): factor for name, factor in _known(problem, factors).items()
    }
    difference = np.empty((*problem.window.shape, draws.count))
    for place, block in draws.blocks((len(problem.panel.channels) + 12) * problem.window.size):
        cells = decompose(problem, block)
        change = np.zeros(cells.expected.shape)
        for number, factor in numbers.items():
            other = effect(problem, block, number, observed_exposure(problem, number).times(factor))
            change += other - cells.media[number]
        if problem.multiplicative:
            difference[..., place] = cells.expected * np.expm1(change)
        else:
            difference[..., place] = cells.per_effect * change
    return difference


def _known(problem: Problem, factors: Mapping[str, float | np.ndarray]) -> Mapping[str, float | np.ndarray]:
    unknown = sorted(set(factors) - set(problem.panel.channels))
    if unknown:
        raise KeyError(f"no channel {unknown}; the panel has {problem.panel.channels}")
    return factors
