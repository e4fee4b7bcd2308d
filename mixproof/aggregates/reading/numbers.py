"""Cells to numbers: nothing is coerced in silence, every odd cell is counted by its kind."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
import pandas as pd

LARGEST = 1e15
PLAIN = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
COMMA = re.compile(r"[+-]?([0-9]{1,3}(\.[0-9]{3})+|[0-9]+)(,[0-9]+)?")
_PLAIN_CHARACTERS = frozenset("0123456789.+-eE")
_NOT_FINITE = {"nan", "inf", "infinity"}


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column as numbers, shape (row,) each; a row may stand for several cells that were added up.

    ``values`` is the sum of the known cells, NaN where there is none. ``known``, ``blank``, ``text`` and ``unreal``
    count the cells of each kind, ``huge`` the known ones beyond `LARGEST`. ``weight`` is what a mean divides by.
    """

    values: np.ndarray
    known: np.ndarray
    blank: np.ndarray
    text: np.ndarray
    unreal: np.ndarray
    huge: np.ndarray
    weight: np.ndarray

    def weighted(self, weight: np.ndarray) -> "Numbers":
        """Return the numbers of rows that each stand for one cell, multiplied by and weighted with `weight`, shape (row,)."""
        return replace(self, values=self.values * weight, weight=self.known * weight)


def as_numbers(column: pd.Series, decimal: str = ".") -> Numbers:
    """Return the numbers of a column, and masks of the cells that are none.

    Parameters
    ----------
    column : pandas.Series
        Text (CSV), numbers, or a mixture (workbooks).
    decimal : {".", ","}
        Decimal mark of numbers written as text.

    Returns
    -------
    Numbers
        One cell a row.
    """
    if column.dtype.kind in "iufb" and column.dtype.kind != "b":
        values = column.to_numpy(dtype=float)
        blank, text, unreal = np.isnan(values), np.zeros(len(values), bool), np.isinf(values)
    else:
        values, blank, text, unreal = _from_objects(column, decimal)
    values = np.where(unreal, np.nan, values) + 0.0  # -0.0 becomes 0.0: one number, one fingerprint
    known = np.isfinite(values)
    huge = np.abs(np.nan_to_num(values)) > LARGEST
    return Numbers(values, known, blank, text, unreal, huge, known.astype(float))


def _from_objects(column: pd.Series, decimal: str) -> tuple[np.ndarray, ...]:
    """Return values and masks of a column of text or mixed cells; each distinct cell is looked at once."""
    cells_all = column.astype(object).to_numpy()
    plain = _plain_numbers(cells_all) if decimal == "." else None
    if plain is not None:
        none = np.zeros(len(plain), dtype=bool)
        return plain, none, none, np.isinf(plain)
    codes, distinct = pd.factorize(cells_all, use_na_sentinel=True)
    cells = [_cell(cell, decimal) for cell in distinct]
    values = np.array([*(value for value, _ in cells), np.nan])
    kinds = np.array([*(kind for _, kind in cells), "blank"])
    kind = kinds[codes]  # a missing cell has code -1 and falls on the last entry
    return values[codes], kind == "blank", kind == "text", kind == "unreal"


def _plain_numbers(cells: np.ndarray) -> np.ndarray | None:
    """Return the values of a column of nothing but plain numbers, None for any other: the fast way for most columns."""
    try:
        if set("".join(cells)) <= _PLAIN_CHARACTERS:  # no underscore, no nan: float() takes more than we do
            return cells.astype(float)
    except (TypeError, ValueError):
        return None
    return None


def _cell(cell: object, decimal: str) -> tuple[float, str]:
    """Return a cell's value and its kind: number, blank, text or unreal."""
    if isinstance(cell, (bool, np.bool_)):
        return np.nan, "text"
    if isinstance(cell, (int, float, np.number)):
        value = float(cell)
        return (value, "number") if np.isfinite(value) else (np.nan, "blank" if np.isnan(value) else "unreal")
    text = str(cell).strip()
    if not text:
        return np.nan, "blank"
    if text.lower().lstrip("+-") in _NOT_FINITE:
        return np.nan, "unreal"
    if decimal == "," and COMMA.fullmatch(text):
        return float(text.replace(".", "").replace(",", ".")), "number"
    if decimal == "." and PLAIN.fullmatch(text):
        value = float(text)
        return (value, "number") if np.isfinite(value) else (np.nan, "unreal")
    if isinstance(cell, Decimal) and cell.is_finite():
        return float(cell), "number"
    return np.nan, "text"
