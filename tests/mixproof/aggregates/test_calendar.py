"""T46, T47: weeks, leap days, ISO week 53, months, years, and clocks that change."""

import numpy as np
import pandas as pd
import pytest

from mixproof.aggregates.calendar import hours_in, next_period, period_labels, period_start, regular_periods
from mixproof.errors import DataError

STARTS = [
    ("2024-02-29", "weekly", "monday", "2024-02-26"),
    ("2024-02-29", "weekly", "sunday", "2024-02-25"),
    ("2021-01-03", "weekly", "monday", "2020-12-28"),
    ("1969-12-31", "weekly", "monday", "1969-12-29"),
    ("2024-02-29", "monthly", "monday", "2024-02-01"),
    ("2024-12-31", "yearly", "monday", "2024-01-01"),
    ("2024-02-29", "daily", "monday", "2024-02-29"),
]


@pytest.mark.parametrize(("day", "frequency", "anchor", "start"), STARTS)
def test_period_start(day, frequency, anchor, start):
    found = period_start(np.array([day], dtype="datetime64[D]"), frequency, anchor)
    assert str(found[0]) == start


@pytest.mark.parametrize("frequency", ["daily", "weekly", "monthly", "yearly"])
def test_periods_follow_one_another(frequency):
    periods = regular_periods(np.datetime64("2018-01-01"), np.datetime64("2025-01-01"), frequency)
    assert (next_period(periods, frequency)[:-1] == periods[1:]).all()


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [("2024-03-31", "Europe/London", 23), ("2024-10-27", "Europe/London", 25), ("2024-11-03", "America/New_York", 25),
     ("2024-03-10", "America/New_York", 23), ("2024-06-01", "Europe/London", 24)],
)  # fmt: skip
def test_hours_in_a_day(day, zone, hours):
    start = np.array([day], dtype="datetime64[D]")
    assert hours_in(start, start + np.timedelta64(1, "D"), zone)[0] == hours


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York"])
def test_hours_become_weeks_and_totals_stay(build, good, zone):
    hours = pd.date_range("2022-01-03", "2022-12-05", freq="h", tz=zone, inclusive="left")
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"week": [t.isoformat() for t in hours], "price": rng.normal(1, 0.1, len(hours))})
    for name in ("revenue", "tv_spend", "search_spend"):
        frame[name] = rng.gamma(2, 5, len(hours))
    table = {"file": "t.csv", "date": "week", "rows_are": "hourly"}
    panel = build(frame, good.section(tables=[table], time_zone=zone))
    assert panel.data.sizes["date"] == 48
    assert float(panel.data["outcome"].sum()) == pytest.approx(frame["revenue"].sum())
    assert float(panel.data["spend"].sel(channel="tv").sum()) == pytest.approx(frame["tv_spend"].sum())
    with pytest.raises(DataError, match="do not have all their rows"):
        build(frame.drop(index=[500]), good.section(tables=[table], time_zone=zone))


@pytest.mark.parametrize(
    ("form", "mark"), [("%d.%m.%Y", "start"), ("%G-W%V", "start"), ("%m/%d/%Y", "start"), ("%Y-%m-%d", "end")]
)
def test_ways_of_writing_a_week(build, good, form, mark):
    frame = good.weekly(90, first="2020-01-06")  # 2020 has an ISO week 53
    days = pd.to_datetime(frame["week"]) + pd.Timedelta(days=6 if mark == "end" else 0)
    plain = build(frame)
    table = {"file": "t.csv", "date": "week", "dates_mark": mark}
    other = build(frame.assign(week=days.dt.strftime(form)), good.section(tables=[table], date_format=form))
    assert other.fingerprint() == plain.fingerprint()


def test_there_is_no_week_53_in_2023(build, good):
    frame = good.weekly().assign(
        week=[f"2022-W{w:02d}" for w in range(1, 53)] + [f"2023-W{w:02d}" for w in range(46, 54)]
    )
    with pytest.raises(DataError) as raised:
        build(frame, good.section(date_format="%G-W%V"))
    assert "date-format" in {fault.code for fault in raised.value.faults}


@pytest.mark.parametrize(("frequency", "rule"), [("daily", "D"), ("monthly", "MS"), ("yearly", "YS")])
def test_other_frequencies(build, good, frequency, rule):
    dates = pd.date_range("1950-01-01", periods=70, freq=rule)
    frame = good.weekly(70).assign(week=dates.strftime("%Y-%m-%d"))
    panel = build(frame, good.section(frequency=frequency))
    assert (panel.data["date"].values == dates.to_numpy().astype("datetime64[ns]")).all()


LABELS = [
    ("2024-03-31", "month", 1, "2024-03"),
    ("2024-03-31", "quarter", 1, "2024-Q1"),
    ("2024-03-31", "year", 1, "2024"),
    ("2024-03-31", "fiscal_year", 1, "FY2024"),
    ("2024-03-31", "fiscal_year", 4, "FY2024"),
    ("2024-04-01", "fiscal_year", 4, "FY2025"),
    ("2024-12-30", "fiscal_year", 10, "FY2025"),
    ("2024-03-31", "fiscal_quarter", 4, "FY2024-Q4"),
    ("2024-04-01", "fiscal_quarter", 4, "FY2025-Q1"),
    ("2024-12-30", "fiscal_quarter", 2, "FY2025-Q4"),
    ("2024-01-31", "fiscal_quarter", 2, "FY2024-Q4"),
]


@pytest.mark.parametrize(("date", "grain", "starts", "label"), LABELS)
def test_a_date_belongs_to_the_period_in_which_it_starts(
    date: str, grain: str, starts: int, label: str
) -> None:
    assert period_labels(pd.DatetimeIndex([date]), grain, starts) == [label]
