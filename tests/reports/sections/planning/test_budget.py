"""Budgets, curves and scenarios: what is drawn stands where the tables say."""

from dataclasses import replace

import numpy as np

from reports.page import Figure, Grid, Table
from reports.sections.planning.budget import build, build_curves, build_scenarios


def blocks(section, kind):
    """Return a section's blocks of a kind."""
    assert section is not None
    return [block for block in section.blocks if isinstance(block, kind)]


def test_current_and_proposed_stand_beside_each_other(planning) -> None:
    context = planning(mixed=("Search",))
    section = build(context)
    (figure,), tables = blocks(section, Figure), blocks(section, Table)
    assert figure.svg.count("<rect") == 2 * 5 + 2  # two bars a channel, and the key
    assert "457 K → 366 K" in figure.svg.replace("\u00a0", " ") and "mixed with demand" in figure.svg
    assert [table.title for table in tables] == ["Budget by channel", "Proposed money by period"]
    assert [row[0] for row in tables[0].rows][1] == "Search (mixed with demand)"
    assert len(tables[1].rows) == 13 and tables[1].folded


def test_money_of_many_geos_by_period_is_left_to_the_workbook(planning) -> None:
    context = planning()
    budget = context.inputs.table("plan_budget")
    two = budget.assign(geo=np.where(np.arange(len(budget)) % 2, "north", "south"))
    inputs = replace(context.inputs, tables={**context.inputs.tables, "plan_budget": two})
    assert [table.title for table in blocks(build(replace(context, inputs=inputs)), Table)] == [
        "Budget by channel"
    ]


def test_curves_mark_current_and_proposed_once_where_they_are_the_same(planning) -> None:
    (grid,) = blocks(build_curves(planning()), Grid)
    assert [panel.title for panel in grid.panels] == [
        "TV",
        "Search",
        "Paid social",
        "Online video",
        "Display",
    ]
    tv, search = grid.panels[0].svg, grid.panels[1].svg
    assert tv.count("<circle") == 2 and ">current</text>" in tv and ">proposed</text>" in tv
    assert search.count("<circle") == 1 and "current and proposed" in search
    assert "proposed: 366 K EUR brings" in grid.panels[0].caption.replace("\u00a0", " ")


def test_scenarios_are_held_against_the_current_plan(planning) -> None:
    section = build_scenarios(planning(recommendation="no change"))
    (figure,), (table,) = blocks(section, Figure), blocks(section, Table)
    assert figure.svg.count("<circle") == 4
    assert [row[0] for row in table.rows] == ["current", "proposed", "optimum", "TV off", "a tenth less"]
    assert table.rows[0][3:7] == ["–"] * 4
    assert "revenue more than the current plan" in figure.svg
    assert all(len(row) == len(table.columns) for row in table.rows)


def test_without_money_plans_have_a_cost_per_unit(planning) -> None:
    context = planning()
    tables = {
        "plan_scenarios": context.inputs.table("plan_scenarios").assign(
            roi_mean=np.nan, profit_difference_mean=np.nan
        ),
        "plan_channels": context.inputs.table("plan_channels").assign(roi_proposed_mean=np.nan),
    }
    bare = replace(context, inputs=replace(context.inputs, tables={**context.inputs.tables, **tables}))
    (table,) = blocks(build_scenarios(bare), Table)
    assert table.columns[-1].head == "Cost per unit"
    assert "mROI" not in [column.unit for column in blocks(build(bare), Table)[0].columns]


def test_where_profit_is_aimed_at_plans_are_drawn_by_it(planning) -> None:
    context = planning()
    certificate = context.inputs.table("plan_certificate").assign(objective="expected profit")
    inputs = replace(context.inputs, tables={**context.inputs.tables, "plan_certificate": certificate})
    (figure,) = blocks(build_scenarios(replace(context, inputs=inputs)), Figure)
    assert "profit more than the current plan, EUR" in figure.svg
