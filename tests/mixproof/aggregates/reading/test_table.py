"""A table in memory as the contract sees it: numbers by row, and what a mean is weighted by."""

import numpy as np
import pandas as pd
import pytest

from mixproof.aggregates.reading.table import NO_ORDERS, FrameTable

FRAME = pd.DataFrame({"value": ["10", "20,5", ""], "orders": ["2", "0", "4"], "geo": ["a", "b", "b"]})


def test_a_row_stands_for_itself() -> None:
    table = FrameTable(FRAME)
    assert (table.columns, table.rows, table.by_line) == (["value", "orders", "geo"], 3, True)
    assert table.count.tolist() == [1, 1, 1]
    assert table.key("geo").tolist() == ["a", "b", "b"]


@pytest.mark.parametrize(
    ("by", "values", "weight"),
    [
        (None, [10.0, 20.5, np.nan], [1.0, 1.0, 0.0]),
        ("orders", [20.0, 20.5 * NO_ORDERS, np.nan], [2.0, NO_ORDERS, 0.0]),
    ],
)
def test_numbers_and_their_weights(by: str | None, values: list[float], weight: list[float]) -> None:
    found = FrameTable(FRAME).numbers("value", ",", by)
    assert found.values == pytest.approx(values, nan_ok=True)
    assert found.weight == pytest.approx(weight)
    assert found.blank.tolist() == [0, 0, 1]
