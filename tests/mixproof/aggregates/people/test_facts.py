"""Rows of a release are read, or every fault of them is told."""

from pathlib import Path

import pytest

from mixproof.errors import MixproofError
from tests.mixproof.aggregates.people.test_protection import ROWS, released


@pytest.mark.parametrize(
    ("change", "code", "where"),
    [
        ({"buyers": 1.5}, "people-cell", "t.csv: buyers"),
        ({"buyers": -1}, "people-cell", "t.csv: buyers"),
        ({"revenue": "a"}, "people-cell", "t.csv: revenue"),
        ({"revenue": 1.234}, "people-cell", "t.csv: revenue"),
        ({"revenue": "90071992547409.93"}, "people-cell", "t.csv: revenue"),
        ({"buyers": "4e18"}, "people-cell", "t.csv: buyers"),
        ({"region": ""}, "people-cell", "t.csv: region"),
    ],
)
def test_what_is_no_count_and_no_money_is_refused(
    tmp_path: Path, change: dict[str, object], code: str, where: str
) -> None:
    with pytest.raises(MixproofError) as refused:
        released(tmp_path, ROWS.assign(**change))
    assert (code, where) in [(fault.code, fault.where) for fault in refused.value.faults]


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MixproofError) as refused:
        released(tmp_path, people="customers")
    assert [fault.code for fault in refused.value.faults] == ["unknown-column"]


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("region", "(all)", "1 rows are called (all) or (hidden), as totals are, the first is row 3."),
        ("channel", "(hidden)", "1 rows are called (all) or (hidden), as totals are, the first is row 3."),
        ("region", None, "1 rows have no level, the first is row 3."),
        (
            "region",
            "\x1b[31mred",
            "1 rows have a level with a character that nobody sees or that a terminal obeys, the first is row 3.",
        ),
        (
            "region",
            "a\nb",
            "1 rows have a level with a character that nobody sees or that a terminal obeys, the first is row 3.",
        ),
        ("buyers", 0, "1 cells are above 0 where `buyers` is 0, the first in row 3."),
    ],
)
def test_rows_that_would_be_released_wrongly_are_named(
    tmp_path: Path, column: str, value: object, said: str
) -> None:
    rows = ROWS.astype({column: object})
    rows.loc[1, column] = value
    with pytest.raises(MixproofError) as error:
        released(tmp_path, rows)
    assert said in str(error.value)


def test_a_level_that_no_row_has_is_named(tmp_path: Path) -> None:
    with pytest.raises(MixproofError) as error:
        released(tmp_path, where={"channel": ["radio"]})
    assert "No row has the level 'radio', which `where` keeps." in str(error.value)
    assert "In `where` and `noise.levels` name levels as the file has them" in error.value.faults[0].remedy
