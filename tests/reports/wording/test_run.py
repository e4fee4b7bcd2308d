"""Sentences are exact: what they say is what the table holds."""

import math
from dataclasses import replace

import pandas as pd
import pytest

from mixproof.records.verdict import Finding, Verdict
from reports.wording.run import (
    break_even_sentences,
    contribution_sentence,
    cost_sentence,
    grade_sentence,
    group_sentence,
    half_life_words,
    headline,
    listing,
    margin_words,
    open_sentence,
    plural,
    position,
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
        "The interval includes zero: the data leave open whether there was any effect.",
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


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(("change", "expected"), CONTRIBUTIONS)
def test_contribution(context, change, expected):
    assert _plain(contribution_sentence(context(), SEARCH | change)) == expected


def test_cost(context):
    row = {"channel": "Search", "cpia_mean": 17.391, "cpia_lower": 10.1, "cpia_upper": 25.75}
    expected = "Search: one more order cost 17.39 EUR (90 % interval 10.10 to 25.75)."
    assert _plain(cost_sentence(context(kind="count", valued=False), row)) == expected
    counted = context(kind="count", valued=False)
    open_ended = _plain(cost_sentence(counted, row | {"cpia_upper": math.inf}))
    assert "cost 17.39 EUR (90 % interval 10.10 or more, without upper limit" in open_ended
    nothing = (
        row | {"contribution_upper": 1.0} | dict.fromkeys(("cpia_mean", "cpia_lower", "cpia_upper"), math.nan)
    )
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
        ("pass", "All 3 checks passed. Numbers and intervals may be trusted."),
        (
            "warning",
            "Of 4 checks, none failed and 1 gave a warning. Trust numbers and intervals as far as these allow:",
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
    expected = "Of 2 checks, none failed or gave a warning. Numbers and intervals may be trusted; 1 note:"
    assert verdict_sentence(Verdict(findings)) == expected


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [(1.1, 2, "above"), (0.2, 0.9, "below"), (0.9, 1.1, "around"), (1.0, 2, "around"), (0.1, 1.0, "around")],
)
def test_an_interval_lies_above_below_or_around_a_threshold(lower, upper, expected):
    assert position(lower, upper, 1.0) == expected


def _with(context, ends, names=None):
    """Return the context of a run whose channels have these intervals."""
    rows = pd.DataFrame(ends, columns=["contribution_lower", "contribution_upper"])
    rows = rows.assign(channel=names or [f"c{i}" for i in range(len(rows))], kind="paid", reported_as="alone")
    return replace(context, inputs=replace(context.inputs, tables={"channels": rows}))


HEADLINES = [
    ([], "No channel is in the model, so nothing is said about what moved revenue."),
    ([(1, 2)], "c0 is shown to have added revenue."),
    ([(0, 2)], "No effect is shown for any channel."),  # a tie with zero shows nothing
    ([(-1, 2), (-3, 4)], "No effect is shown for any channel."),
    ([(-2, -1)], "c0 is shown to have lowered revenue."),
    ([(1, 2), (-1, 2)], "c0 is shown to have added revenue; no effect is shown for c1."),
    ([(1, 2), (-2, -1)], "c0 is shown to have added revenue; c1 is shown to have lowered revenue."),
    ([(1, 2)] * 6, "All 6 channels are shown to have added revenue."),
    ([(1, 2)] * 5 + [(-1, 1)], "5 of 6 channels are shown to have added revenue; no effect is shown for c5."),
    ([(math.nan, math.nan)], "No effect is shown for any channel."),
    ([(0.0, 0.0)], "No effect is shown for any channel."),
]


@pytest.mark.parametrize(("ends", "expected"), HEADLINES)
def test_the_headline_claims_what_intervals_show(context, ends, expected):
    assert headline(_with(context(), ends)) == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], ""),
        (
            ["A"],
            "For A the interval includes zero: the data leave open whether there was any effect on revenue.",
        ),
        (
            ["A", "B"],
            "For A and B the intervals include zero: the data leave open whether there was any effect on revenue.",
        ),
    ],
)
def test_what_is_open_is_said(context, names, expected):
    assert open_sentence(context(), names) == expected


RETURNS = [
    ((1.2, 3.0), ["The whole interval of ROI lies above break-even for A."]),
    ((0.1, 0.9), ["The whole interval of ROI lies below break-even for A."]),
    (
        (1.0, 3.0),
        ["The interval of ROI includes break-even, so that the data leave open whether it paid, for A."],
    ),
    ((-2.0, -1.0), ["The whole interval of ROI lies below break-even for A."]),
    ((math.nan, math.nan), []),
    ((2.0, math.inf), []),
]


@pytest.mark.parametrize(("ends", "expected"), RETURNS)
def test_returns_are_held_against_break_even(context, ends, expected):
    row = {"channel": "A", "roi_lower": ends[0], "roi_upper": ends[1]}
    assert break_even_sentences(context(), [row]) == expected


@pytest.mark.parametrize(
    ("ends", "side"),
    [
        ((2.6, 3.0), "above break-even (2.50)"),
        ((1.2, 2.4), "below break-even (2.50)"),
        ((2.5, 3), "(2.50), so"),
    ],
)
def test_a_margin_moves_break_even(context, ends, side):
    made = context(margin=0.4)
    row = {"channel": "A", "roi_lower": ends[0], "roi_upper": ends[1]}
    assert side in break_even_sentences(made, [row])[0]
    assert "1 over the margin of 40" in margin_words(made) and "break-even is at 2.50" in margin_words(made)
    assert "costs of goods are not subtracted" in margin_words(context())


def test_a_margin_moves_charts_and_tables(summary):
    with_margin, without = summary(margin=0.4).html, summary().html
    assert "Break-even is at 2.50" in with_margin and "Break-even is at 1." not in with_margin
    assert "Break-even is at 1." in without
    assert with_margin.count("<td>above</td>") < without.count("<td>above</td>")


def test_a_return_above_break_even_is_not_claimed_where_spend_follows_demand(context):
    row = {"channel": "A", "roi_lower": 2.0, "roi_upper": 3.0}
    said = break_even_sentences(context(), [row | {"caution": "mixed with demand"}])
    assert len(said) == 1
    assert said[0].startswith("Whether A paid is not said")
    assert "above" in break_even_sentences(context(), [row])[0]


@pytest.mark.parametrize(
    ("whole", "seen", "side"),
    [
        (
            (1.5, 4.0),
            (1.2, 2.0),
            "The whole interval of ROI lies above break-even",
        ),  # by the observed part alone
        ((1.5, 4.0), (0.5, 2.0), "includes break-even"),
        ((0.5, 4.0), (0.1, 0.6), "includes break-even"),  # what is assumed may make it pay
        ((0.2, 0.9), (0.1, 0.6), "lies below break-even"),
    ],
)
def test_a_mostly_assumed_channel_is_held_against_break_even_by_its_observed_part(context, whole, seen, side):
    row = {"channel": "A", "caution": "mostly assumed"}
    for name, ends in (("roi", whole), ("roi_observed", seen), ("contribution_observed", seen)):
        row |= {f"{name}_mean": sum(ends) / 2, f"{name}_lower": ends[0], f"{name}_upper": ends[1]}
    said = break_even_sentences(context(), [row])
    assert side in said[0]
    assert said[1].startswith(
        "For A, above break-even means the observed part alone, and below it the whole return"
    )


def test_what_a_mostly_assumed_channel_brought_is_given_in_both_parts(context):
    made = context(assumed=("Search",))
    row = next(r for r in made.inputs.channels.to_dict("records") if r["channel"] == "Search")
    said = contribution_sentence(made, row)
    assert "It is mostly assumed: the data saw " in said and "30\u00a0% of it in the mean, lies below" in said
    assert "spend follows demand" not in said
    assert "cannot be told from demand" not in headline(made)


@pytest.mark.parametrize(
    ("upper", "expected"), [(-1.0, "is not positive"), (0.0, "is not positive"), (1.0, "may be zero")]
)
def test_no_cost_says_why(context, upper, expected):
    row = dict.fromkeys(("cpia_mean", "cpia_lower", "cpia_upper"), math.nan)
    row |= {"channel": "A", "contribution_upper": upper}
    assert expected in cost_sentence(context(kind="count", valued=False), row)


def test_no_check_at_all_has_passed():
    assert verdict_sentence(Verdict(())) == "Nothing was checked."
    one = verdict_sentence(Verdict((Finding("a", "pass", "Fine."),)))
    assert one == "The only check passed. Numbers and intervals may be trusted."
