"""Cells of an export as texts, numbers and days, with every fault in them found."""

from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np
import pandas as pd

from lift.attribution.config import AttributionSystem
from lift.attribution.contract.exports import Export
from lift.attribution.faults import fault
from mixproof.aggregates.calendar import next_period
from mixproof.aggregates.reading.numbers import as_numbers, mark_faults
from mixproof.errors import Fault

NO_NUMBER = ("", "--", "null", "none", "nan")
"""What exports write where there is no number."""


@dataclass(frozen=True, slots=True)
class Cells:
    """An export's cells.

    Parameters
    ----------
    system : AttributionSystem
    export : Export
    frame : pandas.DataFrame
        Cells as objects, None where empty.
    columns : dict of str to str
        Role -> column of the frame.
    """

    system: AttributionSystem
    export: Export
    frame: pd.DataFrame
    columns: dict[str, str]

    def rows(self, mask: np.ndarray) -> "Cells":
        """Return the cells of some rows."""
        return replace(self, frame=self.frame[mask].reset_index(drop=True))

    def text(self, role: str) -> pd.Series:
        """Return a column's texts without spaces around them, empty where there is no cell or no column."""
        if role not in self.columns:
            return pd.Series([""] * len(self.frame), dtype=object)
        cells = [_text(cell) for cell in self.frame[self.columns[role]]]
        return pd.Series(cells, dtype=object)


def numbers(cells: Cells, roles: tuple[str, ...]) -> tuple[dict[str, np.ndarray], list[Fault]]:
    """Return each role's column as floats, NaN where there is none, and a fault for each with texts or counts below zero.

    Parameters
    ----------
    cells : Cells
    roles : tuple of str

    Returns
    -------
    dict of str to numpy.ndarray, list of Fault
    """
    values: dict[str, np.ndarray] = {}
    faults = []
    decimal = cells.system.decimal
    for role in roles:
        if role not in cells.columns:
            continue
        column = cells.frame[cells.columns[role]].map(_number_cell).astype(object)
        read = as_numbers(column, decimal)
        where = f"{cells.system.file}: {cells.columns[role]}, rows"
        faults += mark_faults(read, f"{cells.system.file}: {cells.columns[role]}")
        odd = (read.text > 0) | (read.unreal > 0)
        below = np.nan_to_num(read.values) < 0
        for bad, what in ((odd, "are no finite number"), (below & (role != "value"), "are below zero")):
            if bad.any():
                rows = ", ".join(map(str, np.flatnonzero(bad)[:3] + 1))
                faults.append(
                    fault("attribution-number", f"{where} {rows}", f"{int(bad.sum())} cells {what}.")
                )
        values[role] = read.values
    return values, faults


def day_columns(cells: Cells) -> tuple[dict[str, np.ndarray], list[Fault]]:
    """Return first and last day of every row, datetime64[D], and what is wrong with them.

    Parameters
    ----------
    cells : Cells

    Returns
    -------
    dict with "start" and "end", list of Fault
    """
    found: dict[str, np.ndarray] = {}
    faults: list[Fault] = []
    for role in ("start", "end"):
        if role in cells.columns:
            found[role] = _days(cells, role)
            bad = np.isnat(found[role])
            if bad.any():
                rows = ", ".join(map(str, np.flatnonzero(bad)[:3] + 1))
                where = f"{cells.system.file}: {cells.columns[role]}, rows {rows}"
                faults.append(fault("attribution-date", where, f"{int(bad.sum())} cells are no day."))
    if "end" not in found:
        found["end"] = next_period(found["start"], cells.system.period) - np.timedelta64(1, "D")
    backwards = found["end"] < found["start"]
    if backwards.any():
        where = f"{cells.system.file}: {cells.columns.get('end', 'end')}"
        what = f"{int(backwards.sum())} rows end before they start."
        faults.append(fault("attribution-window", where, what))
    return found, faults


def _days(cells: Cells, role: str) -> np.ndarray:
    """Return a column's days by the first format that reads every cell, else by the one that reads most."""
    column = cells.frame[cells.columns[role]]
    formats = (cells.system.date_format,) if cells.system.date_format else cells.export.date_formats
    tried = [np.array([_day(cell, form) for cell in column], dtype="datetime64[D]") for form in formats]
    return min(tried, key=lambda days: int(np.isnat(days).sum()))


def _day(cell: object, form: str) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    try:
        return datetime.strptime(_text(cell), form).date()
    except ValueError:
        return None


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).strip()


def _number_cell(cell: object) -> object:
    """Return a cell, None where the export says in words that there is no number."""
    if not isinstance(cell, str):
        return cell
    return None if cell.strip().lower() in NO_NUMBER else cell
