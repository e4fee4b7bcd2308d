"""Tables with fixed, documented columns: each is described once, and writer, reader and documentation use that."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

ColumnKind = Literal["text", "number", "integer", "date", "flag"]
_DTYPES: Mapping[ColumnKind, str] = {"text": "str", "number": "float64", "integer": "int64", "flag": "bool"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what it holds, its unit and its meaning."""

    name: str
    kind: ColumnKind
    unit: str
    meaning: str


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table of ``tables/``: its file stem, what one row is, and its columns in order."""

    name: str
    row: str
    columns: tuple[Column, ...]

    def frame(self, rows: pd.DataFrame | Iterable[Mapping[str, Any]] | Sequence[Any]) -> pd.DataFrame:
        """Return `rows` as a frame with exactly this table's columns, in order and typed.

        Raises
        ------
        ValueError
            A column is missing or unknown: a fault of the writer, never of the user.
        """
        names = [column.name for column in self.columns]
        frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(list(rows), columns=None)
        if frame.empty and not len(frame.columns):
            frame = pd.DataFrame({name: [] for name in names})
        if set(frame.columns) != set(names):
            odd = set(frame.columns) ^ set(names)
            raise ValueError(f"table {self.name}: columns {sorted(odd)} are missing or unknown")
        frame = frame[names].reset_index(drop=True)
        return frame.astype({c.name: _DTYPES[c.kind] for c in self.columns if c.kind != "date"})
