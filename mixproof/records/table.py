"""Tables with fixed, documented columns: each is described once, and writer, reader and documentation use that."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

ColumnKind = Literal["text", "number", "integer", "date", "flag"]
Form = Literal["", "whole", "tenth", "cents", "ratio", "thousandth", "percent", "as_is"]
"""How a workbook writes numbers: by their size, in whole units, to a tenth, to the cent, to two or three decimals, as per cent,
with the digits that they have."""
FORMS: Mapping[str, Form] = {
    "fraction": "percent",
    "currency": "whole",
    "currency per currency": "ratio",
    "money per money": "ratio",
    "unit per currency": "ratio",
    "times observed spend": "ratio",
    "currency per outcome unit": "cents",
    "currency per person": "cents",
    "count": "whole",
    "draws": "whole",
    "people": "whole",
}
"""Of columns that do not say otherwise, by their unit."""
_DTYPES: Mapping[ColumnKind, str] = {"text": "str", "number": "float64", "integer": "int64", "flag": "bool"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what it holds, its unit, its meaning, and how a workbook writes its numbers."""

    name: str
    kind: ColumnKind
    unit: str
    meaning: str
    form: Form = ""

    @property
    def written(self) -> Form:
        """Return how its numbers are written: as it says, else as its unit has it."""
        if self.kind not in ("number", "integer"):
            return ""
        return self.form or FORMS.get(self.unit) or ("whole" if self.kind == "integer" else "")


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


COLUMNS = TableSpec(
    "columns",
    "a column of a table of the run, so that a run folder explains itself",
    (
        Column("table", "text", "", "name of the table"),
        Column("row", "text", "", "what one row of the table is"),
        Column("column", "text", "", "name of the column"),
        Column("kind", "text", "", "text, number, integer, date or flag"),
        Column(
            "unit", "text", "", "unit; 'outcome' stands for the outcome's unit, 'currency' for the panel's"
        ),
        Column("meaning", "text", "", "what the column holds"),
        Column("form", "text", "", "how a workbook writes its numbers; empty: by their size"),
    ),
)


def describe(specs: Iterable[TableSpec]) -> pd.DataFrame:
    """Return the table ``columns``: one row a column of each of `specs`."""
    return COLUMNS.frame(
        [
            {
                "table": s.name,
                "row": s.row,
                "column": c.name,
                "kind": c.kind,
                "unit": c.unit,
                "meaning": c.meaning,
                "form": c.written,
            }
            for s in specs
            for c in s.columns
        ]
    )
