"""Sentences are exact: what they say is what the table holds."""

import math

import pytest

from mixproof.records.verdict import Finding, Verdict
from reports.wording.run import (
    contribution_sentence,
    cost_sentence,
    grade_sentence,
    group_sentence,
    half_life_words,
    listing,
    plural,
    position,
    return_sentence,
    verdict_sentence,
)

SEARCH = {
    "channel": "Search",
    "spend": 800_000.0,
    "contribution_mean": 1.9e6,
    "contribution_lower": 1.2e6,
    "contribution_upper": 2.6e6,
    "share_mean": 0.11,
    "roi_mean": 2.375,
    "roi_lower": 1.5,
    "roi_upper": 3.25,
    "mroi_mean": 1.4,
    "mroi_lower": 0.8,
    "mroi_upper": 2.0,
    "half_life": 2.1,
    "half_life_lower": 1.2,
    "half_life_upper": 3.5,
}

CONTRIBUTIONS = [
    ({}, "Search brought 1.9 M EUR (90 % interval 1.2 to 2.6 M EUR), 11 % of revenue, for 800 K EUR spend."),
    ({"spend": math.nan}, "Search brought 1.9 M EUR (90 % interval 1.2 to 2.6 M EUR), 11 % of revenue."),
    (
        {"contribution_lower": -0.2e6},
        "Search brought 1.9 M EUR (90 % interval −0.2 to 2.6 M EUR), 11 % of revenue, for 800 K EUR spend. "
        "The interval includes zero: the data do not rule out that it brought nothing.",
    ),
    (
        {
            "contribution_mean": -1e6,
            "contribution_lower": -2e6,
            "contribution_upper": -0.5e6,
            "share_mean": -0.06,
        },
        "Search changed revenue by −1.0 M EUR (90 % interval −2.0 to −0.5 M EUR), −6.0 % of it, for 800 K EUR spend.",
    ),
]
RETURNS = [
    ({}, "the whole interval lies above break-even."),
    ({"roi_lower": 0.5}, "the interval includes break-even, so the data leave open whether it pays."),
    ({"roi_lower": 0.5, "roi_upper": 0.9, "roi_mean": 0.7}, "the whole interval lies below break-even."),
]


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(("change", "expected"), CONTRIBUTIONS)
def test_contribution(context, change, expected):
    assert _plain(contribution_sentence(context(), SEARCH | change)) == expected


@pytest.mark.parametrize(("change", "expected"), RETURNS)
def test_return_is_held_against_break_even(context, change, expected):
    sentence = _plain(return_sentence(context(), SEARCH | change))
    assert sentence.startswith("Search: each EUR returned")
    assert f"; {expected} One more EUR at the present level returns 1.40 (0.80 to 2.00)." in sentence


def test_return_without_marginal_return(context):
    assert "One more" not in return_sentence(context(), SEARCH | {"mroi_mean": math.nan})


def test_cost(context):
    row = {"channel": "Search", "cpia_mean": 17.391, "cpia_lower": 10.1, "cpia_upper": 25.75}
    expected = "Search: one incremental unit of orders cost 17.39 EUR (90 % interval 10.10 to 25.75)."
    assert _plain(cost_sentence(context(kind="count", valued=False), row)) == expected
    counted = context(kind="count", valued=False)
    open_ended = _plain(cost_sentence(counted, row | {"cpia_upper": math.inf}))
    assert "cost 17.39 EUR (90 % interval 10.10 or more, without upper limit" in open_ended
    nothing = row | dict.fromkeys(("cpia_mean", "cpia_lower", "cpia_upper"), math.nan)
    assert "no cost" in cost_sentence(counted, nothing)


def test_half_life(context):
    assert (
        half_life_words(context(), SEARCH) == "Half of the effect has arrived after 2.1 weeks (1.2 to 3.5)."
    )
    assert half_life_words(context(), SEARCH | {"half_life": math.nan}) == "No half-life is reported."


def test_group_names_its_members(context):
    sentence = group_sentence(context(), {"channel": "Online video + Display"})
    assert sentence.startswith("Online video and Display rise and fall together")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("pass", "All 3 checks passed. The numbers may be used."),
        (
            "warning",
            "Of 4 checks, none failed and 1 gave a warning. The numbers may be used, read together with:",
        ),
        (
            "failure",
            "Of 5 checks, 1 failed and 1 gave a warning. Do not base decisions on these numbers; the reasons are:",
        ),
    ],
)
def test_grade(context, status, expected):
    assert grade_sentence(context(status=status)) == expected


def test_lists_and_plurals():
    assert [listing(names) for names in ([], ["A"], ["A", "B"], ["A", "B", "C"])] == [
        "",
        "A",
        "A and B",
        "A, B and C",
    ]
    assert [plural(1, "check"), plural(2, "check")] == ["1 check", "2 checks"]


def test_a_note_is_read_with_the_numbers():
    findings = (Finding("a", "pass", "Fine."), Finding("b", "note", "It may be otherwise."))
    expected = "Of 2 checks, none failed or gave a warning. The numbers may be used, with 1 note:"
    assert verdict_sentence(Verdict(findings)) == expected


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [(1.1, 2, "above"), (0.2, 0.9, "below"), (0.9, 1.1, "around"), (1.0, 2, "around"), (0.1, 1.0, "around")],
)
def test_an_interval_lies_above_below_or_around_a_threshold(lower, upper, expected):
    assert position(lower, upper, 1.0) == expected
