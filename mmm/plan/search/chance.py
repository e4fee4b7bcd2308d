"""How often as clear a gain would be found by chance where the current plan is the best: a search finds some gain everywhere.

Each draw of the posterior errs about marginal returns as the estimate itself may err. Where the current plan is the best, its
marginal returns are equal, and whatever a search makes of them is error. So each draw's deviations from the mean are taken
for an estimate's error, the best move is made of them (a quadratic in money, within the same limits), and its expected gain
is held against its own uncertainty, as that of the plan is.
"""

import numpy as np

from mmm.plan.constraints import Constraints
from mmm.plan.curves import curves
from mmm.plan.outcome import PlanOutcome, fewer

DRAWS = 400
"""Draws that stand for errors of an estimate."""
STEP = 0.1
"""Part of an amount by which its marginal return is read before and behind it."""
LEAST_AMOUNT = 0.05
"""Part of the most that is allowed at which marginal returns are read where the current plan spends less."""
HALVINGS = 50
"""Of the interval in which the price of money lies that balances a move."""


def by_chance(outcome: PlanOutcome, kept: Constraints, gain: np.ndarray, cost: float) -> float:
    """Return the probability of as clear a gain by chance alone, not a number where channels act on one another.

    Parameters
    ----------
    outcome : PlanOutcome
        On draws that the search has not used, its unit that of the objective.
    kept : Constraints
    gain : numpy.ndarray, shape (sample,)
        Of the plan, on the same draws.
    cost : float
        Of a unit of money in the objective; where there is none, a move leaves the total as it is.

    Returns
    -------
    float
    """
    window = outcome.window
    if window.problem.multiplicative:
        return np.nan
    now = window.current.sum(axis=1).ravel()
    lower, upper = (
        kept.amounts.money(side).sum(axis=1).ravel() for side in (kept.polytope.lower, kept.polytope.upper)
    )
    lower, upper = np.minimum(lower, now), np.maximum(upper, now)
    at = np.maximum(now, LEAST_AMOUNT * upper)
    free = upper > lower
    if not free.any() or not gain.std() > 0:
        return np.nan
    levels = at[:, None] * np.array([1 - STEP, 1.0, 1 + STEP])
    levels[~free] = np.maximum(levels[~free], 1.0)
    slopes = curves(window, fewer(outcome.draws, DRAWS), levels, outcome.unit).slope[free]
    marginal = slopes[:, 1]
    error = marginal - marginal.mean(axis=1, keepdims=True)
    room = (upper - lower)[free]
    bend = (slopes[:, 0] - slopes[:, 2]).mean(axis=1) / (2 * STEP * at[free])
    bend = np.maximum(bend, error.std(axis=1) / room)
    limits = (lower - now)[free], (upper - now)[free]
    found = clearness(error, bend, error, limits, balanced=cost == 0)
    return float((found >= gain.mean() / gain.std()).mean())


def clearness(
    estimate: np.ndarray,
    bend: np.ndarray,
    error: np.ndarray,
    limits: tuple[np.ndarray, np.ndarray],
    balanced: bool,
) -> np.ndarray:
    """Return the expected gain of the best move over its own standard deviation, for each estimate of marginal returns.

    Parameters
    ----------
    estimate : numpy.ndarray, shape (item, estimate)
        Marginal returns; what they have in common is of no account where moves are balanced.
    bend : numpy.ndarray, shape (item,)
        By which a marginal return falls with money; above zero.
    error : numpy.ndarray, shape (item, draw)
        Draws of what an estimate errs by.
    limits : tuple of two numpy.ndarray, each of shape (item,)
        Least and most move.
    balanced : bool
        Whether moves add up to nothing.

    Returns
    -------
    numpy.ndarray, shape (estimate,)
    """
    moves = best_moves(estimate, bend, *limits, balanced=balanced)
    expected = (estimate * moves - 0.5 * bend[:, None] * moves**2).sum(axis=0)
    variance = np.einsum("id,ij,jd->d", moves, np.cov(error).reshape(len(error), -1), moves)
    return expected / np.sqrt(np.maximum(variance, 1e-300))


def best_moves(
    slope: np.ndarray, bend: np.ndarray, least: np.ndarray, most: np.ndarray, balanced: bool
) -> np.ndarray:
    """Return the moves of money that gain most in quadratics, within limits.

    Parameters
    ----------
    slope : numpy.ndarray, shape (item, draw)
    bend : numpy.ndarray, shape (item,)
        By which the slope falls with money; above zero.
    least, most : numpy.ndarray, shape (item,)
    balanced : bool
        Whether moves add up to nothing.

    Returns
    -------
    numpy.ndarray, shape (item, draw)
    """

    def at(price: np.ndarray) -> np.ndarray:
        return np.clip((slope - price) / bend[:, None], least[:, None], most[:, None])

    if not balanced:
        return at(np.zeros(slope.shape[1]))
    reach = np.abs(bend[:, None] * np.maximum(np.abs(least), np.abs(most))[:, None]).max()
    low, high = slope.min(axis=0) - reach, slope.max(axis=0) + reach
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        over = at(middle).sum(axis=0) > 0
        low, high = np.where(over, middle, low), np.where(over, high, middle)
    return at(0.5 * (low + high))
