"""The section of the quarter: which quarter it is, what is drawn, and what is left out."""

from dataclasses import replace

import numpy as np
import pytest

from reports.page import Figure, Table
from reports.sections.planning.quarter import build


def changed(context, **columns):
    """Return the context with columns of the quarters' table changed."""
    table = context.inputs.table("paid_media_by_period").assign(**columns)
    tables = {**context.inputs.tables, "paid_media_by_period": table}
    return replace(context, inputs=replace(context.inputs, tables=tables))


def test_what_may_be_reported_alone_is_drawn_and_the_total_stands_last(planning) -> None:
    section = build(planning(mixed=("Search",)))
    assert section is not None and section.title == "The quarter: 2025-Q2"
    figures = [block for block in section.blocks if isinstance(block, Figure)]
    assert [figure.title for figure in figures] == [
        "What each channel brought in 2025-Q2",
        "Return on spend in 2025-Q2",
        "Share of spend and share of effect",
    ]
    assert all(figure.svg.count("<circle") == 4 for figure in figures)
    assert all("mixed with demand" in figure.svg for figure in figures)
    (table,) = [block for block in section.blocks if isinstance(block, Table)]
    assert [row[0] for row in table.rows] == [
        "TV",
        "Search (mixed with demand)",
        "Paid social",
        "Online video + Display",
        "all paid channels",
    ]
    assert all(len(row) == len(table.columns) for row in table.rows)
    assert table.rows[-1][4] == "1.20"


def test_a_quarter_that_has_hardly_begun_is_not_the_one(planning) -> None:
    context = planning()
    table = context.inputs.table("paid_media_by_period")
    young = np.where(table["period"] == "2025-Q2", 3, table["periods"])
    section = build(changed(context, periods=young))
    assert section is not None and section.title == "The quarter: 2025-Q1"


@pytest.mark.parametrize(
    ("column", "gone"), [("roi_mean", "Return on spend"), ("effect_share_mean", "Share of spend")]
)
def test_what_has_no_ratio_is_not_drawn(planning, column: str, gone: str) -> None:
    section = build(changed(planning(), **{column: np.nan}))
    assert section is not None
    assert not [
        block for block in section.blocks if isinstance(block, Figure) and block.title.startswith(gone)
    ]


def test_a_run_without_quarters_has_no_section(planning) -> None:
    context = planning()
    tables = {name: frame for name, frame in context.inputs.tables.items() if name != "paid_media_by_period"}
    assert build(replace(context, inputs=replace(context.inputs, tables=tables))) is None
