"""Cells to periods: dates, timestamps, ISO weeks, months and years to the first day of their period."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from mixproof.aggregates.config import DataConfig, TableSource, Weekday
from mixproof.aggregates.panel import Frequency

WEEKDAYS: tuple[Weekday, ...] = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
EARLIEST = np.datetime64("1901-01-01", "D")
NAT = np.datetime64("NaT", "D")
_ONE = {"M": np.timedelta64(1, "M"), "Y": np.timedelta64(1, "Y")}
_TIMESTAMP = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}")
_YEAR = re.compile(r"\d{4}(\.0)?")


@dataclass(frozen=True, slots=True)
class Stamps:
    """What a date column says, shape (row,) each: the day, the instant where there is one, and why a cell is none.

    ``trouble`` is "" or one of "missing-date", "date-format", "naive-timestamp", "zone-undeclared".
    """

    day: np.ndarray
    instant: np.ndarray
    trouble: np.ndarray


def read_stamps(column: pd.Series, table: TableSource, config: DataConfig) -> Stamps:
    """Return days and instants of a date column; every distinct cell is parsed once, by one declared format.

    Parameters
    ----------
    column : pandas.Series, shape (row,)
        Dates, timestamps, or text.
    table : TableSource
        Whose date format counts, where it has one.
    config : DataConfig
        Frequency, time zone, and the date format of tables that have none.

    Returns
    -------
    Stamps
        shape (row,) each; ``trouble`` says why a cell has no day.
    """
    codes, distinct = pd.factorize(column, use_na_sentinel=True)
    form = _Form(table.date_format or config.date_format, config.frequency, config.time_zone)
    parsed = [form.read(cell) for cell in distinct]
    day = np.array([*(p[0] for p in parsed), NAT], dtype="datetime64[D]")
    instant = np.array([*(p[1] for p in parsed), "NaT"], dtype="datetime64[s]")
    trouble = np.array([*(p[2] for p in parsed), "missing-date"], dtype="<U16")
    return Stamps(day[codes], instant[codes], trouble[codes])


@dataclass(frozen=True, slots=True)
class _Form:
    """How this table writes its dates."""

    pattern: str
    frequency: Frequency
    zone: str | None

    def read(self, cell: object) -> tuple[np.datetime64, np.datetime64, str]:
        """Return day, instant (UTC) and trouble of one cell."""
        nowhere = np.datetime64("NaT", "s")
        if isinstance(cell, datetime):  # before date: a datetime is a date too
            return self._moment(cell)
        if isinstance(cell, date):
            return np.datetime64(cell, "D"), nowhere, ""
        if isinstance(cell, np.datetime64):
            return self._moment(pd.Timestamp(cell).to_pydatetime())
        text = str(cell).strip()
        if not text:
            return NAT, nowhere, "missing-date"
        if self.frequency == "yearly" and _YEAR.fullmatch(text):
            return np.datetime64(text[:4], "D"), nowhere, ""
        try:
            if _TIMESTAMP.match(text):
                return self._moment(datetime.fromisoformat(text))
            return np.datetime64(self._strptime(text), "D"), nowhere, ""
        except (ValueError, OverflowError, re.error):
            return NAT, nowhere, "date-format"

    def _moment(self, moment: datetime) -> tuple[np.datetime64, np.datetime64, str]:
        """Return the day of a timestamp in the declared zone; a bare midnight is how many tools write a date."""
        nowhere = np.datetime64("NaT", "s")
        if moment.tzinfo is None:
            if (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0):
                return np.datetime64(moment.date(), "D"), nowhere, ""
            return NAT, nowhere, "naive-timestamp"
        if self.zone is None:
            return NAT, nowhere, "zone-undeclared"
        local = moment.astimezone(ZoneInfo(self.zone))
        utc = moment.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
        return np.datetime64(local.date(), "D"), np.datetime64(utc, "s"), ""

    def _strptime(self, text: str) -> date:
        pattern = self.pattern
        if "%V" in pattern and "%u" not in pattern:  # an ISO week without its day begins on its Monday
            text, pattern = f"{text} 1", f"{pattern} %u"
        if pattern == "%Y-%m-%d" and len(text) != 10:
            raise ValueError("ISO dates have ten characters")
        return datetime.strptime(text, pattern).date()


def period_start(day: np.ndarray, frequency: Frequency, week_starts: Weekday = "monday") -> np.ndarray:
    """Return the first day of the period each day lies in, datetime64[D] of the same shape.

    Parameters
    ----------
    day : numpy.ndarray of datetime64[D]
        Any shape; NaT stays NaT.
    frequency : {"daily", "weekly", "monthly", "yearly"}
    week_starts : str
        Weekday on which weeks begin; for weekly periods only.

    Returns
    -------
    numpy.ndarray of datetime64[D], shape of `day`
    """
    if frequency == "daily":
        return day
    if frequency == "weekly":
        weekday = (day.astype("int64") + 3) % 7  # day 0 of the epoch was a Thursday
        back = (weekday - WEEKDAYS.index(week_starts)) % 7
        return np.where(np.isnat(day), day, day - back.astype("timedelta64[D]"))
    return day.astype("datetime64[M]" if frequency == "monthly" else "datetime64[Y]").astype("datetime64[D]")


def next_period(start: np.ndarray, frequency: Frequency) -> np.ndarray:
    """Return the first day of the period after each, datetime64[D].

    Parameters
    ----------
    start : numpy.ndarray of datetime64[D]
        First days of periods.
    frequency : {"daily", "weekly", "monthly", "yearly"}

    Returns
    -------
    numpy.ndarray of datetime64[D], shape of `start`
    """
    if frequency in ("daily", "weekly"):
        return start + np.timedelta64(1 if frequency == "daily" else 7, "D")
    unit = "M" if frequency == "monthly" else "Y"
    return (start.astype(f"datetime64[{unit}]") + _ONE[unit]).astype("datetime64[D]")


def regular_periods(first: np.datetime64, last: np.datetime64, frequency: Frequency) -> np.ndarray:
    """Return every period start from `first` to `last`, both included, datetime64[D].

    Parameters
    ----------
    first, last : numpy.datetime64
        First days of the first and the last period.
    frequency : {"daily", "weekly", "monthly", "yearly"}

    Returns
    -------
    numpy.ndarray of datetime64[D], shape (period,)
    """
    if frequency in ("daily", "weekly"):
        return np.arange(
            first, last + np.timedelta64(1, "D"), np.timedelta64(1 if frequency == "daily" else 7, "D")
        )
    unit = "M" if frequency == "monthly" else "Y"
    return np.arange(
        first.astype(f"datetime64[{unit}]"), last.astype(f"datetime64[{unit}]") + _ONE[unit]
    ).astype("datetime64[D]")


def hours_in(start: np.ndarray, end: np.ndarray, zone: str) -> np.ndarray:
    """Return the hours between two local midnights, shape of `start`; 23 or 25 a day when clocks change.

    Parameters
    ----------
    start, end : numpy.ndarray of datetime64[D]
        Days, of one shape.
    zone : str
        IANA name of the time zone.

    Returns
    -------
    numpy.ndarray of int, shape of `start`
    """
    where = ZoneInfo(zone)

    def moment(day: np.datetime64) -> float:
        return datetime.combine(day.astype(object), datetime.min.time(), where).timestamp()

    seconds = [moment(e) - moment(s) for s, e in zip(start.ravel(), end.ravel(), strict=True)]
    return np.round(np.array(seconds) / 3600.0).astype(int).reshape(start.shape)


def last_day_to_start(day: np.ndarray, frequency: Frequency) -> np.ndarray:
    """Return the first day of the period whose last day is given; the day itself where it is no last day.

    Parameters
    ----------
    day : numpy.ndarray of datetime64[D]
        Last days of periods.
    frequency : {"daily", "weekly", "monthly", "yearly"}
        Any seven days are a week.

    Returns
    -------
    numpy.ndarray of datetime64[D], shape of `day`
    """
    if frequency == "daily":
        return day
    if frequency == "weekly":
        return day - np.timedelta64(6, "D")
    start = period_start(day, frequency)
    return np.where(next_period(start, frequency) - np.timedelta64(1, "D") == day, start, day)


def period_labels(dates: pd.DatetimeIndex, grain: str, fiscal_year_starts: int = 1) -> list[str]:
    """Return the label of the calendar period in which each date falls.

    Parameters
    ----------
    dates : pandas.DatetimeIndex
    grain : str
        "month", "quarter", "fiscal_quarter", "fiscal_year" or "year".
    fiscal_year_starts : int
        Month, 1 to 12.

    Returns
    -------
    list of str
        One a date.

    Examples
    --------
    >>> period_labels(pd.DatetimeIndex(["2024-04-01"]), "fiscal_year", fiscal_year_starts=4)
    ['FY2025']

    Notes
    -----
    A fiscal year is named after the calendar year in which it ends.
    """
    if grain == "month":
        return [f"{d.year}-{d.month:02d}" for d in dates]
    if grain == "quarter":
        return [f"{d.year}-Q{d.quarter}" for d in dates]
    if grain == "year":
        return [str(d.year) for d in dates]
    years = [f"FY{d.year + (fiscal_year_starts > 1 and d.month >= fiscal_year_starts)}" for d in dates]
    if grain == "fiscal_year":
        return years
    quarters = [(d.month - fiscal_year_starts) % 12 // 3 + 1 for d in dates]
    return [f"{year}-Q{quarter}" for year, quarter in zip(years, quarters, strict=True)]
