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
