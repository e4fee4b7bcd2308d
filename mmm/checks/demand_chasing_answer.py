"""What a channel brought if its spend follows demand, with the strength of the chase unknown.

The account of `demand_chasing_evidence` in which spend follows demand, with one change: there the strength has a usual size,
since the question is whether there is a chase at all; here it may be anything from none to strong. The outcome is the
channel's effect, plus an unknown multiple of what its spend tells of demand (a control function), plus everything else. The
two are nearly the same path, so that the data know their sum and hardly either: the answer is what the sum leaves open and the
prior on the return allows.

The draws of a marked channel are those of both accounts, each as probable as the check says; see `mixture`.

References
----------
Heckman, Robb 1985, Alternative methods for evaluating the impact of interventions (control functions). Hoeting, Madigan,
Raftery, Volinsky 1999, Bayesian model averaging, Statistical Science 14.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from scipy import linalg, special

from mmm.checks.demand_chasing_evidence import DELAYS, Prepared, prepare
from mmm.checks.demand_chasing_series import Series, effect_quantiles, series_of
from mmm.effects.contribution import Contributions
from mmm.problem.problem import Problem

STRENGTH = 0.08
"""Scale of the half-normal prior of the strength: movement of the outcome, as a fraction, that goes with one sd of spend."""
SIZES = 200
"""Equally likely values of the prior at which the effect is read."""


def widened(
    problem: Problem, found: Contributions, channels: Sequence[str], chasing: Mapping[str, float]
) -> Contributions:
    """Return contributions in which those of marked channels say what is known with the strength of a chase unknown.

    Parameters
    ----------
    problem : Problem
    found : Contributions
        Of a model in which spend only acts forwards.
    channels : sequence of str
        Those that are marked.
    chasing : mapping of str to float
        Log evidence that spend follows demand, by paid channel.

    Returns
    -------
    Contributions
        What a marked channel no longer brings is the intercept's, draw by draw: all parts still add up to what is
        expected. Draws keep their ranks, and everything that is proportional to the effect moves with it.
    """
    if not channels:
        return found
    series = series_of(problem)
    ready = prepare(series)
    at = (np.arange(SIZES) + 0.5) / SIZES
    size = np.nansum(np.where(problem.window, problem.outcome, np.nan))
    for name in channels:
        number = problem.panel.channels.index(name)
        values = effect_quantiles(problem, number, at)
        weights = if_followed(series, ready, name, values)
        probability = float(special.expit(chasing[name]))
        own = found.media[number]
        found = moved(found, number, mixture(own, values * size, weights, probability) - own)
    return found


def if_followed(series: Series, ready: Prepared, name: str, values: np.ndarray) -> np.ndarray:
    """Return how probable each size of a channel's effect is if its spend follows demand by an unknown strength.

    Parameters
    ----------
    series : Series
    ready : Prepared
    name : str
        Of a paid channel.
    values : numpy.ndarray, shape (size,)
        Equally likely contributions beforehand, as fractions of the outcome.

    Returns
    -------
    numpy.ndarray, shape (size,), sums to 1

    Notes
    -----
    Of form f, size b and delay d with path x: ``int N(y | b f + g x, V) 2 N(g | 0, STRENGTH^2) dg`` over g > 0, which is
    closed; forms and delays are summed out.
    """
    paths = np.column_stack(
        [
            path / max(np.sqrt(np.mean(path**2)), 1e-12)
            for path in ready.demand_paths(series.media[name], series)
        ]
    )
    forms = ready.believed[name].forms
    root = linalg.cholesky(ready.cover(name), lower=True)
    columns = np.column_stack([ready.outcome(name), forms, paths])
    white = linalg.solve_triangular(root, columns, lower=True)
    left, forms, paths = white[:, 0], white[:, 1 : -paths.shape[1]], white[:, -paths.shape[1] :]
    size = values[:, None]
    causes = size * (left @ forms) - 0.5 * size**2 * (forms**2).sum(axis=0)
    follows = []
    for path, chance in zip(paths.T, DELAYS.values(), strict=True):
        precision = path @ path + 1 / STRENGTH**2
        slope = (path @ left - size * (path @ forms)) / np.sqrt(precision)
        gain = 0.5 * slope**2 + special.log_ndtr(slope) - 0.5 * np.log(precision * STRENGTH**2)
        follows.append(causes + gain + np.log(2 * chance))
    return np.asarray(special.softmax(special.logsumexp(follows, axis=(0, 2))))


def mixture(own: np.ndarray, values: np.ndarray, weights: np.ndarray, probability: float) -> np.ndarray:
    """Return draws of both accounts together, in the ranks of `own`.

    Parameters
    ----------
    own : numpy.ndarray, shape (sample,)
        Draws if spend only causes.
    values, weights : numpy.ndarray, shape (size,)
        What is possible if it follows, and how probable each is.
    probability : float
        That it follows.

    Returns
    -------
    numpy.ndarray, shape (sample,)
        The quantiles of the mixture at the ranks that draws have among `own`.
    """
    pooled = np.concatenate([own, values])
    mass = np.concatenate([np.full(len(own), (1 - probability) / len(own)), probability * weights])
    order = np.argsort(pooled, kind="stable")
    reached = np.cumsum(mass[order]) - 0.5 * mass[order]
    ranks = (np.argsort(np.argsort(own, kind="stable"), kind="stable") + 0.5) / len(own)
    return np.interp(ranks, reached, pooled[order])


def moved(found: Contributions, number: int, shift: np.ndarray) -> Contributions:
    """Return contributions in which a channel brings `shift` (sample,) more over the window, and the intercept less.

    Parameters
    ----------
    found : Contributions
    number : int
        Position among the panel's channels.
    shift : numpy.ndarray, shape (sample,)
        In original outcome.

    Returns
    -------
    Contributions
        The shift has the channel's mean profile over dates and geos, and its mean ratio of gain, money and carryover to
        contribution.
    """
    own = found.media[number]
    sign, size = np.sign(own), np.abs(own).mean()

    def more(values: np.ndarray) -> np.ndarray:
        return (values * sign).mean(axis=-1, keepdims=True) / max(size, 1e-300) * shift

    by_date, by_geo, part = found.by_date.copy(), found.by_geo.copy(), found.channels[number]
    for values in (by_date, by_geo):
        extra = more(values[part])
        values[part] += extra
        values[0] -= extra
    changed = {}
    for name in ("money", "gain", "gain_money", "carry_in", "carry_out"):
        values = getattr(found, name).copy()
        values[number] += more(values[number])
        changed[name] = values
    return replace(found, by_date=by_date, by_geo=by_geo, **changed)
