"""Measures as arrays over (geo, period): the state between raw tables and the panel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from mixproof.aggregates.calendar import hours_in, next_period, period_start, regular_periods
from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.money import RateBook, converted
from mixproof.aggregates.reading.keys import NATIONAL
from mixproof.aggregates.reading.measures import AMOUNTS, MEDIA, Measure
from mixproof.aggregates.reading.numbers import Numbers, mark_faults
from mixproof.aggregates.reading.table import Rows
from mixproof.aggregates.report import Report, place

MONEY = ("spend", "value")


@dataclass(slots=True)
class Cells:
    """Every measure on one regular grid.

    ``values`` and ``present`` hold an array (geo, period) by measure: NaN where unknown, and whether a row was there.
    ``told`` marks cells that a fault already speaks of.
    ``tainted`` names tables whose rows could not all be placed: what is missing there is not told a second time.
    """

    config: DataConfig
    geos: list[str]
    dates: np.ndarray
    measures: list[Measure]
    values: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)
    present: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)
    told: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)
    tainted: set[str] = field(default_factory=set)

    def of(self, *roles: str) -> list[Measure]:
        """Return the measures with one of these roles that have values, in the order of the config."""
        return [m for m in self.measures if m.role in roles and m.key in self.values]

    def series(self, role: str, name: str) -> np.ndarray | None:
        """Return the array (geo, period) of one measure, None where there is none.

        Parameters
        ----------
        role, name : str
            As in `Measure`.

        Returns
        -------
        numpy.ndarray, shape (geo, period), or None
        """
        return self.values.get((role, name))

    def unread(self, measure: Measure) -> bool:
        """Say whether some cells of a measure have a fault of their own, from which others would follow.

        Parameters
        ----------
        measure : Measure

        Returns
        -------
        bool
        """
        return measure.table in self.tainted or bool(self.told[measure.key].any())

    @property
    def outcome(self) -> np.ndarray | None:
        """The outcome, shape (geo, period); None where its column was not found."""
        keys = [m.key for m in self.measures if m.role == "outcome"]
        return self.values.get(keys[0]) if keys else None

    def where(self, measure: Measure, mask: np.ndarray) -> str:
        """Return the place of the cells in `mask`, shape (geo, period).

        Parameters
        ----------
        measure : Measure
        mask : numpy.ndarray of bool, shape (geo, period)

        Returns
        -------
        str
            Table, column, geos and dates.
        """
        geo, at = np.nonzero(mask)
        label = f"{measure.column} of {measure.label}" if measure.label else measure.column
        order = np.argsort(at, kind="stable")
        return place(measure.table, label, [self.geos[g] for g in geo[order]], self.dates[np.unique(at)])


def window(config: DataConfig, measures: Sequence[Measure], tables: Mapping[str, Rows]) -> np.ndarray:
    """Return the period starts of the panel, datetime64[D]; media before `start` are kept as warm-up.

    Parameters
    ----------
    config : DataConfig
        Its ``start`` and ``end`` bound the outcome.
    measures : sequence of Measure
    tables : mapping of str to Rows
        Keyed tables by file.

    Returns
    -------
    numpy.ndarray of datetime64[D], shape (period,)
        Empty where no row has a date.
    """
    periods = {file: rows.period[~np.isnat(rows.period)] for file, rows in tables.items()}
    known = [p for p in periods.values() if p.size]
    if not known:
        return np.array([], dtype="datetime64[D]")
    first, last = min(p.min() for p in known), max(p.max() for p in known)
    if config.start is not None:
        start = _floor(config.start, config)
        media = [
            _whole_from(tables[file], config)
            for file in dict.fromkeys(m.table for m in measures if m.role in MEDIA)
            if periods[file].size
        ]
        first = max(first, min([start, *media]))
    if config.end is not None:
        last = min(last, _floor(config.end, config))
    return regular_periods(first, last, config.frequency)


def _whole_from(rows: Rows, config: DataConfig) -> np.datetime64:
    """Return the first period of a table; the one after it where hours or days of the first are missing."""
    first = rows.period[~np.isnat(rows.period)].min()
    if rows.source.rows_are is None:
        return first
    found = np.unique(rows.stamp[rows.period == first]).size
    expected = _rows_in(np.array([first]), rows, config)[0]
    return first if found == expected else next_period(np.array([first]), config.frequency)[0]


def _rows_in(starts: np.ndarray, rows: Rows, config: DataConfig) -> np.ndarray:
    """Return how many days or hours the periods that begin on `starts` have."""
    ends = next_period(starts, config.frequency)
    if rows.source.rows_are == "daily":
        return (ends - starts).astype("int64")
    return hours_in(starts, ends, config.time_zone or "UTC")


def _floor(day: object, config: DataConfig) -> np.datetime64:
    return period_start(np.array([day], dtype="datetime64[D]"), config.frequency, config.week_starts)[0]


def fill(
    config: DataConfig,
    measures: Sequence[Measure],
    tables: Mapping[str, Rows],
    book: RateBook,
    report: Report,
) -> Cells:
    """Return all measures on the panel's grid; faults of single cells and of doubled rows are reported.

    Parameters
    ----------
    config : DataConfig
    measures : sequence of Measure
    tables : mapping of str to Rows
        Keyed tables by file.
    book : RateBook
        Rates into the panel's currency.
    report : Report

    Returns
    -------
    Cells
    """
    dates = window(config, measures, tables)
    geos = sorted({geo for rows in tables.values() if not rows.national for geo in rows.geos}) or [NATIONAL]
    cells = Cells(config, geos, dates, list(measures))
    placers = {file: _Placer(rows, geos, dates, config, report) for file, rows in tables.items()}
    for measure in measures:
        placer = placers[measure.table]
        if measure.label is not None and measure.label not in placer.rows.labels:
            continue
        table, by = placer.rows.table, _orders(measure, placer.rows, config)
        numbers = table.numbers(measure.column, placer.rows.source.decimal, by)
        inside = placer.chosen(measure.label)
        _cell_faults(numbers, inside, measure, placer.rows, report)
        money = measure.role in MONEY or (measure.role == "outcome" and config.outcome.kind == "revenue")
        declared = None if placer.rows.source.currency else measure.currency or config.currency
        where = place(measure.table, measure.column)
        report.faults.extend(mark_faults(numbers, where, declared if money else None))
        values = numbers.values
        if money:
            values = converted(values, measure, placer.rows, config, book, report)
        unusable = np.isfinite(numbers.values) & ~np.isfinite(values)
        cells.told[measure.key] = placer.mark(inside & ((numbers.text > 0) | (numbers.unreal > 0) | unusable))
        usable = replace(numbers, values=values, known=np.where(unusable, 0, numbers.known))
        cells.values[measure.key], cells.present[measure.key] = placer.spread(measure, usable, inside)
    for placer in placers.values():
        placer.check_duplicates([m for m in measures if m.table == placer.rows.file])
    return cells


def _orders(measure: Measure, rows: Rows, config: DataConfig) -> str | None:
    """Return the column a level is weighted by: the worth of an order counts by its orders, everything else equally."""
    beside = measure.role == "value" and config.outcome.column in rows.table.columns
    return config.outcome.column if beside else None


@dataclass(slots=True)
class _Placer:
    """Puts the rows of one table into the grid."""

    rows: Rows
    geos: list[str]
    dates: np.ndarray
    config: DataConfig
    report: Report
    at: np.ndarray = field(init=False)
    geo: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        at = np.searchsorted(self.dates, self.rows.period)
        inside = at < len(self.dates)
        inside[inside] = self.dates[at[inside]] == self.rows.period[inside]
        self.at = np.where(inside, at, -1)
        if self.rows.national:
            self.geo = self.rows.geo
        else:
            position = {geo: at for at, geo in enumerate(self.geos)}
            index = np.array([*(position[geo] for geo in self.rows.geos), -1], dtype=np.int64)
            self.geo = index[self.rows.geo]

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of what this table fills: one row for a national table."""
        return (1 if self.rows.national else len(self.geos)), len(self.dates)

    def chosen(self, label: str | None) -> np.ndarray:
        """Return the mask of the rows that lie in the window and belong to a label."""
        mask = (self.at >= 0) & (self.geo >= 0)
        return mask if label is None else mask & (self.rows.label == self.rows.labels.index(label))

    def mark(self, rows: np.ndarray) -> np.ndarray:
        """Return the cells of the grid that some rows fall into."""
        grid = np.zeros(self.shape, dtype=bool)
        grid[self.geo[rows], self.at[rows]] = True
        return grid

    def spread(self, measure: Measure, numbers: Numbers, inside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the values and the presence of rows on the grid: amounts summed, levels averaged by weight."""
        size = self.shape[0] * self.shape[1]
        code = self.geo[inside] * self.shape[1] + self.at[inside]
        mine, weight = numbers.values[inside], numbers.weight[inside]
        known = np.isfinite(mine)
        rows = self.rows.table.count[inside]
        count = np.bincount(code, weights=rows, minlength=size)
        if count.max(initial=0) > 1 and measure.role in ("reach", "frequency"):
            self.report.add(
                "cannot-be-summed", place(measure.table, measure.column), "Several rows fall into one period."
            )
        if measure.role in AMOUNTS:
            total = _added(code[known], mine[known], size)
        else:
            whole = np.bincount(code[known], weights=weight[known], minlength=size)
            total = _added(code[known], mine[known], size) / np.maximum(whole, 1e-300)
        full = np.bincount(code, weights=numbers.known[inside], minlength=size) == count
        zero = getattr(self.config.missing, repair_key(measure), "refuse") == "zero"
        grid = np.where((count > 0) & (full | zero), total, np.nan)
        if zero and not full.all():
            self.report.note(f"{measure.column}: empty cells were taken as zero (missing: zero).")
        return grid.reshape(self.shape), (count > 0).reshape(self.shape)

    def check_duplicates(self, measures: Sequence[Measure]) -> None:
        """Report rows that stand for the same thing, and periods whose hours or days are not whole."""
        rows = self.rows
        inside = self.chosen(None)
        # One whole number a key: unique rows of a matrix would be sorted column by column, ten times as slowly.
        places = (self.geo * (len(rows.labels) + 1) + rows.label + 1) * len(self.dates) + self.at
        cell, width = places[inside], 1
        if rows.source.rows_are is not None:
            stamps, stamp = np.unique(rows.stamp[inside].astype("int64"), return_inverse=True)
            width = max(stamps.size, 1)
            cell = cell * width + stamp
        distinct, first, which = np.unique(cell, return_index=True, return_inverse=True)
        counts = np.bincount(which, weights=rows.table.count[inside], minlength=distinct.size)
        distinct = distinct // width
        double = counts > 1
        if double.any() and rows.source.duplicates == "refuse":
            at = np.flatnonzero(inside)[first[double]]
            days = np.unique(rows.period[at])
            where = place(rows.file, rows.source.date, rows.geo_names(at), days)
            self.report.add(
                "duplicate-row",
                where,
                f"{int((counts - 1).sum())} rows repeat another row's period and place.",
            )
        elif double.any():
            levels = [m.column for m in measures if m.role not in AMOUNTS]
            averaged = f"; {', '.join(levels)} averaged" if levels else ""
            self.report.note(
                f"{rows.file}: rows of one period and place were added up{averaged} (duplicates: sum)."
            )
        if rows.source.rows_are is not None:
            self._check_whole(distinct)

    def _check_whole(self, distinct: np.ndarray) -> None:
        """Report periods that lack hours or days; a day has 23 or 25 hours when clocks change."""
        rows, config = self.rows, self.config
        found, counts = np.unique(distinct, return_counts=True)
        at, geo = found % len(self.dates), found // len(self.dates) // (len(rows.labels) + 1)
        starts = self.dates
        partial = counts != _rows_in(starts, rows, config)[at]
        if partial.any():
            names = [self.geos[g] for g in np.unique(geo[partial])] if not rows.national else []
            lacking = np.unique(at[partial])
            where = place(rows.file, rows.source.date, names, starts[lacking])
            what = f"{int(partial.sum())} periods do not have all their rows."
            self.report.add("partial-period", where, what, self._without(lacking))
        if (rows.period < starts[0]).any():
            self.report.note(f"{rows.file}: rows before {starts[0]} make no whole period and were left out.")
        self.report.note(
            f"{rows.file}: {rows.source.rows_are} rows were summed (levels averaged) to {config.frequency}."
        )

    def _without(self, lacking: np.ndarray) -> str | None:
        """Return how periods at the ends of the panel are left out; None where one lies within."""
        kept = np.setdiff1d(np.arange(len(self.dates)), lacking)
        inner = kept.size and np.isin(np.arange(kept[0], kept[-1] + 1), lacking).any()
        if not kept.size or inner:
            return None
        after = f"start: {self.dates[kept[0]]}" if kept[0] > 0 else ""
        last = next_period(self.dates[kept[-1:]], self.config.frequency)[0] - np.timedelta64(1, "D")
        before = f"end: {last}" if kept[-1] < len(self.dates) - 1 else ""
        return f"Complete it, or leave it out with {' and '.join(filter(None, (after, before)))}."


def _added(code: np.ndarray, values: np.ndarray, size: int) -> np.ndarray:
    """Return the sum of the values of each code, shape (size,); the same to the last bit for any order of the rows."""
    if code.size > 1 and np.bincount(code, minlength=size).max() > 1:
        order = np.lexsort((values, code))
        code, values = code[order], values[order]
    return np.bincount(code, weights=values, minlength=size)


def repair_key(measure: Measure) -> str:
    """Return the key under `missing:` that is about a measure."""
    return {"reach": "exposure", "frequency": "exposure"}.get(measure.role, measure.role)


def _cell_faults(numbers: Numbers, inside: np.ndarray, measure: Measure, rows: Rows, report: Report) -> None:
    """Report cells that are no usable numbers, with their periods."""
    kinds = (
        (numbers.text, "not-a-number", "cells hold text."),
        (numbers.unreal, "not-finite", "cells are NaN or infinite."),
        (numbers.huge, "overflow", "cells are beyond 1e15."),
    )
    for mask, code, what in kinds:
        bad = (mask > 0) & inside
        if bad.any():
            label = f"{measure.column} of {measure.label}" if measure.label else measure.column
            where = place(rows.file, label, rows.geo_names(bad), np.unique(rows.period[bad]))
            remedy = _other_mark(measure, rows) if code == "not-a-number" else None
            report.add(code, where, f"{measure.role.title()}: {int(mask[bad].sum())} {what}", remedy)


def _other_mark(measure: Measure, rows: Rows) -> str | None:
    """Return the remedy for a column that has the other decimal mark than the table is read with, None for any other."""
    other = "." if rows.source.decimal == "," else ","
    if not rows.table.by_line or rows.table.numbers(measure.column, other).text.any():
        return None
    return (
        f'The numbers of this column have the decimal mark {other!r}. If all of the table\'s have, say `decimal: "{other}"` '
        "for it; if others have the other mark, write all columns of the file alike."
    )
