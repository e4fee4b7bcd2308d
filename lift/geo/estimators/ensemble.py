"""The default estimator: members weighted by how well each forecast the CUMULATIVE outcome of windows like the test."""

from collections.abc import Mapping

import numpy as np

from lift.geo.data.donors import Counterfactual, Estimator, Flags, Floats, effects, estimate


def mixture(errors: Floats) -> Floats:
    """Return the weight of each member, shape (sets, members), from its errors on earlier windows.

    Parameters
    ----------
    errors : numpy.ndarray, shape (windows, members, sets)
        Cumulative forecast error of each window; no window at all weights the members alike.

    Notes
    -----
    Weights are inverse mean squared errors. They are not tuned further: a handful of overlapping windows cannot
    carry an optimised combination, and equal-ish weights are hard to beat (Bates and Granger 1969).
    """
    windows, members, sets = errors.shape
    if not windows:
        return np.full((sets, members), 1.0 / members)
    squared = (errors**2).mean(axis=0).T
    smallest = squared.min(axis=1, keepdims=True)
    # A member without any error takes all the weight; members that tie share it.
    ratio = np.where(squared > 0, smallest / np.where(squared > 0, squared, 1.0), 1.0)
    ratio = np.where((smallest == 0) & (squared > 0), 0.0, ratio)
    return ratio / ratio.sum(axis=1, keepdims=True)


def rolling_origins(split: int, length: int, most: int = 12) -> tuple[int, ...]:
    """Return the starts of windows of `length` inside the first `split` periods, evenly spaced, latest last.

    The first start leaves a third of the pre-test periods, and at least `length` or 6 of them, to fit on. Starts are a
    quarter of `length` apart or more: windows that overlap further say the same again.
    """
    first, last = max(_ceiling(split, 3), min(length, split // 2), 6), split - length
    if last < first:
        return ()
    step = max(1, length // 4, _ceiling(last - first, most - 1))
    return tuple(range(last, first - 1, -step))[::-1]


def _ceiling(numerator: int, denominator: int) -> int:
    """Return the quotient rounded up."""
    return -(-numerator // denominator)


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
        Rows of `lift.geo.estimators.table.ESTIMATORS`.
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
