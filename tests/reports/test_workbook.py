"""The workbook: typed numbers, explained columns, inert strings, a mark on every sheet when not reportable."""

import re
import zipfile
from datetime import datetime
from functools import cache

import openpyxl
import pandas as pd
import pytest

HOSTILE = (
    "<img src=x onerror=1>",
    "</script><script>alert(1)</script>",
    '=HYPERLINK("http://example.invalid","x")',
    "+1",
    "@SUM(A1)",
    "\tTab\u2028\u2029{{ 7*7 }}",
    "$x^2$ & \"quotes\" 'x'",
)

LARGE = {"status": "failure", "geos": tuple(f"Region {i}" for i in range(40))}


@cache
def _load(path):
    return openpyxl.load_workbook(path)


def _open(summary, **what):
    return _load(summary(**what).workbook)


def _values(sheet, first):
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=first)]


def test_there_is_a_sheet_for_each_table(summary):
    names = _open(summary).sheetnames
    assert names[:4] == ["summary", "channels", "paid_media", "channels_by_geo"]
    assert set(names) == {"summary", *summary().run.frames}


@pytest.mark.parametrize(
    "table", ["channels", "contributions", "decomposition", "fit", "response", "waterfall"]
)
def test_sheets_hold_the_table_typed(summary, table):
    sheet, frame = _open(summary)[table], summary().run.frames[table]
    assert [cell.value for cell in sheet[1]] == list(frame.columns)
    values = _values(sheet, 3)
    assert len(values) == len(frame)
    for number, name in enumerate(frame.columns):
        shown = [row[number] for row in values]
        if pd.api.types.is_numeric_dtype(frame[name]) and frame[name].dtype != bool:
            assert all(v is None or isinstance(v, int | float) for v in shown)
            assert pd.Series(shown, dtype=float).to_numpy() == pytest.approx(
                frame[name].astype(float).to_numpy(), rel=1e-12, nan_ok=True
            )
        elif name == "date":
            assert all(isinstance(v, datetime) for v in shown)
        elif frame[name].dtype == bool:
            assert all(isinstance(v, bool) for v in shown)


def test_heads_stay_in_sight_and_carry_units(summary):
    sheet = _open(summary)["channels"]
    assert sheet.freeze_panes == "C3"
    units = dict(zip((c.value for c in sheet[1]), (c.value for c in sheet[2]), strict=True))
    assert units["spend"] == units["contribution_mean"] == "EUR"
    assert units["roi_mean"] == "EUR per EUR"
    assert units["half_life"] == "weeks"
    formats = {c.value: sheet.cell(3, c.column).number_format for c in sheet[1]}
    assert (formats["share_mean"], formats["roi_mean"], formats["spend"]) == ("0.0%", "0.00", "#,##0")


def test_every_column_is_explained(summary):
    rows = _values(_open(summary)["columns"], 2)
    frames = summary().run.frames
    assert {(sheet, column) for sheet, column, *_ in rows} == {
        (n, c) for n, f in frames.items() if n != "columns" for c in f.columns
    }
    assert all(meaning for *_, meaning in rows)


def test_strings_stay_strings(summary):
    once = summary(status="pass", grouped=False, names=HOSTILE)
    with zipfile.ZipFile(once.workbook) as archive:
        parts = {name: archive.read(name).decode("utf-8") for name in archive.namelist()}
    assert not [name for name, text in parts.items() if re.search(r"<f[ >/]|<hyperlink", text)]
    assert not [name for name, text in parts.items() if "hyperlink" in text and name.endswith(".rels")]
    cells = [row[0] for row in _load(once.workbook)["channels"].iter_rows(min_row=3)]
    assert [cell.value for cell in cells] == list(HOSTILE)
    assert {cell.data_type for cell in cells} == {"s"}


@pytest.mark.parametrize(("world", "marked"), [(LARGE, True), ({}, False)])
def test_every_sheet_says_not_reportable(summary, world, marked):
    for sheet in _open(summary, **world):
        top = " ".join(str(cell.value) for row in sheet.iter_rows(max_row=4) for cell in row)
        assert ("Not reportable" in top) == marked, sheet.title


def test_cover_gives_verdict_reasons_and_channels(summary):
    text = " ".join(str(cell) for row in _values(_open(summary)["summary"], 1) for cell in row if cell)
    assert "Reportable with warnings" in text
    assert summary().run.verdict.reasons[0].sentence in text
    assert "TV brought" in text and "90\u00a0% equal-tailed credible interval" in text
