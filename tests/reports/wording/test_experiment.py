"""What is said of an experiment's answer is what its interval and its test show, also at the edges."""

import math

import pytest

from mixproof.ratio import why_no_ratio
from reports.wording.experiment import conclusion, no_ratio

INF, NAN = math.inf, math.nan
CONCLUSIONS = [
    (1.0, 2.0, 0.01, "above"),
    (-2.0, -1.0, 0.01, "below"),
    (-1.0, 1.0, 0.6, "open"),
    (0.0, 1.0, 0.1, "open"),  # a tie: zero is inside
    (0.0, 0.0, 1.0, "open"),
    (INF, INF, 1.0, "open"),  # nobody bought in either arm
    (INF, INF, NAN, "open"),
    (-INF, -INF, 1.0, "open"),
    (1.0, INF, 0.01, "above"),
    (-INF, -1.0, 0.01, "below"),
    (-INF, INF, 0.01, "open"),
    (1.0, 2.0, 1.0, "open"),  # interval and test disagree
    (1.0, 2.0, NAN, "above"),  # imported without a p-value
    (NAN, NAN, 0.5, "empty"),
]


@pytest.mark.parametrize(("lower", "upper", "p", "expected"), CONCLUSIONS)
def test_an_effect_is_shown_only_where_interval_and_test_show_it(lower, upper, p, expected):
    assert conclusion({"lower": lower, "upper": upper, "p_value": p, "level": 0.9}) == expected


@pytest.mark.parametrize(
    ("note", "expected"), [(why_no_ratio(0.0, "spend"), True), ("", False), ("unbounded", False)]
)
def test_an_answer_without_a_ratio_is_known_by_its_note(note, expected):
    assert no_ratio({"note": note}) == expected
