"""What a set's fit before the test says about its error in it: the luck of a set that was chosen for its fit is paid for.

A set that is the easiest of many to match owes part of its fit to chance, and will err more than its past says. How much
of the differences in fit between sets shows again in windows that the fits have not seen is learned from the sets
themselves; that share of a set's own fit is believed, and for the rest it is taken to be like the others.
"""

from collections.abc import Sequence

import numpy as np

from lift.geo.estimators.donors import Flags, Floats

PRIOR_SHARE = 0.0
"""Share of a difference in log fit that shows again in unseen windows, before anything is known of the panel: none."""
PRIOR_WINDOWS = 2.0
"""Windows without overlap that this is worth."""


def unit_noise(outcome: Floats, origin: int, length: int) -> Floats:
    """Return how far each unit moves by itself over `length` periods, before the window, as a variance.

    Parameters
    ----------
    outcome : numpy.ndarray, shape (units, time)
    origin : int
        Periods before the window.
    length : int
        Periods in the window.

    Returns
    -------
    numpy.ndarray, shape (units,)
        Of the sum over a window of the unit's gap to the panel's common movement, in squared units of `outcome`.
    """
    before = outcome[:, :origin]
    level, total = before.mean(axis=1, keepdims=True), before.sum(axis=0)
    common = total / total.mean() if total.mean() > 0 else np.ones(origin)
    gap = before - level * common
    width = min(length, max(1, origin // 2))
    run = np.concatenate([np.zeros((gap.shape[0], 1)), gap.cumsum(axis=1)], axis=1)
    sums = (run[:, width:] - run[:, :-width]) * np.sqrt(length / width)
    return np.asarray((sums**2).mean(axis=1))


def departure(scale: Floats, treated: Flags, outcome: Floats, origin: int, length: int) -> Floats:
    """Return how far each set's own fit departs from what is expected of its relative error, in logarithms.

    Parameters
    ----------
    scale : numpy.ndarray, shape (sets,)
        Squared error of a window, from each set's own past.
    treated : numpy.ndarray of bool, shape (sets, units)
    outcome : numpy.ndarray, shape (units, time)
    origin, length : int
        Of the window.

    Returns
    -------
    numpy.ndarray, shape (sets,)
        Expectations follow the noise of the set's own geos, by a line through all sets but the first.
    """
    size = _size(treated, outcome, origin)
    error = np.log(np.maximum(scale, np.finfo(float).tiny) / size**2)
    own = treated @ unit_noise(outcome, origin, length)
    noise = np.log(np.maximum(own, 1e-20 * size**2) / size**2)
    others = slice(1, None) if error.size > 1 else slice(None)
    centre, level = noise[others].mean(), error[others].mean()
    spread = ((noise[others] - centre) ** 2).sum()
    slope = ((noise[others] - centre) * (error[others] - level)).sum() / spread if spread > 0 else 0.0
    return np.asarray(error - level - np.clip(slope, 0.0, 1.0) * (noise - centre))


def _size(treated: Flags, outcome: Floats, origin: int) -> Floats:
    """Return each set's outcome a period, above 0."""
    return np.asarray(treated @ np.abs(outcome[:, :origin]).mean(axis=1)) + np.finfo(float).tiny ** 0.25


def carried_share(rows: Sequence[tuple[Floats, Floats]], windows: float) -> float:
    """Return which share of a departure in log fit shows again in windows that the fit has not seen, between 0 and 1.

    Parameters
    ----------
    rows : sequence of (numpy.ndarray, numpy.ndarray), each shape (sets,)
        A window each: squared errors of the sets over what was expected of them, and departures of their fit.
    windows : float
        Windows without overlap that there are.

    Returns
    -------
    float

    Notes
    -----
    The slope of a Gamma regression with logarithmic link, every window with its own level; drawn towards `PRIOR_SHARE`
    by `PRIOR_WINDOWS`, for few windows know little.
    """
    used = [(error, fit - fit.mean()) for error, fit in rows if error.any() and np.ptp(fit) > 0]
    if not used:
        return PRIOR_SHARE
    slope = PRIOR_SHARE
    for _ in range(25):
        found = spread = 0.0
        for error, fit in used:
            mean = np.exp(slope * fit)
            found += float(fit @ (error / mean / (error / mean).mean() - 1))
            spread += float(fit @ fit)
        # A short step at a time: the regression is convex, but steps from far away overshoot.
        step = float(np.clip(found / spread, -0.3, 0.3))
        slope = float(np.clip(slope + step, -1.0, 2.0))
        if abs(step) < 1e-4:
            break
    return float(
        np.clip((windows * slope + PRIOR_WINDOWS * PRIOR_SHARE) / (windows + PRIOR_WINDOWS), 0.0, 1.0)
    )


def paid(scale: Floats, carried: float, treated: Flags, outcome: Floats, origin: int, length: int) -> Floats:
    """Return the factor on each set's squared scale that leaves only the believed share of its own fit.

    Parameters
    ----------
    scale : numpy.ndarray, shape (sets,)
    carried : float
        Of `carried_share`.
    treated, outcome, origin, length
        As in `departure`.

    Returns
    -------
    numpy.ndarray, shape (sets,)
    """
    if not (scale > 0).all():
        return np.ones(scale.size)
    return np.exp((carried - 1) * departure(scale, treated, outcome, origin, length))
