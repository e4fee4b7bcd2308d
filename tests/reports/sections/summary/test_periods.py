"""Periods that the data do not fill are marked in caption and table; fiscal quarters come first where there are any."""

import pandas as pd
import pytest

from reports.sections.summary.periods import _partial, build

CASES = [
    ({"2022-Q1": (13, 13), "2024-Q4": (12, 13)}, {"2024-Q4": "12 of 13"}),
    ({"2024-Q1": (13, 13), "2024-Q4": (14, 14)}, {}),
    ({"2024": (1, 1)}, {}),
    ({"FY2025-Q1": (0, 3)}, {"FY2025-Q1": "0 of 3"}),
    ({}, {}),
]


@pytest.mark.parametrize(("counts", "expected"), CASES)
def test_what_is_not_whole_is_held_against_a_whole_one(counts, expected):
    columns = {"periods": [n for n, _ in counts.values()], "periods_in_full": [n for _, n in counts.values()]}
    assert _partial(pd.DataFrame({"period": list(counts)} | columns)) == expected


def test_a_partial_period_is_marked_on_the_page(summary):
    html = summary().html
    assert "2025-Q2 (partial, 12 of 13)" in html
    assert "Not whole, in weeks of data: 2025-Q2 has 12 of 13." in html


def test_fiscal_quarters_are_shown_where_the_fiscal_year_is_not_the_calendars(summary, context):
    assert "fiscal quarter" not in summary().html
    made = build(context(fiscal_year_starts=4))
    assert made is not None and made.title == "By fiscal quarter"
