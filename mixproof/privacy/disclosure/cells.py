"""The numbers of linked tables: every cell and total once, and the sums that tie them to each other.

A cell is named by one level for each dimension, `None` where it adds up over all of them. Tables that share a dimension share
totals, which are the same cells: what one table tells of them, all tell. Where no table shows all dimensions at once, the
finest cells are kept as unpublished numbers: an attacker knows that they exist and add up.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, product

import numpy as np
import pandas as pd
import scipy.sparse as sp

Key = tuple[str | None, ...]
Ints = np.ndarray


@dataclass(frozen=True, eq=False, slots=True)
class Cells:
    """Cells of linked tables.

    Parameters
    ----------
    dims : tuple of str
        All dimensions, in the order of the keys.
    tables : tuple of tuple of str
        Dimensions of each table.
    keys : tuple of Key
        One for each cell, sorted, so that the same tables give the same cells whatever the order of their rows.
    values : dict of str to numpy.ndarray of int64, shape (cell,)
        Of each measure.
    relations : scipy.sparse.csr_array, shape (relation, cell)
        1 for each part and -1 for their total: their product with any measure is zero.
    published : numpy.ndarray of bool, shape (cell,)
        False for the finest cells that no table shows.
    """

    dims: tuple[str, ...]
    tables: tuple[tuple[str, ...], ...]
    keys: tuple[Key, ...]
    values: Mapping[str, Ints]
    relations: sp.csr_array
    published: np.ndarray

    @property
    def among_published(self) -> sp.csr_array:
        """The relations that hold between published cells alone."""
        inner = np.flatnonzero(~self.published)
        touches = np.asarray(np.abs(self.relations[:, inner]).sum(axis=1)).ravel() > 0
        return self.relations[~touches]

    def place(self, key: Key) -> int:
        """Return the number of a cell."""
        return self.keys.index(key)


def build_cells(facts: pd.DataFrame, tables: Sequence[Sequence[str]], measures: Sequence[str]) -> Cells:
    """Return the cells of tables over the same facts, with all their totals.

    Parameters
    ----------
    facts : pandas.DataFrame
        A row for each combination of levels that has people; levels are texts, measures whole numbers. Combinations of
        levels that are absent are zero: the grid of levels is taken to be public.
    tables : sequence of sequence of str
        Dimensions of each table.
    measures : sequence of str

    Returns
    -------
    Cells
    """
    named = tuple(tuple(table) for table in tables)
    dims = tuple(dict.fromkeys(chain.from_iterable(named)))
    levels = {dim: sorted(facts[dim].astype(str).unique()) for dim in dims}
    finest = (
        facts.assign(**{dim: facts[dim].astype(str) for dim in dims})
        .groupby(list(dims))[list(measures)]
        .sum()
    )
    shown = {key for table in named for key in _keys(dims, table, levels)}
    inner = set(product(*(levels[dim] for dim in dims))) - shown
    keys = tuple(sorted(shown | inner, key=lambda key: [(level is None, level or "") for level in key]))
    number = {key: at for at, key in enumerate(keys)}
    values = {name: np.zeros(len(keys), np.int64) for name in measures}
    for key, row in zip(finest.index, finest.itertuples(index=False), strict=True):
        full = key if isinstance(key, tuple) else (key,)
        for part in _totals(full):
            if part in number:
                for name, value in zip(measures, row, strict=True):
                    values[name][number[part]] += int(value)
    relations = _relations(dims, named, levels, number, bool(inner))
    return Cells(dims, named, keys, values, relations, np.array([key in shown for key in keys]))


def _totals(key: Key) -> Iterator[Key]:
    """Yield a finest cell and every total that it is part of."""
    places = range(len(key))
    for kept in chain.from_iterable(combinations(places, count) for count in range(len(key) + 1)):
        yield tuple(level if at in kept else None for at, level in enumerate(key))


def _keys(dims: Sequence[str], table: Sequence[str], levels: Mapping[str, Sequence[str]]) -> Iterator[Key]:
    """Yield the cells and totals of a table."""
    yield from product(*((*levels[dim], None) if dim in table else (None,) for dim in dims))


def _relations(
    dims: Sequence[str], tables: Sequence[Sequence[str]], levels: Mapping[str, Sequence[str]],
    number: Mapping[Key, int], hidden_interior: bool,
) -> sp.csr_array:  # fmt: skip
    """Return the sums: over each dimension of each table, and over what no table shows."""
    sums: dict[tuple[int, tuple[int, ...]], None] = {}
    for table in tables:
        for at, dim in enumerate(dims):
            if dim not in table:
                continue
            for key in _keys(dims, [other for other in table if other != dim], levels):
                parts = (number[(*key[:at], level, *key[at + 1 :])] for level in levels[dim])
                sums[number[key], tuple(parts)] = None
        if hidden_interior:
            for key in product(*(levels[dim] if dim in table else (None,) for dim in dims)):
                ways = (
                    levels[dim] if level is None else (level,) for dim, level in zip(dims, key, strict=True)
                )
                sums[number[key], tuple(number[full] for full in product(*ways))] = None
    rows = [np.full(len(parts) + 1, at) for at, (_, parts) in enumerate(sums)]
    columns = [np.array([*parts, total]) for total, parts in sums]
    signs = [np.array([1.0] * len(parts) + [-1.0]) for _, parts in sums]
    triple = (np.concatenate(signs), (np.concatenate(rows), np.concatenate(columns)))
    return sp.csr_array(triple, shape=(len(sums), len(number)))
