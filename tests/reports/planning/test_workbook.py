"""The workbook of the planning report: formulas add up, and hold the values they give for readers that do not calculate."""

import re
from typing import Any

import numpy as np
import openpyxl
import pytest

from reports.planning.workbook import _on_line, write_planning_workbook
from tests.reports.made_run import World

FIRST, CHANNELS = 3, 5
"""Row of the first channel, and how many there are."""


@pytest.fixture(scope="module")
def books(planning, tmp_path_factory) -> tuple[Any, Any, Any]:
    """The workbook with its formulas, the same with their values, and what it was made of."""
    context = planning(World(status="pass"))
    path = write_planning_workbook(context, tmp_path_factory.mktemp("book") / "planning.xlsx")
    return openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True), context


def column(sheet: Any, letter: str) -> list[Any]:
    """Return the cells of all channels and the total."""
    return [sheet[f"{letter}{row}"].value for row in range(FIRST, FIRST + CHANNELS + 1)]


def test_sheets_are_those_of_the_plan_and_its_tables(books) -> None:
    names = books[0].sheetnames
    assert names[:3] == ["planning", "budget", "quarter"] and names[-1] == "columns"
    assert {"plan_channels", "plan_curves", "plan_budget", "forecast", "paid_media_by_period"} <= set(names)
    assert "decomposition" not in names and "parameters" not in names


def test_totals_and_shares_are_formulas_with_the_values_they_give(books) -> None:
    formulas, values, context = books[0]["budget"], books[1]["budget"], books[2]
    rows = context.inputs.table("plan_channels")
    assert column(formulas, "D")[-1] == "=SUM(D3:D7)" and column(formulas, "H")[0] == '=IF(D$8=0,"",D3/D$8)'
    assert column(values, "B")[-1] == pytest.approx(rows["current"].iloc[-1])
    assert column(values, "D") == pytest.approx(rows["proposed"])
    shares = np.array(column(values, "G")[:-1], float)
    assert shares.sum() == pytest.approx(1)
    assert shares == pytest.approx(rows["proposed"].to_numpy()[:-1] / rows["proposed"].iloc[-1])
    assert set(column(values, "K")[:-1]) == {"yes"}


def test_what_yours_brings_is_read_off_the_curves(books) -> None:
    formulas, values, context = books[0]["budget"], books[1]["budget"], books[2]
    curves = context.inputs.table("plan_curves")
    for place, (name, mine) in enumerate(curves.groupby("channel", sort=False)):
        marks = {word: row for row in mine.to_dict("records") for word in row["plan"].split(", ")}
        assert values[f"A{FIRST + place}"].value == name
        assert values[f"L{FIRST + place}"].value == pytest.approx(marks["current"]["outcome_mean"])
        assert values[f"M{FIRST + place}"].value == pytest.approx(marks["proposed"]["outcome_mean"])
        levels_at = r"MATCH\(D\d+,plan_curves!\$([A-Z])\$(\d+):\$[A-Z]\$(\d+),1\)"
        spans = re.findall(levels_at, formulas[f"M{FIRST + place}"].value)
        sheet = books[1]["plan_curves"]
        letter, first, last = spans[0]
        levels = [sheet[f"{letter}{row}"].value for row in range(int(first), int(last) + 1)]
        assert levels == pytest.approx(mine["spend"].tolist())
    assert values[f"N{FIRST + CHANNELS}"].value == pytest.approx(
        sum(values[f"N{row}"].value for row in range(FIRST, FIRST + CHANNELS))
    )


def test_the_quarter_adds_up_by_formula(books) -> None:
    formulas, values = books[0]["quarter"], books[1]["quarter"]
    total = FIRST + CHANNELS
    assert formulas[f"B{total}"].value == f"=SUM(B{FIRST}:B{total - 1})"
    assert values[f"B{total}"].value == pytest.approx(
        sum(values[f"B{row}"].value for row in range(FIRST, total))
    )
    assert sum(values[f"E{row}"].value for row in range(FIRST, total)) == pytest.approx(1)
    assert values[f"F{FIRST}"].value == pytest.approx(values[f"D{FIRST}"].value / values[f"B{FIRST}"].value)


@pytest.mark.parametrize(
    ("amount", "expected"), [(0, 0), (5, 10), (10, 20), (15, 25), (20, 30), (30, 40), (-5, -10)]
)
def test_straight_lines_between_levels_are_drawn_on_at_both_ends(amount: float, expected: float) -> None:
    assert _on_line(amount, np.array([0.0, 10.0, 20.0]), np.array([0.0, 20.0, 30.0])) == pytest.approx(
        expected
    )


def test_budgets_are_written_to_the_cent(books) -> None:
    assert {books[0]["budget"][f"{letter}{FIRST}"].number_format for letter in "BCDEIJ"} == {"#,##0.00"}
