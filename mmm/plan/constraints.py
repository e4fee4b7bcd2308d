"""What a plan must keep, as a box and sums: what it names must be there, and what contradicts itself is named."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from scipy import optimize, sparse

from mixproof.errors import ConfigError, Fault
from mmm.plan.config import PlanConfig
from mmm.plan.faults import FAULTS
from mmm.plan.limits import Amounts, Limit, limits_of, observed
from mmm.plan.search.polytope import Polytope
from mmm.plan.window import Window

MOST_NAMED = 8
"""Contradicting limits that a message lists."""
BARELY = 1e-6
"""Share of the amounts by which a limit may be passed and still be kept."""


@dataclass(frozen=True, slots=True)
class Presence:
    """Amounts that are nothing, or at least so much together."""

    amounts: np.ndarray
    least: float


@dataclass(frozen=True, slots=True)
class Constraints:
    """All limits of a plan.

    Parameters
    ----------
    amounts : Amounts
    limits : tuple of Limit
    polytope : Polytope
        All but minimum presence.
    presences : tuple of Presence
    """

    amounts: Amounts
    limits: tuple[Limit, ...]
    polytope: Polytope
    presences: tuple[Presence, ...]

    @property
    def last_day(self) -> date:
        """Last day of the window."""
        return _last_day(self.amounts.window)

    def broken(self, amounts: np.ndarray) -> list[str]:
        """Return the limits that amounts do not keep, in words."""
        near = BARELY * max(float(np.abs(amounts).max(initial=0.0)), 1e-9)
        found = []
        for limit in self.limits:
            sums = limit.matrix @ amounts
            outside = bool((sums < limit.least - near).any() or (sums > limit.most + near).any())
            if outside or near < float(sums.max(initial=0.0)) < limit.presence - near:
                found.append(limit.words)
        return found

    def with_presences(self, on: Sequence[bool]) -> Polytope:
        """Return the polytope where it is decided which presences there are."""
        polytope = self.polytope
        upper = polytope.upper.copy()
        for presence, here in zip(self.presences, on, strict=True):
            if not here:
                upper[presence.amounts] = 0.0
        decided = replace(polytope, lower=np.minimum(polytope.lower, upper), upper=upper, _kept=[])
        for presence, here in zip(self.presences, on, strict=True):
            if here:
                weights = np.zeros(len(upper))
                weights[presence.amounts] = 1.0
                decided = decided.with_sum(weights, presence.least, np.inf)
        return decided


def constraints(window: Window, plan: PlanConfig, within_observed: bool = False) -> Constraints:
    """Return everything that a plan must keep.

    Parameters
    ----------
    window : Window
    plan : PlanConfig
    within_observed : bool
        Whether amounts stay within what has been observed.

    Returns
    -------
    Constraints

    Raises
    ------
    ConfigError
        ``plan-channel``, ``plan-geo``, ``plan-dates``: something is named that is not there. ``plan-nothing``: there is
        nothing to plan. ``plan-contradiction``: the limits cannot all be kept; the message names a smallest set that cannot.
    """
    raise_if_unknown(window, plan)
    amounts = Amounts(window, plan.flighting == "free")
    limits = (*limits_of(amounts, plan), *([observed(amounts)] if within_observed else ()))
    raise_if_contradictory(limits, len(amounts.current))
    polytope = _polytope(limits, len(amounts.current))
    if not polytope.upper.any():
        raise ConfigError(_fault("plan-nothing", "plan", "No channel may get any money."))
    presences = tuple(
        Presence(limit.matrix[0].indices, limit.presence) for limit in limits if limit.presence > 0
    )
    return Constraints(amounts, limits, polytope, presences)


def raise_if_unknown(window: Window, plan: PlanConfig) -> None:
    """Raise where a plan names a channel, a geo or a day that is not there.

    Parameters
    ----------
    window : Window
    plan : PlanConfig

    Raises
    ------
    ConfigError
        With all of them.
    """
    panel, faults = window.problem.panel, []
    named = [("plan.current.budgets", name) for name in plan.current.budgets]
    named += [("plan.prices", name) for name in plan.prices]
    named += [
        (f"plan.bounds[{n}].channels", name) for n, bound in enumerate(plan.bounds) for name in bound.channels
    ]
    for scenario in plan.scenarios:
        keys = (*scenario.budgets, *scenario.times, *scenario.prices)
        named += [(f"plan.scenarios: {scenario.name}", name) for name in dict.fromkeys(keys)]
    for where, name in named:
        if name not in panel.paid:
            known = (
                "costs nothing, so it has no budget"
                if name in panel.channels
                else "is no channel of the panel"
            )
            faults.append(
                _fault("plan-channel", where, f"`{name}` {known}; paid channels are {', '.join(panel.paid)}.")
            )
    faults += [
        _fault("plan-geo", f"plan.bounds[{number}].geos", f"`{geo}` is no geo of the panel.")
        for number, bound in enumerate(plan.bounds)
        for geo in bound.geos
        if geo not in panel.geos
    ]
    first, last = window.dates[0].date(), _last_day(window)
    for where, day in _days(plan):
        if not first <= day <= last:
            faults.append(_fault("plan-dates", where, f"{day} is not between {first} and {last}."))
    if not panel.paid:
        faults.append(_fault("plan-nothing", "plan", "No channel of the panel costs money."))
    if faults:
        raise ConfigError(faults)


def _days(plan: PlanConfig) -> Iterator[tuple[str, date]]:
    for number, bound in enumerate(plan.bounds):
        for word, day in (("start", bound.start), ("end", bound.end)):
            if day is not None:
                yield f"plan.bounds[{number}].{word}", day
    for name, price in plan.prices.items():
        for dated in price.dated:
            yield f"plan.prices.{name}.dated", dated.start


def _last_day(window: Window) -> date:
    from_start = window.dates[-1] - window.dates[-2] if len(window.dates) > 1 else None
    length = {"daily": 1, "weekly": 7}.get(window.problem.panel.frequency)
    days = length or (from_start.days if from_start is not None else 365)
    return date.fromordinal(window.dates[-1].date().toordinal() + days - 1)


def _polytope(limits: Sequence[Limit], count: int) -> Polytope:
    """Return all limits as a box and sums; limits of single amounts become the box, totals that sums imply too."""
    lower, upper = np.zeros(count), np.full(count, np.inf)
    rows, least, most = [], [], []
    for limit in limits:
        per_row = np.diff(limit.matrix.indptr)
        for row in np.flatnonzero(per_row == 1):
            start = limit.matrix.indptr[row]
            place, weight = limit.matrix.indices[start], limit.matrix.data[start]
            lower[place] = max(lower[place], limit.least[row] / weight)
            upper[place] = min(upper[place], limit.most[row] / weight)
        several = per_row > 1
        rows.append(limit.matrix[several])
        least.append(limit.least[several])
        most.append(limit.most[several])
    matrix = sparse.vstack(rows, format="csr")
    ends = np.concatenate(least), np.concatenate(most)
    positive = np.asarray(matrix.min(axis=1).todense()).ravel() >= 0
    for row in np.flatnonzero(positive & np.isfinite(ends[1])):
        part = slice(matrix.indptr[row], matrix.indptr[row + 1])
        places, weights = matrix.indices[part], matrix.data[part]
        room = ends[1][row] - (weights * lower[places]).sum()
        upper[places] = np.minimum(upper[places], lower[places] + room / weights)
    return Polytope(lower, np.maximum(upper, lower), matrix, *ends)


def raise_if_contradictory(limits: Sequence[Limit], count: int) -> None:
    """Raise where limits cannot all be kept.

    Parameters
    ----------
    limits : sequence of Limit
    count : int
        Number of amounts.

    Raises
    ------
    ConfigError
        ``plan-contradiction``, with a smallest set that cannot: without any one of them the others can be kept.
    """
    if _can_be_kept(limits, count):
        return
    kept = list(limits)
    for limit in limits:
        without = [other for other in kept if other is not limit]
        if not _can_be_kept(without, count):
            kept = without
    told = "; ".join(f"{limit.where} ({limit.words})" for limit in kept[:MOST_NAMED])
    where = ", ".join(limit.where for limit in kept[:MOST_NAMED])
    raise ConfigError(_fault("plan-contradiction", where, f"Of these, one must give way: {told}."))


def _can_be_kept(limits: Sequence[Limit], count: int) -> bool:
    """Return whether some amounts, none negative, keep all limits."""
    if not limits:
        return True
    matrix = sparse.vstack([limit.matrix for limit in limits], format="csr")
    least = np.concatenate([limit.least for limit in limits])
    most = np.concatenate([limit.most for limit in limits])
    held = [limit for limit in limits if limit.presence > 0]
    ends = [np.abs(ends[np.isfinite(ends)]) for ends in (least, most)]
    scale = max(*(float(part.max(initial=0.0)) for part in ends), *(limit.presence for limit in held), 1e-9)
    switches = len(held)
    rows = [sparse.hstack([matrix, sparse.csr_matrix((matrix.shape[0], switches))])]
    lows, highs = [least / scale], [most / scale]
    for place, limit in enumerate(held):
        for end, low, high in ((limit.presence / scale, 0.0, np.inf), (1e3, -np.inf, 0.0)):
            switch = np.zeros(switches)
            switch[place] = -end
            rows.append(sparse.hstack([limit.matrix, sparse.csr_matrix(switch)]))
            lows.append(np.array([low]))
            highs.append(np.array([high]))
    found = optimize.milp(
        np.zeros(count + switches),
        constraints=optimize.LinearConstraint(
            sparse.vstack(rows, format="csc"), np.concatenate(lows), np.concatenate(highs)
        ),
        bounds=optimize.Bounds(0.0, np.append(np.full(count, np.inf), np.ones(switches))),
        integrality=np.append(np.zeros(count), np.ones(switches)),
    )
    return bool(found.status != 2)


def _fault(code: str, where: str, what: str) -> Fault:
    return Fault(code, where, what, FAULTS[code][2])
