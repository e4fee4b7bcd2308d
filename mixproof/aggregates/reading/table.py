"""A raw table as the contract sees it: keys a row, numbers a column, how many source rows a row stands for; and its keys."""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import pandas as pd

from mixproof.aggregates.config import TableSource
from mixproof.aggregates.reading.numbers import Numbers, as_numbers

NO_ORDERS = 1e-12
"""Weight of a row without orders: it counts only where no row has any."""


class RawTable(Protocol):
    """What the contract asks of a table, whether its rows are in memory or were added up while they were read."""

    @property
    def columns(self) -> list[str]:
        """Names of all columns of the source, used or not."""
        ...

    @property
    def rows(self) -> int:
        """Number of rows of the source."""
        ...

    @property
    def count(self) -> np.ndarray:
        """Source rows that each row stands for, shape (row,)."""
        ...

    @property
    def by_line(self) -> bool:
        """Whether row i is line i + 2 of the source, so that a fault can name it."""
        ...

    def key(self, column: str) -> pd.Series:
        """Return the cells of a key column, shape (row,): a date, geo, channel or currency."""
        ...

    def numbers(self, column: str, decimal: str | None = None, by: str | None = None) -> Numbers:
        """Return a column's numbers; with `by`, values are multiplied by that column and weighted by it.

        Parameters
        ----------
        column : str
            Name of the column.
        decimal : str, optional
            Decimal mark that the YAML states; without it the column must say itself.
        by : str, optional
            Column of orders to weight by.

        Returns
        -------
        Numbers
            One number a row of the raw table.
        """
        ...


@dataclass(frozen=True, slots=True)
class FrameTable:
    """A table whose rows are in memory."""

    frame: pd.DataFrame
    count: np.ndarray = field(init=False, repr=False)
    by_line: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "count", np.ones(len(self.frame), dtype=np.int64))

    @property
    def columns(self) -> list[str]:
        """Names of all columns."""
        return list(map(str, self.frame.columns))

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.frame)

    def key(self, column: str) -> pd.Series:
        """Return the cells of a column."""
        return self.frame[column]

    def numbers(self, column: str, decimal: str | None = None, by: str | None = None) -> Numbers:
        """Return a column's numbers, one a row.

        Parameters
        ----------
        column : str
            Name of the column.
        decimal : str, optional
            Decimal mark that the YAML states; without it the column must say itself.
        by : str, optional
            Column of orders to weight by.

        Returns
        -------
        Numbers
            One number a row of the frame.
        """
        plain = as_numbers(self.frame[column], decimal)
        if by is None:
            return plain
        orders = as_numbers(self.frame[by], decimal).values
        weight = np.where(orders > 0, orders, NO_ORDERS)
        return plain.weighted(weight)


@dataclass(slots=True)
class Rows:
    """A table whose rows have been given their keys, shape (row,) each.

    ``geo`` and ``label`` index `geos` and `labels` (-1: none), ``period`` is the period start (NaT: unusable),
    ``stamp`` the hour or day within the period where rows are finer than the frequency, ``day`` the first day that the row
    names. A row may stand for several rows of the source, as ``table.count`` says.
    """

    source: TableSource
    table: RawTable
    geos: list[str]
    geo: np.ndarray
    labels: list[str]
    label: np.ndarray
    period: np.ndarray
    stamp: np.ndarray
    day: np.ndarray

    @property
    def file(self) -> str:
        """Name of the table."""
        return self.source.file

    @property
    def national(self) -> bool:
        """Whether the table has no geo column."""
        return self.source.geo is None

    def geo_names(self, mask: np.ndarray) -> list[str]:
        """Return the names of the geos of the rows in `mask`."""
        return [self.geos[i] for i in dict.fromkeys(self.geo[mask].tolist()) if i >= 0]
