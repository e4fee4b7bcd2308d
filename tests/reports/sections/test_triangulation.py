"""The section on triangulation: one axis a channel, what is booked in sentences, every number from the table."""

import pandas as pd

from reports.numbers import Numbers
from reports.page import Figure, Table, Text
from reports.sections.triangulation import section
from workflow.triangulation.statements import BOOK, CLAIMED, EXPERIMENT, MODEL, NAN, Statement, rows

WINDOW = ("2024-01-01", "2024-12-29")
SAID = [
    Statement("search", EXPERIMENT, "spring <test>", WINDOW, 100.0, (150.0, 50.0, 250.0), 0.9),
    Statement("search", MODEL, "", WINDOW, 100.0, (200.0, 100.0, 300.0), 0.9),
    Statement("search", CLAIMED, "ads", WINDOW, 100.0, (900.0, NAN, NAN)),
    Statement("search", BOOK, MODEL, WINDOW, 100.0, (1600.0, 100.0, 300.0), 0.9, "Because."),
    Statement("video", CLAIMED, "ads", ("", ""), NAN, (30.0, NAN, NAN)),
    Statement("video", BOOK, "nothing", ("", ""), NAN, (0.0, NAN, NAN), NAN, "No test."),
]


def built(unit: str = "EUR"):
    """Return the section of the statements above."""
    found = section(rows(SAID, unit), Numbers("en"), "EUR")
    assert found is not None
    return found.blocks


def test_one_axis_a_channel_and_none_where_no_spend_is_known() -> None:
    figures = [block for block in built() if isinstance(block, Figure)]
    assert [figure.title for figure in figures] == ["search: every source on one axis"]
    assert figures[0].svg.count("<circle") == 4
    assert "break-even" in figures[0].svg
    assert "<test>" not in figures[0].svg
    assert "break-even" not in next(block for block in built("orders") if isinstance(block, Figure)).svg


def test_what_is_booked_is_said_with_its_reason() -> None:
    text = next(block for block in built() if isinstance(block, Text))
    assert "may be booked" in text.lines[0]
    assert text.lines[0].endswith("Because.")
    assert text.lines[1] == "video: nothing may be booked. No test."


def test_every_row_is_in_the_table() -> None:
    table = next(block for block in built() if isinstance(block, Table))
    assert len(table.rows) == len(SAID)
    assert [row[1] for row in table.rows][:4] == [EXPERIMENT, MODEL, CLAIMED, BOOK]
    assert table.rows[2][6] == ""


def test_without_the_table_there_is_no_section() -> None:
    assert section(pd.DataFrame(), Numbers("en"), "EUR") is None
