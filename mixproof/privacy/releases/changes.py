"""Changes between releases: whoever subtracts the last one from this one sees them, so that those of few people must wait.

Late rows, corrections and a request a minute later change a few numbers by a few people. In every number that two releases
share, the people must be the same or differ by as many as a number must stand for. Where they do not, the rows behind it stay
as they were released, until enough have changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pandas as pd

from mixproof.privacy.releases.release import PEOPLE, Release


class ChangeError(Exception):
    """A change of few people shows, and the rows behind it cannot stay as they were."""


def settle(new: Release, earlier: Sequence[Release]) -> tuple[Release, int]:
    """Return a release with changes of few people held back, and how many of its rows stay as they were.

    Parameters
    ----------
    new : Release
    earlier : sequence of Release
        Of the same people, the oldest first.

    Returns
    -------
    tuple of (Release, int)

    Raises
    ------
    ChangeError
        Rows that would have to stay were released with fewer dimensions than now.
    """
    if not earlier:
        return new, 0
    levels = {
        dim: sorted({level for one in (new, *earlier) if dim in one.dims for level in one.levels(dim)})
        for one in (new, *earlier) for dim in one.dims
    }  # fmt: skip
    grids = {name: new.grid(levels, name) for name in new.measures}
    held = np.zeros(grids[PEOPLE].shape, bool)
    while True:
        found = next(
            (
                rows
                for one in reversed(earlier)
                for rows in [_to_hold(new, grids, one, levels)]
                if rows is not None
            ),
            None,
        )
        if found is None:
            return _of_grids(new, grids, levels) if held.any() else new, int(held.sum())
        rows, before = found & ~held, int(held.sum())
        for one in reversed(earlier):
            knows = rows & _covers(one, new, levels)
            if set(new.dims) <= set(one.dims) and knows.any():
                _put_back(grids, knows, one, new, levels)
                held |= knows
                rows &= ~knows
        if rows.any() or int(held.sum()) == before:
            raise ChangeError(f"It differs from an earlier release by fewer than {new.fewest} people")


def _to_hold(
    new: Release, grids: Mapping[str, np.ndarray], old: Release, levels: Mapping[str, list[str]]
) -> np.ndarray | None:
    """Return the rows behind a number that both releases are about and that differs by few people; None where there is none.

    The finest numbers come first, and with them what changed in other measures while the people are the same: nobody knows
    of how many.
    """
    common = [dim for dim in new.dims if dim in old.dims]
    fewest = max(new.fewest, old.fewest)
    inside = _inside(old, new.dims, levels) & _inside(new, new.dims, levels)
    moved = _moved(PEOPLE, new, grids, old, levels, common)
    for count in range(len(common), -1, -1):
        for dims in combinations(range(len(common)), count):
            away = tuple(axis for axis in range(len(common)) if axis not in dims)
            people = moved.sum(axis=away)
            close = (people != 0) & (np.abs(people) < fewest)
            if count == len(common):
                for name in [name for name in new.measures if name != PEOPLE and name in old.measures]:
                    close |= (people == 0) & (_moved(name, new, grids, old, levels, common) != 0)
            if close.any():
                kept = [common[axis] for axis in dims]
                wide = tuple(slice(None) if dim in kept else None for dim in new.dims)
                return np.broadcast_to(close[wide], inside.shape) & inside
    return None


def _moved(
    name: str, new: Release, grids: Mapping[str, np.ndarray], old: Release, levels: Mapping[str, list[str]],
    common: Sequence[str],
) -> np.ndarray:  # fmt: skip
    """Return by how much a measure differs, by the dimensions that both have and at levels that both have."""
    sums = []
    for dims, grid in ((new.dims, grids[name]), (old.dims, old.grid(levels, name))):
        summed = grid.sum(axis=tuple(at for at, dim in enumerate(dims) if dim not in common))
        order = [dim for dim in dims if dim in common]
        sums.append(np.asarray(summed).transpose([order.index(dim) for dim in common]))
    both = _inside(old, common, levels) & _inside(new, common, levels)
    return np.where(both, sums[0] - sums[1], 0)


def _inside(one: Release, dims: Sequence[str], levels: Mapping[str, list[str]]) -> np.ndarray:
    """Return which places of a grid are of levels that a release has, in the dimensions that it has."""
    inside = np.ones((), bool)
    for dim in dims:
        has = np.isin(levels[dim], one.levels(dim)) if dim in one.dims else np.ones(len(levels[dim]), bool)
        inside = np.logical_and.outer(inside, has)
    return inside


def _covers(one: Release, new: Release, levels: Mapping[str, list[str]]) -> np.ndarray:
    return _inside(one, new.dims, levels)


def _put_back(
    grids: dict[str, np.ndarray],
    rows: np.ndarray,
    one: Release,
    new: Release,
    levels: Mapping[str, list[str]],
) -> None:
    """Give some rows the numbers that they were released with; what was not counted then stays as it is, where anybody is."""
    people = None
    for name in (PEOPLE, *(name for name in grids if name != PEOPLE)):
        summed = one.grid(levels, name).sum(
            axis=tuple(at for at, dim in enumerate(one.dims) if dim not in new.dims)
        )
        order = [dim for dim in one.dims if dim in new.dims]
        before = np.asarray(summed).transpose([order.index(dim) for dim in new.dims])
        people = before if people is None else people
        if name not in one.measures:
            before = np.where(people > 0, grids[name], 0)
        grids[name] = np.where(rows, before, grids[name])


def _of_grids(new: Release, grids: Mapping[str, np.ndarray], levels: Mapping[str, list[str]]) -> Release:
    """Return the release with other numbers: a row for every place that has any number, or had a row."""
    shown = _inside(new, new.dims, levels) | np.any([grid != 0 for grid in grids.values()], axis=0)
    keys = [
        key
        for key, has in zip(product(*(levels[dim] for dim in new.dims)), shown.ravel(), strict=True)
        if has
    ]
    facts = pd.DataFrame(keys, columns=list(new.dims))
    for name, grid in grids.items():
        facts[name] = grid.ravel()[shown.ravel()]
    return replace(new, facts=facts)
