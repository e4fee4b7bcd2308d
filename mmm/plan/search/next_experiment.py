"""Tests that could be run in the window: what each would measure, how exactly, what its result is worth, and what it costs.

A test leaves a channel without money for the four weeks in which the current plan spends most on it: in half of the market
where there are geos, else everywhere. It is read until nearly all of the effect has come, with the error that the model's
residuals have in sums of as many periods.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from mmm.config import Interval
from mmm.effects.fitted import expected_mean
from mmm.effects.intervals import estimate
from mmm.plan.constraints import Constraints
from mmm.plan.curves import Curves, levels
from mmm.plan.outcome import PlanOutcome, channel_outcome, fewer
from mmm.plan.search.information import Worth, smooth, worth
from mmm.plan.search.polytope import Polytope
from mmm.plan.search.target import Best
from mmm.plan.tables import NEXT_EXPERIMENT

OFF: dict[str, int] = {"daily": 28, "weekly": 4, "monthly": 1, "yearly": 1}
"""Periods without the channel."""
READ = 0.95
"""Share of the mean effect that has come when a test is read."""
FEWEST_GEOS = 4
"""From which a test is run in half of them."""
DRAWS, LEVELS, MOST_TIMES = 1000, 25, 2.0
"""Draws of each half, levels of money at which gains are read, and the highest of these at most, in times the
larger of current and best plan's money."""
STEP = 0.01
"""Rise of the best plan's money by which the worth of money is measured."""
CHANCE = 1.96
"""Standard errors either side of an expected value that only the number of draws makes uncertain."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A test of one channel.

    Parameters
    ----------
    number : int
        Among the paid channels.
    geos : numpy.ndarray of bool, shape (geo,)
        Those without the channel's money.
    start, off, read : int
        First period of the window without it, such periods, and those from the first of these to the last that is read.
    error : float
        Standard error of the measured effect, in outcome.
    """

    number: int
    geos: np.ndarray
    start: int
    off: int
    read: int
    error: float

    def measures(self, outcome: PlanOutcome) -> np.ndarray:
        """Return the effect by draw, shape (sample,): outcome that does not come in the periods that are read."""
        lost = _lost(outcome, self.number, self.geos, self.without)
        return lost[self.start : self.start + self.read].sum(axis=0)

    @property
    def without(self) -> slice:
        """Periods of the window without the channel."""
        return slice(self.start, self.start + self.off)


def next_experiment_table(
    used: PlanOutcome, unused: PlanOutcome, best: Best, options: Interval, seed: int
) -> pd.DataFrame:
    """Return the table ``next_experiment``: the test of greatest worth first.

    Parameters
    ----------
    used, unused : PlanOutcome
        On the draws that the search has used and on others, their unit that of the objective.
    best : Best
        The plan that was found.
    options : Interval
    seed : int
        Of simulated results.

    Returns
    -------
    pandas.DataFrame
        No rows for multiplicative models, whose channels act on one another.
    """
    window, kept, cost = used.window, best.kept, best.found.goal.cost
    if window.problem.multiplicative:
        return NEXT_EXPERIMENT.frame([])
    used, unused = (outcome.on(fewer(outcome.draws, DRAWS)) for outcome in (used, unused))
    phased = _phased(kept, best.found.amounts)
    limits = _limits(kept, best.found.amounts, phased)
    known, unknown = (_gains(outcome, kept, phased, limits) for outcome in (used, unused))
    residual = window.problem.panel.data["outcome"].transpose("geo", "date").values - expected_mean(
        window.problem, fewer(used.draws, DRAWS // 4)
    )
    path = kept.amounts.money(best.found.amounts)
    more = unused.brought((1 + STEP) * path) - unused.brought(path)
    price = cost or float(more.mean()) / max(STEP * path.sum(), 1e-300)
    rows = []
    for number in range(len(window.channels)):
        if not window.current[..., number].any():
            continue
        trial, rng = _trial(used, number, residual), np.random.default_rng(seed)
        effects = [trial.measures(outcome) for outcome in (used, unused)]
        results = [effect + trial.error * rng.standard_normal(len(effect)) for effect in effects]
        worths = [
            worth((known, first), (unknown, second), limits, cost) for first, second in (results, effects)
        ]
        rows.append(_row(unused, trial, effects[1], worths, (price, options)))
    rows.sort(key=lambda row: -float(row["worth"]))
    return NEXT_EXPERIMENT.frame([row | {"caution": ""} for row in rows])


def _phased(kept: Constraints, amounts: np.ndarray) -> np.ndarray:
    """Return each amount's share in its channel's money, shape (channel, amount): of the best plan, else of the current."""
    channels = kept.amounts.window.current.shape[-1]
    owner = np.arange(len(amounts)) % channels
    shares = np.zeros((channels, len(amounts)))
    for channel in range(channels):
        mine = owner == channel
        for plan in (amounts, kept.amounts.current, kept.polytope.upper):
            if plan[mine].sum() > 0:
                shares[channel, mine] = plan[mine] / plan[mine].sum()
                break
    return shares


def _limits(kept: Constraints, amounts: np.ndarray, phased: np.ndarray) -> Polytope:
    """Return the limits of channels' money where it is divided as `phased`."""
    polytope = kept.with_presences([bool(amounts[presence.amounts].sum() > 0) for presence in kept.presences])
    held = phased > 0
    share = np.where(held, phased, 1.0)
    money = np.where(held, amounts, 0.0).sum(axis=1)
    lower = np.where(held, polytope.lower / share, 0.0).max(axis=1)
    upper = np.where(held, polytope.upper / share, np.inf).min(axis=1)
    top = MOST_TIMES * np.maximum(money, kept.amounts.money(kept.amounts.current).sum(axis=(0, 1)))
    # The best plan itself is within: what rounding has put outside by a hair is let in.
    lower, upper = np.minimum(lower, money), np.maximum(np.minimum(upper, np.maximum(top, money)), money)
    into = phased.T
    there = polytope.matrix @ into @ money
    least, most = np.minimum(polytope.least, there), np.maximum(polytope.most, there)
    sums = np.asarray(polytope.matrix @ into)
    sums = np.where(np.abs(sums - 1.0) < 1e-12, 1.0, sums)  # shares of a channel add up to one
    return Polytope(lower, upper, sparse.csr_matrix(sums), least, most)


def _gains(outcome: PlanOutcome, kept: Constraints, phased: np.ndarray, limits: Polytope) -> Curves:
    """Return what channels' money brings, from the least that limits allow to the most."""
    least = np.maximum(
        1e-6 * limits.lower, 1e-9
    )  # levels of a channel that is held must differ in its own digits
    money = levels(limits.lower, np.maximum(limits.upper, limits.lower + least), LEVELS)
    read = [outcome.by_channel(kept.amounts.money(level @ phased)) for level in money.T]
    return smooth(money, np.stack(read, axis=1))


def _trial(outcome: PlanOutcome, number: int, residual: np.ndarray) -> Trial:
    """Return the test of one channel in those periods of the current plan in which most is spent on it."""
    window, size = outcome.window, outcome.window.problem.scaling.outcome
    off = min(OFF[window.problem.panel.frequency], len(window.dates))
    geos = _treated(size)
    spent = np.convolve(window.current[geos, :, number].sum(axis=0), np.ones(off), mode="valid")
    start = int(np.argmax(spent))
    come = np.cumsum(_lost(outcome, number, geos, slice(start, start + off)).mean(axis=1)[start:])
    read = max(off, int(np.flatnonzero(np.abs(come) >= READ * np.abs(come[-1]))[0]) + 1)
    return Trial(number, geos, start, off, read, standard_error(residual, geos, size, read))


def _lost(outcome: PlanOutcome, number: int, geos: np.ndarray, off: slice) -> np.ndarray:
    """Return outcome that does not come without a channel, by period of window and tail, shape (period, sample)."""
    window = outcome.window
    without = window.current.copy()
    without[geos, off, number] = 0.0
    both = [channel_outcome(window, outcome.draws, path, number) for path in (window.current, without)]
    return np.asarray((both[0] - both[1])[geos].sum(axis=0))


def _treated(size: np.ndarray) -> np.ndarray:
    """Return which geos a test leaves without a channel: in order of size the first and the last of every four, or all."""
    if len(size) < FEWEST_GEOS:
        return np.ones(len(size), bool)
    chosen = np.zeros(len(size), bool)
    chosen[np.argsort(-size, kind="stable")[np.arange(len(size)) % 4 % 3 == 0]] = True
    return chosen


def standard_error(residual: np.ndarray, geos: np.ndarray, size: np.ndarray, periods: int) -> float:
    """Return the standard error of an effect over some periods, from sums of as many residuals.

    Other geos stand for what would have come, in proportion to size. The larger of two: the spread of all such sums, and
    that of as many unrelated residuals.

    Parameters
    ----------
    residual : numpy.ndarray, shape (geo, date)
        Actual less expected outcome, NaN where it is unknown.
    geos : numpy.ndarray of bool, shape (geo,)
        Those without the channel's money.
    size : numpy.ndarray, shape (geo,)
        Of their outcome.
    periods : int

    Returns
    -------
    float
    """
    weight = np.where(geos, 1.0, -size[geos].sum() / max(size[~geos].sum(), 1e-300))
    series = (weight[:, None] * np.nan_to_num(residual)).sum(axis=0)
    series = series[np.isfinite(residual).all(axis=0)]
    alone = float(series.std(ddof=1)) * np.sqrt(periods)
    sums = np.convolve(series, np.ones(periods), mode="valid") if len(series) > 2 * periods else np.zeros(2)
    return max(alone, float(sums.std(ddof=1)))


def _row(
    outcome: PlanOutcome,
    trial: Trial,
    effect: np.ndarray,
    worths: Sequence[Worth],
    said: tuple[float, Interval],
) -> dict[str, Any]:
    """Return one row, from the worth of the test and of an exact one, the price of money in the objective, and the interval."""
    window, (found, exact), (price, options) = outcome.window, worths, said
    name = window.channels[trial.number]
    saved = float(window.current[trial.geos, trial.without, trial.number].sum())
    size = window.problem.scaling.outcome
    lost = effect * float((outcome.unit * size)[trial.geos].sum() / size[trial.geos].sum())
    margin = CHANCE * found.error
    loss = float(lost.mean()) - price * saved
    return {
        "channel": name,
        "test": _words(window.problem.panel.frequency, trial, name),
        "start": window.dates[trial.start],
        "periods": trial.off,
        "periods_read": trial.read,
        "share": float(size[trial.geos].sum() / size.sum()),
        **{key: values[0] for key, values in estimate("effect", effect[None], options).items()},
        "standard_error": trial.error,
        "known_after": float(1.0 - trial.error**2 / (trial.error**2 + effect.var())),
        "worth": found.mean,
        "worth_lower": found.mean - margin,
        "worth_upper": found.mean + margin,
        "worth_if_exact": exact.mean,
        "moved": found.moved,
        "money_kept": saved,
        **{key: values[0] for key, values in estimate("lost", lost[None], options).items()},
        "net": found.mean - loss,
        "net_lower": found.mean - margin - loss,
        "net_upper": found.mean + margin - loss,
    }


def _words(frequency: str, trial: Trial, name: str) -> str:
    """Return a test in words."""
    unit = {"daily": "days", "weekly": "weeks", "monthly": "months", "yearly": "years"}[frequency]
    where = "everywhere" if trial.geos.all() else f"in {trial.geos.sum()} of {len(trial.geos)} geos"
    off = f"{trial.off} {unit if trial.off > 1 else unit[:-1]}"
    return f"no money on {name} {where} for {off}, read over {trial.read}"
