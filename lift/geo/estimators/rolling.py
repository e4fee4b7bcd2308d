"""Every set of geos that might have been treated, at the test and at windows like it before: fitted, mixed and scored.

An estimator is judged by how well it forecast the CUMULATIVE outcome of earlier windows of the test's length: those
errors weigh the members of the default ensemble, and give each set the scale by which its effect is studentised.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lift.geo.data.assignment import among_controls, reference_sets
from lift.geo.data.setting import Setting
from lift.geo.estimators.donors import Estimator, Flags, Floats, contrasts
from lift.geo.estimators.selection import carried_share, departure, paid
from lift.geo.estimators.table import ESTIMATORS, MEMBERS

PRIOR_WINDOWS = 5.0
"""How many windows' worth of trust the panel-wide link between fit and forecast error gets in a set's own scale."""


@dataclass(frozen=True, slots=True)
class Fits:
    """The members' weights for every set at every origin.

    Parameters
    ----------
    treated : numpy.ndarray of bool, shape (sets, units)
    origins : tuple of int
        Number of periods before each window, rising.
    contrast : list of numpy.ndarray, shape (members, sets, units)
        One entry an origin: treated total minus weighted donors times the number treated.
    time : list of numpy.ndarray, shape (members, sets, pre), or None
        Period weights an origin; None where all members weigh all periods alike.
    carried : float or None
        Share of a set's own fit that is believed (`lift.geo.estimators.selection`); None where the treated set was drawn.
    """

    treated: Flags
    origins: tuple[int, ...]
    contrast: Sequence[Floats]
    time: Sequence[Floats] | None
    carried: float | None = None


def fit_cell(setting: Setting) -> Fits:
    """Return every member's weights for every set that might have been treated, at the test and at windows before it.

    Where the treated geos were not drawn, the references are sets of control geos and are fitted on control geos alone: a
    treated geo among their donors would carry part of the effect into them.

    Parameters
    ----------
    setting : Setting
    """
    apart = None if setting.randomised else among_controls(setting.treated, setting.level)
    sets = reference_sets(
        setting.treated, apart or setting.mechanism, setting.references, setting.seed
    ).treated
    origins = (*rolling_origins(setting.split, setting.periods), setting.split)
    members, outcome, length = members_of(setting.method), setting.outcome, setting.periods
    if setting.randomised:
        return fit_all(members, outcome, sets, origins, length)
    fits = fit_all(members, outcome, sets[:1] if apart else sets, origins, length)
    if apart:
        controls = np.flatnonzero(~setting.treated)
        others = fit_all(members, outcome[controls], sets[1:, controls], origins, length)
        fits = _together(fits, others, sets, controls)
    return learned(fits, outcome, length)


def _together(one: Fits, others: Fits, sets: Flags, controls: np.ndarray) -> Fits:
    """Return the treated set's fits and those of sets of controls, whose contrasts are zero at treated units."""
    contrast = []
    for mine, theirs in zip(one.contrast, others.contrast, strict=True):
        wide = np.zeros((theirs.shape[0], sets.shape[0], sets.shape[1]))
        wide[:, :1] = mine
        wide[:, 1:, controls] = theirs
        contrast.append(wide)
    time = None
    if one.time is not None and others.time is not None:
        time = [np.concatenate(pair, axis=1) for pair in zip(one.time, others.time, strict=True)]
    return Fits(sets, one.origins, contrast, time)


def learned(fits: Fits, outcome: Floats, length: int) -> Fits:
    """Return the fits with the share of a set's own fit that may be believed, from all windows before the test.

    Parameters
    ----------
    fits : Fits
        The last origin is the real test, or the end of the data, and is not read.
    outcome : numpy.ndarray, shape (units, time)
    length : int
        Periods in a window.

    Returns
    -------
    Fits
    """
    plain = replace(fits, carried=None)
    rows = []
    used = [i for i, o in enumerate(fits.origins[:-1]) if o + length <= fits.origins[-1]]
    for index in used:
        scores = score(plain, outcome[None], index, length)
        own = scores.scale[:, 0, 0]
        fit = departure(own, fits.treated, outcome, scores.origin, length)
        # The squared error over what was expected of it: the scale less what the set's own fit adds.
        error = scores.total[0] ** 2 / (own * np.exp(-fit))
        rows.append((error[1:], fit[1:]))
    windows = _separate_windows([fits.origins[i] for i in used], length)
    return replace(fits, carried=carried_share(rows, windows))


def members_of(method: str) -> dict[str, Estimator]:
    """Return the estimators that a method mixes; the ensemble's where pairs are compared with it."""
    names = (method,) if method in ESTIMATORS else MEMBERS
    return {name: ESTIMATORS[name].weights for name in names}


def rolling_origins(split: int, length: int, most: int = 12) -> tuple[int, ...]:
    """Return the starts of windows of `length` inside the first `split` periods, evenly spaced, latest last.

    The first start leaves a third of the pre-test periods, and at least `length` or 6 of them, to fit on. Starts are a
    quarter of `length` apart or more: windows that overlap further say the same again.

    Parameters
    ----------
    split : int
        Number of pre-test periods.
    length : int
        Periods in a window.
    most : int, default 12
        About how many starts.

    Returns
    -------
    tuple of int
        Positions in time, rising; empty where no window fits.
    """
    first, last = max(_ceiling(split, 3), min(length, split // 2), 6), split - length
    if last < first:
        return ()
    step = max(1, length // 4, _ceiling(last - first, most - 1))
    return tuple(range(last, first - 1, -step))[::-1]


def _ceiling(numerator: int, denominator: int) -> int:
    """Return the quotient rounded up."""
    return -(-numerator // denominator)


def fit_all(
    members: Mapping[str, Estimator], outcome: Floats, treated: Flags, origins: Sequence[int], length: int
) -> Fits:
    """Return the members' weights for every set at every origin.

    Parameters
    ----------
    members : mapping of str to callable
    outcome : numpy.ndarray, shape (units, time)
    treated : numpy.ndarray of bool, shape (sets, units)
    origins : sequence of int
    length : int
        Periods in a window; only estimators that weigh periods read them.

    Returns
    -------
    Fits
        One contrast matrix an origin, on the scale of treated totals.
    """
    size = treated.sum(axis=1)[:, None]
    contrast, time = [], []
    uneven = False
    for origin in origins:
        found = [member(outcome[:, : origin + length], treated, origin) for member in members.values()]
        contrast.append(np.stack([contrasts(donors, treated) * size for donors in found]))
        uneven = uneven or any(donors.time is not None for donors in found)
        alike = np.full((treated.shape[0], origin), 1 / origin)
        time.append([alike if donors.time is None else donors.time for donors in found])
    return Fits(treated, tuple(origins), contrast, [np.stack(entry) for entry in time] if uneven else None)


@dataclass(frozen=True, slots=True)
class Scores:
    """All sets at one window, with the mixed estimator.

    Parameters
    ----------
    origin, length : int
    total : numpy.ndarray, shape (series, sets)
        Cumulative effect on each series (outcome, then spend where known), totals of the treated units.
    scale : numpy.ndarray, shape (sets, series, series)
        Quadratic form of the error scale: for ``outcome - theta spend`` it is ``(1, -theta) scale (1, -theta)'``.
    contrast : numpy.ndarray, shape (sets, units)
        Mixed contrast; its product with a series is the treated total's gap to the donors.
    mix : numpy.ndarray, shape (sets, members)
    windows : int
        Number of earlier windows behind mix and scale.
    time : numpy.ndarray, shape (sets, pre), or None
        Period weights; None for equal ones.
    """

    origin: int
    length: int
    total: Floats
    scale: Floats
    contrast: Floats
    mix: Floats
    windows: int
    time: Floats | None = None


def score(fits: Fits, series: Floats, index: int, length: int) -> Scores:
    """Return effects and scales of all sets at the window that starts at origin `index`.

    Mix and scale read earlier windows only, those that end by the origin, exactly as the real test can.

    Parameters
    ----------
    fits : Fits
    series : numpy.ndarray, shape (series, units, time)
        Row 0 is the outcome.
    index : int
        Position in `fits.origins`.
    length : int
        Periods in the window.

    Returns
    -------
    Scores
        Effects are treated totals over the window, in each series' unit.

    Notes
    -----
    A set's own squared scale is the mean of its squared errors on earlier windows, shrunk towards ``c^2 g^2``: g is
    the set's in-sample error on windows of the same length, and c^2 the panel's median ratio of the two. Few windows
    overlap too much to give a scale of their own; the panel knows how far fits understate forecasts. Where the treated set
    was not drawn, only the share `fits.carried` of a set's own fit is believed.
    """
    origin = fits.origins[index]
    past = [i for i, o in enumerate(fits.origins[:index]) if o + length <= origin]
    errors = np.array([window_totals(fits, series[0], i, length) for i in past])
    sets = fits.treated.shape[0]
    members = fits.contrast[index].shape[0]
    mix = mixture(errors.reshape(len(past), members, sets))
    mixed = (
        np.stack(
            [
                np.stack([(mix.T * window_totals(fits, one, i, length)).sum(axis=0) for i in past])
                for one in series
            ]
        )
        if past
        else np.zeros((series.shape[0], 0, sets))
    )
    contrast = np.einsum("bk,kbn->bn", mix, fits.contrast[index])
    total = np.stack([(mix.T * window_totals(fits, one, index, length)).sum(axis=0) for one in series])
    inside = in_sample(contrast, series, origin, length)
    scale = _shrunk_scale(mixed, inside, _separate_windows([fits.origins[i] for i in past], length))
    if fits.carried is not None:
        scale *= paid(scale[:, 0, 0], fits.carried, fits.treated, series[0], origin, length)[:, None, None]
    # A series that never errs (spend set by hand, say) keeps a scale far below any difference that matters.
    floor = (1e-9 * length * np.abs(series).mean(axis=(1, 2))) ** 2 + np.finfo(float).tiny
    scale = scale + np.diag(floor)
    time = None if fits.time is None else np.einsum("bk,kbt->bt", mix, fits.time[index])
    return Scores(origin, length, total, scale, contrast, mix, len(past), time)


def window_totals(fits: Fits, series: Floats, index: int, length: int) -> Floats:
    """Return cumulative effects over the window at origin `index`, shape (members, sets), treated totals.

    Parameters
    ----------
    fits : Fits
    series : numpy.ndarray, shape (units, time)
        Outcome or spend.
    index : int
        Position in `fits.origins`.
    length : int
        Periods in the window.

    Returns
    -------
    numpy.ndarray, shape (members, sets)
        In the unit of `series`.
    """
    origin = fits.origins[index]
    test = series[:, origin : origin + length].sum(axis=1)
    contrast = fits.contrast[index]
    if fits.time is None:
        return contrast @ (test - length * series[:, :origin].mean(axis=1))
    level = ((contrast @ series[:, :origin]) * fits.time[index]).sum(axis=2)
    return contrast @ test - length * level


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


def _separate_windows(origins: Sequence[int], length: int) -> float:
    """Return how many windows without overlap the origins hold."""
    return max(1.0, (origins[-1] - origins[0]) / length + 1) if origins else 0.0


def in_sample(contrast: Floats, series: Floats, origin: int, length: int) -> Floats:
    """Return second moments of the fit's gap summed over windows of `length` before `origin`, (sets, series, series).

    Parameters
    ----------
    contrast : numpy.ndarray, shape (sets, units)
    series : numpy.ndarray, shape (series, units, time)
    origin, length : int

    Returns
    -------
    numpy.ndarray, shape (sets, series, series)
    """
    gap = np.stack([contrast @ one[:, :origin] for one in series])
    gap = gap - gap.mean(axis=2, keepdims=True)
    width = min(length, max(1, origin // 2))
    run = np.concatenate([np.zeros((*gap.shape[:2], 1)), gap.cumsum(axis=2)], axis=2)
    sums = (run[:, :, width:] - run[:, :, :-width]) * np.sqrt(length / width)
    return np.einsum("sbt,rbt->bsr", sums, sums) / sums.shape[2]


def _shrunk_scale(errors: Floats, inside: Floats, windows: float) -> Floats:
    """Return own error moments shrunk to the panel's link between fit and error, (sets, series, series)."""
    if not errors.shape[1]:
        return inside.copy()
    own = np.einsum("swb,rwb->bsr", errors, errors) / errors.shape[1]
    known = inside[:, 0, 0] > 0
    link = float(np.median(own[known, 0, 0] / inside[known, 0, 0])) if known.any() else 1.0
    return (windows * own + PRIOR_WINDOWS * link * inside) / (windows + PRIOR_WINDOWS)
