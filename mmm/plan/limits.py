"""Totals, range, bounds, groups, commitments and smooth phasing of the YAML as linear limits on amounts of money."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from mmm.plan.config import Held, Kept, PlanBound, PlanConfig
from mmm.plan.window import Window, least_spent, most_spent


@dataclass(frozen=True, slots=True)
class Amounts:
    """What is looked for: money of each channel in each geo, or of each of their periods.

    Parameters
    ----------
    window : Window
    free : bool
        Whether periods are looked for one by one; else amounts are phased as in the current plan.
    """

    window: Window
    free: bool

    @property
    def current(self) -> np.ndarray:
        """Amounts of the current plan, shape (amount,)."""
        return (self.window.current if self.free else self.window.current.sum(axis=1)).ravel()

    def money(self, amounts: np.ndarray) -> np.ndarray:
        """Return the path of money of amounts, shape (geo, period, channel)."""
        geos, periods, channels = self.window.current.shape
        if self.free:
            return amounts.reshape(geos, periods, channels)
        return self.window.spread(amounts.reshape(geos, channels))

    def back(self, by_money: np.ndarray) -> np.ndarray:
        """Return the derivative by amounts (amount,) from that by money (geo, period, channel)."""
        return (by_money if self.free else (by_money * self.window.phase).sum(axis=1)).ravel()

    def sum_over(self, cells: np.ndarray) -> np.ndarray:
        """Return the weight of each amount in the money of the cells, a mask (geo, period, channel)."""
        weights = self.back(cells.astype(float))
        return np.where(np.abs(weights - 1.0) < 1e-12, 1.0, weights)  # a whole window's shares add up to one


@dataclass(frozen=True, slots=True)
class Limit:
    """A constraint as the YAML states it.

    Parameters
    ----------
    where : str
        Its key.
    words : str
        What it asks for.
    matrix : scipy.sparse.csr_matrix, shape (sum, amount)
    least, most : numpy.ndarray, shape (sum,)
    presence : float
        Least money unless there is none at all; 0 where that is not meant.
    """

    where: str
    words: str
    matrix: sparse.csr_matrix
    least: np.ndarray
    most: np.ndarray
    presence: float = 0.0


def limits_of(amounts: Amounts, plan: PlanConfig) -> Iterator[Limit]:
    """Yield every constraint of the YAML.

    Parameters
    ----------
    amounts : Amounts
        What is looked for.
    plan : PlanConfig

    Yields
    ------
    Limit
    """
    window, budget = amounts.window, plan.budget
    everything = np.ones(window.current.shape, bool)
    total = budget.total
    if total is None and plan.target is None:
        total = float(window.current.sum())
    if budget.total is None and budget.least is not None and total is not None:
        total = max(total, budget.least)
    if total is not None:
        words = f"all money at most {total:,.0f}" + (
            "" if budget.total is not None else ", that of the current plan"
        )
        yield _one("plan.budget.total", words, amounts, everything, -np.inf, total)
    if budget.least is not None:
        yield _one(
            "plan.budget.least",
            f"all money at least {budget.least:,.0f}",
            amounts,
            everything,
            budget.least,
            np.inf,
        )
    for word, text, least, most in (
        ("per_period", "at most", None, budget.per_period),
        ("per_period_least", "at least", budget.per_period_least, None),
    ):
        limit = least if most is None else most
        if limit is not None:
            yield _periods(
                f"plan.budget.{word}", f"money of each period {text} {limit:,.0f}", amounts, least, most
            )
    yield _range(amounts, plan)
    for number, bound in enumerate(plan.bounds):
        yield _kept(amounts, bound) if isinstance(bound, Kept) else _bound(amounts, bound, number)
    if plan.smooth is not None:
        yield _smooth(amounts, plan.smooth)


def _one(where: str, words: str, amounts: Amounts, cells: np.ndarray, least: float, most: float) -> Limit:
    row = sparse.csr_matrix(amounts.sum_over(cells))
    return Limit(where, words, row, np.array([least]), np.array([most]))


def _periods(where: str, words: str, amounts: Amounts, least: float | None, most: float | None) -> Limit:
    rows = []
    for period in range(len(amounts.window.dates)):
        cells = np.zeros(amounts.window.current.shape, bool)
        cells[:, period] = True
        rows.append(amounts.sum_over(cells))
    count = len(rows)
    ends = (
        np.full(count, -np.inf if least is None else least),
        np.full(count, np.inf if most is None else most),
    )
    return Limit(where, words, sparse.csr_matrix(np.array(rows)), *ends)


def _range(amounts: Amounts, plan: PlanConfig) -> Limit:
    """Return the range of every amount whose channel has no bound of its own."""
    window, whole = (
        amounts.window,
        [
            bound
            for bound in plan.bounds
            if not (bound.geos or isinstance(bound, Kept)) and bound.start is None and bound.end is None
        ],
    )
    least, most = np.zeros_like(window.current), np.empty_like(window.current)
    usual = (
        window.current
        if not amounts.free
        else np.maximum(window.current, window.current.mean(axis=1, keepdims=True))
    )
    for number, name in enumerate(window.channels):
        own = [bound for bound in whole if bound.channels == (name,)]
        freed = any(
            b.at_most is not None or b.at_most_times is not None or b.exactly is not None for b in own
        )
        held = any(
            b.at_least is not None or b.at_least_times is not None or b.exactly is not None for b in own
        )
        most[..., number] = np.inf if freed else plan.range.at_most_times * usual[..., number]
        least[..., number] = 0.0 if held else plan.range.at_least_times * window.current[..., number]
    if not amounts.free:
        least, most = least.sum(axis=1), most.sum(axis=1)
    words = (
        f"each channel in each geo from {plan.range.at_least_times:g} to {plan.range.at_most_times:g} times "
        f"what the current plan spends{' there in each period, or in a mean one' if amounts.free else ''}"
    )
    identity = sparse.identity(most.size, format="csr")
    return Limit("plan.range", words, identity, least.ravel(), most.ravel())


def _bound(amounts: Amounts, bound: PlanBound, number: int) -> Limit:
    """Return one bound of the YAML, its money in the words of its limits."""
    window = amounts.window
    cells = np.ones(window.current.shape, bool)
    if bound.geos:
        cells &= np.isin(window.problem.panel.geos, bound.geos)[:, None, None]
    if bound.channels:
        cells &= np.isin(window.channels, bound.channels)
    days = window.dates.values.astype("datetime64[D]")
    if bound.start is not None:
        cells &= (days >= np.datetime64(bound.start, "D"))[:, None]
    if bound.end is not None:
        cells &= (days <= np.datetime64(bound.end, "D"))[:, None]
    there = float(window.current[cells].sum())
    least, most = bound.at_least, bound.at_most
    if bound.at_least_times is not None:
        least = bound.at_least_times * there
    if bound.at_most_times is not None:
        most = bound.at_most_times * there
    if bound.exactly is not None:
        least = most = bound.exactly
    said = [f"at least {least:,.0f}"] if least is not None else []
    said += [f"at most {most:,.0f}"] if most is not None else []
    what = " + ".join(bound.channels) or "all channels"
    what += f" in {' + '.join(bound.geos)}" if bound.geos else ""
    words = f"{what} {' and '.join(said)}" + (" or nothing" if bound.or_nothing else "")
    floor = -np.inf if least is None or bound.or_nothing else least
    where = f"plan.bounds[{number}]"
    if isinstance(bound, Held):
        where, words = f"{what}: mixed with demand", f"{what} as in the current plan unless a bound names it"
    limit = _one(where, words, amounts, cells, floor, np.inf if most is None else most)
    if not bound.or_nothing:
        return limit
    return Limit(limit.where, words, limit.matrix, limit.least, limit.most, float(least or 0.0))


def _kept(amounts: Amounts, bound: Kept) -> Limit:
    """Return the limit that no geo gets less of a channel than its lowest observed level, or what the current plan gives."""
    window = amounts.window
    least = np.minimum(least_spent(window)[:, None], window.current)
    if not amounts.free:
        least = least.sum(axis=1)
    own = np.broadcast_to(np.isin(window.channels, bound.channels), least.shape).ravel()
    matrix = sparse.identity(least.size, format="csr")[np.flatnonzero(own)]
    name = " + ".join(bound.channels)
    words = f"{name} at its lowest observed level or above unless a bound names it"
    ends = least.ravel()[own]
    return Limit(f"{name}: mostly assumed", words, matrix, ends, np.full(len(ends), np.inf))


def observed(amounts: Amounts) -> Limit:
    """Return the limit that no geo gets more of a channel in a period than it ever got, or gets in the current plan.

    Parameters
    ----------
    amounts : Amounts

    Returns
    -------
    Limit
    """
    window = amounts.window
    most = np.maximum(most_spent(window)[:, None], window.current)
    if amounts.free:
        ends = most.ravel()
    else:
        phased = window.phase > 0
        ends = np.where(phased, most / np.where(phased, window.phase, 1.0), np.inf).min(axis=1).ravel()
        ends = np.maximum(ends, amounts.current)
    matrix = sparse.identity(len(ends), format="csr")
    words = "no geo gets more of a channel in a period than it has been seen to get"
    return Limit("observed spend", words, matrix, np.zeros(len(ends)), ends)


def _smooth(amounts: Amounts, smooth: float) -> Limit:
    """Return how far each channel's money in a geo may change from one period to the next."""
    geos, periods, channels = amounts.window.current.shape
    place = np.arange(geos * periods * channels).reshape(geos, periods, channels)
    before, after = place[:, :-1].ravel(), place[:, 1:].ravel()
    rows = np.arange(len(before))
    matrix = sparse.csr_matrix(
        (np.repeat([1.0, -1.0], len(rows)), (np.tile(rows, 2), np.concatenate([after, before]))),
        shape=(len(rows), place.size),
    )
    mean = np.broadcast_to(amounts.window.reference[:, None], (geos, periods - 1, channels)).ravel()
    words = f"money changes by at most {smooth:g} times a mean period's from one period to the next"
    return Limit("plan.smooth", words, matrix, -smooth * mean, smooth * mean)
