"""Days and the panel's periods: periods go on before and behind the panel, as far as an experiment needs them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from mixproof.aggregates.panel import Panel
from mixproof.records.evidence_contract import covered_days


@dataclass(frozen=True, slots=True)
class Periods:
    """Consecutive periods in the panel's calendar.

    Parameters
    ----------
    starts : numpy.ndarray of datetime64[D], shape (period + 1,)
        First day of each, and the day after the last.
    first : int
        Place of the first among the panel's dates, negative before them.
    """

    starts: np.ndarray
    first: int

    @property
    def count(self) -> int:
        """Number of periods."""
        return len(self.starts) - 1

    @property
    def days(self) -> np.ndarray:
        """Every day, shape (day,)."""
        return np.arange(self.starts[0], self.starts[-1])

    @property
    def places(self) -> np.ndarray:
        """Place of each period among the panel's dates, shape (period,); negative before and beyond them behind."""
        return self.first + np.arange(self.count)

    @property
    def lengths(self) -> np.ndarray:
        """Days of each period, shape (period,)."""
        return np.diff(self.starts).astype(int)

    def inside(self, start: date, end: date) -> np.ndarray:
        """Return which days lie from `start` to `end`.

        Parameters
        ----------
        start, end : datetime.date
            Both inclusive.

        Returns
        -------
        numpy.ndarray of bool, shape (day,)
        """
        return (self.days >= np.datetime64(start)) & (self.days <= np.datetime64(end))

    def totals(self, daily: np.ndarray) -> np.ndarray:
        """Return the sums over the days of each period, shape (period,)."""
        return np.add.reduceat(daily, np.cumsum(self.lengths) - self.lengths)

    def by_day(self, values: np.ndarray) -> np.ndarray:
        """Return values of periods spread evenly over their days, shape (day,)."""
        return np.repeat(values / self.lengths, self.lengths)


def periods_around(panel: Panel, first: date, last: date, lead: int) -> Periods:
    """Return the periods from `lead` before that of day `first` to that of day `last`.

    Parameters
    ----------
    panel : Panel
        Whose calendar goes on beyond its dates.
    first, last : datetime.date
    lead : int
        Periods before the first.

    Returns
    -------
    Periods
    """
    own = panel.data["date"].values.astype("datetime64[D]")
    unit = {"monthly": "M", "yearly": "Y"}.get(panel.frequency)
    begin, final = np.datetime64(first), np.datetime64(last)
    if unit is not None:
        months = own[0].astype(f"datetime64[{unit}]")
        place = int((begin.astype(f"datetime64[{unit}]") - months).astype(int)) - lead
        final_place = int((final.astype(f"datetime64[{unit}]") - months).astype(int))
        starts = (months + np.arange(place, final_place + 2)).astype("datetime64[D]")
        return Periods(starts, place)
    step = 1 if panel.frequency == "daily" else 7
    place = int((begin - own[0]).astype(int)) // step - lead
    final_place = int((final - own[0]).astype(int)) // step
    return Periods(own[0] + step * np.arange(place, final_place + 2), place)


def spread(dates: Sequence[date], period_days: int, values: np.ndarray, periods: Periods) -> np.ndarray:
    """Return values of stretches of `period_days` days, spread evenly over their days, shape (day,); zero elsewhere.

    Parameters
    ----------
    dates : sequence of datetime.date
        First day of each stretch.
    period_days : int
    values : numpy.ndarray, shape (stretch,)
    periods : Periods

    Returns
    -------
    numpy.ndarray, shape (day,)
    """
    total = np.zeros(len(periods.days))
    for start, value in zip(dates, values, strict=True):
        total[periods.inside(start, start + timedelta(days=period_days - 1))] += value / period_days
    return total


def weeks_outside(panel: Panel, start: date, end: date) -> float:
    """Return how many weeks a test from `start` to `end` lies before or behind the panel's days; 0 inside.

    Parameters
    ----------
    panel : Panel
    start, end : datetime.date

    Returns
    -------
    float
    """
    first, last = covered_days(panel)
    return max((first - end).days, (start - last).days, 0) / 7
