"""The one writer and reader of CSV tables: exact numbers, equal bytes everywhere, no cell that runs."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from mixproof.records.table import ColumnKind

# What makes a spreadsheet read a cell as a formula, also in full width; an apostrophe before it says "text".
_RUNNABLE = re.compile("^'*[=+\\-@\t\r\n\x00\uff1d\uff0b\uff0d\uff20]")
# The same behind what separates cells or lines in other locales: there a quote inside a line does not hold them together.
_RUNNABLE_INSIDE = re.compile("(?<=[;\t|\r\n])(?=[' \xa0]*[=+\\-@\uff1d\uff0b\uff0d\uff20])")
_GUARDED_INSIDE = re.compile("(?<=[;\t|\r\n])'(?=[' \xa0]*[=+\\-@\uff1d\uff0b\uff0d\uff20])")
_QUOTED = re.compile('[",;\t|\r\n]')


def table_kinds(frame: pd.DataFrame) -> dict[str, ColumnKind]:
    """Return what each column of `frame` holds, kept in the manifest so that reading needs no guessing."""
    return {str(name): _kind(frame[name]) for name in frame.columns}


def to_csv(frame: pd.DataFrame) -> str:
    """Return `frame` as CSV text: UTF-8, LF, comma, header first.

    Numbers are written in the shortest form that reads back as the same number, whatever the locale; NaN is
    an empty cell. Dates are ISO. Text that a spreadsheet would take for a formula, at its start or behind what
    separates cells elsewhere (`;`, a tab), gets an apostrophe in front, which `from_csv` takes off again;
    negative numbers are numbers and stay as they are.
    """
    kinds = table_kinds(frame)
    columns = [_cells(frame[name], kinds[str(name)]) for name in frame.columns]
    header = ",".join(_guard(str(name)) for name in frame.columns)
    # a line of its own that is empty would be no row at all
    alone = len(columns) == 1
    rows = (",".join(cells) or ('""' if alone else "") for cells in zip(*columns, strict=True))
    return "\n".join([header, *rows]) + "\n"


def from_csv(text: str, kinds: Mapping[str, ColumnKind]) -> pd.DataFrame:
    """Return the frame that `to_csv` wrote, typed by `kinds`; an absent text comes back as an empty one.

    Parameters
    ----------
    text : str
        With its header line.
    kinds : mapping of str to {"text", "number", "integer", "flag", "date"}
        Kind of each column, in order.

    Returns
    -------
    pandas.DataFrame

    Raises
    ------
    ValueError
        The columns are not those of `kinds`, or a row is ragged.
    """
    rows = list(csv.reader(io.StringIO(text, newline="")))
    names = [_unguard(name) for name in rows[0]] if rows else []
    if names != list(kinds):
        raise ValueError(f"columns are {names}, expected {list(kinds)}")
    if any(len(row) != len(names) for row in rows[1:]):
        raise ValueError("a row has more or fewer cells than the header")
    columns = {name: _values([row[k] for row in rows[1:]], kinds[name]) for k, name in enumerate(names)}
    return pd.DataFrame(columns)


def _kind(column: pd.Series) -> ColumnKind:
    if pd.api.types.is_bool_dtype(column.dtype):
        return "flag"
    if pd.api.types.is_integer_dtype(column.dtype):
        return "integer"
    if pd.api.types.is_float_dtype(column.dtype):
        return "number"
    return "date" if pd.api.types.is_datetime64_any_dtype(column.dtype) else "text"


def _cells(column: pd.Series, kind: ColumnKind) -> list[str]:
    if kind == "number":
        return ["" if np.isnan(value) else repr(float(value)) for value in column.to_numpy(dtype=np.float64)]
    if kind == "integer":
        return [str(int(value)) for value in column]
    if kind == "flag":
        return ["true" if value else "false" for value in column]
    if kind == "date":
        texts = {value: _date(value) for value in column.unique()}
        return [texts[value] for value in column]
    # a Decimal is a number, whatever sign it has
    return [
        "" if _absent(value) else str(value) if isinstance(value, Decimal | int) else _guard(str(value))
        for value in column
    ]


def _date(value: Any) -> str:
    if pd.isna(value):
        return ""
    return value.strftime("%Y-%m-%d") if value == value.normalize() else value.isoformat()


def _absent(value: Any) -> bool:
    return (
        value is None or (isinstance(value, float) and np.isnan(value)) or value is pd.NA or value is pd.NaT
    )


def _guard(text: str) -> str:
    """Return a cell of text that no spreadsheet runs, in any locale."""
    text = _RUNNABLE_INSIDE.sub("'", text)
    text = f"'{text}" if _RUNNABLE.match(text) else text
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def _unguard(text: str) -> str:
    # Only what `_guard` added goes: it adds one apostrophe to what is runnable with or without any.
    text = text[1:] if text.startswith("'") and _RUNNABLE.match(text) else text
    return _GUARDED_INSIDE.sub("", text)


def _values(cells: Sequence[str], kind: ColumnKind) -> np.ndarray | pd.Series | pd.DatetimeIndex:
    if kind == "number":
        return np.array([float(cell) if cell else np.nan for cell in cells], dtype=np.float64)
    if kind == "integer":
        return np.array([int(cell) for cell in cells], dtype=np.int64)
    if kind == "flag":
        return np.array([_flag(cell) for cell in cells], dtype=bool)
    if kind == "date":
        return pd.DatetimeIndex(
            pd.to_datetime(pd.Series(list(cells), dtype="str"), format="ISO8601")
        ).as_unit("us")
    return pd.Series([_unguard(cell) for cell in cells], dtype="str")


def _flag(cell: str) -> bool:
    if cell not in {"true", "false"}:
        raise ValueError("a flag is neither 'true' nor 'false'")
    return cell == "true"
