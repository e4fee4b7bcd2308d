"""Which calendar periods the data fill: said only of those they do not, against what a whole one holds."""

from dataclasses import replace

import pandas as pd
import pytest

from reports.sections.summary.periods import _partial

CASES = [
    # 2024-Q4 has thirteen Mondays, of which the data hold twelve; no quarter of fourteen is dreamt up
    (
        ("2022-01-03", "2024-12-23", "weekly", "quarter"),
        {"2022-Q1": 13, "2024-Q4": 12},
        ["2024-Q4 has 12 of 13"],
    ),
    (("2024-01-01", "2024-12-30", "weekly", "quarter"), {"2024-Q1": 13, "2024-Q4": 14}, []),
    (("2024-02-05", "2024-12-30", "weekly", "year"), {"2024": 48}, ["2024 has 48 of 53"]),
    (("2024-01-15", "2024-03-31", "daily", "quarter"), {"2024-Q1": 77}, ["2024-Q1 has 77 of 91"]),
    (
        ("2024-01-01", "2024-11-01", "monthly", "quarter"),
        {"2024-Q1": 3, "2024-Q4": 2},
        ["2024-Q4 has 2 of 3"],
    ),
    (("1907-01-01", "1960-01-01", "yearly", "year"), {"1907": 1, "1960": 1}, []),
]


@pytest.mark.parametrize(("span", "counts", "expected"), CASES)
def test_what_is_not_whole_is_held_against_the_calendar(context, span, counts, expected):
    start, end, frequency, grain = span
    made = context()
    panel = replace(made.inputs.panel, start=start, end=end, frequency=frequency)
    made = replace(made, inputs=replace(made.inputs, panel=panel))
    rows = pd.DataFrame({"period": list(counts), "periods": list(counts.values())})
    assert _partial(made, rows, grain) == expected


def test_fiscal_years_begin_when_the_yaml_says(context):
    made = context()
    panel = replace(made.inputs.panel, start="2024-04-01", end="2025-03-31", frequency="daily")
    config = {"mmm": {"fiscal_year_starts": 4}}
    made = replace(made, inputs=replace(made.inputs, panel=panel, config=config))
    assert _partial(made, pd.DataFrame({"period": ["FY2025"], "periods": [365]}), "fiscal_year") == []
