"""The best amounts where gains of items add up: exact on a grid of money, and a bound that no amounts can exceed.

With one total, dynamic programming over units of money finds the best amounts whatever the form of the curves. The bound
takes the least concave curve above each gain: its best amounts are found by filling up the steepest pieces first, which is
the Lagrangian dual. With further sums, and minimum presence, the pieces and one switch for each presence are a mixed-integer
program, whose own bound is reported.

References
----------
Bellman 1957, Dynamic Programming, chapter 1; Everett 1963, Generalized Lagrange multiplier method, Operations Research 11.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize, sparse

from mmm.plan.constraints import Presence
from mmm.plan.curves import Curves
from mmm.plan.search.polytope import Polytope

UNITS = 2000
"""Units of money that dynamic programming divides a total into."""
SECONDS = 10.0
"""After which a mixed-integer program hands over the best that it has, with its bound."""
RELATIVE_GAP = 1e-6


@dataclass(frozen=True, slots=True)
class Hull:
    """The least concave curves above gains, as pieces of falling slope.

    Parameters
    ----------
    start : numpy.ndarray, shape (item,)
        Gain at the least amount.
    width, slope : numpy.ndarray, shape (piece,)
        Money of each piece, and gain by money.
    item : numpy.ndarray of int, shape (piece,)
    """

    start: np.ndarray
    width: np.ndarray
    slope: np.ndarray
    item: np.ndarray


def hull(curves: Curves) -> Hull:
    """Return the least concave curves above the mean gains, over all amounts between the levels."""
    money, value = curves.control_points()
    widths, slopes, items = [], [], []
    starts = np.empty(len(money))
    for item in range(len(money)):
        place = _upper_hull(money[item], value[item])
        x, y = money[item][place], value[item][place]
        starts[item] = y[0]
        width = np.diff(x)
        widths.append(width)
        slopes.append(np.diff(y) / np.where(width > 0, width, 1.0))
        items.append(np.full(len(width), item))
    return Hull(starts, np.concatenate(widths), np.concatenate(slopes), np.concatenate(items))


def _upper_hull(x: np.ndarray, y: np.ndarray) -> list[int]:
    """Return the places of the points on the upper concave hull, x rising; of equal x the highest counts."""
    kept: list[int] = []
    for place in range(len(x)):
        if kept and x[place] <= x[kept[-1]]:
            if y[place] <= y[kept[-1]]:
                continue
            kept.pop()
        while len(kept) > 1:
            a, b = kept[-2], kept[-1]
            if (y[b] - y[a]) * (x[place] - x[b]) > (y[place] - y[b]) * (x[b] - x[a]):
                break
            kept.pop()
        kept.append(place)
    return kept


def bound_of_total(pieces: Hull, least: float, most: float) -> float:
    """Return the most that amounts of one total can gain, their own least amounts included.

    Parameters
    ----------
    pieces : Hull
    least, most : float
        Of the money beyond all items' least amounts.

    Returns
    -------
    float
    """
    order = np.argsort(-pieces.slope, kind="stable")
    width, slope = pieces.width[order], pieces.slope[order]
    before = np.cumsum(width) - width
    end = np.where(slope > 0, most, min(max(least, 0.0), most))
    taken = np.clip(end - before, 0.0, width)
    return float(pieces.start.sum() + (taken * slope).sum())


def bound_on_grid(curves: Curves, room: float, units: int = 2 * UNITS) -> float:
    """Return the most that amounts of one total can gain, by dynamic programming over bins of money.

    Every amount is counted at the lower end of its bin and gains the most that its bin holds: tighter than the concave curves
    where there are few items and steep ones, since what is rounded away is a unit an item.

    Parameters
    ----------
    curves : Curves
        Mean curves from each item's least amount to its most.
    room : float
        Money beyond all least amounts, at most.
    units : int
        Into which `room` is divided.

    Returns
    -------
    float
    """
    unit = room / units if room > 0 else 1.0
    best = np.zeros(units + 1)
    for item in range(len(curves.money)):
        knots = curves.money[item]
        count = int(min(np.floor((knots[-1] - knots[0]) / unit), units))
        edges = knots[0] + unit * np.arange(count + 2)
        points = np.unique(np.minimum(np.concatenate([edges, knots]), knots[-1]))
        value, slope = _one_item(curves, item, points)
        third = np.diff(points) / 3
        if not len(third):
            best = best + value[0]
            continue
        highest = np.maximum.reduce(
            [value[:-1], value[1:], value[:-1] + third * slope[:-1], value[1:] - third * slope[1:]]
        )
        owner = np.minimum(np.searchsorted(edges, points[:-1], side="right") - 1, count)
        gain = np.full(count + 1, -np.inf)
        np.maximum.at(gain, owner, highest)
        held = np.isfinite(gain)
        best, _ = _add(best, gain[held], np.arange(count + 1)[held])
    return float(best.max())


@dataclass(frozen=True, slots=True)
class ByTotal:
    """The best amounts for every total up to the most, on a grid of money.

    Parameters
    ----------
    unit : float
        Money of one unit.
    value : numpy.ndarray, shape (total,)
        Best gain with at most so many units beyond the least amounts; minus infinity where there is none.
    """

    unit: float
    value: np.ndarray
    _choices: list[np.ndarray]
    _offers: list[tuple[np.ndarray, np.ndarray]]

    def amounts(self, units: int) -> np.ndarray:
        """Return the best amounts with at most `units` units beyond the least amounts, shape (item,)."""
        result = np.empty(len(self._choices))
        left = units
        for item in range(len(self._choices) - 1, -1, -1):
            chosen = self._choices[item][left]
            money, cost = self._offers[item]
            result[item] = money[chosen]
            left -= int(cost[chosen])
        return result


def by_total(curves: Curves, room: float, presences: Sequence[Presence] = (), units: int = UNITS) -> ByTotal:
    """Return the best amounts for every total, by dynamic programming.

    Parameters
    ----------
    curves : Curves
        Mean curves from each item's least amount to its most.
    room : float
        Money beyond all least amounts, at most.
    presences : sequence of Presence
        Each of one item.
    units : int
        Into which `room` is divided.

    Returns
    -------
    ByTotal
    """
    unit = room / units if room > 0 else 1.0
    floor = {int(presence.amounts[0]): presence.least for presence in presences}
    best = np.zeros(units + 1)
    choices, offers = [], []
    for item in range(len(curves.money)):
        money, cost = _offers(
            curves.money[item, 0], curves.money[item, -1], floor.get(item, 0.0), unit, units
        )
        gain = _one_item(curves, item, money)[0]
        best, choice = _add(best, gain, cost)
        choices.append(choice)
        offers.append((money, cost))
    return ByTotal(unit, best, choices, offers)


def _offers(
    least: float, most: float, presence: float, unit: float, units: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the amounts that one item may take, and the units that each costs."""
    count = int(min(np.floor((most - least) / unit * (1 + 1e-12)), units))
    money, cost = least + unit * np.arange(count + 1), np.arange(count + 1)
    if most - money[-1] > 1e-9 * unit and count < units:
        money, cost = np.append(money, most), np.append(cost, count + 1)
    if presence <= 0:
        return money, cost
    allowed = (money >= presence) | (money <= 0)
    money, cost = money[allowed], cost[allowed]
    exact = int(np.ceil((presence - least) / unit))
    if least <= presence <= most and presence not in money and exact <= units:
        money, cost = np.append(money, presence), np.append(cost, exact)
    if least <= 0 and 0.0 not in money:
        money, cost = np.append(money, 0.0), np.append(cost, 0)
    return money, cost


def _one_item(curves: Curves, item: int, money: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean gain and slope of one item at several amounts, each of shape (amount,)."""
    arrays = (curves.money, curves.gain, curves.slope)
    gain, slope = Curves(*(array[[item] * len(money)] for array in arrays)).at(money)
    return gain.mean(axis=-1), slope.mean(axis=-1)


def _add(best: np.ndarray, gain: np.ndarray, cost: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the best gain for every total with one item more, and the place of its best offer."""
    total = np.full(len(best), -np.inf)
    choice = np.zeros(len(best), dtype=np.int32)
    for place in range(len(gain)):
        units = int(cost[place])
        candidate = best[: len(best) - units] + gain[place]
        better = candidate > total[units:]
        total[units:][better] = candidate[better]
        choice[units:][better] = place
    return total, choice


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The best amounts of the concave pieces under all constraints, the bound, and which presences there are."""

    amounts: np.ndarray
    bound: float
    present: tuple[bool, ...]


def relaxed(pieces: Hull, lower: np.ndarray, polytope: Polytope, presences: Sequence[Presence]) -> Relaxed:
    """Return the best amounts where gains are their concave pieces, under sums and minimum presence.

    Parameters
    ----------
    pieces : Hull
    lower : numpy.ndarray, shape (item,)
        Amounts at which the pieces begin.
    polytope : Polytope
    presences : sequence of Presence

    Returns
    -------
    Relaxed

    Raises
    ------
    ValueError
        No amounts keep the constraints.
    """
    scale, items = polytope.scale, len(lower)
    count, switches = len(pieces.width), len(presences)
    into = sparse.csr_matrix((np.ones(count), (pieces.item, np.arange(count))), shape=(items, count))
    value = max(np.abs(pieces.slope).max(initial=0.0), 1e-300)
    rows = [sparse.hstack([polytope.matrix @ into, sparse.csr_matrix((len(polytope.least), switches))])]
    there = polytope.matrix @ lower
    least, most = [(polytope.least - there) / scale], [(polytope.most - there) / scale]
    for place, presence in enumerate(presences):
        chosen = np.zeros(items)
        chosen[presence.amounts] = 1.0
        sums = sparse.csr_matrix(chosen) @ into
        here = lower[presence.amounts].sum()
        room = polytope.upper[presence.amounts].sum()
        for end, bounds in ((presence.least, (-here / scale, np.inf)), (room, (-np.inf, -here / scale))):
            switch = np.zeros(switches)
            switch[place] = -end / scale
            rows.append(sparse.hstack([sums, sparse.csr_matrix(switch)]))
            least.append(np.array([bounds[0]]))
            most.append(np.array([bounds[1]]))
    found = optimize.milp(
        np.concatenate([-pieces.slope / value, np.zeros(switches)]),
        constraints=optimize.LinearConstraint(
            sparse.vstack(rows, format="csc"), np.concatenate(least), np.concatenate(most)
        ),
        bounds=optimize.Bounds(0.0, np.concatenate([pieces.width / scale, np.ones(switches)])),
        integrality=np.concatenate([np.zeros(count), np.ones(switches)]),
        options={"time_limit": SECONDS, "mip_rel_gap": RELATIVE_GAP},
    )
    if found.x is None:
        raise ValueError("no amounts keep the constraints")
    # Without switches it is a linear program, which has no bound of its own beside its value.
    best = found.mip_dual_bound if switches else found.fun
    amounts = lower + scale * np.bincount(pieces.item, weights=found.x[:count], minlength=items)
    present = tuple(bool(on) for on in found.x[count:] > 0.5)
    return Relaxed(amounts, float(pieces.start.sum() - best * value * scale), present)
