"""A release: the rows that it was made of, what was asked of them, and which numbers it shows."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from mixproof.privacy.disclosure.cells import Key

PEOPLE = "(people)"
"""What the registry calls the number of people, whatever its column is called."""

SKETCHED = 256
"""Rows of a release by which it is recognised elsewhere."""


@dataclass(frozen=True, eq=False, slots=True)
class Release:
    """What was asked, of which rows, and what was shown.

    Parameters
    ----------
    facts : pandas.DataFrame
        A row for each combination of levels: the dimensions as texts, then whole numbers, `PEOPLE` the first of them.
        Rows that a filter leaves out are among them: what is left out can be worked out, too.
    dims : tuple of str
        Columns of levels.
    tables : tuple of tuple of str
        Dimensions of each table.
    where : mapping of str to tuple of str
        Levels that are kept, by dimension.
    fewest : int
        Fewest people of a number that is shown.
    hidden : frozenset of Key
        Cells that are not shown, by one level for each of the dimensions and None for a total.
    """

    facts: pd.DataFrame
    dims: tuple[str, ...]
    tables: tuple[tuple[str, ...], ...]
    where: Mapping[str, tuple[str, ...]]
    fewest: int
    hidden: frozenset[Key] = frozenset()
    _texts: dict[str, np.ndarray] = field(default_factory=dict, init=False, repr=False)
    _levels: dict[str, tuple[str, ...]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        for dim in self.dims:
            self._texts[dim] = self.facts[dim].to_numpy(dtype=str)
            self._levels[dim] = tuple(np.unique(self._texts[dim]).tolist())

    @property
    def measures(self) -> tuple[str, ...]:
        """Names of what is counted."""
        return tuple(name for name in self.facts.columns if name not in self.dims)

    def levels(self, dim: str) -> tuple[str, ...]:
        """Return all levels of a dimension that there are rows of."""
        return self._levels[dim]

    def kept(self, dim: str) -> tuple[str, ...]:
        """Return the levels of a dimension that the release is about."""
        return tuple(sorted(self.where[dim])) if dim in self.where else self.levels(dim)

    def filtered(self) -> pd.DataFrame:
        """Return the rows that the release is about."""
        frame = self.facts
        for dim, levels in self.where.items():
            frame = frame[frame[dim].isin(levels)]
        return frame

    def cells(self) -> Iterator[Key]:
        """Yield every cell and total of the tables once."""
        seen: set[Key] = set()
        for table in self.tables:
            for key in product(*((*self.kept(dim), None) if dim in table else (None,) for dim in self.dims)):
                if key not in seen:
                    seen.add(key)
                    yield key

    def grid(self, levels: Mapping[str, Sequence[str]], measure: str) -> np.ndarray:
        """Return a measure on the grid of some levels of each dimension; rows of other levels are left out.

        Parameters
        ----------
        levels : mapping of str to sequence of str
            Sorted, of every dimension of the release at least.
        measure : str
            Zero where the release does not have it.

        Returns
        -------
        numpy.ndarray, dims as the release has them
        """
        grid = np.zeros([len(levels[dim]) for dim in self.dims], np.int64)
        if measure not in self.measures:
            return grid
        inside, places = np.ones(len(self.facts), bool), []
        for dim in self.dims:
            texts = self._texts[dim]
            place = np.searchsorted(levels[dim], texts).clip(max=max(len(levels[dim]) - 1, 0))
            inside &= np.asarray(levels[dim])[place] == texts if len(levels[dim]) else False
            places.append(place)
        at = tuple(place[inside] for place in places)
        np.add.at(grid, at, self.facts[measure].to_numpy(np.int64)[inside])
        return grid

    def fingerprint(self) -> str:
        """Return the hash of the rows, whatever their order."""
        order = np.lexsort([self._texts[dim] for dim in reversed(self.dims)])
        columns = [self._texts[dim][order].tolist() for dim in self.dims]
        numbers = [self.facts[name].to_numpy(np.int64)[order].tolist() for name in self.measures]
        return _hash([list(self.dims), list(self.measures), columns, numbers])

    def sketch(self) -> list[str]:
        """Return hashes of some rows, the same ones wherever they stand: two tables are alike as far as these are."""
        levels = zip(*(self._texts[dim].tolist() for dim in self.dims), strict=True)
        rows = ([*sorted(row), int(n)] for row, n in zip(levels, self.facts[PEOPLE], strict=True))
        return sorted(_hash(row)[:16] for row in rows)[:SKETCHED]

    def request(self) -> str:
        """Return the hash of what is asked of which rows: the same request has the same answer."""
        where = {dim: sorted(levels) for dim, levels in sorted(self.where.items())}
        tables = sorted(sorted(table) for table in self.tables)
        return _hash([self.fingerprint(), tables, where, self.fewest])

    def as_record(self) -> dict[str, Any]:
        """Return the release as JSON has it; `from_record` undoes it."""
        columns = {
            name: [str(v) if name in self.dims else int(v) for v in self.facts[name]]
            for name in self.facts.columns
        }
        return {
            "dims": list(self.dims), "tables": [list(table) for table in self.tables],
            "where": {dim: list(levels) for dim, levels in self.where.items()}, "fewest": self.fewest,
            "hidden": [list(key) for key in sorted(self.hidden, key=lambda key: [level or "" for level in key])],
            "facts": columns,
        }  # fmt: skip


def from_record(record: Mapping[str, Any]) -> Release:
    """Return the release of a record."""
    dims = tuple(record["dims"])
    facts = pd.DataFrame(
        {
            name: np.array(values, dtype=object if name in dims else np.int64)
            for name, values in record["facts"].items()
        }
    )
    return Release(
        facts, dims, tuple(tuple(table) for table in record["tables"]),
        {dim: tuple(levels) for dim, levels in record["where"].items()}, int(record["fewest"]),
        frozenset(tuple(key) for key in record["hidden"]),
    )  # fmt: skip


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
