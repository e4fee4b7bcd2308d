"""Tables as CSV: what is written reads back equal, and no cell is one that a spreadsheet would run."""

import csv
import io
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from mixproof.records.csv import from_csv, table_kinds, to_csv

RUNNABLE = [
    "=1+1",
    "+1",
    "-1+cmd",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "\nx",
    "\x00x",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "'=1",
    "''=1",
]
HARMLESS = [
    "tv",
    "a=b",
    "'quoted'",
    'say "x"',
    "a,b",
    "a\nb",
    "a\r\nb",
    "",
    "NA",
    "None",
    "nan",
    " =1",
    "\u2028",
    "<b>",
]
DANGEROUS = tuple("=+-@\t\r\n\x00＝＋－＠")


def cells(text: str) -> list[str]:
    """Return what another reader finds in the first column, without the header."""
    return [row[0] for row in csv.reader(io.StringIO(text, newline=""))][1:]


@pytest.mark.parametrize("text", RUNNABLE)
def test_a_cell_that_would_run_gets_an_apostrophe(text: str) -> None:
    (cell,) = cells(to_csv(pd.DataFrame({"name": [text], "n": [1]})))
    assert cell == "'" + text


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_cell_stays_as_it_is(text: str) -> None:
    assert cells(to_csv(pd.DataFrame({"name": [text], "n": [1]}))) == [text]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (-1.5, "-1.5"),
        (0.1, "0.1"),
        (1e-5, "1e-05"),
        (1e300, "1e+300"),
        (-0.0, "-0.0"),
        (float("nan"), ""),
        (3.0, "3.0"),
    ],
)
def test_numbers_are_shortest_and_untouched(value: float, written: str) -> None:
    assert to_csv(pd.DataFrame({"n": [value], "k": [-7]})) == f"n,k\n{written},-7\n"


def test_other_kinds() -> None:
    frame = pd.DataFrame(
        {"f": [True, False], "d": pd.to_datetime(["2024-02-29", "2024-03-01"]), "t": ["x", None]}
    )
    assert to_csv(frame) == "f,d,t\ntrue,2024-02-29,x\nfalse,2024-03-01,\n"
    moments = pd.DataFrame({"d": pd.to_datetime(["2024-02-29 01:30", None])})
    assert to_csv(moments) == 'd\n2024-02-29T01:30:00\n""\n'


@pytest.mark.parametrize("text", ["x;=1+1", "x\t@SUM(A1)", "x; -2", "x|=1", "a\n=1", "x;'=1"])
def test_what_follows_another_locales_separator_does_not_run_either(text: str) -> None:
    frame = pd.DataFrame({"n": [1], "name": [text]})
    written = to_csv(frame)
    assert all(cell.lstrip()[:1] not in set(DANGEROUS) for cell in re.split("[;\t|\n]", written) if cell)
    assert from_csv(written, table_kinds(frame))["name"].tolist() == [text]


@settings(max_examples=40, deadline=None)
@given(
    texts=st.lists(
        st.text(st.characters(codec="utf-8"), max_size=8) | st.sampled_from(RUNNABLE + HARMLESS), max_size=6
    ),
    seed=st.integers(0, 2**32 - 1),
)
def test_what_is_written_reads_back_equal(texts: list[str], seed: int) -> None:
    rng = np.random.default_rng(seed)
    numbers = rng.choice([0.1, -2.5, np.nan, np.inf, -np.inf, 1e-320, 1 / 3], len(texts))
    frame = pd.DataFrame(
        {
            "text": pd.Series(texts, dtype="str"),
            "number": numbers.astype(float),
            "integer": rng.integers(-(2**62), 2**62, len(texts)),
            "flag": rng.random(len(texts)) < 0.5,
            "=date": pd.date_range("2020-02-28", periods=len(texts)),
        }
    )
    text = to_csv(frame)
    assert not any(cell.startswith(DANGEROUS) for cell in cells(text))
    pd.testing.assert_frame_equal(from_csv(text, table_kinds(frame)), frame, check_freq=False)


@settings(max_examples=60, deadline=None)
@given(arrays.arrays(np.float64, st.integers(0, 20)))
def test_every_number_comes_back_bit_for_bit(values: np.ndarray) -> None:
    frame = pd.DataFrame({"n": values})
    back = from_csv(to_csv(frame), table_kinds(frame))["n"].to_numpy()
    known = ~np.isnan(values)
    assert back[known].tobytes() == values[known].tobytes()
    assert np.isnan(back[~known]).all()


@pytest.mark.parametrize("text", ["a\n1\n", "a,b\n1\n", "b,a\n1,2\n", "", "a,b,c\n1,2,3\n", "a,b\n1,2,3\n"])
def test_a_table_of_other_columns_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"columns|cells"):
        from_csv(text, {"a": "number", "b": "number"})
