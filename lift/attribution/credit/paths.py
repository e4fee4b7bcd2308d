"""Aggregate paths: how often each sequence of channels was followed by a conversion, and how often by none.

A row of the table is a path, never a person: `search > social > direct`, its conversions, their value, and the
journeys of that path that ended without one (nulls). Rows without a path are kept apart: conversions that no touch was
seen before, those of rare paths that privacy rules have put together, and those whose touches were lost to consent.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lift.attribution.config import PathTable
from lift.attribution.faults import fault
from lift.moments import Array
from mixproof.aggregates.reading.numbers import as_numbers, mark_faults
from mixproof.aggregates.reading.paths import safe_path
from mixproof.aggregates.reading.readers import connect, read_file
from mixproof.aggregates.reading.screening import Uses, screen_frame
from mixproof.errors import DataError, Fault, PrivacyError
from mixproof.privacy.identifiers import Use
from mixproof.privacy.names import families_of

Places = npt.NDArray[np.int64]
"""Positions, counts of touches and other whole numbers."""
NO_TOUCH = "(unattributed)"
OUTSIDE = (NO_TOUCH, "(other)", "(consent-lost)")
"""Rows without a path: nothing was seen (an empty cell, too), rare paths put together, touches lost to consent."""


@dataclass(frozen=True, slots=True)
class Outside:
    """Conversions of one kind of row without a path.

    Parameters
    ----------
    name : str
        One of `OUTSIDE`.
    conversions, value, nulls : float
        Sums over the rows; 0 where the column is not given.
    """

    name: str
    conversions: float
    value: float
    nulls: float


@dataclass(frozen=True, slots=True)
class Paths:
    """Paths with at least one touch, in an order that does not depend on that of the table.

    Parameters
    ----------
    channels : tuple of str
        Sorted names.
    touches : numpy.ndarray, shape (touch,)
        Position in `channels` of every touch; the paths stand one after the other.
    first : numpy.ndarray, shape (path + 1,)
        Where each path begins in `touches`; the last number is where the last path ends.
    conversions : numpy.ndarray, shape (path,)
    value : numpy.ndarray, shape (path,), or None
        Money of the conversions.
    nulls : numpy.ndarray, shape (path,), or None
        Journeys that ended without a conversion.
    ages : numpy.ndarray, shape (touch,), or None
        Days from each touch to the end of its path.
    outside : tuple of Outside
    """

    channels: tuple[str, ...]
    touches: Places
    first: Places
    conversions: Array
    value: Array | None = None
    nulls: Array | None = None
    ages: Array | None = None
    outside: tuple[Outside, ...] = ()

    @property
    def lengths(self) -> Places:
        """Touches of each path, shape (path,)."""
        return np.diff(self.first)

    @property
    def path_of(self) -> Places:
        """Path of each touch, shape (touch,)."""
        return np.repeat(np.arange(len(self.first) - 1), self.lengths)

    @property
    def position(self) -> Places:
        """Position of each touch in its path, from 0, shape (touch,)."""
        return np.arange(len(self.touches)) - np.repeat(self.first[:-1], self.lengths)


def read_paths(config: PathTable, folder: Path) -> Paths:
    """Return the paths of a table.

    Parameters
    ----------
    config : PathTable
    folder : pathlib.Path
        Folder to which the table's path is relative.

    Returns
    -------
    Paths
        Sequences of channels with counts of conversions and of people without.

    Raises
    ------
    ConfigError
        The path of the file leads out of `folder`.
    DataError
        With every fault of the table.
    PrivacyError
        A column or a channel's name looks like a person's identifier.
    """
    path = safe_path(folder, config.file, "attribution, file")
    return _paths(config, read_file(path, config.file, None, connect(folder), uses=_uses(config)))


def paths_from_frame(config: PathTable, frame: pd.DataFrame) -> Paths:
    """Return the paths of a frame with the columns that the YAML names; see `read_paths`.

    Parameters
    ----------
    config : PathTable
        Names of the columns.
    frame : pandas.DataFrame
        One row a path.

    Returns
    -------
    Paths
        Sequences of channels with counts of conversions and of people without.

    Raises
    ------
    DataError
        With every fault of the table.
    PrivacyError
        A column or a channel's name looks like a person's identifier.
    """
    screen_frame(frame, config.file, _uses(config))
    return _paths(config, frame)


def _uses(config: PathTable) -> Uses:
    """Return what the columns of the table are used for."""
    uses: dict[str, Use] = {config.path: "label", config.conversions: "measure"}
    if config.ages is not None:
        uses[config.ages] = "label"
    return uses | {name: "measure" for name in (config.value, config.nulls) if name is not None}


def _paths(config: PathTable, frame: pd.DataFrame) -> Paths:
    names = [config.path, config.conversions, config.value, config.nulls, config.ages]
    present = [str(column) for column in frame.columns]
    lacking = [name for name in names if name is not None and name not in present]
    if lacking:
        what = f"There is no such column. The table has: {', '.join(present[:20])}."
        raise DataError([fault("paths-column", f"{config.file}: {name}", what) for name in lacking])
    columns, faults = _numbers(config, frame)
    if faults:
        raise DataError(faults)
    cells = frame[config.path].astype("str").fillna("").str.strip().to_numpy(dtype=object)
    cells = np.where(cells == "", NO_TOUCH, cells)
    inside = ~np.isin(cells, OUTSIDE)
    outside = tuple(_outside(name, columns, cells == name) for name in OUTSIDE)
    kept = {role: values[inside] for role, values in columns.items()}
    if not inside.any() or kept["conversions"].sum() <= 0:
        what = "No path with a touch has a conversion."
        raise DataError(fault("paths-nothing", f"{config.file}: {config.conversions}", what))
    ages = None if config.ages is None else frame[config.ages].astype("str").fillna("").to_numpy(object)
    return _split(config, cells[inside], kept, None if ages is None else ages[inside], outside)


def _numbers(config: PathTable, frame: pd.DataFrame) -> tuple[dict[str, Array], list[Fault]]:
    """Return the columns of amounts by role, and a fault for each with cells that are none."""
    columns: dict[str, Array] = {}
    faults = []
    for role in ("conversions", "value", "nulls"):
        name = getattr(config, role)
        if name is None:
            continue
        read = as_numbers(frame[name], config.decimal)
        cells, where = read.values, f"{config.file}: {name}, rows"
        faults += mark_faults(read, f"{config.file}: {name}")
        for bad, what in (
            (~np.isfinite(cells), "are empty or no finite number"),
            (cells < 0, "are below zero"),
        ):
            # refunds may make a value negative, never a count
            if bad.any() and not (role == "value" and what == "are below zero"):
                rows = ", ".join(map(str, np.flatnonzero(bad)[:3] + 1))
                faults.append(fault("paths-number", f"{where} {rows}", f"{int(bad.sum())} cells {what}."))
        columns[role] = cells
    return columns, faults


def _outside(name: str, columns: dict[str, Array], rows: np.ndarray) -> Outside:
    sums = {role: float(np.sort(values[rows]).sum()) for role, values in columns.items()}
    return Outside(name, sums["conversions"], sums.get("value", 0.0), sums.get("nulls", 0.0))


def _split(
    config: PathTable,
    cells: np.ndarray,
    columns: dict[str, Array],
    ages: np.ndarray | None,
    outside: tuple[Outside, ...],
) -> Paths:
    """Return the paths, sorted by their text and then by their numbers: sums then never depend on the rows' order."""
    keys = {"path": pa.array(cells, pa.string())} | {role: pa.array(v) for role, v in columns.items()}
    if ages is not None:
        keys["ages"] = pa.array(ages, pa.string())
    table = pa.table(keys)
    table = table.take(pc.sort_indices(table, [(key, "ascending") for key in keys]))
    lists = pc.split_pattern(table["path"].combine_chunks(), config.separator)
    first = lists.offsets.to_numpy().astype(np.int64)
    words = pc.utf8_trim_whitespace(lists.flatten()).dictionary_encode()
    names = words.dictionary.to_pylist()
    _refuse_names(config, names)
    order = np.argsort(np.array(names, dtype=object), kind="stable")
    rank = np.empty(len(names), dtype=np.int64)
    rank[order] = np.arange(len(names))
    days = None
    if ages is not None:
        days = _ages(config, table["ages"].combine_chunks(), np.diff(first))
    numbers = {role: table[role].to_numpy() for role in columns}
    return Paths(
        channels=tuple(names[i] for i in order),
        touches=rank[words.indices.to_numpy()],
        first=first,
        conversions=numbers["conversions"],
        value=numbers.get("value"),
        nulls=numbers.get("nulls"),
        ages=days,
        outside=outside,
    )


def _refuse_names(config: PathTable, names: list[str]) -> None:
    """Raise for touches without a name and for names that look like persons; names of persons are not shown."""
    where = f"{config.file}: {config.path}"
    if any(families_of(list(names))):
        what = "Touches are named like persons or clicks."
        raise PrivacyError(fault("paths-identifier", where, what))
    if "" in names:
        what = f"A touch between two separators {config.separator!r} has no name."
        raise DataError(fault("paths-touch", where, what))
    inner = sorted(set(names) & set(OUTSIDE))
    if inner:
        what = f"{inner[0]} stands inside a path; it is the name of rows without one."
        raise DataError(fault("paths-touch", where, what))


def _ages(config: PathTable, cells: pa.StringArray, lengths: Places) -> Array:
    """Return the age of every touch in days."""
    lists = pc.split_pattern(cells, config.separator)
    where = f"{config.file}: {config.ages}"
    if not np.array_equal(np.diff(lists.offsets.to_numpy()), lengths):
        what = "Some rows have another number of ages than touches."
        raise DataError(fault("paths-ages", where, what))
    ages = as_numbers(pc.utf8_trim_whitespace(lists.flatten()).to_pandas(), config.decimal).values
    if not np.all(ages >= 0):  # false for what is no number, too
        raise DataError(fault("paths-ages", where, "Some ages are no number or below zero."))
    return ages
