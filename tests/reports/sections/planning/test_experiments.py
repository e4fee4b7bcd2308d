"""Experiments of the planning report: one answer a test, and which one is proposed next."""

from dataclasses import replace

import numpy as np
import pandas as pd

from reports.page import Table, Text
from reports.sections.planning.experiments import build

LIFT = {
    "channel": "TV",
    "arm": "all",
    "role": "primary",
    "level": 0.9,
    "p_value": 0.0001,
    "verdict": "reportable",
}
ROWS = [
    {
        "experiment": "spring",
        "outcome": "orders",
        "estimand": "relative_lift",
        "estimate": 0.05,
        "unit": "fraction",
    },
    {
        "experiment": "spring",
        "outcome": "revenue",
        "estimand": "incremental_outcome",
        "estimate": 5e5,
        "unit": "EUR",
    },
    {
        "experiment": "spring",
        "outcome": "revenue",
        "estimand": "iroas",
        "estimate": 1.5,
        "unit": "EUR per EUR",
    },
    {
        "experiment": "autumn",
        "outcome": "orders",
        "estimand": "relative_lift",
        "estimate": 0.02,
        "unit": "fraction",
    },
]


def tables(planning, **more):
    """Return the section's tables and sentences."""
    context = planning()
    section = build(
        replace(context, inputs=replace(context.inputs, tables={**context.inputs.tables, **more}))
    )
    assert section is not None
    return [block for block in section.blocks if isinstance(block, Table)], [
        line for block in section.blocks if isinstance(block, Text) for line in block.lines
    ]


def test_each_test_has_one_answer_money_first(planning) -> None:
    lift = pd.DataFrame([{**LIFT, **row, "lower": row["estimate"] / 2, "upper": np.inf} for row in ROWS])
    (done,), said = tables(planning, lift=lift)
    assert [row[0] for row in done.rows] == ["spring", "autumn"]
    assert done.rows[0][3:7] == ["return on spend (iROAS), revenue", "1.50", "0.75 to no limit", "< 0.001"]
    assert done.rows[1][4] == "2.0\u00a0%"
    assert said == ["A test of Paid social would say most about the gain."]


def test_designs_that_are_worth_running_are_named(planning) -> None:
    design = pd.DataFrame({"plan": ["a", "b", "b"], "run": [False, True, False]})
    _, said = tables(planning, design_geo=design)
    assert said[-1].startswith("Worth running as designed: b;")


def next_tests(*worths, channels=("TV", "Radio")):
    """Return the table of tests, with the worth of each and an interval of one either side."""
    rows = [
        {
            "channel": channel,
            "test": f"no money on {channel} everywhere for 4 weeks, read over 6",
            "known_after": 0.4,
            "worth": worth,
            "worth_lower": worth - 1000.0,
            "worth_upper": worth + 1000.0,
            "moved": 0.03,
            "money_kept": 50000.0,
            "lost_mean": 70000.0,
            "lost_lower": 40000.0,
            "lost_upper": 90000.0,
        }
        for channel, worth in zip(channels, worths, strict=False)
    ]
    return pd.DataFrame(rows)


def test_the_test_that_is_worth_most_comes_first_with_its_worth_and_cost(planning):
    found, said = tables(planning, next_experiment=next_tests(20000.0, 3000.0))
    shown = next(table for table in found if table.title == "Next experiment")
    assert [row[0].split(" ")[0] for row in shown.rows] == ["TV", "Radio"]
    assert "19.0 to 21.0" in shown.rows[0][3] and "40.0 to 90.0" in shown.rows[0][4]
    assert any("that of TV is worth most" in line and "3.0" in line for line in said)


def test_where_no_worth_is_shown_the_page_says_so(planning):
    for worth in (900.0, 0.0, -500.0):
        said = tables(planning, next_experiment=next_tests(worth))[1]
        assert any(line.startswith("No test of a single channel is shown") for line in said)
        assert not any("is worth most" in line for line in said)
        assert not any("is not counted" in line for line in said)


def test_a_plan_that_holds_channels_mixed_with_demand_says_what_of_their_tests_is_not_counted(planning):
    marked = planning().inputs.table("plan_channels").assign(caution="mixed with demand")
    said = tables(planning, next_experiment=next_tests(0.0), plan_channels=marked)[1]
    assert any("a test of their own, is not counted" in line for line in said)
