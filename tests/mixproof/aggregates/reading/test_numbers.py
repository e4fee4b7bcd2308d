"""Cells to numbers: what is a number is read exactly, and what is none is counted by its kind."""

import numpy as np
import pandas as pd
import pytest

from mixproof.aggregates.reading.numbers import as_numbers

CELLS = [
    # cell, decimal mark, value, kind
    ("12", ".", 12.0, "known"),
    (" -0.5 ", ".", -0.5, "known"),
    ("1e3", ".", 1000.0, "known"),
    ("1.234,5", ",", 1234.5, "known"),
    ("1.234,5", ".", np.nan, "text"),
    ("1,5", ".", np.nan, "text"),
    ("1.5", ",", np.nan, "text"),
    ("12 EUR", ".", np.nan, "text"),
    ("", ".", np.nan, "blank"),
    ("  ", ".", np.nan, "blank"),
    (None, ".", np.nan, "blank"),
    ("nan", ".", np.nan, "unreal"),
    ("-inf", ".", np.nan, "unreal"),
    ("1e400", ".", np.nan, "unreal"),
    (True, ".", np.nan, "text"),
    (7, ".", 7.0, "known"),
    (2.5, ",", 2.5, "known"),
]


@pytest.mark.parametrize(("cell", "decimal", "value", "kind"), CELLS)
def test_each_cell_is_a_number_or_counted_by_its_kind(
    cell: object, decimal: str, value: float, kind: str
) -> None:
    found = as_numbers(pd.Series([cell, "1"], dtype=object), decimal)
    np.testing.assert_array_equal(found.values, [value, 1.0])
    kinds = {name: int(getattr(found, name)[0]) for name in ("known", "blank", "text", "unreal")}
    assert kinds == dict.fromkeys(kinds, 0) | {kind: 1}


def test_a_column_of_numbers_is_taken_as_it_is() -> None:
    found = as_numbers(pd.Series([1.0, np.nan, np.inf, -0.0, 2e15]))
    np.testing.assert_array_equal(found.values, [1.0, np.nan, np.nan, 0.0, 2e15])
    assert found.known.tolist() == [True, False, False, True, True]
    assert (found.blank.tolist()[1], found.unreal.tolist()[2], found.huge.tolist()[4]) == (True, True, True)
    assert not np.signbit(found.values[3])  # two zeros would be two fingerprints


def test_weights_count_where_a_cell_is_known() -> None:
    found = as_numbers(pd.Series(["2", "", "4"])).weighted(np.array([3.0, 5.0, 0.5]))
    np.testing.assert_array_equal(found.values, [6.0, np.nan, 2.0])
    np.testing.assert_array_equal(found.weight, [3.0, 0.0, 0.5])
