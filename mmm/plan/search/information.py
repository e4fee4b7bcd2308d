"""What the result of a test is worth: how much more the next plan brings when it is made after the result than without it.

For each result that a test may have, the curves of gains that are then expected are read from a regression of the draws'
curves on simulated results. The best amounts under them are the plan that would follow; other draws, whose results are
simulated in the same way, say what it brings beyond the best plan without the test. So a result that tells nothing is worth
nothing in the mean, and plans that only follow noise are worth less than nothing.

References
----------
Raiffa, Schlaifer 1961, Applied Statistical Decision Theory, chapter 4; Strong, Oakley, Brennan 2014, Estimating multiparameter
partial expected value of perfect information by nonparametric regression, Medical Decision Making 34.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.interpolate import PchipInterpolator

from mmm.plan.curves import Curves
from mmm.plan.search.polytope import Polytope
from mmm.plan.search.separable import hull, relaxed

RESULTS = 15
"""Results of a test, closer together in probability at both ends, for which plans are made; between them plans are mixed."""
UNMOVED = 1e-6
"""Share of the money below which plans differ by round-off: the result moves nothing, and is worth nothing."""
KNOTS = (0.05, 0.35, 0.65, 0.95)
"""Quantiles of results between which curves are cubics of the result; outside they are straight lines."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What plans made after a test bring beyond the one made without.

    Parameters
    ----------
    gained : numpy.ndarray, shape (sample,)
        In each draw.
    moved : float
        Mean share of the money that the result moves.
    """

    gained: np.ndarray
    moved: float

    @property
    def mean(self) -> float:
        """Expected value of the test's result."""
        return float(self.gained.mean())

    @property
    def error(self) -> float:
        """Standard error of `mean` by the number of draws."""
        return float(self.gained.std(ddof=1) / np.sqrt(len(self.gained)))


def smooth(money: np.ndarray, gain: np.ndarray) -> Curves:
    """Return curves through gains that overshoot nowhere.

    Parameters
    ----------
    money : numpy.ndarray, shape (item, level)
        Rising.
    gain : numpy.ndarray, shape (item, level, sample)

    Returns
    -------
    Curves
    """
    slopes = [PchipInterpolator(*item).derivative()(item[0]) for item in zip(money, gain, strict=True)]
    return Curves(money, gain, np.stack(slopes))


def worth(
    known: tuple[Curves, np.ndarray], unknown: tuple[Curves, np.ndarray], limits: Polytope, cost: float
) -> Worth:
    """Return what the result of a test is worth to a plan.

    Parameters
    ----------
    known : tuple of (Curves, numpy.ndarray)
        Gains from each item's least amount to its most in the draws that plans are made with, and the result of the test
        in each (sample,).
    unknown : tuple of (Curves, numpy.ndarray)
        The same in other draws, by which plans are judged.
    limits : Polytope
        Of the items' amounts.
    cost : float
        Of a unit of money in the objective.

    Returns
    -------
    Worth
    """
    gains, results = known
    centre, spread = results.mean(), max(float(results.std()), 1e-300)
    chances = 0.5 - 0.5 * np.cos(np.pi * (np.arange(RESULTS) + 0.5) / RESULTS)
    standard = (results - centre) / spread
    places = np.quantile(standard, chances)
    without = _best(gains, gains.gain.mean(axis=-1), limits, cost)
    plans = np.array([_best(gains, mean, limits, cost) for mean in _expected(gains, standard, places)])
    judged, later = unknown
    chosen = np.stack([np.interp((later - centre) / spread, places, amounts) for amounts in plans.T])
    brought = _at(judged, chosen) - judged.total(without)
    gained = brought - cost * (chosen.sum(axis=0) - without.sum())
    moved = np.abs(chosen - without[:, None]).sum(axis=0).mean() / max(2.0 * without.sum(), 1e-300)
    if moved < UNMOVED:
        return Worth(np.zeros_like(gained), 0.0)
    return Worth(gained, float(moved))


def _expected(gains: Curves, standard: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return the curves that are expected after each standardised result, shape (place, item, level)."""
    knots = np.quantile(standard, KNOTS)
    parts = np.linalg.lstsq(_basis(standard, knots), gains.gain.reshape(-1, len(standard)).T, rcond=None)[0]
    return np.asarray(_basis(places, knots) @ parts).reshape(len(places), *gains.money.shape)


def _basis(result: np.ndarray, knots: np.ndarray) -> np.ndarray:
    """Return restricted cubic splines of results (sample,), shape (sample, term); Harrell 2015, section 2.4.5."""
    cubes = np.maximum(result[:, None] - knots, 0.0) ** 3
    span = max(float(knots[-1] - knots[-2]), 1e-300)
    ends = (knots[-1] - knots[:-2]) / span, (knots[-2] - knots[:-2]) / span
    bent = cubes[:, :-2] - cubes[:, -2:-1] * ends[0] + cubes[:, -1:] * ends[1]
    return np.column_stack([np.ones(len(result)), result, bent])


def _best(gains: Curves, mean: np.ndarray, limits: Polytope, cost: float) -> np.ndarray:
    """Return the best amounts of mean curves (item, level), each held to the least concave curve above it."""
    pieces = hull(smooth(gains.money, mean[..., None]).less_cost(cost))
    if not limits.one_total:
        return relaxed(pieces, limits.lower, limits, ()).amounts
    count, taken = len(pieces.width), limits.lower.sum()
    ends = limits.least - taken, limits.most - taken
    filled = Polytope(np.zeros(count), pieces.width, sparse.csr_matrix(np.ones(count)), *ends).best(
        pieces.slope
    )
    chosen = limits.lower + np.bincount(pieces.item, weights=filled, minlength=len(mean))
    return np.minimum(
        chosen, limits.upper
    )  # curves of a channel that is held are a hair wider than its limits


def _at(gains: Curves, amounts: np.ndarray) -> np.ndarray:
    """Return the gain of all items together where each draw has amounts of its own (item, sample), shape (sample,)."""
    total, draws = np.zeros(amounts.shape[1]), np.arange(amounts.shape[1])
    for money, gain, slope, amount in zip(gains.money, gains.gain, gains.slope, amounts, strict=True):
        place = np.clip(np.searchsorted(money, amount, side="right") - 1, 0, len(money) - 2)
        piece = Curves(
            np.stack([money[place], money[place + 1]], axis=1),
            np.stack([gain[place, draws], gain[place + 1, draws]], axis=1)[..., None],
            np.stack([slope[place, draws], slope[place + 1, draws]], axis=1)[..., None],
        )
        total += piece.at(amount)[0][:, 0]
    return total
