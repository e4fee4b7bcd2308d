"""A geo table as matrices, after every fault in it has been looked for; nothing is filled, dropped or renamed."""

import contextlib
import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lift.geo.config import GeoTable
from lift.geo.faults import FAULTS
from mixproof.aggregates.faults import FAULTS as READING
from mixproof.aggregates.reading.numbers import as_numbers, mark_faults
from mixproof.aggregates.reading.paths import safe_path
from mixproof.aggregates.reading.readers import connect, read_file
from mixproof.errors import DataError, Fault
from mixproof.privacy.identifiers import Use
from mixproof.text import hidden, look_alikes, visible
from mixproof.yaml.validation import nearest

SMALLEST = 1e-15
"""Largest number of a column below which it is refused: the other end of what `numbers` calls too large."""


@dataclass(frozen=True, slots=True)
class GeoSeries:
    """Outcome and spend by geo and period.

    Parameters
    ----------
    geos : tuple of str
        Largest mean outcome first, so that no result depends on what geos are called or how rows are sorted.
    dates : tuple of datetime.date
        Starts of the periods.
    outcome : numpy.ndarray, shape (geos, dates)
    spend : numpy.ndarray, shape (geos, dates), or None
        In the section's currency.
    period_days : int
        1 or a multiple of 7.
    sha256 : str
        Of the file.
    notices : tuple of str
        What was left out or filled in, as the YAML asked.
    """

    geos: tuple[str, ...]
    dates: tuple[date, ...]
    outcome: NDArray[np.float64]
    spend: NDArray[np.float64] | None
    period_days: int
    sha256: str
    notices: tuple[str, ...] = ()


def fault(code: str, where: str, what: str) -> Fault:
    """Return a fault of this room with the remedy of its code.

    Parameters
    ----------
    code : str
        A key of `lift.geo.faults.FAULTS`.
    where : str
        Table and column, geo or date.
    what : str
        What is wrong there.

    Returns
    -------
    Fault
        Not raised: the caller gathers faults and raises them together.
    """
    return Fault(code, where, what, FAULTS[code][2])


def read_series(table: GeoTable, folder: Path, excluded: Collection[str] = ()) -> GeoSeries:
    """Return the series of a geo table.

    Parameters
    ----------
    table : GeoTable
    folder : pathlib.Path
    excluded : collection of str
        Geos that no analysis reads: they may lack periods, and do not decide which periods there are.

    Returns
    -------
    GeoSeries
        Outcome, and spend where the table has it, as matrices of units by period; NaN only where an excluded geo
        lacks a period.

    Raises
    ------
    ConfigError
        The path leads out of `folder`.
    DataError
        There is no such file; or every fault of the table: missing columns, unreadable dates, missing or
        infinite values, duplicates, gaps.
    PrivacyError
        A column, whether it is read or not, looks like identifiers of people.
    """
    frame, digest = _load(table, folder)
    named = {"geo": table.geo, "date": table.date, "outcome": table.outcome, "spend": table.spend}
    wanted = {role: column for role, column in named.items() if column is not None}
    absent = [
        fault("geo-column", f"{table.file} column {column}", _nearest_column(column, frame.columns))
        for column in wanted.values()
        if column not in frame.columns
    ]
    if absent:
        raise DataError(absent)
    frame = frame[list(wanted.values())].set_axis(list(wanted), axis=1)
    faults, dates = _date_faults(frame, table)
    faults += [
        f
        for role in wanted
        if role in ("outcome", "spend")
        for f in _value_faults(frame, table, role, wanted[role])
    ]
    faults += _name_faults(frame, table)
    if faults:
        raise DataError(faults)
    frame, notices = _asked(frame.assign(date=dates, geo=frame["geo"].astype(str)), table, excluded)
    faults, dates_read, step = _grid_faults(frame, table, excluded)
    if faults:
        raise DataError(faults)
    return replace(_matrices(frame, dates_read, step, digest), notices=tuple(notices))


def _asked(frame: pd.DataFrame, table: GeoTable, excluded: Collection[str]) -> tuple[pd.DataFrame, list[str]]:
    """Return the rows without those that the YAML leaves out and with those that it fills in, and what was done in words."""
    notices = []
    if table.history_from is not None:
        early = frame["date"] < pd.Timestamp(table.history_from)
        frame = frame[~early]
        notices.append(
            f"{int(early.sum())} rows before {table.history_from} are not read (data.history_from)."
        )
    if table.excluded_dates:
        gone = frame["date"].isin(pd.to_datetime(list(table.excluded_dates)))
        days = frame.loc[gone, "date"].nunique()
        frame = frame[~gone]
        notices.append(
            f"{days} of {len(table.excluded_dates)} excluded dates stand in the table and are left out (data.excluded_dates)."
        )
    if table.missing == "zero":
        read = frame.loc[~frame["geo"].isin(excluded)]
        whole = pd.MultiIndex.from_product(
            [read["geo"].unique(), read["date"].unique()], names=["geo", "date"]
        )
        lacking = whole.difference(pd.MultiIndex.from_frame(read[["geo", "date"]]))
        if len(lacking):
            filled = lacking.to_frame(index=False).assign(
                **{role: 0.0 for role in ("outcome", "spend") if role in frame}
            )
            frame = pd.concat([frame, filled], ignore_index=True)
            notices.append(
                f"{len(lacking)} rows that {filled['geo'].nunique()} geos lack count as 0 (data.missing: zero)."
            )
    return frame, notices


def _load(table: GeoTable, folder: Path) -> tuple[pd.DataFrame, str]:
    path = safe_path(folder, table.file, "data.file")
    uses: dict[str, Use] = {table.outcome: "measure", table.geo: "geo", table.date: "date"}
    if table.spend is not None:
        uses[table.spend] = "measure"
    with contextlib.closing(connect(folder)) as connection:
        frame = read_file(path, table.file, None, connection, uses=uses)
    return frame, hashlib.sha256(path.read_bytes()).hexdigest()


def _nearest_column(column: str, columns: pd.Index) -> str:
    near = nearest(column, map(str, columns))
    return f"There is no column {column!r}" + (f"; the nearest is {near!r}." if near else ".")


def _rows(flags: pd.Series | np.ndarray) -> str:
    """Return how many rows are flagged and where the first ones stand, as line numbers of the file."""
    lines = [str(i + 2) for i in np.flatnonzero(np.asarray(flags))[:3]]
    return f"{int(flags.sum())} rows, the first in line {', '.join(lines)}"


def _date_faults(frame: pd.DataFrame, table: GeoTable) -> tuple[list[Fault], pd.Series]:
    column = frame["date"]
    if pd.api.types.is_datetime64_any_dtype(column):
        column = column.dt.strftime(table.date_format)
    place = f"{table.file} column {table.date}"
    dates = pd.to_datetime(column.astype(str), format=table.date_format, errors="coerce")
    bad, late = dates.isna(), dates > pd.Timestamp(date.today())
    found = []
    if bad.any():
        found.append(fault("geo-date", place, f"{_rows(bad)}, do not have the form {table.date_format}."))
    if late.any():
        found.append(
            Fault("future-date", place, f"{_rows(late)}, lie after today.", READING["future-date"][2])
        )
    return found, dates


def _value_faults(frame: pd.DataFrame, table: GeoTable, role: str, column: str) -> list[Fault]:
    numbers = as_numbers(frame[role], table.decimal)
    values = pd.Series(numbers.values, frame.index)
    place = f"{table.file} column {column}"
    bad = ~np.isfinite(values) | numbers.huge
    found = (
        [fault("geo-number", place, f"{_rows(bad)}, hold no finite number below 1e15.")] if bad.any() else []
    )
    largest = np.abs(values).max()
    if 0 < largest < SMALLEST:
        what = f"All numbers are below {SMALLEST:.0e}, where differences are rounding noise."
        found.append(Fault("geo-number", place, what, "Give the column in a larger unit."))
    found += mark_faults(numbers, place)
    if role == "spend" or table.outcome_kind == "count":
        negative = values < 0
        found += [fault("geo-negative", place, f"{_rows(negative)}, are negative.")] if negative.any() else []
    frame[role] = values
    return found


def _name_faults(frame: pd.DataFrame, table: GeoTable) -> list[Fault]:
    empty, place = frame["geo"].isna(), f"{table.file} column {table.geo}"
    found = [fault("geo-unknown", place, f"{_rows(empty)}, name no geo.")] if empty.any() else []
    names = sorted(set(frame["geo"].dropna().astype(str)))
    found += [  # tables, pages and workbooks repeat names
        fault("geo-name", place, f"{visible(name)} holds {hidden(name)}.") for name in names if hidden(name)
    ]
    for one, other in look_alikes(names):
        what = f"{one!r} is written in two ways ({one!a}, {other!a})."
        found.append(Fault("look-alike", place, what, READING["look-alike"][2]))
    return found


def _grid_faults(
    frame: pd.DataFrame, table: GeoTable, excluded: Collection[str]
) -> tuple[list[Fault], np.ndarray, int]:
    """Return faults of the grid of geos and periods, the periods, and the days between them."""
    found = []
    place = f"{table.file} columns {table.geo}, {table.date}"
    twice = frame[frame.duplicated(["geo", "date"])]
    for geo, part in list(twice.groupby("geo"))[:10]:
        found.append(fault("geo-duplicate", place, f"{geo}: {_days(part['date'])} come more than once."))
    read = frame[~frame["geo"].isin(excluded)]
    dates = np.sort(read["date"].unique())
    out = pd.to_datetime(list(table.excluded_dates)).to_numpy(dates.dtype)
    inside = out[(out > dates.min()) & (out < dates.max())] if dates.size else out
    steps = np.unique(np.diff(np.union1d(dates, inside)).astype("timedelta64[D]").astype(int))
    step = int(steps[0]) if steps.size else 0
    if steps.size != 1 or not (step == 1 or step % 7 == 0):
        found.append(
            fault("geo-spacing", place, f"The distances between periods are {steps[:5].tolist()} days.")
        )
    per_geo = read.drop_duplicates(["geo", "date"]).groupby("geo")["date"].nunique()
    for geo in list(per_geo.index[per_geo < dates.size])[:20]:
        missing = np.setdiff1d(dates, frame.loc[frame["geo"] == geo, "date"].to_numpy())
        found.append(fault("geo-gap", place, f"{geo} lacks {_days(pd.Series(missing))}."))
    return found, dates, step


def _days(dates: pd.Series) -> str:
    """Return how many dates there are and the first three."""
    first = ", ".join(str(pd.Timestamp(d).date()) for d in dates.sort_values().iloc[:3])
    return f"{len(dates)} periods ({first}{', ...' if len(dates) > 3 else ''})"


def _matrices(frame: pd.DataFrame, dates: np.ndarray, step: int, digest: str) -> GeoSeries:
    wide: Mapping[str, pd.DataFrame] = {
        role: frame.pivot(index="geo", columns="date", values=role).reindex(columns=dates)
        for role in ("outcome", "spend")
        if role in frame
    }
    outcome = wide["outcome"]
    order = np.lexsort([outcome.index.to_numpy().astype(str), -outcome.mean(axis=1).to_numpy()])
    return GeoSeries(
        geos=tuple(map(str, outcome.index[order])),
        dates=tuple(pd.Timestamp(d).date() for d in outcome.columns),
        outcome=outcome.to_numpy(float)[order],
        spend=wide["spend"].to_numpy(float)[order] if "spend" in wide else None,
        period_days=step,
        sha256=digest,
    )
