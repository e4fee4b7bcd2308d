"""Numbers as people read them."""

import math

import pytest

from reports.numbers import MISSING, Numbers

N = Numbers("en")

COMPACT = [
    (1_900_000, "1.9 M"),
    (800_123, "800 K"),
    (12.345, "12.3"),
    (-1234, "−1.2 K"),
    (0.00456, "0.0046"),
    (0, "0"),
    (6.7e-10, "0"),
    (-0.0, "0"),
    (999_960, "1.0 M"),
    (999_400, "999 K"),
    (2.5e9, "2.5 B"),
    (0.5, "0.50"),
    (150, "150"),
    (math.nan, MISSING),
    (math.inf, MISSING),
    (None, MISSING),
]
SPANS = [
    ((1.2e6, 2.6e6), "1.2 to 2.6 M"),
    ((-50_000, 1_600_000), "−0.1 to 1.6 M"),
    ((400, 1200), "0.4 to 1.2 K"),
    ((0, 0), "0 to 0"),
    ((math.nan, 1), MISSING),
    ((1, math.inf), MISSING),
]
PERCENTS = [(0.34, "34 %"), (0.034, "3.4 %"), (-0.05, "−5.0 %"), (1.0, "100 %"), (math.nan, MISSING)]
TICKS = [(2e6, "2 M"), (2.5e6, "2.5 M"), (0, "0"), (0.5, "0.5"), (-25_000, "−25 K"), (1250, "1.25 K")]


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(("value", "expected"), COMPACT)
def test_compact(value, expected):
    assert _plain(N.compact(value)) == expected


@pytest.mark.parametrize(("ends", "expected"), SPANS)
def test_both_ends_stand_on_one_scale(ends, expected):
    assert _plain(N.span(*ends)) == expected


@pytest.mark.parametrize(("value", "expected"), PERCENTS)
def test_percent(value, expected):
    assert _plain(N.percent(value)) == expected


@pytest.mark.parametrize(("value", "expected"), TICKS)
def test_ticks_have_no_idle_decimals(value, expected):
    assert _plain(N.tick(value)) == expected


def test_units_never_part_from_their_number():
    assert N.amount(1.9e6, "EUR") == "1.9\u00a0M\u00a0EUR"
    assert N.amount(math.nan, "EUR") == MISSING


def test_point_and_interval_share_a_scale():
    assert [_plain(t) for t in N.triple(694_000, -50_000, 1_600_000)] == ["0.7 M", "−0.1 to 1.6 M"]


@pytest.mark.parametrize(
    ("locale", "expected"),
    [("de", "1,9 M EUR"), ("en", "1.9 M EUR"), ("ja", "1.9 M EUR"), ("fr", "1,9 M EUR")],
)
def test_locales(locale, expected):
    assert _plain(Numbers(locale).amount(1.9e6, "EUR")) == expected


def test_dates_and_ratios():
    assert N.day("2025-01-06") == "6 Jan 2025"
    assert N.ratio(1.834) == "1.83"
    assert N.ratio_span(0.5, math.inf) == MISSING
