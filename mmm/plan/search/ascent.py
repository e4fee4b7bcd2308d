"""The best amounts where gains do not add up: ascent along the gradient, held to the constraints at every step.

References
----------
Birgin, Martinez, Raydan 2000, Nonmonotone spectral projected gradient methods on convex sets, SIAM Journal on Optimization 10.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from mmm.plan.config import PlanConfig
from mmm.plan.search.polytope import Polytope

Function = Callable[[np.ndarray], tuple[float, np.ndarray]]
"""From amounts to the value and its gradient."""

MOST_STEPS = 300
FAR = 100.0
"""Longest step, in times the scale of amounts."""
REMEMBERED = 8
"""Values that a step may fall back behind the least of."""
KERNEL = 0.02
"""Width, in ranks, of the smooth quantile that is climbed; the quantile itself is reported."""
STEP_WIDTH = 0.05
"""Width of the smooth steps that stand for a probability, in times the spread of the current plan's outcome."""
NOTICED = 0.02
"""By how much of such a width an outcome must be ahead of the current plan's to count: more than curves are exact to."""
AGREEMENT = 1e-4
"""Relative difference in value within which starts are said to agree."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What of the draws of an outcome is to be as large as can be.

    Parameters
    ----------
    name : str
        The objective in the YAML.
    words : str
        The same in a sentence.
    value : callable
        From draws (sample,) to the number that is reported.
    climbed : callable
        From draws (sample,) to a smooth stand-in of it and the weight of each draw in its gradient.
    cost : float
        Of a unit of money: 1 where the objective is a profit.
    """

    name: str
    words: str
    value: Callable[[np.ndarray], float]
    climbed: Callable[[np.ndarray], tuple[float, np.ndarray]]
    cost: float = 0.0


def cost_of(plan: PlanConfig) -> float:
    """Return what a unit of money costs in a plan's objective."""
    return 1.0 if plan.objective == "profit" else 0.0


def goal_of(plan: PlanConfig, compared: np.ndarray) -> Goal:
    """Return the goal that a plan names.

    Parameters
    ----------
    plan : PlanConfig
    compared : numpy.ndarray, shape (sample,)
        What the current plan brings, in the draws that are optimised on.

    Returns
    -------
    Goal
    """
    if plan.objective in ("outcome", "profit"):
        words = "expected outcome" if plan.objective == "outcome" else "expected profit"
        return Goal(plan.objective, words, lambda draws: float(draws.mean()), _mean, cost_of(plan))
    if plan.objective == "quantile":
        return quantile_goal(plan.level)
    if plan.objective == "cvar":
        return Goal(
            "cvar",
            f"mean outcome of the worst {plan.level:.0%} of cases",
            lambda draws: _cvar(draws, plan.level)[0],
            lambda draws: _cvar(draws, plan.level),
        )
    beaten = compared if plan.beats is None else np.full(len(compared), plan.beats)
    width = max(STEP_WIDTH * float(compared.std()), 1e-9 * float(np.abs(compared).mean()), 1e-300)
    ahead = NOTICED * width if plan.beats is None else 0.0
    words = "probability of a better outcome than the current plan's"
    if plan.beats is not None:
        words = f"probability that its money brings more than {plan.beats:,.0f}"
    return Goal(
        "probability",
        words,
        lambda draws: float((draws > beaten + ahead).mean()),
        lambda draws: _probability(draws - beaten, width),
    )


def quantile_goal(level: float) -> Goal:
    """Return the goal of the outcome that is reached with probability 1 - `level`."""
    return Goal(
        "quantile",
        f"outcome that is reached with probability {1 - level:.0%}",
        lambda draws: float(np.quantile(draws, level)),
        lambda draws: _smooth_quantile(draws, level),
    )


def _mean(draws: np.ndarray) -> tuple[float, np.ndarray]:
    return float(draws.mean()), np.full(len(draws), 1.0 / len(draws))


def _smooth_quantile(draws: np.ndarray, level: float) -> tuple[float, np.ndarray]:
    """Return a mean of the ordered draws about the quantile, and each draw's weight in it."""
    count = len(draws)
    rank = (np.arange(count) + 0.5) / count
    weight = np.exp(-0.5 * ((rank - level) / KERNEL) ** 2)
    weights = np.empty(count)
    weights[np.argsort(draws, kind="stable")] = weight / weight.sum()
    return float(draws @ weights), weights


def _cvar(draws: np.ndarray, level: float) -> tuple[float, np.ndarray]:
    """Return the mean of the worst share of the draws, the last of them in part, and each draw's weight in it."""
    count = len(draws)
    weights = np.empty(count)
    weights[np.argsort(draws, kind="stable")] = np.clip(level * count - np.arange(count), 0.0, 1.0) / (
        level * count
    )
    return float(draws @ weights), weights


def _probability(ahead: np.ndarray, width: float) -> tuple[float, np.ndarray]:
    """Return the mean of smooth steps at zero, and their derivatives."""
    step = 1.0 / (1.0 + np.exp(-np.clip(ahead / width, -500.0, 500.0)))
    return float(step.mean()), step * (1.0 - step) / width / len(ahead)


@dataclass(frozen=True, slots=True)
class Climb:
    """Where an ascent ended.

    Parameters
    ----------
    amounts : numpy.ndarray, shape (amount,)
    value : float
        Of the function that was climbed.
    steps : int
    bound : float
        Least upper bound on the way, where the function is concave; infinite where it was not asked for.
    """

    amounts: np.ndarray
    value: float
    steps: int
    bound: float = np.inf


def climb(
    function: Function,
    start: np.ndarray,
    polytope: Polytope,
    bounded: bool = False,
    close: float = 1e-6,
    steps: int = MOST_STEPS,
) -> Climb:
    """Return the end of an ascent from `start`.

    Parameters
    ----------
    function : callable
    start : numpy.ndarray, shape (amount,)
    polytope : Polytope
        Within which every step stays.
    bounded : bool
        Whether the function is concave and a bound is worked out: its value and the best step along its gradient.
    close : float
        Relative gain of the next step, or gap to the bound, at which the ascent ends.
    steps : int
        At most.

    Returns
    -------
    Climb
    """
    x = polytope.project(start)
    value, slope = function(x)
    best_x, best_value, bound = x, value, np.inf
    values = [value]
    size = polytope.scale / max(float(np.abs(slope).max(initial=0.0)), 1e-300)
    taken, still = 0, 0
    while taken < steps:
        if bounded and taken % 5 == 0:
            bound = min(bound, value + float(slope @ (polytope.best(slope) - x)))
            if bound - best_value <= close * abs(best_value):
                break
        way = polytope.project(x + size * slope) - x
        rise = float(slope @ way)
        if rise <= 1e-14 * max(abs(value), 1e-300):
            break
        x_next, value_next, slope_next = _line(function, x, way, rise, min(values[-REMEMBERED:]))
        moved, bent = x_next - x, slope - slope_next
        curved = float(moved @ bent)
        size = float(np.clip((moved @ moved) / curved, 1e-6 * size, 1e6 * size)) if curved > 0 else 2.0 * size
        # Far steps end at the same place, and differences of large numbers would not.
        size = min(size, FAR * polytope.scale / max(float(np.abs(slope_next).max(initial=0.0)), 1e-300))
        x, value, slope = x_next, value_next, slope_next
        values.append(value)
        taken += 1
        still = still + 1 if value <= best_value + 0.1 * close * abs(best_value) else 0
        if value > best_value:
            best_x, best_value = x, value
        if not bounded and still >= 2 * REMEMBERED:
            break
    if bounded:
        bound = min(bound, value + float(slope @ (polytope.best(slope) - x)))
    return Climb(best_x, best_value, taken, bound)


def _line(
    function: Function, x: np.ndarray, way: np.ndarray, rise: float, behind: float
) -> tuple[np.ndarray, float, np.ndarray]:
    """Return the first point along a way that is high enough above those behind, its value and gradient."""
    part = 1.0
    while True:
        x_next = x + part * way
        value, slope = function(x_next)
        if value >= behind + 1e-4 * part * rise or part < 1e-6:
            return x_next, value, slope
        part *= 0.5


def marginal_spread(
    amounts: np.ndarray, slope: np.ndarray, polytope: Polytope, cost: float
) -> tuple[float, int]:
    """Return the largest difference of marginal returns of free amounts over their mean, and how many are free.

    Where sums hold beside a total, what their multipliers explain is taken out first.

    Parameters
    ----------
    amounts, slope : numpy.ndarray, shape (amount,)
        The optimum, and the gradient there.
    polytope : Polytope
    cost : float
        Of a unit of money, already taken from `slope`.

    Returns
    -------
    tuple of (float, int)
        Not a number where fewer than two amounts are free.
    """
    near = 1e-6 * polytope.scale
    free = (amounts > polytope.lower + near) & (amounts < polytope.upper - near)
    if free.sum() < 2:
        return np.nan, int(free.sum())
    there = polytope.matrix @ amounts
    tight = (polytope.most - there <= near) | (there - polytope.least <= near)
    rows = polytope.matrix[tight][:, free].toarray()
    known = slope[free]
    explained = rows.T @ np.linalg.lstsq(rows.T, known, rcond=None)[0] if len(rows) else np.zeros(len(known))
    size = max(float(np.abs(known + cost).mean()), 1e-300)
    return float(np.ptp(known - explained)) / size, int(free.sum())


def random_starts(polytope: Polytope, count: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Return amounts anywhere within the constraints.

    Parameters
    ----------
    polytope : Polytope
    count : int
    rng : numpy.random.Generator

    Returns
    -------
    list of numpy.ndarray, shape (amount,)
    """
    width = polytope.upper - polytope.lower
    return [polytope.project(polytope.lower + width * rng.beta(0.6, 1.2, len(width))) for _ in range(count)]


def best_of(climbs: Sequence[Climb]) -> tuple[Climb, int, float]:
    """Return the best ascent, how many agree with it, and the relative difference to the worst."""
    best = max(climbs, key=lambda one: one.value)
    size = max(abs(best.value), 1e-300)
    agree = sum(best.value - one.value <= AGREEMENT * size for one in climbs)
    return best, int(agree), float((best.value - min(one.value for one in climbs)) / size)
