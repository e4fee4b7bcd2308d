"""Raw tables to keyed tables: which geo, period and channel each row belongs to, and which column gives each measure.

Faults name lines and shapes of dates, never what stands in a cell.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from mixproof.aggregates.calendar import EARLIEST, NAT, Stamps, last_day_to_start, period_start, read_stamps
from mixproof.aggregates.config import DataConfig, TableSource
from mixproof.aggregates.reading.measures import Measure, declared, nearest, resolve
from mixproof.aggregates.reading.table import RawTable
from mixproof.aggregates.report import Report, place
from mixproof.text import look_alikes

NATIONAL = "national"
SHOWN = 12
"""Columns that nothing reads which are named; the others are counted."""


@dataclass(slots=True)
class Rows:
    """A table whose rows have been given their keys, shape (row,) each.

    ``geo`` and ``label`` index `geos` and `labels` (-1: none), ``period`` is the period start (NaT: unusable),
    ``stamp`` the hour or day within the period where rows are finer than the frequency. A row may stand for several
    rows of the source, as ``table.count`` says.
    """

    source: TableSource
    table: RawTable
    geos: list[str]
    geo: np.ndarray
    labels: list[str]
    label: np.ndarray
    period: np.ndarray
    stamp: np.ndarray

    @property
    def file(self) -> str:
        """Name of the table."""
        return self.source.file

    @property
    def national(self) -> bool:
        """Whether the table has no geo column."""
        return self.source.geo is None

    def geo_names(self, mask: np.ndarray) -> list[str]:
        """Return the names of the geos of the rows in `mask`."""
        return [self.geos[i] for i in dict.fromkeys(self.geo[mask].tolist()) if i >= 0]


@dataclass(slots=True)
class Keyed:
    """Tables with their keys, by file; what they measure; and the files with faults in their keys."""

    rows: dict[str, Rows] = field(default_factory=dict)
    measures: list[Measure] = field(default_factory=list)
    tainted: set[str] = field(default_factory=set)


def key_tables(config: DataConfig, raw: Mapping[str, RawTable], report: Report) -> Keyed:
    """Return the tables with their keys; what is wrong with keys, columns and channels is reported.

    Parameters
    ----------
    config : DataConfig
    raw : mapping of str to RawTable
        Tables by file; those that could not be read are not there.
    report : Report

    Returns
    -------
    Keyed
    """
    today = np.datetime64(date.today(), "D")
    keyed = Keyed()
    for source in config.tables:
        if source.file in raw:
            before = len(report.faults)
            rows = key_rows(source, raw[source.file], config, report, today)
            if rows is not None:
                keyed.rows[source.file] = rows
            if len(report.faults) > before:
                keyed.tainted.add(source.file)
    keyed.measures = resolve(config, {file: rows.table.columns for file, rows in keyed.rows.items()}, report)
    _check_labels(config, keyed, report)
    _note_unused(config, keyed, report)
    return keyed


def _note_unused(config: DataConfig, keyed: Keyed, report: Report) -> None:
    """Note the columns that nothing reads: a column that has come to a table is seen, and harms nothing."""
    for file, rows in keyed.rows.items():
        source = rows.source
        used = {m.column for m in keyed.measures if m.table == file}
        used |= {key for key in (source.date, source.geo, source.channel, source.currency) if key is not None}
        rest = [name for name in rows.table.columns if name not in used]
        if rest and file != (config.rates.file if config.rates is not None else None):
            listed = ", ".join(rest[:SHOWN]) + (f" and {len(rest) - SHOWN} more" if len(rest) > SHOWN else "")
            report.note(f"{file}: nothing reads the column{'s' * (len(rest) > 1)} {listed}.")


def _check_labels(config: DataConfig, keyed: Keyed, report: Report) -> None:
    """Report channels that a long table has and the config does not name, and the other way round."""
    known = {measure.label for measure, _ in declared(config) if measure.label is not None}
    for rows in keyed.rows.values():
        if rows.source.channel is None:
            continue
        for name in rows.labels:
            if name not in known and name not in rows.source.ignore:
                where = place(rows.file, rows.source.channel)
                report.add("unknown-channel", where, f"{name!r} is in the table and not in the config.")
    for measure in keyed.measures:
        rows = keyed.rows[measure.table]
        if measure.label is not None and measure.label not in rows.labels:
            where = place(rows.file, rows.source.channel)
            what = f"Channel {measure.label!r} has no rows."
            report.add("missing-channel", where, what, nearest(measure.label, rows.labels))


def key_rows(
    source: TableSource, table: RawTable, config: DataConfig, report: Report, today: np.datetime64
) -> Rows | None:
    """Return the table with its keys, or None where a key column is not there.

    Parameters
    ----------
    source : TableSource
        What the config says of the table.
    table : RawTable
    config : DataConfig
    report : Report
        Takes dates that cannot be read, lie outside what is possible, or do not begin a period.
    today : numpy.datetime64
        Later days are faults.

    Returns
    -------
    Rows or None
    """
    wanted = [c for c in (source.date, source.geo, source.channel, source.currency) if c is not None]
    names = table.columns
    absent = [column for column in wanted if column not in names]
    for column in absent:
        report.add("unknown-column", source.file, f"There is no column {column!r}.", nearest(column, names))
    if absent:
        return None
    geos, geo = _names(table, source.geo, source, report)
    labels, label = _names(table, source.channel, source, report)
    dates = table.key(source.date)
    stamps = read_stamps(dates, source, config)
    _stamp_faults(stamps, table, source, report)
    day = stamps.day
    _range_faults(day, source, report, today)
    if source.dates_mark == "end" and source.rows_are is None:
        day = last_day_to_start(day, config.frequency)
    period = period_start(day, config.frequency, config.week_starts)
    stamp = stamps.instant if source.rows_are == "hourly" else stamps.day.astype("datetime64[s]")
    rows = Rows(source, table, geos, geo, labels, label, period, stamp)
    if source.rows_are is None:
        _grain_faults(day, rows, config, report)
    elif source.rows_are == "hourly" and np.isnat(stamp[~np.isnat(day)]).any():
        report.add(
            "naive-timestamp", place(source.file, source.date), "Hourly rows need timestamps with an offset."
        )
    return rows


def _names(
    table: RawTable, column: str | None, source: TableSource, report: Report
) -> tuple[list[str], np.ndarray]:
    """Return distinct names in sorted order and each row's index into them; one nameless name without a column."""
    if column is None:
        return [NATIONAL], np.zeros(len(table.count), dtype=np.int64)
    codes, distinct = pd.factorize(table.key(column), use_na_sentinel=True)
    texts = [str(name).strip() for name in distinct]
    names = sorted({text for text in texts if text})
    position = {name: i for i, name in enumerate(names)}
    lookup = np.array([*(position.get(text, -1) for text in texts), -1], dtype=np.int64)
    index = lookup[codes]
    for one, other in look_alikes(names):
        report.add(
            "look-alike",
            place(source.file, column),
            f"{one!r} is written in two ways ({one!a}, {other!a}).",
        )
    if (index < 0).any():
        lacking = int(table.count[index < 0].sum())
        report.add("missing-key", place(source.file, column), f"{lacking} rows have none.")
    return names, index


ODD_ROWS = 5
"""Rows of text in place of a date that a table of dates may have for them to be taken as totals and notes."""
_TROUBLES = {
    "missing-date": "rows have no date.",
    "date-format": "dates are not written as declared",
    "naive-timestamp": "timestamps have no offset.",
    "zone-undeclared": "timestamps have an offset.",
}


def _stamp_faults(stamps: Stamps, table: RawTable, source: TableSource, report: Report) -> None:
    """Report unreadable dates by line and by shape (digits as 9, letters as a), never by content."""
    column = table.key(source.date)
    for code, sentence in _TROUBLES.items():
        at = np.flatnonzero(stamps.trouble == code)
        if not at.size:
            continue
        where = place(source.file, source.date)
        if table.by_line:
            where += ", line " + ", ".join(str(i + 2) for i in at[:3]) + (" ..." if at.size > 3 else "")
        if code == "date-format":
            shapes = list(dict.fromkeys(_shape(str(column.iloc[i])) for i in at[:1000]))[:3]
            if at.size <= ODD_ROWS and not any("9" in shape for shape in shapes):
                what = "Text stands where a date belongs, as rows of totals and notes have it."
                report.add(code, where, what, "Remove these rows from the file.")
                continue
            sentence = f"{sentence}; they look like {', '.join(shapes)} (9 a digit, a a letter)."
        report.add(code, where, f"{int(table.count[at].sum())} {sentence}")


def _shape(text: str) -> str:
    return "".join(
        "9" if c.isdigit() else "a" if c.isalpha() else c if c in "-/. :" else "?" for c in text.strip()[:20]
    )


def _range_faults(day: np.ndarray, source: TableSource, report: Report, today: np.datetime64) -> None:
    early, late = day < EARLIEST, day > today
    if early.any():
        report.add(
            "impossible-date",
            place(source.file, source.date, days=np.unique(day[early])),
            "Dates lie before 1901.",
        )
    if late.any():
        report.add(
            "future-date",
            place(source.file, source.date, days=np.unique(day[late])),
            "Dates lie after today.",
        )
    day[early | late] = NAT


def _grain_faults(day: np.ndarray, rows: Rows, config: DataConfig, report: Report) -> None:
    """Report rows that do not stand on the first day of a period, and rows of two grains in one table."""
    off = ~np.isnat(day) & (day != rows.period)
    known = np.unique(day[~np.isnat(day)])
    where = place(rows.file, rows.source.date, days=np.unique(day[off]))
    if off.any():
        grains = np.diff(known).astype(int)
        if (grains == 1).sum() >= 3 and config.frequency != "daily":
            mixed = (grains >= 6).sum() >= 3
            what = (
                "Daily rows stand beside longer ones."
                if mixed
                else f"Rows are daily, `frequency` is {config.frequency}."
            )
            report.add("mixed-grain", where, what)
        else:
            what, remedy = _anchor(known, config)
            report.add("off-anchor", where, what, remedy)
        rows.period[off] = NAT
    elif config.frequency == "daily" and known.size > 10:
        gaps = np.diff(known).astype(int)
        if (gaps == 7).sum() >= 3:
            at = known[1:][gaps == 7]
            what = "Rows that stand seven days apart are found in daily data."
            report.add("mixed-grain", place(rows.file, rows.source.date, days=at), what)


def _anchor(known: np.ndarray, config: DataConfig) -> tuple[str, str | None]:
    """Return what is wrong with the days of the table, and the remedy where one setting mends all."""
    if config.frequency != "weekly":
        return f"Dates are not the first day of a {config.frequency.removesuffix('ly')}ly period.", None
    weekdays = np.unique((known.astype("int64") + 3) % 7)
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    if weekdays.size == 1:
        found, after = names[weekdays[0]], names[(weekdays[0] + 1) % 7]
        remedy = f"Say week_starts: {found}; or, where dates end the week, `dates_mark: end` and week_starts: {after}."
        return (
            f"Every date is a {found.title()}, weeks are declared to start on {config.week_starts.title()}.",
            remedy,
        )
    return f"Dates fall on {weekdays.size} different weekdays.", "Give one date a week, on the same weekday."
