"""Cells, totals and the sums that tie them."""

import numpy as np
import pandas as pd

from mixproof.privacy.disclosure import build_cells

FACTS = pd.DataFrame(
    {
        "a": ["x", "x", "y"],
        "b": ["p", "q", "p"],
        "c": ["1", "1", "1"],
        "people": [5, 7, 11],
        "money": [50, 70, 110],
    }
)


def test_every_total_is_a_cell_and_every_sum_holds() -> None:
    cells = build_cells(FACTS, [("a", "b")], ["people", "money"])
    assert len(cells.keys) == 9 and cells.published.all()
    expected = {("x", "p"): 5, ("y", "q"): 0, ("x", None): 12, (None, "p"): 16, (None, None): 23}
    assert {key: cells.values["people"][cells.place(key)] for key in expected} == expected
    for values in cells.values.values():
        assert not (cells.relations @ values).any()
    assert cells.relations.shape[0] == 6


def test_linked_tables_share_their_totals_and_know_of_the_cells_that_none_shows() -> None:
    cells = build_cells(FACTS, [("a", "c"), ("b", "c")], ["people"])
    assert cells.dims == ("a", "c", "b") and cells.keys.count((None, "1", None)) == 1
    assert (~cells.published).sum() == 4
    assert not (cells.relations @ cells.values["people"]).any()
    inner = np.flatnonzero(~cells.published)
    assert not np.abs(cells.among_published[:, inner]).sum()
    assert cells.among_published.shape[0] < cells.relations.shape[0]
