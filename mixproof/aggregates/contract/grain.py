"""Grain of the rows: whether they stand on the first days of periods, and which setting mends it where they do not."""

from collections.abc import Mapping

import numpy as np

from mixproof.aggregates.calendar import (
    NAT,
    WEEKDAYS,
    Weekday,
    last_day_to_start,
    next_period,
    period_start,
    read_stamps,
)
from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.reading.table import Rows
from mixproof.aggregates.report import Report, place

LEAST_RUN = 3
"""So many neighbouring rows one day apart are days, and six or more days apart are weeks or longer."""


def grain_faults(tables: Mapping[str, Rows], config: DataConfig, report: Report) -> set[str]:
    """Report rows that do not stand on the first day of a period, and rows of two grains in one table.

    Parameters
    ----------
    tables : mapping of str to Rows
        Keyed tables by file; rows off the first day of a period lose their period.
    config : DataConfig
    report : Report

    Returns
    -------
    set of str
        The tables with faults.
    """
    found = set()
    for file, rows in tables.items():
        if rows.source.rows_are is None and _faulty(rows, tables, config, report):
            found.add(file)
    return found


def _faulty(rows: Rows, tables: Mapping[str, Rows], config: DataConfig, report: Report) -> bool:
    day = rows.day
    off = ~np.isnat(day) & (day != rows.period)
    known = _known(rows)
    where = place(rows.file, rows.source.date, days=np.unique(day[off]))
    if off.any():
        rows.period[off] = NAT
        exchanged = _day_and_month_exchanged(rows, config)
        if exchanged:
            what = "Most dates begin no period; with day and month exchanged, all of them do."
            report.add("date-format", where, what, f'Say date_format: "{exchanged}".')
        elif config.frequency != "daily" and (np.diff(known).astype(int) == 1).sum() >= LEAST_RUN:
            report.add("mixed-grain", where, *_daily(known, config))
        else:
            report.add("off-anchor", where, *_anchor(rows, tables, config))
        return True
    if config.frequency == "daily" and known.size > 10:
        gaps = np.diff(known).astype(int)
        if (gaps == 7).sum() >= LEAST_RUN:
            at = known[1:][gaps == 7]
            what = "Rows that stand seven days apart are found in daily data."
            report.add("mixed-grain", place(rows.file, rows.source.date, days=at), what)
            return True
    return False


def _known(rows: Rows) -> np.ndarray:
    return np.unique(rows.day[~np.isnat(rows.day)])


def _daily(known: np.ndarray, config: DataConfig) -> tuple[str, str | None]:
    """Return what is wrong with days in longer periods, and the remedy."""
    if (np.diff(known).astype(int) >= 6).sum() >= LEAST_RUN:
        return "Daily rows stand beside longer ones.", None
    remedy = "Say `rows_are: daily` to have the days of each period summed, or frequency: daily."
    return f"Rows are daily, `frequency` is {config.frequency}.", remedy


def _day_and_month_exchanged(rows: Rows, config: DataConfig) -> str | None:
    """Return the date format with day and month exchanged where by it every date begins or ends a period."""
    pattern = rows.source.date_format or config.date_format
    if not {"%d", "%m"} <= {pattern[at : at + 2] for at in range(len(pattern))}:
        return None
    other = pattern.replace("%d", "%\0").replace("%m", "%d").replace("%\0", "%m")
    source = rows.source.model_copy(update={"date_format": other})
    day = read_stamps(rows.table.key(source.date), source, config).day
    if np.isnat(day).any():
        return None
    if source.dates_mark == "end":
        day = last_day_to_start(day, config.frequency)
    fits: bool = (day == period_start(day, config.frequency, config.week_starts)).all()
    return other if fits else None


def _anchor(rows: Rows, tables: Mapping[str, Rows], config: DataConfig) -> tuple[str, str]:
    """Return what is wrong with the days of a table, and the remedy that mends it, the other tables seen, too."""
    known = _known(rows)
    if config.frequency != "weekly":
        period = config.frequency.removesuffix("ly")
        what = f"Dates are not the first day of a {period}ly period."
        begun = period_start(last_day_to_start(known, config.frequency), config.frequency)
        last = (next_period(begun, config.frequency) - np.timedelta64(1, "D")) == known
        if last.all() and rows.source.dates_mark == "start":
            return what, f"Say `dates_mark: end` for the table: its dates are last days of a {period}."
        example = "2024-03-01" if config.frequency == "monthly" else "2024-01-01, or 2024 alone"
        return (
            what,
            f"Give the first day of each {period} ({example}), or one row a day with `rows_are: daily`.",
        )
    if _weekday(rows) is None:
        return "Dates fall on different weekdays.", (
            "Give one date a week, on the same weekday, or one row a day with `rows_are: daily`."
        )
    day = WEEKDAYS[_weekday(rows) or 0].title()
    what = f"Every date is a {day}, weeks are declared to start on {config.week_starts.title()}."
    others = [table for table in tables.values() if table is not rows and table.source.rows_are is None]
    return what, _week_remedy(rows, others)


def _weekday(rows: Rows) -> int | None:
    """Return the weekday of all dates, 0 for Monday; None where there are several."""
    found = np.unique((_known(rows).astype("int64") + 3) % 7)
    return int(found[0]) if found.size == 1 else None


def _week_remedy(rows: Rows, others: list[Rows]) -> str:
    """Return the settings by which the weeks of all tables begin on one day: dates begin weeks, or end them."""
    own = _weekday(rows) or 0
    begun: dict[str, int | None] = {table.file: _weekday(table) for table in others}
    if all(weekday == own for weekday in begun.values()):
        if rows.source.dates_mark == "end":
            return f"Say week_starts: {WEEKDAYS[own]}, or leave `dates_mark: end` out where dates begin the week."
        every = " for every table" if begun else ""
        return (
            f"Say week_starts: {WEEKDAYS[own]}; or, where dates end the week, `dates_mark: end`{every} and "
            f"week_starts: {WEEKDAYS[(own + 1) % 7]}."
        )
    begun[rows.file] = own
    marked = {table.file for table in (*others, rows) if table.source.dates_mark == "end"}
    for start in dict.fromkeys(weekday for weekday in begun.values() if weekday is not None):
        ending = [file for file, weekday in begun.items() if weekday != start]
        if all(begun[file] == (start - 1) % 7 and file not in marked for file in ending):
            return _say(WEEKDAYS[start], ending)
    return "Weeks that begin on different days cannot be put together: export one of the tables by day (`rows_are: daily`)."


def _say(week_starts: Weekday, ending: list[str]) -> str:
    return f"Say week_starts: {week_starts}, and `dates_mark: end` for {' and '.join(ending)}, whose dates end that week."
