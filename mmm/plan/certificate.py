"""How far a plan is to be believed: its gain on other draws, what lies beyond observed spend, and what is recommended."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from mixproof.errors import ConfigError
from mixproof.records.verdict import Finding
from mmm.config import Interval
from mmm.effects.intervals import interval
from mmm.plan.config import PlanConfig
from mmm.plan.outcome import PlanOutcome
from mmm.plan.search.chance import by_chance
from mmm.plan.search.target import Best, best_plan, written
from mmm.plan.window import most_spent

LIKELY = 0.8
"""Probability of a gain from which a change is recommended."""
MOST_BY_CHANCE = 0.1
"""Probability of as clear a gain by chance alone, where the current plan is the best, up to which a change is recommended."""
MOST_BEYOND = 0.5
"""Share of the gain that may come from amounts above the largest observed."""
SMALL_GAP = 0.02
"""Gap to the bound above which it is to be read with the plan."""
NEGLIGIBLE = 1e-3
"""Share of the money that must move for a plan to be another one."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What is recommended, and why.

    Parameters
    ----------
    gain : numpy.ndarray, shape (sample,)
        Objective's outcome of the optimum less that of the current plan, less the difference in spend where it is a profit.
    better : float
        Probability that it is above zero.
    chance : float
        Probability of as clear a gain where the current plan is the best; not a number where that is not known.
    beyond : float
        Share of the mean gain that comes from amounts above the largest observed.
    change : bool
        Whether the optimum is recommended.
    sentence : str
        Why.
    test_channel : str
        Whose test would say most about the gain; empty where nothing moves.
    test_share : float
        Of the gain's variance.
    test : str
        The test in words.
    """

    gain: np.ndarray
    better: float
    chance: float
    beyond: float
    change: bool
    sentence: str
    test_channel: str
    test_share: float
    test: str


def decide(
    used: PlanOutcome, unused: PlanOutcome, plan: PlanConfig, options: Interval, seed: int
) -> tuple[Best, Judged]:
    """Return the best plan and what is recommended; where most of its gain lies beyond observed spend, that within it.

    Parameters
    ----------
    used, unused : PlanOutcome
        On the draws that may be searched on, and on others.
    plan : PlanConfig
    options : Interval
        Of the gain in the sentence.
    seed : int
        Of random starts.

    Returns
    -------
    tuple of (Best, Judged)

    Raises
    ------
    ConfigError
        What keeps the plan from being made.
    """
    best = best_plan(used, plan, seed)
    judged = judge(unused, best, options)
    if judged.beyond < MOST_BEYOND or best.reached is not None:
        return best, judged
    try:
        within = best_plan(used, plan, seed, within_observed=True)
    except ConfigError:  # commitments are above everything that has been observed
        return best, judged
    again = judge(unused, within, options)
    if not again.change:
        return best, judged
    words = f"{again.sentence} Amounts are held to what has been observed: {judged.beyond:.0%} of a larger gain lay beyond it."
    return within, replace(again, sentence=words)


def judge(unused: PlanOutcome, best: Best, options: Interval) -> Judged:
    """Return what is recommended, from draws that the search has not used.

    Parameters
    ----------
    unused : PlanOutcome
        On those draws.
    best : Best
        Found on others.
    options : Interval
        Of the gain in the sentence.

    Returns
    -------
    Judged
    """
    found, kept, reached = best.found, best.kept, best.reached
    cost, amounts = found.goal.cost, kept.amounts
    optimum, now = amounts.money(found.amounts), amounts.money(amounts.current)
    moved = np.abs(optimum - now).sum() / max(now.sum(), optimum.sum(), 1e-300)
    at_best = unused.brought(optimum)
    gain = at_best - unused.brought(now) - cost * (optimum.sum() - now.sum())
    held = np.minimum(optimum, np.maximum(most_spent(amounts.window)[:, None], now))
    lost = float((at_best - unused.brought(held) - cost * (optimum.sum() - held.sum())).mean())
    mean = float(gain.mean())
    beyond = float(np.clip(lost / mean, 0.0, 1.0)) if mean > 0 else 0.0
    better = float((gain > 0).mean())
    channel, share, test = deciding_test(unused, optimum, now)
    chance = by_chance(unused, kept, gain, cost) if moved > NEGLIGIBLE else np.nan
    change = moved > NEGLIGIBLE and better >= LIKELY and beyond < MOST_BEYOND and not chance > MOST_BY_CHANCE
    sentence = _sentence(gain, (better, chance, beyond), options, test)
    if (
        reached is not None
    ):  # another budget is asked for: whether its plan brings more than the current one decides nothing
        change = moved > NEGLIGIBLE and reached.met and beyond < MOST_BEYOND
        sentence = reached.sentence + (
            f" {beyond:.0%} of its gain lies beyond observed spend: no change."
            if beyond >= MOST_BEYOND
            else ""
        )
    elif broken := kept.broken(amounts.current):  # it cannot be recommended, whatever it would bring
        change, sentence = True, _outside(gain, (better, beyond), broken, options)
    elif moved <= NEGLIGIBLE:
        sentence = "No change: the current plan is the best that the constraints allow."
    if moved <= NEGLIGIBLE:
        channel, share, test = "", np.nan, ""
    return Judged(gain, better, chance, beyond, change, sentence, channel, share, test)


def _sentence(gain: np.ndarray, known: tuple[float, float, float], options: Interval, test: str) -> str:
    """Return the recommendation and its reason, from the probabilities of a gain and of chance, and the share beyond."""
    better, chance, beyond = known
    if better < LIKELY:
        return (
            f"No change: the best plan found is better than the current one with a probability of {better:.0%} only, "
            f"and {LIKELY:.0%} is asked for. {test}"
        )
    if chance > MOST_BY_CHANCE:
        return (
            f"No change: were the current plan the best, as clear a gain would be found by chance with a probability of "
            f"{chance:.0%}, and at most {MOST_BY_CHANCE:.0%} is asked for. {test}"
        )
    if beyond >= MOST_BEYOND:
        return (
            f"No change: {beyond:.0%} of the gain comes from amounts above the largest that has been observed, where the "
            f"model only extrapolates. {test}"
        )
    lower, upper = map(float, interval(gain, options))
    return (
        f"Change: the gain is {written(gain.mean())} ({options.level:.0%} interval {written(lower)} to {written(upper)}) and "
        f"above zero with probability {better:.0%}; {beyond:.0%} of it comes from amounts above the largest observed."
    )


def _outside(gain: np.ndarray, known: tuple[float, float], broken: list[str], options: Interval) -> str:
    """Return the recommendation where the current plan does not keep the limits."""
    better, beyond = known
    lower, upper = map(float, interval(gain, options))
    return (
        f"Change: the current plan does not keep what is asked for ({'; '.join(broken)}). The best plan that does is proposed; "
        f"against the current one its gain is {written(gain.mean())} ({options.level:.0%} interval {written(lower)} to "
        f"{written(upper)}), above zero with probability {better:.0%}; {beyond:.0%} of it comes from amounts above the largest "
        f"observed, where the model only extrapolates."
    )


def deciding_test(outcome: PlanOutcome, best: np.ndarray, now: np.ndarray) -> tuple[str, float, str]:
    """Return the channel whose move makes most of the gain uncertain, its share of the variance, and its test in words.

    Parameters
    ----------
    outcome : PlanOutcome
    best, now : numpy.ndarray, shape (geo, period, channel)

    Returns
    -------
    tuple of (str, float, str)
    """
    names = outcome.window.channels
    spread = (outcome.by_channel(best) - outcome.by_channel(now)).var(axis=1)
    if not spread.sum() > 0:
        return "", np.nan, ""
    place = int(np.argmax(spread))
    before, after = now[..., place].sum(), best[..., place].sum()
    direction = "more" if after > before else "less"
    test = (
        f"A test of {names[place]} would decide: its move from {before:,.0f} to {after:,.0f} makes "
        f"{spread[place] / spread.sum():.0%} of the gain's uncertainty. Spend {direction} on it in some regions, or leave a "
        f"share of people out, before the budget moves; `mixproof design` plans that."
    )
    return names[place], float(spread[place] / spread.sum()), test


def findings(best: Best, judged: Judged) -> Iterator[Finding]:
    """Yield the findings on a plan.

    Parameters
    ----------
    best : Best
    judged : Judged

    Yields
    ------
    Finding
    """
    found = best.found
    yield Finding("plan_gain", "pass" if judged.change else "note", judged.sentence, judged.better, LIKELY)
    if np.isfinite(found.bound) and found.value:
        gap = (found.bound - found.value) / abs(found.value)
        words = f"No plan within the constraints is more than {gap:.2%} better than the best one found."
        yield Finding("plan_gap", "pass" if gap <= SMALL_GAP else "note", words, gap, SMALL_GAP)
