"""Rows and groups of a run's tables, typed."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

Record = Mapping[str, Any]
"""A row: column name to value."""


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table."""
    names = [str(name) for name in frame.columns]
    columns = [frame[name].tolist() for name in frame.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def groups(frame: pd.DataFrame, column: str) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield each value of a text column, in order of appearance, with its rows."""
    for name, rows in frame.groupby(column, sort=False):
        yield str(name), rows


def keyed(frame: pd.DataFrame, column: str) -> dict[str, dict[str, Any]]:
    """Return the rows of a table by a text column that names each once."""
    return {str(row[column]): row for row in records(frame)}
