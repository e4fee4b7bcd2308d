"""Raw tables to keyed tables: which geo, period and channel each row belongs to, and which column gives each measure.

Faults name lines and shapes of dates, never what stands in a cell.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from mixproof.aggregates.calendar import EARLIEST, NAT, Stamps, last_day_to_start, period_start, read_stamps
from mixproof.aggregates.config import DataConfig, TableSource
from mixproof.aggregates.reading.measures import Measure, declared, nearest, resolve
from mixproof.aggregates.reading.table import RawTable, Rows
from mixproof.aggregates.report import Report, place
from mixproof.text import look, look_alikes

NATIONAL = "national"
SHOWN = 12
"""Columns that nothing reads which are named; the others are counted."""


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
    keyed.tainted |= _geo_faults(keyed.rows, report)
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
    rows = Rows(source, table, geos, geo, labels, label, period, stamp, day)
    if source.rows_are == "hourly" and np.isnat(stamp[~np.isnat(day)]).any():
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


def _geo_faults(tables: Mapping[str, Rows], report: Report) -> set[str]:
    """Return the tables whose geos are another's in another spelling, which is reported: each would lack the other's rows."""
    spelled: dict[str, dict[str, str]] = {}
    tainted: set[str] = set()
    for file, rows in tables.items():
        for name in () if rows.national else rows.geos:
            here = spelled.setdefault(look(name), {})
            if name not in here and file not in here.values() and here:
                other, first = next(iter(here.items()))
                what = f"{name!r} is written {other!r} in {first}."
                report.add(
                    "look-alike", place(file, rows.source.geo), what, "Write the name alike in all tables."
                )
                tainted |= {file, first}
            here.setdefault(name, file)
    return tainted


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
            if all(_UNIX.fullmatch(shape) for shape in shapes):
                what = f"{int(table.count[at].sum())} dates look like seconds or milliseconds since 1970."
                report.add(
                    code, where, what, "Write them as dates, 2024-01-31 say, before they are exported."
                )
                continue
            sentence = f"{sentence}; they look like {', '.join(shapes)} (9 a digit, a a letter)."
        report.add(code, where, f"{int(table.count[at].sum())} {sentence}")


_UNIX = re.compile("9{10}|9{13}")
"""Shapes of seconds and of milliseconds since 1970, of the years from 2001 on."""


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
