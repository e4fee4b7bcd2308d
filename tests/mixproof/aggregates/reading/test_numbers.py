"""Cells to numbers: exact, counted by kind where they are none, and as people and exports write them."""

import numpy as np
import pandas as pd
import pytest

from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.reading.numbers import as_numbers
from mixproof.aggregates.sources import read_panel
from mixproof.errors import DataError

CELLS = [
    # cell, decimal mark, value, kind
    ("12", ".", 12.0, "known"),
    (" -0.5 ", ".", -0.5, "known"),
    ("1e3", ".", 1000.0, "known"),
    ("1.234,5", ",", 1234.5, "known"),
    ("1.234,5", ".", np.nan, "text"),
    ("1,5", ".", np.nan, "text"),
    ("1.5", ",", np.nan, "text"),
    ("12 pieces", ".", np.nan, "text"),
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


NONE = float("nan")
WRITTEN = [
    ("£1,234.56", ".", 1234.56), ("$432,657.11", ".", 432657.11), ("€ 1.234,56", ",", 1234.56), ("1.234,56 €", ",", 1234.56),
    ("230'281.67", ".", 230281.67), ("230\u2019281,67", ",", 230281.67), ("230 281,67", ",", 230281.67),
    ("230\u00a0281.67", ".", 230281.67), ("1\u202f234\u202f567", ".", 1234567.0), ("12,34,567.5", ".", 1234567.5),
    ("12%", ".", 0.12), ("12,5 %", ",", 0.125), ("(123)", ".", -123.0), ("($1,234.50)", ".", -1234.5), ("$(5)", ".", -5.0),
    ("-£5.50", ".", -5.5), ("£-5.50", ".", -5.5), ("\u22125", ".", -5.0), ("5-", ".", -5.0), ("EUR 5", ".", 5.0),
    ("US$5", ".", 5.0), ("1.234.567", ",", 1234567.0), ("1e3", ".", 1000.0),
    ("1,23", ".", NONE), ("1.234.567", ".", NONE), ("1,2345.6", ".", NONE), ("12.34,5", ",", NONE), ("1 2", ".", NONE),
    ("ABC 5", ".", NONE), ("(5", ".", NONE), ("--5", ".", NONE), ("(-5)", ".", NONE), ("5%%", ".", NONE), ("1'23", ".", NONE),
    ("TRUE", ".", NONE), ("1_000", ".", NONE), ("\u0663", ".", NONE),
]  # fmt: skip


@pytest.mark.parametrize(("text", "decimal", "value"), WRITTEN)
def test_a_number_is_what_people_mean_by_it(text, decimal, value):
    found = as_numbers(pd.Series([text], dtype=object), decimal)
    np.testing.assert_array_equal(found.values, [value])
    assert found.text[0] == np.isnan(value)


COLUMNS = [
    (["50.211", "987"], True), (["2,975", "987"], True), (["50.211", "1,490"], True), (["£50.211"], True),
    (["50.211", "3.5"], False), (["50,211", "3.5"], False), (["0.123", "1.234"], False), (["1234.567"], False),
    (["1,234,567", "50,211"], False), (["987", "12"], False), (["1'234"], False),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "unclear"), COLUMNS)
def test_a_column_is_unclear_where_every_mark_has_three_digits_behind_it(cells, unclear):
    column = pd.Series(cells, dtype=object)
    assert bool(as_numbers(column, None).unclear) == unclear
    assert not as_numbers(column, ".").unclear
    assert not as_numbers(column, ",").unclear


def test_per_cent_beside_whole_numbers_is_unclear():
    assert as_numbers(pd.Series(["10%", "5"]), ".").unclear
    assert not as_numbers(pd.Series(["10%", "0", "0.5"]), ".").unclear


@pytest.fixture
def read(good, tmp_path, monkeypatch):
    """Return a function that reads a table whose revenue is rewritten, in memory or added up by the engine."""

    def make(write, large: bool, **table):
        if large:
            monkeypatch.setattr("mixproof.aggregates.reading.loading.SMALL_BYTES", -1)
        frame = good.weekly()
        frame.assign(revenue=[write(v) for v in frame["revenue"]]).to_csv(
            tmp_path / "t.csv", index=False, sep="\t"
        )
        section = good.section()
        section["tables"] = [section["tables"][0] | table]
        return read_panel(DataConfig.model_validate(section), tmp_path)

    return make


@pytest.mark.parametrize("large", [False, True])
def test_both_ways_of_reading_give_one_panel_and_one_fault(read, good, large):
    plain = read(lambda v: f"{v:.2f}", large)
    marked = read(lambda v: f"€ {v:,.2f}", large)
    assert marked.fingerprint() == plain.fingerprint()
    for write, code, shown in (
        (lambda v: f"{v % 900 + 1:.3f}", "number-unclear", "thousand"),
        (lambda v: f"${v:,.2f}", "currency-marks", "marked $"),
        (lambda v: f"{v:.2f}" if v % 2 < 1 else "5%", "percent-unclear", "per cent"),
    ):
        with pytest.raises(DataError) as raised:
            read(write, large)
        found = [fault for fault in raised.value.faults if fault.code == code]
        assert found, raised.value.faults
        assert shown in found[0].what


def test_the_remedy_of_an_unclear_column_works_for_both_marks(read):
    as_point = read(lambda v: f"{v % 900 + 1:.3f}", False, decimal=".")
    assert float(as_point.data["outcome"].max()) < 1000
    assert float(read(lambda v: f"{round(v):,}", False, decimal=".").data["outcome"].max()) > 1000
