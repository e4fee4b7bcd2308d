"""The rows of a release, read from a file: levels as texts, people, counts and cents as whole numbers."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from mixproof.aggregates.faults import FAULTS as AGGREGATES
from mixproof.aggregates.people.config import PeopleTable
from mixproof.aggregates.people.faults import FAULTS
from mixproof.aggregates.reading.numbers import as_numbers
from mixproof.aggregates.reading.paths import safe_path
from mixproof.aggregates.reading.readers import connect, read_file
from mixproof.errors import DataError, Fault
from mixproof.text import hidden

ALL, HIDDEN = "(all)", "(hidden)"
"""What totals, and the sum of the hidden cells, are called in place of a level."""
LARGEST_SUM = 2.0**53
"""Whole numbers up to here are exact."""


def read_facts(table: PeopleTable, folder: Path) -> pd.DataFrame:
    """Return the rows of a file as they are to be released.

    Parameters
    ----------
    table : PeopleTable
    folder : pathlib.Path
        The data folder.

    Returns
    -------
    pandas.DataFrame
        Levels as texts; people, counts and cents as whole numbers.

    Raises
    ------
    DataError
        A column is missing, or holds what is no level, no count and no money.
    """
    connection = connect(folder)
    try:
        raw = read_file(safe_path(folder, table.file, "privacy.tables, file"), table.file, None, connection)
    finally:
        connection.close()
    dims = table.dims()
    wanted = [*dims, table.people, *table.counts, *table.money]
    absent = [name for name in wanted if name not in raw.columns]
    if absent:
        raise DataError(
            Fault(
                "unknown-column",
                table.file,
                f"It has no column {', '.join(absent)}.",
                AGGREGATES["unknown-column"][2],
            )
        )
    faults = [cell_fault(f"{table.file}: {dim}", what) for dim in dims for what in _not_levels(raw[dim])]
    columns: dict[str, object] = {dim: raw[dim].astype(str) for dim in dims}
    for dim, levels in table.where.items():
        unknown = sorted(set(levels) - set(raw[dim].astype(str)))
        if unknown:
            what = f"No row has the level {unknown[0][:80]!r}, which `where` keeps."
            faults.append(cell_fault(f"{table.file}: {dim}", what))
    for name in (table.people, *table.counts, *table.money):
        scale = 100 if name in table.money else 1
        numbers = as_numbers(raw[name], table.decimal)
        values = np.where(numbers.text, np.nan, numbers.values) * scale
        rounding = 1e-6 + 1e-15 * np.abs(values)
        wrong = ~(np.isfinite(values) & (values >= 0) & (np.abs(values - np.round(values)) < rounding))
        if wrong.any():
            row = int(np.flatnonzero(wrong)[0]) + 2
            what = f"{int(wrong.sum())} cells are not what they should be, the first in row {row}."
            faults.append(cell_fault(f"{table.file}: {name}", what))
        elif values.sum() > LARGEST_SUM:
            what = "Its sum is so large that it cannot be counted exactly."
            faults.append(cell_fault(f"{table.file}: {name}", what))
        columns[name] = np.where(wrong, 0, np.round(values)).astype(np.int64)
    if faults:
        raise DataError(faults)
    facts = pd.DataFrame(columns)
    _refuse_what_is_nobodys(facts, table)
    return facts


def _not_levels(levels: pd.Series) -> Iterator[str]:
    """Yield what is wrong with a column of levels: a row without one, or one that is what totals are called."""
    named = levels.isin([ALL, HIDDEN])
    unseen = levels.isin([level for level in levels.dropna().unique() if hidden(str(level))])
    for wrong, what in (
        (unseen, "have a level with a character that nobody sees or that a terminal obeys"),
        (levels.isna(), "have no level"),
        (named, f"are called {ALL} or {HIDDEN}, as totals are"),
    ):
        if wrong.any():
            yield f"{int(wrong.sum())} rows {what}, the first is row {int(np.flatnonzero(wrong)[0]) + 2}."


def _refuse_what_is_nobodys(facts: pd.DataFrame, table: PeopleTable) -> None:
    """Refuse numbers beside no people: they are somebody's, and would be shown as if nobody could be harmed."""
    for name in (*table.counts, *table.money):
        nobodys = ((facts[table.people] == 0) & (facts[name] > 0)).to_numpy()
        if nobodys.any():
            row = int(np.flatnonzero(nobodys)[0]) + 2
            what = (
                f"{int(nobodys.sum())} cells are above 0 where `{table.people}` is 0, the first in row {row}."
            )
            raise DataError(cell_fault(f"{table.file}: {name}", what))


def cell_fault(where: str, what: str) -> Fault:
    """Return the fault of a cell that is not what a release may hold.

    Parameters
    ----------
    where, what : str
        As `Fault`.

    Returns
    -------
    Fault
    """
    return Fault("people-cell", where, what, FAULTS["people-cell"][2])
