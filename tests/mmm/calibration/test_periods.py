"""Days and periods: the panel's calendar goes on before and behind its dates."""

from datetime import date
from typing import Any

import numpy as np
import pytest

from mmm.calibration.periods import periods_around, spread, weeks_outside
from tests.mmm.random_panels import Shape, random_panel

CASES: list[tuple[Any, str, tuple[date, date], int, list[str], int]] = [
    ("weekly", "2023-01-02", (date(2022, 12, 30), date(2023, 1, 9)), 1,
     ["2022-12-19", "2022-12-26", "2023-01-02", "2023-01-09", "2023-01-16"], -2),
    ("daily", "2023-01-02", (date(2023, 1, 4), date(2023, 1, 5)), 1,
     ["2023-01-03", "2023-01-04", "2023-01-05", "2023-01-06"], 1),
    ("monthly", "2023-01-01", (date(2022, 12, 30), date(2023, 2, 28)), 1,
     ["2022-11-01", "2022-12-01", "2023-01-01", "2023-02-01", "2023-03-01"], -2),
    ("yearly", "2020-01-01", (date(2020, 5, 1), date(2021, 5, 1)), 0, ["2020-01-01", "2021-01-01", "2022-01-01"], 0),
]  # fmt: skip


@pytest.mark.parametrize(("frequency", "start", "days", "lead", "starts", "first"), CASES)
def test_periods_are_the_panel_s(
    frequency: Any, start: str, days: tuple[date, date], lead: int, starts: list[str], first: int
) -> None:
    panel = random_panel(Shape(dates=12), start=start, frequency=frequency)
    periods = periods_around(panel, *days, lead)
    assert periods.starts.astype(str).tolist() == starts
    assert periods.first == first
    assert len(periods.days) == periods.lengths.sum()
    np.testing.assert_allclose(
        periods.totals(periods.by_day(np.arange(periods.count))), np.arange(periods.count)
    )


def test_money_of_two_weeks_is_spread_over_their_days() -> None:
    periods = periods_around(random_panel(Shape()), date(2023, 1, 2), date(2023, 1, 29), 0)
    daily = spread([date(2023, 1, 5)], 14, np.array([28.0]), periods)
    np.testing.assert_allclose(periods.totals(daily), [8.0, 14.0, 6.0, 0.0])


def test_weeks_outside_are_counted_on_both_sides() -> None:
    panel = random_panel(Shape(dates=10))  # to 2023-03-12
    assert weeks_outside(panel, date(2022, 11, 1), date(2022, 12, 5)) == 4.0
    assert weeks_outside(panel, date(2023, 3, 26), date(2023, 4, 5)) == 2.0
    assert weeks_outside(panel, date(2022, 12, 5), date(2023, 1, 9)) == 0.0
