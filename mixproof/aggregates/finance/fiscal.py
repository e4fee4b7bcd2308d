"""The fiscal calendar: its periods with their names, and in which of them a day lies.

Calendars of weeks take the ends of their years and quarters from pandas; a quarter's weeks are then split by the pattern, and
the 53rd week of a long year lengthens the last month of the quarter that the calendar names.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pandas as pd
from pandas.tseries.offsets import FY5253Quarter

from mixproof.aggregates.calendar import WEEKDAYS
from mixproof.aggregates.finance.config import FiscalOptions, YearEnd
from mixproof.aggregates.finance.faults import fault, raise_if
from mixproof.aggregates.finance.ledger import open_table, texts

DAY, YEAR = timedelta(days=1), timedelta(days=364)
GRAINS = ("fiscal_month", "fiscal_quarter", "fiscal_year")
"""Periods, quarters and years of a fiscal calendar, in the words of tables."""
MARGIN = 1
"""Fiscal years before and after the data that have names too: a ledger's lines may lie there."""


@dataclass(frozen=True, slots=True)
class FiscalPeriod:
    """A period of a fiscal calendar.

    Parameters
    ----------
    name, quarter, year : str
        For example ``FY2024-P07``, ``FY2024-Q3`` and ``FY2024``.
    start, end : datetime.date
        First and last day.
    extra_week : bool
        Whether it holds the 53rd week of its year.
    """

    name: str
    quarter: str
    year: str
    start: date
    end: date
    extra_week: bool = False

    @property
    def days(self) -> int:
        """Number of its days."""
        return (self.end - self.start).days + 1

    def label(self, grain: str) -> str:
        """Return its name as a period of one of `GRAINS`."""
        return {"fiscal_month": self.name, "fiscal_quarter": self.quarter, "fiscal_year": self.year}[grain]


@dataclass(frozen=True, slots=True)
class FiscalCalendar:
    """Periods in the order of time, without gaps and overlaps."""

    periods: tuple[FiscalPeriod, ...]

    def at(self, day: date) -> FiscalPeriod:
        """Return the period in which a day lies.

        Raises
        ------
        KeyError
            The calendar does not reach so far.
        """
        place = bisect_right([period.start for period in self.periods], day) - 1
        if place < 0 or day > self.periods[place].end:
            raise KeyError(f"{day} lies outside the fiscal calendar")
        return self.periods[place]

    def named(self, name: str) -> FiscalPeriod | None:
        """Return the period of a name, None where there is none."""
        return next((period for period in self.periods if period.name == name), None)

    def labels(self, days: Iterable[date], grain: str) -> list[str]:
        """Return the name of the period in which each day lies, or on which side of the calendar.

        Parameters
        ----------
        days : iterable of datetime.date
        grain : str
            One of `GRAINS`.

        Returns
        -------
        list of str
        """
        first, last = self.periods[0].start, self.periods[-1].end
        plain = [day.date() if isinstance(day, pd.Timestamp) else day for day in days]
        return [
            f"before {first}" if day < first else f"after {last}" if day > last else self.at(day).label(grain)
            for day in plain
        ]

    def bounds(self, label: str, grain: str) -> tuple[date, date]:
        """Return first and last day of a period, quarter or year.

        Parameters
        ----------
        label : str
        grain : str
            One of `GRAINS`.

        Returns
        -------
        tuple of two datetime.date
        """
        mine = [period for period in self.periods if period.label(grain) == label]
        return mine[0].start, mine[-1].end


def fiscal_calendar(
    options: FiscalOptions, first: date, last: date, folder: Path | None = None
) -> FiscalCalendar:
    """Return the calendar from the fiscal year before the data to the one after.

    Parameters
    ----------
    options : FiscalOptions
    first, last : datetime.date
        First and last day of the data.
    folder : pathlib.Path, optional
        Folder of the table of a calendar that has one.

    Returns
    -------
    FiscalCalendar

    Raises
    ------
    DataError
        The table has gaps or overlaps, or does not cover the data.
    """
    if options.kind == "months":
        return _around(
            (period for year in _years(first, last) for period in _months(options, year)), first, last
        )
    if options.year_ends is not None:
        pattern = [int(weeks) for weeks in options.kind.split("-")]
        made = (_weeks(options, options.year_ends, pattern, year) for year in _years(first, last))
        return _around((period for each in made for period in each), first, last)
    if folder is None:
        raise ValueError("a calendar with a table needs the folder it is read from")
    return _table(options, first, last, folder)


def _years(first: date, last: date) -> range:
    return range(first.year - MARGIN - 1, last.year + MARGIN + 2)


def _around(periods: Iterable[FiscalPeriod], first: date, last: date) -> FiscalCalendar:
    """Return the calendar of the fiscal years that have days in the data, or within a year of them."""
    made, reach = list(periods), MARGIN * YEAR
    kept = {period.year for period in made if period.end >= first - reach and period.start <= last + reach}
    return FiscalCalendar(tuple(period for period in made if period.year in kept))


def _months(options: FiscalOptions, year: int) -> Iterator[FiscalPeriod]:
    """Yield the twelve months of the fiscal year that starts in a calendar year."""
    name = f"FY{year + (options.year_starts > 1 and options.year_named == 'end')}"
    for number in range(12):
        month = options.year_starts - 1 + number
        start = date(year + month // 12, month % 12 + 1, 1)
        after = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
        yield FiscalPeriod(
            f"{name}-P{number + 1:02d}", f"{name}-Q{number // 3 + 1}", name, start, after - DAY
        )


def _weeks(
    options: FiscalOptions, ends: YearEnd, pattern: Sequence[int], year: int
) -> Iterator[FiscalPeriod]:
    """Yield the twelve periods of the fiscal year that ends with the month `ends.month` of `year`."""
    offset = FY5253Quarter(  # type: ignore[call-arg]  # the stubs leave the quarter out
        variation=ends.rule,
        weekday=WEEKDAYS.index(ends.weekday),
        startingMonth=ends.month,
        qtr_with_extra_week=ends.extra_week,
    )
    named = year if options.year_named == "end" or ends.month == 12 else year - 1
    name = f"FY{named}"
    start = year_end(ends, year - 1) + DAY
    long = (year_end(ends, year) - start).days + 1 == 53 * 7
    at, number = pd.Timestamp(start - DAY), 0
    for quarter in range(1, 5):
        weeks = ((at + offset) - at).days // 7
        for place, length in enumerate(pattern):
            number += 1
            more = weeks - 13 if place == 2 else 0
            end = start + timedelta(weeks=length + more) - DAY
            yield FiscalPeriod(
                f"{name}-P{number:02d}", f"{name}-Q{quarter}", name, start, end, long and more == 1
            )
            start = end + DAY
        at = at + offset


def year_end(ends: YearEnd, year: int) -> date:
    """Return the last day of the fiscal year whose last month is that of a calendar year.

    Parameters
    ----------
    ends : YearEnd
    year : int

    Returns
    -------
    datetime.date

    Examples
    --------
    >>> year_end(YearEnd(month=1, weekday="saturday"), 2024)  # the retail calendar's 2023 has 53 weeks
    datetime.date(2024, 2, 3)
    """
    last = date(year + ends.month // 12, ends.month % 12 + 1, 1) - DAY
    back = (last.weekday() - WEEKDAYS.index(ends.weekday)) % 7
    return (
        last - timedelta(days=back) if ends.rule == "last" or back <= 3 else last + timedelta(days=7 - back)
    )


def _table(options: FiscalOptions, first: date, last: date, folder: Path) -> FiscalCalendar:
    """Return the calendar of a table, its periods in the order of their days."""
    file = str(options.file)
    roles = {"period": options.period, "start": options.start, "end": options.end}
    roles |= {role: column for role in ("quarter", "year") if (column := getattr(options, role)) is not None}
    frame = open_table(file, folder, roles, "finance.calendar")
    cells = {role: texts(frame, column) for role, column in roles.items()}
    days: dict[str, list[date]] = {}
    for role in ("start", "end"):
        try:
            days[role] = [date.fromisoformat(cell[:10]) for cell in cells[role]]
        except ValueError:
            raise_if([fault("fiscal-table", f"{file}: {roles[role]}", "A cell is no ISO day.")])
    names = cells["period"]
    found = [
        FiscalPeriod(
            name,
            cells.get("quarter", names)[i],
            cells.get("year", names)[i],
            days["start"][i],
            days["end"][i],
        )
        for i, name in enumerate(names)
    ]
    found.sort(key=lambda period: period.start)
    raise_if([fault("fiscal-table", file, what) for what in _odd(found, first, last)])
    return FiscalCalendar(tuple(found))


def _odd(found: Sequence[FiscalPeriod], first: date, last: date) -> Iterator[str]:
    """Yield what is wrong with the periods of a table."""
    if len({period.name for period in found}) < len(found):
        yield "Two periods have one name."
    for period in found:
        if period.end < period.start:
            yield f"The period {period.name} ends before it starts."
    for one, other in pairwise(found):
        if other.start <= one.end:
            yield f"The periods {one.name} and {other.name} overlap: {other.start} to {one.end} lies in both."
        elif other.start > one.end + DAY:
            yield f"There is a gap between {one.name} and {other.name}: {one.end + DAY} to {other.start - DAY}."
    if found and (found[0].start > first or found[-1].end < last):
        yield f"It covers {found[0].start} to {found[-1].end}, the data are of {first} to {last}."
