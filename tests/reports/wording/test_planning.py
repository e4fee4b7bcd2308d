"""Sentences of the planning report: every case of a quarter, of a plan's moves and of its gain."""

from dataclasses import replace

import pytest

from reports.context import Context
from reports.inputs import records
from reports.planning.quarter import quarter_of
from reports.wording.planning import (
    gain_words,
    move_sentences,
    named,
    probability,
    quarter_sentences,
    quoted,
    recommendation,
)
from tests.reports.made_run import World


def said(context: Context) -> str:
    """Return the quarter's paragraph with plain spaces."""
    now, before = quarter_of(context)
    assert now is not None
    return " ".join(quarter_sentences(context, now, before)).replace("\u00a0", " ")


def test_a_quarter_in_exact_sentences(planning) -> None:
    text = said(planning())
    assert text.startswith(
        "In 2025-Q2, 944 K EUR were spent on paid media (1.1 M EUR in 2025-Q1). They brought 1.1 M EUR"
    )
    assert (
        "Total return was 1.20 (1.08 to 1.33) EUR per EUR (1.20 in 2025-Q1); its whole interval lies above break-even."
        in text
    )
    assert "TV, Search and Paid social may or may not have paid: their intervals include break-even." in text
    assert "Online video + Display returned more than break-even: the whole interval lies above it." in text
    assert text.endswith("12 of its 13 weeks are in the data.")


def test_break_even_is_that_of_the_margin(planning) -> None:
    text = said(planning(World(margin=0.4)))
    assert "its whole interval lies below break-even" in text
    assert "TV, Search, Paid social and Online video + Display returned less than break-even: their" in text


@pytest.mark.parametrize(
    ("mixed", "expected"),
    [
        (
            ("Search",),
            "Search is in that sum, and its spend follows demand, so that some of it may have come anyway.",
        ),
        (("TV", "Search"), "TV and Search are in that sum, and their spend follows demand"),
    ],
)
def test_what_is_mixed_with_demand_is_in_the_sum_and_no_return(planning, mixed, expected) -> None:
    text = said(planning(mixed=mixed))
    assert expected in text and "Total return is put at" in text
    verb, read = ("is", "1.20 (0.94 to 1.50) is") if len(mixed) == 1 else ("are", "1.20 (0.94 to 1.50) are")
    assert (
        f"{' and '.join(mixed)} {verb} mixed with demand: the model's" in text and f"{read} not what" in text
    )


def test_a_count_without_a_value_has_a_cost(planning) -> None:
    context = planning(World(kind="count", valued=False))
    now, _ = quarter_of(context)
    assert now is not None
    bare = replace(
        now, total={**now.total, "roi_mean": float("nan")}, rows=now.rows.assign(roi_lower=float("nan"))
    )
    text = " ".join(quarter_sentences(context, bare, None)).replace("\u00a0", " ")
    assert (
        "An incremental unit of orders cost 0.83 (0.75 to 0.93) EUR." in text and "Total return" not in text
    )
    endless = replace(bare, total={**bare.total, "cpia_upper": float("inf")})
    assert "(0.75 or more)" in " ".join(quarter_sentences(context, endless, None))


def test_moves_are_sorted_by_their_size(planning) -> None:
    lines = [line.replace("\u00a0", " ") for line in move_sentences(planning())]
    assert lines[0].startswith("More: Paid social +") and "and Online video +" in lines[0]
    assert lines[1].startswith("Less: TV −") and lines[2] == "As before: Search."
    assert move_sentences(planning(recommendation="no change")) == []


def test_the_gain_names_its_draws_and_its_probability(planning) -> None:
    context = planning()
    words = gain_words(context, records(context.inputs.table("plan_certificate"))[0]).replace("\u00a0", " ")
    assert words.startswith("On 1,000 draws that the search has not used")
    assert "better with 93 % probability." in words
    assert words.endswith("chance would show as clear a gain with 2.0 % probability.")


def test_a_marked_channel_carries_its_mark_in_its_name() -> None:
    assert named({"channel": "tv", "caution": ""}) == "tv"
    assert named({"channel": "tv", "caution": "mixed with demand"}) == "tv (mixed with demand)"


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.5, "50 %"), (0.996, "over 99 %"), (1.0, "over 99 %"), (0.004, "under 1 %"), (0.93, "93 %")],
)
def test_no_probability_is_said_to_be_none_or_all(planning, value: float, expected: str) -> None:
    assert probability(planning(), value).replace("\u00a0", " ") == expected


@pytest.mark.parametrize(
    ("made", "start"),
    [
        ("change", "Change the plan: the gain in expected outcome is put at 46.3 K EUR ("),
        ("no change", "No change: the"),
    ],
)
def test_the_recommendation_is_one_sentence(planning, made: str, start: str) -> None:
    context = planning(recommendation=made)
    words = recommendation(context, records(context.inputs.table("plan_certificate"))[0]).replace(
        "\u00a0", " "
    )
    assert words.startswith(start) and "93 % probability" in words and words.count(". ") == 0


def test_code_in_a_sentence_is_quoted() -> None:
    assert quoted("Take `mixproof design` now.") == "Take “mixproof design” now."
