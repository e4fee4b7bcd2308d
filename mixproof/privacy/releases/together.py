"""All releases attacked as one: what a new one would tell together with all that is out already.

The unknowns are the finest groups that any release can tell apart. A number that was published says what some of them add up
to. Where the rows behind a group have changed between two releases, it is an unknown of its own in each. A group of few people
that neither the earlier releases give away nor the new one, but all of them together do, is protected by hiding more of the new
one; what is out stays out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from mixproof.privacy.disclosure.attack import Attack
from mixproof.privacy.disclosure.cells import Key
from mixproof.privacy.disclosure.rules import Rules
from mixproof.privacy.disclosure.suppression import TOLERANCE, Need, UnprotectableError, complementary
from mixproof.privacy.releases.release import PEOPLE, Release

MOST_GROUPS = 30_000
"""Finest groups of releases that are attacked together."""
SWEEPS = 12
"""Times that the numbers of all releases are laid over the groups; with two releases one is enough."""


class TooLargeError(Exception):
    """There are too many groups."""


@dataclass(frozen=True, eq=False, slots=True)
class _System:
    """Unknown groups, and the numbers that are sums of them.

    Parameters
    ----------
    values : numpy.ndarray, shape (cell,)
        Of groups, then of sums.
    relations : scipy.sparse.csr_array, shape (sum, cell)
    of_new : dict of Key to int
        Cells of the new release.
    before, now : numpy.ndarray of bool, shape (cell,)
        What earlier releases show, and what the new one would.
    small : numpy.ndarray of int
        Groups and sums of few people.
    """

    values: np.ndarray
    relations: sp.csr_array
    of_new: dict[Key, int]
    before: np.ndarray
    now: np.ndarray
    small: np.ndarray


def related(new: Release, earlier: Sequence[Release]) -> list[Release]:
    """Return earlier releases that share rows with the new one, directly or through each other.

    Parameters
    ----------
    new : Release
    earlier : sequence of Release
        The oldest first.

    Returns
    -------
    list of Release
        In the same order.
    """
    found: set[int] = set()
    reached, waiting = [new], list(range(len(earlier)))
    while reached:
        one = reached.pop()
        for place in [place for place in waiting if _meet(one, earlier[place])]:
            waiting.remove(place)
            found.add(place)
            reached.append(earlier[place])
    return [earlier[place] for place in sorted(found)]


def _meet(a: Release, b: Release) -> bool:
    return all(set(a.kept(dim)) & set(b.kept(dim)) for dim in a.dims if dim in b.dims)


def hidden_besides(new: Release, earlier: Sequence[Release]) -> frozenset[Key]:
    """Return what the new release must hide besides, so that it gives nothing small away together with earlier ones.

    Parameters
    ----------
    new : Release
        With what it hides for itself.
    earlier : sequence of Release
        Those that share rows with it.

    Returns
    -------
    frozenset of Key

    Raises
    ------
    UnprotectableError
        Whatever it hides, too much is out.
    TooLargeError
        There are more than `MOST_GROUPS` groups.
    """
    besides: frozenset[Key] = frozenset()
    shared = [name for name in new.measures if any(name in one.measures for one in earlier)]
    for measure in shared:
        with_it = [one for one in earlier if measure in one.measures]
        system = _system(new, with_it, measure, besides)
        rules = Rules(max(one.fewest for one in (new, *earlier)))
        need = _need(system, rules, measure)
        known = need.known
        together = _exposed(system, system.before | system.now, need.cells, need)
        for shown in (system.before, system.now):
            if together.size:
                together = np.setdiff1d(together, _exposed(system, shown, together, need))
        if not together.size:
            continue
        at = np.searchsorted(need.cells, together)
        wanted = Need(together, need.below[at], need.above[at], known)
        free = system.now & ~system.before & (system.values > 0)
        pattern = complementary(system.values, system.relations, ~(system.before | system.now), free, wanted)
        besides |= frozenset(key for key, cell in system.of_new.items() if pattern[cell] and system.now[cell])
    return besides


def _need(system: _System, rules: Rules, measure: str) -> Need:
    values = system.values
    below, above = rules.needed(values) if measure == PEOPLE else rules.needed_of_money(values)
    return Need(system.small, below[system.small], above[system.small], rules.known(values))


def _exposed(system: _System, shown: np.ndarray, cells: np.ndarray, need: Need) -> np.ndarray:
    """Return which cells an attacker comes too close to when some numbers are shown."""
    attack = Attack(system.values, system.relations, ~shown, need.known)
    reach = {up: np.zeros(len(system.values)) for up in (True, False)}
    at, found = np.searchsorted(need.cells, cells), []
    for cell, below, above in zip(cells, need.below[at], need.above[at], strict=True):
        for upwards, wanted in ((True, above), (False, below)):
            if shown[cell]:
                found.append(cell)
            elif reach[upwards][cell] < wanted - TOLERANCE:
                _, table, _ = attack.bound(int(cell), upwards)
                moved = table - system.values[attack.cells]
                reach[True][attack.cells] = np.maximum(reach[True][attack.cells], moved)
                reach[False][attack.cells] = np.maximum(reach[False][attack.cells], -moved)
                if reach[upwards][cell] < wanted - 1e-5:
                    found.append(cell)
    return np.unique(np.array(found, dtype=int))


def _system(new: Release, earlier: Sequence[Release], measure: str, besides: frozenset[Key]) -> _System:
    """Return the groups of all releases, with the numbers of a measure."""
    releases = [*earlier, new]
    dims = sorted({dim for one in releases for dim in one.dims})
    levels = {
        dim: sorted({level for one in releases if dim in one.dims for level in one.levels(dim)})
        for dim in dims
    }
    shape = tuple(len(levels[dim]) for dim in dims)
    if int(np.prod(shape)) > MOST_GROUPS:
        raise TooLargeError(f"{int(np.prod(shape)):,} groups would have to be attacked together")
    placed = [_placed(one, dims, levels, name) for name in (measure, PEOPLE) for one in releases]
    people = _latest(placed[len(releases) :], shape)
    latest = people if measure == PEOPLE else _latest(placed[: len(releases)], shape)
    numbers, values = _unknowns(releases, placed[len(releases) :], placed[: len(releases)], latest)
    sums: dict[bytes, tuple[int, np.ndarray]] = {}

    def cell_of(members: np.ndarray) -> int:
        members = np.sort(members)
        if len(members) == 1:
            return int(members[0])
        return sums.setdefault(members.tobytes(), (len(values) + len(sums), members))[0]

    before: set[int] = set()
    of_new: dict[Key, int] = {}
    for one, ids in zip(releases, numbers, strict=True):
        for key in one.cells():
            cell = cell_of(_members(one, key, dims, levels, ids))
            if one is new:
                of_new[key] = cell
            elif key not in one.hidden:
                before.add(cell)
    fewest = max(one.fewest for one in releases)
    small = set()
    for ids, place in zip(numbers, placed[len(releases) :], strict=True):
        groups = _laid(people, place)
        small |= {cell_of(members) for members in _small(releases, dims, levels, groups, ids, fewest)}
    rows = [np.concatenate([members, [cell]]) for cell, members in sums.values()]
    matrix = _matrix(rows, len(values) + len(sums))
    full = np.concatenate([values, [values[members].sum() for _, members in sums.values()]])
    masks = np.zeros((2, len(full)), bool)
    masks[0, sorted(before)] = True
    masks[1, [cell for key, cell in of_new.items() if key not in new.hidden | besides]] = True
    cells = np.array(sorted(small), dtype=int)
    return _System(full, matrix, of_new, masks[0], masks[1], cells[full[cells] > 0])


def _matrix(rows: Sequence[np.ndarray], width: int) -> sp.csr_array:
    if not rows:
        return sp.csr_array((1, width))
    data = np.concatenate([np.r_[np.ones(len(row) - 1), -1.0] for row in rows])
    starts = np.cumsum([0, *(len(row) for row in rows)])
    return sp.csr_array((data, np.concatenate(rows), starts), shape=(len(rows), width))


_Placed = tuple[tuple[int, ...], np.ndarray, np.ndarray]
"""Dimensions by number, their numbers on the grid of all levels, and which places of the grid a release has."""


def _placed(one: Release, dims: Sequence[str], levels: dict[str, list[str]], measure: str) -> _Placed:
    """Return the numbers of a release on the grid of its dimensions."""
    axes = tuple(at for at, dim in enumerate(dims) if dim in one.dims)
    order = [one.dims.index(dims[axis]) for axis in axes]
    grid = one.grid(levels, measure).transpose(order).astype(float)
    covered = np.ones((), bool)
    for axis in axes:
        covered = np.multiply.outer(covered, np.isin(levels[dims[axis]], one.levels(dims[axis])))
    return axes, grid, covered


def _laid(base: np.ndarray, placed: _Placed) -> np.ndarray:
    """Return groups scaled so that they add up to the numbers of a release where it has any."""
    axes, grid, covered = placed
    others = tuple(axis for axis in range(base.ndim) if axis not in axes)
    sums = base.sum(axis=others)
    whole = np.prod([base.shape[axis] for axis in others]) if others else 1
    factor = np.where(covered, np.divide(grid, sums, out=np.zeros_like(grid), where=sums > 0), 1.0)
    spread = np.where(covered & (sums == 0), grid / whole, 0.0)
    wide = tuple(slice(None) if axis in axes else None for axis in range(base.ndim))
    return base * factor[wide] + spread[wide]


def _latest(placed: Sequence[_Placed], shape: tuple[int, ...]) -> np.ndarray:
    """Return groups that add up to what releases say, the newest exactly."""
    base = np.ones(shape)
    covered = np.zeros(shape, bool)
    for _ in range(SWEEPS if len(placed) > 2 else 1):
        for one in placed:
            base = _laid(base, one)
    for axes, _, has in placed:
        covered |= has[tuple(slice(None) if axis in axes else None for axis in range(len(shape)))]
    return np.where(covered, base, 0.0)


def _unknowns(
    releases: Sequence[Release], people: Sequence[_Placed], placed: Sequence[_Placed], latest: np.ndarray
) -> tuple[list[np.ndarray], np.ndarray]:
    """Return which unknown each group is in each release, and the value of each unknown.

    A group is the same unknown in two releases where the numbers that they share have not changed.
    """
    values = [latest.ravel()]
    numbers = [np.arange(latest.size).reshape(latest.shape)]
    count = latest.size
    for at in range(len(releases) - 2, -1, -1):
        ids = np.full(latest.shape, -1)
        for later in range(len(releases) - 1, at, -1):
            same = ~(
                _changed(people[at], people[later], latest.shape)
                | _changed(placed[at], placed[later], latest.shape)
            )
            ids = np.where((ids < 0) & same, numbers[later - at - 1], ids)
        own = ids < 0
        ids[own] = count + np.arange(int(own.sum()))
        count += int(own.sum())
        values.append(_laid(latest, placed[at])[own])
        numbers.insert(0, ids)
    return numbers, np.concatenate(values)


def _changed(one: _Placed, other: _Placed, shape: tuple[int, ...]) -> np.ndarray:
    """Return which groups have changed between two releases, as far as the numbers tell that both have."""
    common = tuple(axis for axis in one[0] if axis in other[0])
    sums, both = [], np.ones([shape[axis] for axis in common], bool)
    masks = []
    for axes, _, covered in (one, other):
        others = tuple(at for at, axis in enumerate(axes) if axis not in common)
        masks.append(covered.any(axis=others) if others else covered)
    both = masks[0] & masks[1]
    for axes, grid, _ in (one, other):
        others = tuple(at for at, axis in enumerate(axes) if axis not in common)
        sums.append(grid.sum(axis=others))
    moved = both & (sums[0] != sums[1])
    wide = tuple(slice(None) if axis in common else None for axis in range(len(shape)))
    return np.broadcast_to(moved[wide], shape)


def _members(
    one: Release, key: Key, dims: Sequence[str], levels: dict[str, list[str]], ids: np.ndarray
) -> np.ndarray:
    """Return the unknowns that a cell is the sum of."""
    at = dict(zip(one.dims, key, strict=True))
    places = []
    for dim in dims:
        level = at.get(dim)
        chosen = levels[dim] if dim not in at else one.kept(dim) if level is None else [level]
        places.append(np.searchsorted(levels[dim], chosen))
    return ids[np.ix_(*places)].ravel()


def _small(
    releases: Sequence[Release], dims: Sequence[str], levels: dict[str, list[str]], people: np.ndarray,
    ids: np.ndarray, fewest: int,
) -> Iterator[np.ndarray]:  # fmt: skip
    """Yield the unknowns of every group of few people: single levels, what releases keep, and all."""
    choices = []
    for dim in dims:
        whole = tuple(levels[dim])
        sets: set[tuple[str, ...]] = {(level,) for level in whole} | {whole}
        sets |= {one.kept(dim) if dim in one.dims else whole for one in releases}
        choices.append([np.searchsorted(whole, list(chosen)) for chosen in sorted(sets)])
    table = people
    for axis, chosen_sets in enumerate(choices):
        member = np.zeros((len(chosen_sets), people.shape[axis]))
        for row, places in enumerate(chosen_sets):
            member[row, places] = 1.0
        table = np.moveaxis(np.tensordot(member, table, axes=(1, axis)), 0, axis)
    for place in np.argwhere((table > TOLERANCE) & (table < fewest - TOLERANCE)).tolist():
        yield ids[np.ix_(*(choices[axis][int(at)] for axis, at in enumerate(place)))].ravel()


__all__ = ["TooLargeError", "UnprotectableError", "hidden_besides", "related"]
