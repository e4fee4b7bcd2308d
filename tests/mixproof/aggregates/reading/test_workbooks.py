"""Workbooks: the sheet that was named, and damaged ones refused by name."""

import io
import zipfile

import openpyxl
import pandas as pd
import pytest

from mixproof.aggregates.reading.workbooks import read_workbook, sheet_names
from mixproof.errors import DataError


def book(folder, change, edit=lambda name, raw: raw):
    """Write a workbook, changed by openpyxl and then part by part."""
    made = openpyxl.Workbook()
    for row in (["a", "b"], [1, 2], [3, 4]):
        made.active.append(row)
    change(made)
    raw = io.BytesIO()
    made.save(raw)
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(folder / "t.xlsx", "w") as new:
        for name in old.namelist():
            content = edit(name, old.read(name))
            if content is not None:
                new.writestr(name, content)


def _hidden(made):
    made.create_sheet("other").append(["a", "b"])
    made.active.sheet_state = "hidden"


def _charts_only(made):
    made.create_chartsheet("chart")
    made.remove(made.worksheets[0])


SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
BOOKS = [
    ("cut", lambda made: None, lambda n, raw: raw[: len(raw) // 2] if n == SHEET else raw, "file-broken"),
    ("no XML", lambda made: None, lambda n, raw: b"canary" if n == BOOK else raw, "file-broken"),
    ("no sheet", lambda made: None, lambda n, raw: None if n == SHEET else raw, None),
    ("bomb", lambda made: None, lambda n, raw: raw.replace(b"?>", b"?><!DOCTYPE x [<!ENTITY a 'b'>]>", 1).replace(
        b"<v>1</v>", b"<v>&a;</v>") if n == SHEET else raw, None),
    ("chart", _charts_only, lambda n, raw: raw, None),
    ("hidden", _hidden, lambda n, raw: raw, "sheet-hidden"),
    ("note", lambda made: made.active.cell(2, 4, "note"), lambda n, raw: raw, "header"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "edit", "code"), [b[1:] for b in BOOKS], ids=[b[0] for b in BOOKS])
def test_a_damaged_workbook_is_refused_by_name(tmp_path, change, edit, code):
    book(tmp_path, change, edit)
    with pytest.raises(DataError) as raised:
        read_workbook(tmp_path / "t.xlsx", "t.xlsx", None)
    assert raised.value.faults[0].code == (code or raised.value.faults[0].code)
    assert "t.xlsx" in raised.value.faults[0].where and raised.value.faults[0].remedy
    assert "canary" not in str(raised.value)


def test_the_named_sheet_is_read(tmp_path):
    with pd.ExcelWriter(tmp_path / "t.xlsx") as book:
        pd.DataFrame({"a": [1]}).to_excel(book, sheet_name="first", index=False)
        pd.DataFrame({"a": [2]}).to_excel(book, sheet_name="second", index=False)
    assert sheet_names(tmp_path / "t.xlsx", "t.xlsx") == ["first", "second"]
    for sheet, value in ((None, 1), ("first", 1), ("second", 2)):
        assert read_workbook(tmp_path / "t.xlsx", "t.xlsx", sheet)["a"].tolist() == [value]
    with pytest.raises(DataError, match="'first', 'second'") as raised:
        read_workbook(tmp_path / "t.xlsx", "t.xlsx", "third")
    assert raised.value.faults[0].code == "sheet-missing"


def test_what_no_cell_stands_in_is_no_row_and_no_column(tmp_path):
    made = openpyxl.Workbook()
    for row in (["a", "b", None], [1, None, None], [None, None, None], [3, 4, None]):
        made.active.append(row)
    made.active.cell(6, 3, None)
    made.save(tmp_path / "t.xlsx")
    found = read_workbook(tmp_path / "t.xlsx", "t.xlsx", None)
    assert found.to_dict("list") == {"a": [1, 3], "b": [None, 4]}
