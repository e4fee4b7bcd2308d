"""The coverage certificate: how the printed interval fared on pseudo-tests in the user's own pre-test data."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lift.geo.estimators.donors import Floats
from lift.geo.estimators.rolling import Fits, Scores, in_sample, score
from lift.geo.inference.placebo import p_value_of
from lift.geo.trust.support import independent_sets, separate_windows, supported, widening

PSEUDO_TESTS = 200
"""Fewest pseudo-tests of a full certificate."""
BEYOND_MENDING = 4.0
"""Factor on the width from which an analysis does not describe the data, however wide it is printed."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the very interval that is printed did where the truth was known.

    Parameters
    ----------
    pseudo_tests, windows, sets : int
        Sets of geos times windows before the test; all are zero when the pre-test data hold no window with history.
    level : float
        Nominal coverage.
    coverage : float
        Share of intervals that held the effect injected into the pseudo-test (NaN without pseudo-tests).
    false_positives : float
        Share of pseudo-tests without an effect whose p-value fell below ``1 - level``.
    coverage_printed : float
        Coverage after widening: of the interval as printed.
    bias, rmse : float
        Mean and root mean square of the cumulative error, as shares of the pseudo-tests' own total outcome.
    own_windows, own_covered : int
        Windows of the treated geos themselves, and how many of their intervals held the truth.
    widen : float
        Factor on the interval's width, at least 1: what the pseudo-tests ask for, as far as their effective number
        supports it. It comes on top of what few control geos understate.
    injected : float
        Relative effect that was injected.
    pseudo : str
        What the sets are.
    effective : float
        Independent pseudo-tests that these are worth: windows overlap, and sets share geos.
    needed : float
        Factor with which the pseudo-tests would be covered at the level; infinite where none would do.
    separate : float
        Windows without overlap that the time before the test holds.
    """

    pseudo_tests: int
    windows: int
    sets: int
    level: float
    coverage: float
    false_positives: float
    coverage_printed: float
    bias: float
    rmse: float
    own_windows: int
    own_covered: int
    widen: float
    injected: float
    pseudo: str
    effective: float
    needed: float
    separate: float

    @property
    def full(self) -> bool:
        """Whether there were enough pseudo-tests, in more than one window's worth of time."""
        return self.pseudo_tests >= PSEUDO_TESTS and self.separate >= 2

    @property
    def mendable(self) -> bool:
        """Whether an interval of some width describes the pseudo-tests."""
        return self.needed < BEYOND_MENDING

    @property
    def sentence(self) -> str:
        """The certificate in one sentence."""
        if not self.pseudo_tests:
            return (
                "No certificate: the history is too short. It holds no window of the test's length with as much time again "
                "before it, so that nothing says how this interval fares on these data."
            )
        text = (
            f"On {self.pseudo_tests} pseudo-tests ({self.sets} {self.pseudo}, {self.windows} windows "
            f"before the test; they overlap and are worth about {self.effective:.0f} independent ones) the "
            f"{self.level:.0%} interval covered the truth {self.coverage:.1%} of the time, with "
            f"{self.false_positives:.1%} false positives, bias {self.bias:+.2%} and RMSE {self.rmse:.2%} of the outcome"
        )
        if not self.mendable:
            factor = f"the factor {self.needed:.3g}" if np.isfinite(self.needed) else "no factor"
            return f"{text}; {factor} would make it cover, so the analysis does not describe these data."
        if self.widen > 1:
            text += f"; it was therefore widened by the factor {self.widen:.3g} and then covered {self.coverage_printed:.1%}"
        if self.separate < 2:
            text += (
                f"; the history is short: it holds {self.separate:.1f} windows without overlap, and a certificate from "
                "less than two says little"
            )
        return f"{text}."


@dataclass(frozen=True, slots=True)
class Window:
    """Pseudo-tests of one window, the treated set's first.

    Parameters
    ----------
    null, injected : list of numpy.ndarray
        For each pseudo-test, at the truth, the statistic of the test itself, first, and those that it is compared with:
        without an effect, and with one injected.
    error, total : numpy.ndarray, shape (pseudo-tests,)
        Error of the cumulative effect, and the outcome of the geos in the window.
    origin, length : int
        Of the window.
    sets : float
        Independent sets that its pseudo-tests are worth.
    """

    null: list[Floats]
    injected: list[Floats]
    error: Floats
    total: Floats
    origin: int
    length: int
    sets: float


def certify(
    fits: Fits,
    outcome: Floats,
    length: int,
    level: float,
    injected: float,
    pseudo_tests: int = PSEUDO_TESTS,
    side: int = 0,
) -> Certificate:
    """Return the certificate of the randomisation or placebo interval on windows before the test.

    Every pseudo-test runs the same estimator, mix, scale, references and inversion as the real one. The sets are those
    that, at the start of each window, were as large and as easy to match as the treated set is at the test, and the
    treated set itself: an average over all sets would be right by construction, the question is whether sets like the
    treated one behave like the rest. What few control geos understate (`lift.geo.data.assignment.understatement`) is no part
    of it: these sets come from the same control geos as their references.

    Parameters
    ----------
    fits : Fits
        Set 0 is the treated one; the last origin is the real test and is not used.
    outcome : numpy.ndarray, shape (units, time)
    length : int
        Periods in the test.
    level : float
    injected : float
        Relative effect to inject, as a share of each period's outcome.
    pseudo_tests : int
        Fewest wanted.
    side : {0, 1, -1}, default 0
        Direction of a one-sided test.

    Returns
    -------
    Certificate
        Says with which factor the real interval is widened where the pseudo-tests were covered too seldom.
    """
    found = []
    fewest = 2 / (1 - level) - 1
    for scores, chosen in windows_alike(fits, outcome, length, pseudo_tests):
        found.append(_pseudo_tests(scores, fits, outcome, chosen, injected, fewest))
    return judge(found, level, injected, side=side)


def windows_alike(
    fits: Fits, outcome: Floats, length: int, pseudo_tests: int
) -> Iterator[tuple[Scores, np.ndarray]]:
    """Yield the scores of each window before the test that has history, and the sets to test there, the treated one first.

    Parameters
    ----------
    fits, outcome, length, pseudo_tests
        As in `certify`.

    Yields
    ------
    tuple of (Scores, numpy.ndarray)
        Scores of a window, and positions of the sets to test.
    """
    windows = [i for i, o in enumerate(fits.origins[:-1]) if fits.origins[0] + length <= o]
    if not windows:
        return
    wanted = -(-max(pseudo_tests, PSEUDO_TESTS) // len(windows))
    place = _places(score(fits, outcome[None], len(fits.origins) - 1, length), fits, outcome)[:, 0]
    for index in windows:
        scores = score(fits, outcome[None], index, length)
        yield scores, _alike(_places(scores, fits, outcome), place, wanted)


def judge(
    found: Sequence[Window],
    level: float,
    injected: float,
    pseudo: str = "sets of geos of like size and fit",
    side: int = 0,
) -> Certificate:
    """Return the certificate of pseudo-tests whose p-value is the share of statistics at least as large as the first.

    Parameters
    ----------
    found : sequence of Window
        Empty where the time before the test holds no window with history.
    level, injected : float
        As in `certify`.
    pseudo : str
        What the sets are.
    side : {0, 1, -1}, default 0
        As in `certify`.

    Returns
    -------
    Certificate
        Of NaN shares and no pseudo-tests where `found` is empty.
    """
    if not found:
        nan = float("nan")
        return Certificate(
            0, 0, 0, level, nan, nan, nan, nan, nan, 0, 0, 1.0, injected, pseudo, 0.0, 1.0, 0.0
        )
    alpha = 1 - level - 1e-12
    covered = np.array([[_p(row, 1.0, side) >= alpha for row in window.injected] for window in found])
    rejected = np.array([[_p(row, 1.0, side) < alpha for row in window.null] for window in found])
    windows = separate_windows([w.origin for w in found], found[0].length)
    effective = min(float(covered.size), windows * float(np.mean([w.sets for w in found])))
    needed = max(1.0, widening([row for window in found for row in window.injected], level, side))
    widen = supported(needed, effective, level)
    printed = float(np.mean([_p(row, widen, side) >= alpha for window in found for row in window.injected]))
    relative = np.stack([w.error / w.total for w in found])
    return Certificate(
        pseudo_tests=covered.size,
        windows=len(found),
        sets=covered.shape[1],
        level=level,
        coverage=float(covered.mean()),
        false_positives=float(rejected.mean()),
        coverage_printed=printed,
        bias=float(relative.mean()),
        rmse=float(np.sqrt((relative**2).mean())),
        own_windows=len(found),
        own_covered=int(covered[:, 0].sum()),
        widen=widen,
        injected=injected,
        pseudo=pseudo,
        effective=effective,
        needed=needed,
        separate=windows,
    )


def _places(scores: Scores, fits: Fits, outcome: Floats) -> Floats:
    """Return each set's place among all, from 0 to 1, by outcome and by in-sample error before the window, (2, sets)."""
    before = outcome[:, : scores.origin].mean(axis=1)
    size = fits.treated @ before
    inside = in_sample(scores.contrast, outcome[None], scores.origin, scores.length)[:, 0, 0]
    error = np.sqrt(inside) / np.where(size != 0, np.abs(size), 1.0)
    ranks = np.stack([one.argsort(kind="stable").argsort(kind="stable") for one in (size, error)])
    return ranks / max(1, size.size - 1)


def _alike(places: Floats, place: Floats, wanted: int) -> np.ndarray:
    """Return the treated set and the sets whose place in a window is nearest to the treated set's at the test.

    A set chosen because it was easy to match has a fit that flatters it; so has, in each window, the set that was the
    easiest to match until then.
    """
    distance = np.abs(places - place[:, None]).sum(axis=0)
    distance[0] = -1.0
    return np.argsort(distance, kind="stable")[: min(wanted, distance.size)]


def _p(row: Floats, widen: float, side: int) -> float:
    return float(p_value_of(row, np.ones(1), widen, side))


def _pseudo_tests(
    scores: Scores, fits: Fits, outcome: Floats, chosen: np.ndarray, injected: float, fewest: float
) -> Window:
    """Return the pseudo-tests of one window.

    Where the real test keeps its references apart from the treated set, so do the pseudo-tests, as long as `fewest` are left.
    """
    origin, length = scores.origin, scores.length
    scale = np.sqrt(scores.scale[:, 0, 0])
    actual = outcome[:, origin : origin + length].sum(axis=1)
    before = outcome[:, :origin].mean(axis=1)
    shared = fits.treated.astype(float) @ fits.treated.T > 0
    apart = not shared[0, 1:].any()
    null, changed = [], []
    for b in chosen:
        others = np.delete(np.arange(scale.size), b)
        distinct = others[~shared[b, others]]
        order = np.r_[b, distinct if apart and distinct.size >= fewest else others]
        # The injected effect follows each day's outcome, the hypothesis spreads the true total by size: not the same
        # shape, as in a real test.
        gain = np.where(fits.treated[b], injected * actual, 0.0)
        left = gain - gain.sum() * sizes(before, fits.treated[b])
        null.append((scores.total[0] / scale)[order])
        changed.append(((scores.total[0] + scores.contrast @ left) / scale)[order])
    total = (fits.treated @ actual)[chosen]
    alike = independent_sets(scores.contrast[chosen] @ outcome[:, :origin])
    return Window(null, changed, scores.total[0][chosen], total, origin, length, alike)


def sizes(before: Floats, treated: np.ndarray) -> Floats:
    """Return how a hypothesised total effect is spread over units: by pre-test mean, evenly where that has no sense.

    Parameters
    ----------
    before : numpy.ndarray, shape (units,)
        Pre-test means.
    treated : numpy.ndarray of bool, shape (units,)

    Returns
    -------
    numpy.ndarray, shape (units,)
        Non-negative, zero at untreated units, adding up to 1.
    """
    weight = np.where(treated, before, 0.0)
    if (before[treated] < 0).any() or not weight.sum() > 0:
        weight = treated.astype(float)
    return weight / weight.sum()
