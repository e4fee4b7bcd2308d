"""What a channel brought if its spend follows demand, with the strength of the chase unknown.

The account of `demand_chasing_evidence` in which spend follows demand, with one change: there the strength has a usual size,
since the question is whether there is a chase at all; here it may be anything from none to strong. The outcome is the
channel's effect, plus an unknown multiple of what its spend tells of demand (a control function), plus everything else. The
two are nearly the same path, so that the data know their sum and hardly either: the answer is what the sum leaves open and the
prior on the return allows.

The draws of a marked channel are those of both accounts, each as probable as the check says: see `mmm.numerics.mixture`.

References
----------
Heckman, Robb 1985, Alternative methods for evaluating the impact of interventions (control functions).
"""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy import linalg, special

from mmm.checks.demand_chasing_evidence import DELAYS, Prepared, prepare
from mmm.checks.demand_chasing_series import Series, effect_quantiles, series_of
from mmm.numerics.mixture import Account
from mmm.problem.problem import Problem

STRENGTH = 0.08
"""Scale of the half-normal prior of the strength: movement of the outcome, as a fraction, that goes with one sd of spend."""
SIZES = 200
"""Equally likely values of the prior at which the effect is read."""


def accounts(problem: Problem, channels: Sequence[str], chasing: Mapping[str, float]) -> dict[int, Account]:
    """Return what marked channels may have brought if their spend follows demand, by position in the panel.

    Parameters
    ----------
    problem : Problem
    channels : sequence of str
        Those that are marked.
    chasing : mapping of str to float
        Log evidence that spend follows demand, by paid channel.

    Returns
    -------
    dict of int to Account
    """
    if not channels:
        return {}
    series = series_of(problem)
    ready = prepare(series)
    at = (np.arange(SIZES) + 0.5) / SIZES
    outcome = float(np.nansum(np.where(problem.window, problem.outcome, np.nan)))
    found = {}
    for name in channels:
        number = problem.panel.channels.index(name)
        values = effect_quantiles(problem, number, at)
        weights = if_followed(series, ready, name, values)
        found[number] = Account(values * outcome, weights, float(special.expit(chasing[name])))
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
