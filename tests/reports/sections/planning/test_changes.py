"""What changed since last quarter: grades, channels, answers then and now, and the plan against what was spent."""

from dataclasses import replace

import pandas as pd
import pytest

from mixproof.records.verdict import Verdict
from reports.context import BEFORE
from reports.page import Table, Text
from reports.sections.planning.changes import build


def against(now, before):
    """Return the section of a run held against another."""
    section = build(replace(now, others={BEFORE: before}))
    assert section is not None
    texts = [line for block in section.blocks if isinstance(block, Text) for line in block.lines]
    return texts, [block for block in section.blocks if isinstance(block, Table)]


def test_none_without_a_run_before(planning) -> None:
    assert build(planning()) is None


def test_answers_stand_beside_each_other_and_so_do_plan_and_spend(planning) -> None:
    now = planning(mixed=("Search",))
    channels = now.inputs.tables["channels"]
    low = channels.assign(
        **{f"roi_{part}": channels[f"roi_{part}"] / 10 for part in ("mean", "lower", "upper")}
    )
    before = replace(now.inputs, tables={**now.inputs.tables, "channels": low}, verdict=Verdict(()))
    texts, (answers, plan) = against(now, before)
    assert "It was reportable; this one is reportable with warnings." in texts
    assert {row[3] for row in answers.rows} == {"do not overlap"}
    assert [row[0] for row in answers.rows] == ["TV", "Search", "Paid social", "Online video + Display"]
    assert [row[-1] for row in answers.rows] == ["", "mixed with demand", "", ""]
    assert [row[0] for row in plan.rows][-1] == "all paid channels"
    assert plan.columns[-1].head == "Spent in 2025-Q2" and plan.note.startswith(
        "The plan was for 30 Jun 2025"
    )


@pytest.mark.parametrize("gone", [True, False])
def test_channels_and_experiments_that_came_or_went_are_named(planning, gone: bool) -> None:
    now = planning()
    fewer = now.inputs.tables["channels"].query("channel != 'Newsletter'")
    tests = pd.DataFrame({"experiment": ["spring"], "channel": ["TV"]})
    other = replace(now.inputs, tables={**now.inputs.tables, "channels": fewer})
    first = replace(now.inputs, tables={**now.inputs.tables, "calibration": tests})
    texts, _ = (
        against(replace(now, inputs=other), now.inputs)
        if gone
        else against(replace(now, inputs=first), other)
    )
    assert ("No longer in the model: Newsletter." in texts) == gone
    assert ("New in the model: Newsletter." in texts) != gone
    assert ("New experiments in the model: spring." in texts) != gone


def test_without_a_plan_before_there_is_nothing_to_hold_spend_against(planning, context) -> None:
    assert [table.title for table in against(planning(), context().inputs)[1]] == ["Answers then and now"]


@pytest.mark.parametrize(
    ("inside", "word"), [("yes", "inside"), ("no", "outside"), ("", "not to be held against")]
)
def test_what_came_of_a_plan_of_record_is_told_without_a_run_before(planning, inside: str, word: str) -> None:
    now = planning()
    ends = {"mean": 7e6, "median": 7e6, "lower_90": 6.5e6, "upper_90": 7.5e6}
    outcome = pd.DataFrame(
        [
            {
                "geo": "national",
                "start": "2025-03-31",
                "periods": periods,
                "actual": 7.2e6,
                "inside_90": inside,
                **ends,
            }
            for periods in (1, 13)
        ]
    )
    row = {
        "channel": "TV",
        "planned": 4e5,
        "spent": 3e5,
        "delivered": 0.75,
        "sentence": "Three quarters were spent.",
    }
    tables = {**now.inputs.tables, "plan_score_outcome": outcome, "plan_score_channels": pd.DataFrame([row])}
    section = build(replace(now, inputs=replace(now.inputs, tables=tables)))
    assert section is not None
    text, table = section.blocks
    assert isinstance(text, Text) and isinstance(table, Table)
    said = text.lines[0].replace("\u00a0", " ")
    assert f"7.2 M EUR of revenue came: {word} the 90 % interval" in said and "6.5 to 7.5 M EUR" in said
    assert table.rows[0][3:] == ["75\u00a0%", "Three quarters were spent."]
