"""The best plan of a given total: exact where gains of items add up, else by ascent from several starts; with a bound."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from mixproof.errors import ConfigError
from mmm.plan.config import PlanConfig
from mmm.plan.constraints import Constraints, constraints
from mmm.plan.curves import Curves, curves, levels
from mmm.plan.outcome import PlanOutcome
from mmm.plan.search.ascent import (
    Climb,
    Function,
    Goal,
    best_of,
    climb,
    cost_of,
    goal_of,
    marginal_spread,
    random_starts,
)
from mmm.plan.search.majorant import majorised
from mmm.plan.search.polytope import TOLERANCE, Polytope
from mmm.plan.search.separable import bound_of_total, bound_on_grid, by_total, hull, relaxed

STARTS_ON_CURVES = 10
STARTS_ON_PATHS = 3
"""Random starts beside those that are reasoned; a step on paths costs a pass over all draws."""
MANY = 400
"""Amounts above which no random starts are tried: every one of them is a search of its own."""
FEW_ITEMS = 12
"""Items up to which the bound by bins of money may be the tighter one."""
CLOSE = 1e-4
"""Relative gap to the bound at which the ascent under the majorant ends."""


@dataclass(frozen=True, slots=True)
class Found:
    """The best amounts that were found, and how that is known.

    Parameters
    ----------
    amounts : numpy.ndarray, shape (amount,)
    goal : Goal
    value, current : float
        The objective of the best and of the current plan, on the draws that were used.
    bound : float
        No plan is above it; not a number where none is known.
    bound_kind : str
        How it was found.
    spread : float
        Largest difference of marginal returns of free amounts, over their mean.
    free : int
        Amounts that no constraint holds.
    starts, agree : int
        Starts of the search, and how many of them end at the best value.
    apart : float
        Best value less worst of all starts, over the best.
    """

    amounts: np.ndarray
    goal: Goal
    value: float
    current: float
    bound: float
    bound_kind: str
    spread: float
    free: int
    starts: int
    agree: int
    apart: float


def optimise(outcome: PlanOutcome, plan: PlanConfig, kept: Constraints, seed: int) -> Found:
    """Return the best plan.

    Parameters
    ----------
    outcome : PlanOutcome
        On the draws that may be used, its unit that of the objective.
    plan : PlanConfig
    kept : Constraints
    seed : int
        Of random starts.

    Returns
    -------
    Found
    """
    cost = cost_of(plan)
    now = kept.amounts.current
    rng = np.random.default_rng(seed)
    brought = outcome.brought(kept.amounts.money(now))
    goal = goal_of(plan, brought)
    current = goal.value(brought - cost * now.sum())
    if kept.amounts.free or outcome.window.problem.multiplicative:
        found = _on_paths(outcome, plan, goal, kept, rng)
    else:
        money = levels(kept.polytope.lower, kept.polytope.upper)
        read = curves(outcome.window, outcome.draws, money, outcome.unit).less_cost(cost)
        found = on_curves(read, goal, kept, rng)
    value = goal.value(outcome.brought(kept.amounts.money(found.amounts)) - cost * found.amounts.sum())
    bound = max(found.bound, value) if np.isfinite(found.bound) else np.nan
    return replace(found, value=value, current=current, bound=bound)


def on_curves(read: Curves, goal: Goal, kept: Constraints, rng: np.random.Generator) -> Found:
    """Return the best amounts where items add up.

    Parameters
    ----------
    read : Curves
        Draw by draw, from the least to the most amount of each item.
    goal : Goal
    kept : Constraints
    rng : numpy.random.Generator
        For random starts.

    Returns
    -------
    Found
    """
    mean = read.mean()
    exact, bound, polytope = best_of_mean(mean, kept)
    first = climb(_function(mean, None), exact, polytope)
    begin = [first.amounts, kept.amounts.current, *random_starts(polytope, STARTS_ON_CURVES, rng)]
    if goal.name in ("outcome", "profit"):
        function = _function(mean, None)
        climbs = [first, *(climb(function, start, polytope) for start in begin[1:])]
        kind = "least concave curves above the gains, and bins of money: no amounts gain more"
        return _found(climbs, goal, bound, function, polytope, kind)
    function = _function(read, goal)
    ends = [climb(function, start, polytope).amounts for start in begin[:6]]
    # What is climbed is smooth; what counts is the objective, which neither the best mean nor the current plan may beat.
    ends += [first.amounts, polytope.project(kept.amounts.current)]
    climbs = [Climb(amounts, goal.value(read.total(amounts)), 0) for amounts in ends]
    best = max(climbs, key=lambda one: one.value)
    climbs = [best, *(one for one in climbs[:6] if one is not best)]
    ended = best
    limit, kind = np.nan, "none is known for this objective; the starts that agree speak for it"
    if (
        goal.name == "cvar"
    ):  # the worst cases' mean is the least of all such weighted means: any of them bounds it
        weights = goal.climbed(read.total(ended.amounts))[1]
        weighted = Curves(read.money, read.gain @ weights[:, None], read.slope @ weights[:, None])
        limit, kind = (
            best_of_mean(weighted, kept)[1],
            "least concave curves above the gains in the worst cases of the plan",
        )
    elif goal.name == "probability":
        limit, kind = 1.0, "no probability is above 1"
    return _found(climbs, goal, limit, function, polytope, kind)


def best_of_mean(mean: Curves, kept: Constraints) -> tuple[np.ndarray, float, Polytope]:
    """Return the best amounts of mean curves on a grid of money, the bound, and the limits with presences decided.

    Parameters
    ----------
    mean : Curves
        One sample.
    kept : Constraints

    Returns
    -------
    tuple of (numpy.ndarray, float, Polytope)
    """
    polytope = kept.polytope
    pieces = hull(mean)
    alone = all(len(presence.amounts) == 1 for presence in kept.presences)
    if not (polytope.one_total and alone):
        best = relaxed(pieces, polytope.lower, polytope, kept.presences)
        decided = kept.with_presences(best.present)
        return decided.project(best.amounts), best.bound, decided
    taken = polytope.lower.sum()
    room = min(polytope.most[0], polytope.upper.sum()) - taken
    table = by_total(mean, room, kept.presences)
    exact = table.amounts(int(np.argmax(table.value)))
    decided = kept.with_presences([bool(exact[presence.amounts[0]] > 0) for presence in kept.presences])
    bound = bound_of_total(pieces, polytope.least[0] - taken, room)
    if len(mean.money) <= FEW_ITEMS:
        bound = min(bound, bound_on_grid(mean, room))
    return decided.project(exact), bound, decided


def _function(read: Curves, goal: Goal | None) -> Function:
    """Return the function of amounts that is climbed on curves: the goal, or the gain of mean curves."""

    def mean(amounts: np.ndarray) -> tuple[float, np.ndarray]:
        gain, slope = read.at(amounts)
        return float(gain.sum()), slope[:, 0]

    def weighed(amounts: np.ndarray) -> tuple[float, np.ndarray]:
        gain, slope = read.at(amounts)
        assert goal is not None
        value, weights = goal.climbed(gain.sum(axis=0))
        return value, slope @ weights

    return mean if goal is None else weighed


def _on_paths(
    outcome: PlanOutcome, plan: PlanConfig, goal: Goal, kept: Constraints, rng: np.random.Generator
) -> Found:
    """Return the best amounts where every value is a pass over all draws."""
    cost = goal.cost
    function = path_function(outcome, goal, cost, kept)
    on = [True] * len(kept.presences)
    polytope = kept.with_presences(on)
    now = kept.amounts.current
    starts = [now, *_from_levels(outcome, plan, goal, cost, kept)]
    bound, kind = np.nan, "none is known for this objective; the starts that agree speak for it"
    if goal.name in ("outcome", "profit") and not outcome.window.problem.multiplicative:
        above = majorised(outcome, kept.amounts.money(polytope.upper))
        under = climb(path_function(above, goal, cost, kept), now, polytope, bounded=True, close=CLOSE)
        starts.insert(0, under.amounts)
        bound, kind = (
            under.bound,
            "concave functions above every draw's response, and the best step along their gradient",
        )
    if len(now) <= MANY:
        starts += random_starts(polytope, STARTS_ON_PATHS, rng)
    climbs = [climb(function, start, polytope, close=1e-5) for start in starts]
    return _found(climbs, goal, bound, function, polytope, kind)


def _from_levels(
    outcome: PlanOutcome, plan: PlanConfig, goal: Goal, cost: float, kept: Constraints
) -> Iterator[np.ndarray]:
    """Yield the best plan with the current phasing, where periods are free and gains of channels and geos add up."""
    if not kept.amounts.free or outcome.window.problem.multiplicative:
        return
    try:
        coarse = constraints(outcome.window, plan.model_copy(update={"flighting": "current", "smooth": None}))
        money = levels(coarse.polytope.lower, coarse.polytope.upper)
        read = curves(outcome.window, outcome.draws, money, outcome.unit).less_cost(cost)
        yield coarse.amounts.money(best_of_mean(read.mean(), coarse)[0]).ravel()
    except (ConfigError, ValueError):  # constraints on periods that the current phasing cannot keep
        return


def path_function(outcome: PlanOutcome, goal: Goal, cost: float, kept: Constraints) -> Function:
    """Return the function of amounts that is climbed on paths of money.

    Parameters
    ----------
    outcome : PlanOutcome
    goal : Goal
    cost : float
        Of a unit of money in the objective.
    kept : Constraints

    Returns
    -------
    callable
        From amounts to value and gradient.
    """

    def function(amounts: np.ndarray) -> tuple[float, np.ndarray]:
        reached: list[float] = []

        def weigh(brought: np.ndarray) -> np.ndarray:
            value, weights = goal.climbed(brought)
            reached.append(value)
            return weights

        _, slope = outcome.value_and_gradient(kept.amounts.money(amounts), weigh)
        return reached[0] - cost * float(amounts.sum()), kept.amounts.back(slope) - cost

    return function


def _found(
    climbs: list[Climb], goal: Goal, bound: float, function: Callable[[np.ndarray], tuple[float, np.ndarray]],
    polytope: Polytope, kind: str,
) -> Found:  # fmt: skip
    """Return what several ascents found."""
    best, agree, apart = best_of(climbs)
    if polytope.excess(best.amounts) > TOLERANCE:
        best = replace(best, amounts=polytope.fitted(best.amounts))
    spread, free = marginal_spread(best.amounts, function(best.amounts)[1], polytope, goal.cost)
    return Found(best.amounts, goal, best.value, np.nan, bound, kind, spread, free, len(climbs), agree, apart)
