"""Number formats, units and meanings of a workbook's columns come from the specs of its tables."""

from typing import get_args

import pandas as pd
import pytest

from mixproof.records.table import Column, Form, TableSpec, describe
from reports.tables import FORMATS, Sheets, money_words

SPEC = TableSpec(
    "budget",
    "a channel",
    (
        Column("channel", "text", "", "name"),
        Column("day", "date", "", "first day"),
        Column("spend", "number", "currency", "to the cent", "cents"),
        Column("planned", "number", "currency", "in whole units"),
        Column("share", "number", "fraction", "of all spend"),
        Column("roi", "number", "currency per currency", "return"),
        Column("weeks", "integer", "periods", "how many"),
        Column("effect", "number", "outcome", "by its size"),
        Column("sure", "flag", "", "whether it is known"),
    ),
)
FRAME = pd.DataFrame(
    {
        "channel": ["TV", "Search"],
        "day": pd.to_datetime(["2025-01-06", "2025-04-07"]),
        "spend": [1234.5, 99.99],
        "planned": [1200.0, 100.0],
        "share": [0.9, 0.1],
        "roi": [1.25, 0.5],
        "weeks": [13, 13],
        "effect": [0.01, 0.02],
        "sure": [True, False],
    }
)
FORMS = [
    ("channel", ""),
    ("day", "yyyy-mm-dd"),
    ("spend", "#,##0.00"),
    ("planned", "#,##0"),
    ("share", "0.0%"),
    ("roi", "0.00"),
    ("weeks", "#,##0"),
    ("effect", "0.0000"),
    ("sure", ""),
]


@pytest.fixture
def sheets() -> Sheets:
    return Sheets({"later": FRAME, "channels": FRAME, "budget": FRAME}, describe([SPEC]), money_words("EUR"))


@pytest.mark.parametrize(("column", "expected"), FORMS)
def test_a_column_is_written_as_its_spec_or_its_unit_says(sheets, column: str, expected: str) -> None:
    found = {each.name: each for each in sheets.columns("budget")}
    assert found[column].number_format == expected


def test_units_are_in_the_runs_own_words_and_meanings_are_kept(sheets) -> None:
    found = {each.name: each for each in sheets.columns("budget")}
    assert (found["spend"].unit, found["roi"].unit, found["share"].unit) == ("EUR", "EUR per EUR", "fraction")
    assert found["spend"].meaning == "to the cent"
    assert sheets.row_meaning("budget") == "a channel" and sheets.row_meaning("later") == ""


def test_known_tables_come_first_and_undescribed_ones_are_written_by_size(sheets) -> None:
    assert sheets.order == ["channels", "budget", "later"]
    bare = Sheets({"later": FRAME}, pd.DataFrame())
    assert {each.name: each.number_format for each in bare.columns("later")}["spend"] == "#,##0"


def test_every_form_of_a_spec_has_a_format() -> None:
    assert {*get_args(Form)} - {""} == set(FORMATS)
