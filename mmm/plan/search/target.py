"""The budget that reaches a target: among the best plans for every budget, the smallest or the largest that does."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from mmm.plan.config import PlanConfig, PlanTarget
from mmm.plan.constraints import Constraints, constraints
from mmm.plan.curves import Curves, curves, levels
from mmm.plan.outcome import PlanOutcome
from mmm.plan.search.ascent import climb, goal_of
from mmm.plan.search.optimise import Found, optimise, path_function
from mmm.plan.search.polytope import Polytope
from mmm.plan.search.separable import bound_of_total, by_total, hull, relaxed

BUDGETS, BUDGETS_IF_SLOW = 61, 13
"""Budgets whose best plans are compared; twice as many again between the two that the target lies between."""
STEP = 0.01
"""Rise of all spend by which a marginal return is measured."""


@dataclass(frozen=True, slots=True)
class Reached:
    """What the best plans for every budget have to do with a target.

    Parameters
    ----------
    amounts : numpy.ndarray, shape (amount,)
        Of the budget that was looked for; where none reaches the target, of that which comes nearest.
    met : bool
        Whether any budget reaches it.
    number : float
        What is reached of what the target is about, in the mean, or with the probability asked for.
    sentence : str
    """

    amounts: np.ndarray
    met: bool
    number: float
    sentence: str


@dataclass(frozen=True, slots=True)
class Best:
    """The best plan that was found.

    Parameters
    ----------
    kept : Constraints
        What it keeps.
    found : Found
    reached : Reached or None
        Where a budget was looked for.
    """

    kept: Constraints
    found: Found
    reached: Reached | None


def best_plan(outcome: PlanOutcome, plan: PlanConfig, seed: int, within_observed: bool = False) -> Best:
    """Return the best plan under all constraints: of a given total, or of the budget that reaches the target.

    Parameters
    ----------
    outcome : PlanOutcome
        On the draws that may be used.
    plan : PlanConfig
    seed : int
        Of random starts.
    within_observed : bool
        Whether amounts stay within what has been observed.

    Returns
    -------
    Best

    Raises
    ------
    ConfigError
        What keeps the plan from being made: names, days, contradictory constraints.
    """
    kept = constraints(outcome.window, plan, within_observed)
    if plan.target is None:
        return Best(kept, optimise(outcome, plan, kept, seed), None)
    return Best(kept, *reach(outcome, plan, kept))


def reach(outcome: PlanOutcome, plan: PlanConfig, kept: Constraints) -> tuple[Found, Reached]:
    """Return the plan whose budget reaches the target, and what was found.

    Parameters
    ----------
    outcome : PlanOutcome
        On the draws that may be used, in units of outcome.
    plan : PlanConfig
        With a target.
    kept : Constraints

    Returns
    -------
    tuple of (Found, Reached)
    """
    target = plan.target
    assert target is not None
    value = float((outcome.window.value * outcome.unit).mean())
    best_at, bound_at, quick = _best_plans(outcome, plan, kept)
    least, most = kept.polytope.lower.sum(), kept.polytope.upper.sum()
    count = BUDGETS if quick else BUDGETS_IF_SLOW
    budgets = np.linspace(least, most, count)
    amounts, numbers = _read(outcome, kept, target, value, best_at, budgets)
    place, met = _chosen(numbers, target)
    if met:  # once more between the budget that reaches it and its neighbour that does not
        first = max(place - 1, 0) if _smallest(target) else place
        finer = np.linspace(budgets[first], budgets[min(first + 1, count - 1)], 2 * (count // 3) + 1)
        more, finer_numbers = _read(outcome, kept, target, value, best_at, finer)
        refined, found = _chosen(finer_numbers, target)
        if found:
            amounts, numbers, place = more, finer_numbers, refined
    chosen, number = amounts[place], float(numbers[place])
    limit = np.nan
    if met and bound_at is not None and target.kind == "outcome" and target.probability is None:
        limit = _least_money(bound_at, float(target.outcome or 0.0), (least, most))
    reached = Reached(chosen, met, number, _sentence(target, met, number, chosen.sum(), limit))
    brought = outcome.brought(kept.amounts.money(chosen))
    now = outcome.brought(kept.amounts.money(kept.amounts.current))
    goal = replace(goal_of(plan, now), words=_words(target))
    kind = (
        "the least money at which concave curves above the gains reach the target"
        if np.isfinite(limit)
        else "none is known for this target"
    )
    return (
        Found(chosen, goal, float(brought.mean()), float(now.mean()), np.nan, kind, np.nan, 0, 1, 1, 0.0),
        reached,
    )


BestAt = Callable[[float], np.ndarray]


def _best_plans(
    outcome: PlanOutcome, plan: PlanConfig, kept: Constraints
) -> tuple[BestAt, Callable[[float], float] | None, bool]:
    """Return what gives the best amounts for a budget, their bound where gains add up, and whether that is quick."""
    if outcome.window.problem.multiplicative:
        now = outcome.brought(kept.amounts.money(kept.amounts.current))
        function = path_function(outcome, goal_of(plan, now), 0.0, kept)
        last = [kept.amounts.current]

        def climbed(budget: float) -> np.ndarray:
            last[0] = climb(
                function, last[0], _with_total(kept.polytope, budget), close=1e-4, steps=60
            ).amounts
            return last[0]

        return climbed, None, False
    money = levels(kept.polytope.lower, kept.polytope.upper)
    mean = curves(outcome.window, outcome.draws, money, outcome.unit).mean()
    pieces, taken = hull(mean), kept.polytope.lower.sum()

    def bound(budget: float) -> float:
        return bound_of_total(pieces, 0.0, max(budget - taken, 0.0))

    alone = all(len(presence.amounts) == 1 for presence in kept.presences)
    if kept.polytope.matrix.shape[0] == 0 or (kept.polytope.one_total and alone):
        room = kept.polytope.upper.sum() - taken
        table = by_total(mean, room, kept.presences)
        return lambda budget: table.amounts(int((budget - taken) / table.unit * (1 + 1e-12))), bound, True

    def under_sums(budget: float) -> np.ndarray:
        polytope = _with_total(kept.polytope, budget)
        best = relaxed(pieces, polytope.lower, polytope, kept.presences)
        decided = _with_total(kept.with_presences(best.present), budget)
        return climb(_sum_of(mean), best.amounts, decided).amounts

    return under_sums, bound, False


def _sum_of(mean: Curves) -> Callable[[np.ndarray], tuple[float, np.ndarray]]:
    def function(amounts: np.ndarray) -> tuple[float, np.ndarray]:
        gain, slope = mean.at(amounts)
        return float(gain.sum()), slope[:, 0]

    return function


def _with_total(polytope: Polytope, budget: float) -> Polytope:
    """Return the polytope with all money together at most `budget`."""
    return polytope.with_sum(np.ones(len(polytope.lower)), -np.inf, budget)


def _read(
    outcome: PlanOutcome,
    kept: Constraints,
    target: PlanTarget,
    value: float,
    best_at: BestAt,
    budgets: np.ndarray,
) -> tuple[list[np.ndarray], np.ndarray]:
    """Return the best amounts of each budget that can be kept, and what they reach of the target's quantity."""
    amounts, numbers = [], []
    for budget in budgets:
        try:
            best = best_at(float(budget))
        except ValueError:  # this budget is too small for what must be spent
            best = kept.amounts.current
            numbers.append(-np.inf)
            amounts.append(best)
            continue
        amounts.append(best)
        numbers.append(_number(outcome, kept, target, value, best))
    return amounts, np.array(numbers)


def _number(
    outcome: PlanOutcome, kept: Constraints, target: PlanTarget, value: float, amounts: np.ndarray
) -> float:
    """Return what amounts reach, higher being better: in the mean, or at the quantile that the probability asks for."""
    path, spend = kept.amounts.money(amounts), float(amounts.sum())
    brought = outcome.brought(path)
    if target.kind == "outcome":
        draws = brought
    elif spend <= 0:
        return -np.inf
    elif target.kind == "mroi":
        draws = value * (outcome.brought((1 + STEP) * path) - brought) / (STEP * spend)
    else:
        draws = brought / spend * (value if target.kind == "roi" else 1.0)
    if target.probability is None:
        return float(draws.mean())
    return float(np.quantile(draws, 1.0 - target.probability))


def _needed(target: PlanTarget) -> float:
    """Return the number from which the target is reached; a cost per action is reached from its inverse on."""
    if target.cpia is not None:
        return 1.0 / target.cpia
    return float(next(n for n in (target.outcome, target.roi, target.mroi) if n is not None))


def _smallest(target: PlanTarget) -> bool:
    return target.budget == "smallest" or (target.budget is None and target.kind == "outcome")


def _chosen(numbers: np.ndarray, target: PlanTarget) -> tuple[int, bool]:
    """Return the place of the budget that is looked for, and whether any reaches the target."""
    reaching = np.flatnonzero(numbers >= _needed(target))
    if not len(reaching):
        return int(np.argmax(numbers)), False
    return int(reaching[0] if _smallest(target) else reaching[-1]), True


def _least_money(bound: Callable[[float], float], wanted: float, between: tuple[float, float]) -> float:
    """Return the least money at which the bound reaches an outcome, by bisection."""
    low, high = between
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if bound(middle) >= wanted else (middle, high)
    return high


def _words(target: PlanTarget) -> str:
    """Return what is looked for, in words."""
    which = "smallest" if _smallest(target) else "largest"
    asked = {
        "outcome": f"brings {target.outcome or 0:,.0f}",
        "roi": f"has a return of {target.roi or 0:g}",
        "mroi": f"has a marginal return of {target.mroi or 0:g}",
        "cpia": f"costs at most {target.cpia or 0:g} per unit of outcome",
    }[target.kind]
    sure = "in the mean" if target.probability is None else f"with probability {target.probability:.0%}"
    return f"{which} budget that {asked} {sure}"


def written(value: float) -> str:
    """Return a number in four digits, large ones whole and never in powers of ten."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.4g}"


def _sentence(target: PlanTarget, met: bool, number: float, spend: float, limit: float) -> str:
    """Return what was found, in words."""
    shown = 1.0 / number if target.kind == "cpia" and number > 0 else number
    name = {
        "outcome": "outcome",
        "roi": "return",
        "mroi": "marginal return",
        "cpia": "cost per unit of outcome",
    }[target.kind]
    sure = "" if target.probability is None else f" that is reached with probability {target.probability:.0%}"
    if not met:
        return (
            f"No budget within the constraints reaches the target: the nearest {name}{sure} is {written(shown)}, with a "
            f"budget of {spend:,.0f}."
        )
    least = f"; no plan with less than {limit:,.0f} could" if np.isfinite(limit) else ""
    return f"The {_words(target)} is {spend:,.0f}: the {name}{sure} is {written(shown)}{least}."
