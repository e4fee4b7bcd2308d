"""Grain: rows off the first day of a period are told with the one setting that mends them, all tables seen."""

import numpy as np
import pandas as pd
import pytest

from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.contract.grain import grain_faults
from mixproof.aggregates.reading.keys import key_tables
from mixproof.aggregates.reading.table import FrameTable
from mixproof.aggregates.report import Report

CASES = [
    ("a Tuesday among Mondays", "weekly", {"t.csv": ["2022-01-03", "2022-01-11"]}, "off-anchor", "on the same weekday"),
    ("Sundays", "weekly", {"t.csv": ["2022-01-02", "2022-01-09"]}, "off-anchor",
     "week_starts: sunday; or, where dates end the week, `dates_mark: end` and week_starts: monday"),
    ("Sundays in both tables", "weekly", {"t.csv": ["2022-01-02"], "u.csv": ["2022-01-09"]}, "off-anchor",
     "`dates_mark: end` for every table"),
    ("Sundays beside Mondays", "weekly", {"t.csv": ["2022-01-02"], "u.csv": ["2022-01-03"]}, "off-anchor",
     "week_starts: monday, and `dates_mark: end` for t.csv"),
    ("Wednesdays beside Mondays", "weekly", {"t.csv": ["2022-01-05"], "u.csv": ["2022-01-03"]}, "off-anchor",
     "cannot be put together"),
    ("days in weeks", "weekly", {"t.csv": [f"2022-01-0{day}" for day in range(3, 9)]}, "mixed-grain", "rows_are: daily"),
    ("month ends", "monthly", {"t.csv": ["2022-01-31", "2022-02-28"]}, "off-anchor", "Say `dates_mark: end`"),
    ("the 15th", "monthly", {"t.csv": ["2022-01-15", "2022-02-15"]}, "off-anchor", "first day of each month"),
    ("day and month exchanged", "monthly", {"t.csv": ["2022-01-01", "2022-01-02", "2022-01-03"]}, "date-format",
     'date_format: "%Y-%d-%m"'),
]  # fmt: skip


@pytest.mark.parametrize(
    ("frequency", "tables", "code", "remedy"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_the_remedy_is_the_setting_that_mends(
    good, frequency: str, tables: dict[str, list[str]], code: str, remedy: str
) -> None:
    sources = [{"file": file, "date": "week"} for file in tables]
    config = DataConfig.model_validate(good.section(frequency=frequency, tables=sources))
    frames = {}
    for at, (file, days) in enumerate(tables.items()):
        columns = ["revenue", "price"] if at else ["tv_spend", "search_spend"]
        frames[file] = FrameTable(pd.DataFrame({"week": days, **dict.fromkeys(columns, 1.0)}))
    report = Report()
    keyed = key_tables(config, frames, report)
    report.faults.clear()
    assert "t.csv" in grain_faults(keyed.rows, config, report)
    assert report.faults[0].code == code
    assert remedy in report.faults[0].remedy
    assert np.isnat(keyed.rows["t.csv"].period).any()
