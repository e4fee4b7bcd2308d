"""Separability: which channels can the data not tell apart? Of those only the sum is reported."""

from collections.abc import Sequence

import numpy as np

from mixproof.records.verdict import Finding
from mmm.checks import thresholds, wording
from mmm.checks.check import Check, Examination
from mmm.effects.contribution import Contributions
from mmm.effects.terms import carryover_weights, observed_exposure
from mmm.problem.draws import Draws
from mmm.problem.problem import Problem
from mmm.transforms.convolution import convolve

NAME = "separability"


def run(examined: Examination) -> list[Finding]:
    """Return one finding a group, or that there is none."""
    trade, together = trade_off(examined.found), collinearity(examined.problem, examined.draws)
    names = examined.problem.panel.channels
    if not examined.groups:
        least = float(np.min(trade[~np.eye(len(names), dtype=bool)], initial=0.0))
        sentence = wording.TOLD_APART.format(correlation=least)
        return [Finding(NAME, "pass", sentence, least, thresholds.SEPARABILITY)]
    findings = []
    for members in examined.groups:
        pairs = [(a, b) for a in members for b in members if a < b and related(trade, together)[a, b]]
        traded, collinear = (float(f(m[pair] for pair in pairs)) for f, m in ((min, trade), (max, together)))
        label = " + ".join(names[number] for number in members)
        listed = ", ".join(names[number] for number in members[:-1]) + f" and {names[members[-1]]}"
        by_posterior = traded <= thresholds.SEPARABILITY
        words = wording.NOT_TOLD_APART if by_posterior else wording.DUPLICATES
        sentence = words.format(members=listed, collinear=collinear, correlation=traded)
        held = (traded, thresholds.SEPARABILITY) if by_posterior else (collinear, thresholds.DUPLICATES)
        findings.append(Finding(NAME, "warning", sentence, *held, label))
    return findings


def groups(problem: Problem, found: Contributions, draws: Draws) -> tuple[tuple[int, ...], ...]:
    """Return the sets of channel numbers that the data cannot tell apart, each in the panel's order.

    What is linked through a third channel belongs together too.

    Parameters
    ----------
    problem : Problem
    found : Contributions
    draws : Draws

    Returns
    -------
    tuple of tuple of int
        Each of two or more channels.
    """
    return connected(related(trade_off(found), collinearity(problem, draws)))


def related(trade: np.ndarray, together: np.ndarray) -> np.ndarray:
    """Return which two channels cannot be told apart, shape (channel, channel).

    Their contributions trade off in the posterior *and* their carried-over exposures move together (either alone
    has other causes); or the exposures are all but the same, whatever the priors make of it.

    Parameters
    ----------
    trade, together : numpy.ndarray, shape (channel, channel)
        As `trade_off` and `collinearity` give them.

    Returns
    -------
    numpy.ndarray of bool, shape (channel, channel)
        No channel is related to itself.
    """
    traded = (trade <= thresholds.SEPARABILITY) & (together >= thresholds.COLLINEARITY)
    return (traded | (together >= thresholds.DUPLICATES)) & ~np.eye(len(trade), dtype=bool)


def connected(linked: np.ndarray) -> tuple[tuple[int, ...], ...]:
    """Return the connected sets of more than one member of a symmetric relation (channel, channel)."""
    left, found = set(range(len(linked))), []
    while left:
        members, fresh = set(), {min(left)}
        while fresh:
            members |= fresh
            fresh = {int(n) for m in fresh for n in np.flatnonzero(linked[m])} - members
        left -= members
        if len(members) > 1:
            found.append(tuple(sorted(members)))
    return tuple(found)


def trade_off(found: Contributions) -> np.ndarray:
    """Return the posterior correlation of every two channels' contributions, shape (channel, channel), 1 with itself."""
    return _correlations(found.media)


def collinearity(problem: Problem, draws: Draws) -> np.ndarray:
    """Return the correlation over time of every two channels' carried-over exposures, shape (channel, channel).

    Within geos, so that large geos, which have more of everything, do not count as moving together.

    Parameters
    ----------
    problem : Problem
    draws : Draws

    Returns
    -------
    numpy.ndarray, shape (channel, channel)
    """
    rows = []
    for number in range(len(problem.panel.channels)):
        weights = carryover_weights(problem, draws, number).mean(axis=-1)
        carried = convolve(observed_exposure(problem, number).amount, weights)
        rows.append(np.concatenate([_centred(carried[g, inside]) for g, inside in enumerate(problem.window)]))
    return _correlations(np.array(rows))


def _centred(values: np.ndarray) -> np.ndarray:
    return values - values.mean()


def _correlations(rows: Sequence[np.ndarray] | np.ndarray) -> np.ndarray:
    """Return correlations of rows; a row that never moves correlates with nothing."""
    values = np.asarray(rows) - np.mean(rows, axis=-1, keepdims=True)
    size = np.sqrt((values**2).sum(axis=-1))
    unit = values / np.where(size > 0, size, 1.0)[:, None]
    matrix = unit @ unit.T
    np.fill_diagonal(matrix, 1.0)
    return matrix


CHECK = Check(NAME, run)
