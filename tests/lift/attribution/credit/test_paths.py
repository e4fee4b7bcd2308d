import numpy as np
import pandas as pd
import pytest

from lift.attribution.credit.paths import read_paths
from mixproof.errors import DataError, MixproofError, PrivacyError
from tests.lift.attribution.credit.paths_cases import read, section, table

BROKEN = [
    ("paths-column", {"path": "journey"}, {}, "journey"),
    ("paths-number", {}, {"conversions": [-1, 5]}, "below zero"),
    ("paths-number", {}, {"nulls": ["many", "5"]}, "rows 1"),
    ("paths-number", {}, {"value": [np.nan, 5.0]}, "value"),
    ("paths-touch", {}, {"path": ["A >  > B", "A"]}, "no name"),
    ("paths-touch", {}, {"path": [">", "A"]}, "no name"),
    ("paths-touch", {}, {"path": ["A > (other)", "A"]}, "(other)"),
    ("paths-ages", {"ages": "ages"}, {"ages": ["3", "0"]}, "another number"),
    ("paths-ages", {"ages": "ages"}, {"ages": ["3 > -1", "0"]}, "below zero"),
    ("paths-nothing", {}, {"path": ["", "(other)"]}, "No path"),
    ("paths-nothing", {}, {"conversions": [0, 0]}, "No path"),
    ("paths-identifier", {}, {"path": ["A > +49 151 12345678", "A"]}, "persons"),
]


@pytest.mark.parametrize(("code", "keys", "cells", "words"), BROKEN)
def test_broken_tables(code, keys, cells, words) -> None:
    plain = {"path": ["A > B", "A"], "conversions": [3, 5], "nulls": [1, 2], "value": [1.0, 2.0]}
    with pytest.raises(MixproofError) as caught:
        read(pd.DataFrame({**plain, **cells}), **keys)
    fault = caught.value.faults[0]
    assert fault.code == code
    assert words in f"{fault.where} {fault.what}"
    assert "12345678" not in str(caught.value)
    assert isinstance(caught.value, PrivacyError if code == "paths-identifier" else DataError)


def test_touches_are_read_in_their_order_whatever_the_spaces() -> None:
    frame = table((("B>A > B", 8, 42, 1.0), ("A  >C", 1, 1, 2.0)))
    paths = read(frame)
    assert paths.channels == ("A", "B", "C")
    found = [
        [paths.channels[k] for k in paths.touches[a:b]]
        for a, b in zip(paths.first, paths.first[1:], strict=False)
    ]
    assert found == [["A", "C"], ["B", "A", "B"]]
    assert list(paths.conversions) == [1.0, 8.0]
    assert list(paths.position) == [0, 1, 0, 1, 2]


def test_rows_without_a_path_are_kept_apart() -> None:
    rows = (
        ("A", 1, 1, 5.0),
        ("", 3, 7, 9.0),
        ("(other)", 4, 0, 1.0),
        (None, 2, 3, 1.0),
        ("(consent-lost)", 6, 0, 2.0),
    )
    paths = read(table(rows))
    assert {row.name: (row.conversions, row.value, row.nulls) for row in paths.outside} == {
        "(unattributed)": (5.0, 10.0, 10.0),
        "(other)": (4.0, 1.0, 0.0),
        "(consent-lost)": (6.0, 2.0, 0.0),
    }
    assert paths.channels == ("A",)


def test_another_separator_and_decimal_comma(tmp_path) -> None:
    (tmp_path / "paths.csv").write_text(
        "path;conversions;nulls;value\nA|B;1.000,5;3;2,25\n", encoding="utf-8"
    )
    config = section(separator="|", decimal=",").paths
    assert config is not None
    paths = read_paths(config, tmp_path)
    assert paths.channels == ("A", "B")
    assert list(paths.conversions) == [1000.5]
    assert list(paths.value) == [2.25]
