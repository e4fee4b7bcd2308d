"""One treated set at a time, written as the algebra reads: what the batched code of the house is held against."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lift.geo.estimators.donors import Donors, Estimator, Flags, Floats, contrasts
from lift.geo.estimators.rolling import mixture, rolling_origins


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
        Weights of a row of `lift.geo.estimators.table.ESTIMATORS`.
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


def ensemble(outcome: Floats, treated: Flags, split: int, members: Mapping[str, Estimator]) -> Counterfactual:
    """Return the counterfactual of one treated set as the weighted mean of its members' counterfactuals.

    Parameters
    ----------
    outcome : numpy.ndarray, shape (units, time)
        Finite values, one row a unit.
    treated : numpy.ndarray of bool, shape (units,)
    split : int
        Number of pre-test periods.
    members : mapping of str to callable
        Weights of rows of `lift.geo.estimators.table.ESTIMATORS`.
    """
    length = outcome.shape[1] - split
    row = treated[None, :]
    errors = np.array(
        [
            [
                effects(outcome[:, : o + length], row, member(outcome[:, : o + length], row, o), o).sum(
                    axis=1
                )
                for member in members.values()
            ]
            for o in rolling_origins(split, length)
        ]
    ).reshape(-1, len(members), 1)
    weights = mixture(errors)[0]
    parts = [estimate(member, outcome, treated, split) for member in members.values()]
    path = sum(w * part.path for w, part in zip(weights, parts, strict=True))
    donors = sum(w * part.weights for w, part in zip(weights, parts, strict=True))
    time = sum(w * part.time_weights for w, part in zip(weights, parts, strict=True))
    gap = outcome[treated].mean(axis=0) - path
    return Counterfactual(
        np.asarray(path),
        gap[split:],
        np.asarray(donors),
        np.asarray(time),
        float(np.linalg.norm(gap[:split])),
    )
