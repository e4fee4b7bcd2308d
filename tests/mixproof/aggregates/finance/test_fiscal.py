"""Fiscal calendars: weeks in patterns against pandas and published years, months from any start, tables without gaps."""

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from pandas.tseries.offsets import FY5253

from mixproof.aggregates.finance.config import FiscalOptions, YearEnd
from mixproof.aggregates.finance.fiscal import FiscalCalendar, fiscal_calendar, year_end
from mixproof.errors import DataError

RETAIL = FiscalOptions(kind="4-5-4", year_ends=YearEnd(month=1, weekday="saturday"), year_named="start")
SEPTEMBER = FiscalOptions(
    kind="4-4-5", year_ends=YearEnd(month=9, weekday="saturday", rule="last", extra_week=1)
)
DECEMBER = FiscalOptions(kind="5-4-4", year_ends=YearEnd(month=12, weekday="sunday"))


def made(
    options: FiscalOptions, first: date = date(2011, 1, 3), last: date = date(2030, 12, 1)
) -> FiscalCalendar:
    return fiscal_calendar(options, first, last)


@pytest.mark.parametrize(
    ("options", "long", "month"),
    [
        # National Retail Federation; years with a 53rd week are public
        (RETAIL, ["FY2012", "FY2017", "FY2023", "FY2028"], "P12"),
        # last Saturday of September: fiscal years of 53 weeks, the extra one in the first quarter
        (SEPTEMBER, ["FY2012", "FY2017", "FY2023", "FY2028"], "P03"),
        (DECEMBER, ["FY2015", "FY2020", "FY2026"], "P12"),
    ],
)
def test_years_of_53_weeks_are_those_that_are_published(
    options: FiscalOptions, long: list[str], month: str
) -> None:
    calendar = made(options)
    extra = [period for period in calendar.periods if period.extra_week]
    assert [period.year for period in extra if "FY2011" < period.year < "FY2030"] == long
    assert {period.name[-3:] for period in extra} == {month}


@pytest.mark.parametrize(
    "options", [RETAIL, SEPTEMBER, DECEMBER, FiscalOptions(year_starts=4), FiscalOptions()]
)
def test_periods_have_no_gaps_and_no_overlaps_and_hold_every_day(options: FiscalOptions) -> None:
    calendar = made(options)
    for one, other in zip(calendar.periods, calendar.periods[1:], strict=False):
        assert other.start == one.end + timedelta(days=1)
    assert len({period.name for period in calendar.periods}) == len(calendar.periods)
    assert calendar.periods[0].start < date(2011, 1, 3) and calendar.periods[-1].end > date(2030, 12, 1)


@pytest.mark.parametrize("options", [RETAIL, SEPTEMBER, DECEMBER])
def test_quarters_have_thirteen_weeks_in_the_pattern_but_for_the_extra_week(options: FiscalOptions) -> None:
    pattern = [int(weeks) for weeks in options.kind.split("-")]
    for place, period in enumerate(made(options).periods):
        assert period.days == 7 * (pattern[place % 3] + period.extra_week)


@pytest.mark.parametrize("rule", ["last", "nearest"])
@pytest.mark.parametrize(
    ("month", "weekday"), [(1, "saturday"), (6, "wednesday"), (9, "sunday"), (12, "monday")]
)
def test_years_end_where_pandas_has_them_end(rule: str, month: int, weekday: str) -> None:
    place = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"].index(weekday)
    offset = FY5253(variation=rule, weekday=place, startingMonth=month)
    ends = YearEnd.model_validate({"month": month, "weekday": weekday, "rule": rule})
    for year in range(2010, 2031):
        assert offset.is_on_offset(pd.Timestamp(year_end(ends, year)))


def test_names_of_months_and_years() -> None:
    april = made(FiscalOptions(year_starts=4), date(2024, 1, 1), date(2024, 12, 31))
    assert april.labels([date(2024, 4, 1), date(2024, 3, 31)], "fiscal_month") == ["FY2025-P01", "FY2024-P12"]
    assert april.labels([pd.Timestamp("2024-07-01")], "fiscal_quarter") == ["FY2025-Q2"]
    assert april.bounds("FY2025-Q1", "fiscal_quarter") == (date(2024, 4, 1), date(2024, 6, 30))
    start = FiscalOptions(year_starts=4, year_named="start")
    assert made(start, date(2024, 5, 1), date(2024, 6, 1)).at(date(2024, 5, 1)).year == "FY2024"
    assert made(RETAIL).at(date(2024, 2, 3)).name == "FY2023-P12"
    assert april.labels([date(1990, 1, 1), date(2090, 1, 1)], "fiscal_year") == [
        f"before {april.periods[0].start}",
        f"after {april.periods[-1].end}",
    ]
    with pytest.raises(KeyError, match="outside"):
        april.at(date(1990, 1, 1))


TABLE = "period,start,end,quarter\nA,2024-01-01,2024-01-31,one\nB,2024-02-01,2024-03-10,one\nC,2024-03-11,2024-04-30,two\n"
ODD = [
    (TABLE, ""),
    (TABLE.replace("2024-02-01", "2024-02-03"), "gap between A and B: 2024-02-01 to 2024-02-02"),
    (TABLE.replace("2024-02-01", "2024-01-30"), "A and B overlap: 2024-01-30 to 2024-01-31"),
    (TABLE.replace("2024-04-30", "2024-03-20"), "the data are of"),
    (TABLE.replace("2024-04-30", "2024-03-01"), "ends before it starts"),
    (TABLE.replace("C,", "B,"), "one name"),
    (TABLE.replace("2024-01-31", "31.1.2024"), "no ISO day"),
]


@pytest.mark.parametrize(("table", "wrong"), ODD)
def test_tables_are_held_to_gaps_and_overlaps(table: str, wrong: str, tmp_path: Path) -> None:
    (tmp_path / "periods.csv").write_text(table, encoding="utf-8")
    options = FiscalOptions(kind="table", file="periods.csv", quarter="quarter")
    days = (date(2024, 1, 1), date(2024, 4, 28))
    if not wrong:
        calendar = fiscal_calendar(options, *days, tmp_path)
        assert calendar.labels([date(2024, 3, 10)], "fiscal_quarter") == ["one"]
        assert calendar.at(date(2024, 3, 11)).year == "C"
        return
    with pytest.raises(DataError) as refused:
        fiscal_calendar(options, *days, tmp_path)
    assert {fault.code for fault in refused.value.faults} == {"fiscal-table"}
    assert any(wrong in fault.what for fault in refused.value.faults)
