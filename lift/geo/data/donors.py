"""What every geo estimator returns: how much each donor geo and each pre-test period counts in the counterfactual.

All estimators of this folder have one algebraic form. With the treated geos' mean ``y1``, donor weights ``w`` and
period weights ``v``, the counterfactual is ``w'Y_t + (y1 - w'Y) v``: a weighted donor series, moved to the level of
the treated geos before the test. They differ only in how ``w`` and ``v`` are found. That is what makes placebo
tests, spend and hypothesised effects cheap: each is one more matrix product with the same weights.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Donors:
    """Weights for several treated sets at once.

    Parameters
    ----------
    unit : numpy.ndarray, shape (sets, units)
        Weight of each unit in the counterfactual of the treated mean; zero for treated units.
    time : numpy.ndarray, shape (sets, pre), or None
        Weights of the pre-test periods that fix the level; each row sums to one. None: all periods alike.
    """

    unit: Floats
    time: Floats | None = None


Estimator = Callable[[Floats, Flags, int], Donors]
"""``(outcome (units, time), treated (sets, units), split) -> Donors``; periods before `split` are pre-test."""


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """What the treated geos, on average, would have done without the test.

    Parameters
    ----------
    path : numpy.ndarray, shape (time,)
        Counterfactual mean of the treated units, in outcome units per unit and period; before the test, the fit.
    effect : numpy.ndarray, shape (post,)
        Actual minus counterfactual in the test periods, mean of the treated units.
    weights : numpy.ndarray, shape (units,)
        Donor weights; zero for treated units.
    time_weights : numpy.ndarray, shape (pre,)
        Weights of the pre-test periods; they sum to one.
    fit_distance : float
        Euclidean distance of fit and actual over the pre-test periods, after levelling ("L2 imbalance").
    """

    path: Floats
    effect: Floats
    weights: Floats
    time_weights: Floats
    fit_distance: float

    @property
    def att(self) -> float:
        """Mean effect per treated unit and test period."""
        return float(self.effect.mean())


def contrasts(donors: Donors, treated: Flags) -> Floats:
    """Return each set's contrast, shape (sets, units): treated mean minus weighted donors."""
    return treated / treated.sum(axis=1, keepdims=True) - donors.unit


def effects(outcome: Floats, treated: Flags, donors: Donors, split: int) -> Floats:
    """Return actual minus counterfactual of the treated MEAN for every period from `split` on.

    Parameters
    ----------
    outcome : numpy.ndarray, shape (units, time)
        The outcome, or any other series (spend) to which the same weights apply.
    treated : numpy.ndarray of bool, shape (sets, units)
    donors : Donors
    split : int
        Number of pre-test periods.

    Returns
    -------
    numpy.ndarray, shape (sets, post)
    """
    gap = contrasts(donors, treated) @ outcome
    before = gap[:, :split]
    level = before.mean(axis=1) if donors.time is None else (before * donors.time).sum(axis=1)
    return gap[:, split:] - level[:, None]


def estimate(estimator: Estimator, outcome: Floats, treated: Flags, split: int) -> Counterfactual:
    """Return the counterfactual of one treated set.

    Parameters
    ----------
    estimator : callable
        A row of `lift.geo.estimators.table.ESTIMATORS`.
    outcome : numpy.ndarray, shape (units, time)
        Finite values, one row a unit.
    treated : numpy.ndarray of bool, shape (units,)
    split : int
        Number of pre-test periods.
    """
    rows = treated[None, :]
    donors = estimator(outcome, rows, split)
    time = np.full(split, 1 / split) if donors.time is None else donors.time[0]
    actual = outcome[treated].mean(axis=0)
    gap = actual - donors.unit[0] @ outcome
    path = actual - gap + gap[:split] @ time
    distance = float(np.linalg.norm((actual - path)[:split]))
    return Counterfactual(path, (actual - path)[split:], donors.unit[0], time, distance)
