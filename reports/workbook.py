"""The workbook: a cover with the verdict, a sheet a table with typed numbers, and a sheet that explains every column.

Strings are written as strings and nothing else: no formula and no link is ever made from what a user or a file named.
The file's dates are fixed, so that the same run gives the same bytes.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from mixproof.records.verdict import RESULTS, Grade
from mixproof.text import writable
from reports.context import Context, unit_note
from reports.inputs import records
from reports.tables import SheetColumn, Sheets, sheets_of
from reports.wording.run import GRADE_TITLES, WATERMARK, contribution_sentence, grade_sentence

OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
    "in_memory": True,
    "default_date_format": "yyyy-mm-dd",
}
CREATED = datetime(2000, 1, 1)
_TONES = {
    Grade.REPORTABLE: ("#E8F6F0", "#0A7A50"),
    Grade.WITH_WARNINGS: ("#FFF5E3", "#945400"),
    Grade.NOT_REPORTABLE: ("#FDECEB", "#B3261E"),
}


class Styles:
    """The formats of one workbook, each made once."""

    def __init__(self, book: xlsxwriter.Workbook, grade: Grade) -> None:
        self._book, self._made = book, dict[str, Format]()
        fill, ink = _TONES[grade]
        base = {"font_name": "Calibri", "font_size": 11}
        self.title = book.add_format(base | {"bold": True, "font_size": 20})
        self.grade = book.add_format(
            base | {"bold": True, "font_size": 16, "bg_color": fill, "font_color": ink}
        )
        self.toned = book.add_format(base | {"bg_color": fill, "text_wrap": True, "valign": "top"})
        self.head = book.add_format(base | {"bold": True, "bottom": 2, "text_wrap": True, "valign": "bottom"})
        self.unit = book.add_format(base | {"italic": True, "font_color": "#5B6675", "bottom": 1})
        self.mark = book.add_format(base | {"bold": True, "font_color": "#FFFFFF", "bg_color": "#B3261E"})
        self.muted = book.add_format(base | {"font_color": "#5B6675", "text_wrap": True, "valign": "top"})
        self.bold = book.add_format(base | {"bold": True})
        self.text = book.add_format(base | {"valign": "top"})
        self.input = book.add_format(
            base | {"num_format": "#,##0.00", "bg_color": "#FFF9DB", "valign": "top"}
        )
        self.wrapped = book.add_format(base | {"valign": "top", "text_wrap": True})

    def number(self, number_format: str) -> Format:
        """Return the format for numbers written as `number_format`."""
        if number_format not in self._made:
            self._made[number_format] = self._book.add_format(
                {"font_name": "Calibri", "num_format": number_format, "valign": "top"}
            )
        return self._made[number_format]


def write_workbook(context: Context, path: Path) -> None:
    """Write the workbook of a media-mix run to `path`.

    Parameters
    ----------
    context : Context
        Inputs and formats of the summary.
    path : Path
        The ``.xlsx`` file; replaced when it exists.
    """
    grade = context.inputs.verdict.grade
    with xlsxwriter.Workbook(str(path), OPTIONS) as book:
        book.set_properties(
            {
                "title": f"{context.inputs.provenance.name}: media-mix summary",
                "created": CREATED,
                "comments": GRADE_TITLES[grade],
            }
        )
        styles = Styles(book, grade)
        sheets = sheets_of(context.inputs)
        _cover(context, sheets, book.add_worksheet("summary"), styles)
        write_tables(sheets, book, styles)


def _cover(context: Context, sheets: Sheets, sheet: Worksheet, styles: Styles) -> None:
    """Write the verdict with its reasons, what each channel brought, and where the numbers come from."""
    inputs = context.inputs
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 112)
    write_cell(sheet, 0, 0, inputs.provenance.name, styles.title)
    panel = inputs.panel
    span = f"{panel.outcome_name}, {context.numbers.day(panel.start)} to {context.numbers.day(panel.end)}, {panel.frequency}"
    write_cell(sheet, 1, 0, span, styles.text)
    write_cell(sheet, 3, 0, GRADE_TITLES[inputs.verdict.grade], styles.grade)
    write_cell(sheet, 3, 1, WATERMARK if inputs.marked else "", styles.grade)
    write_cell(sheet, 4, 0, "", styles.toned)
    write_cell(sheet, 4, 1, grade_sentence(context), styles.toned)
    row = 5
    for finding in inputs.verdict.reasons:
        write_cell(sheet, row, 0, RESULTS[finding.status], styles.toned)
        write_cell(sheet, row, 1, finding.sentence, styles.toned)
        row += 1
    row += 1
    for channel in records(inputs.reported.sort_values("contribution_mean", ascending=False, kind="stable")):
        write_cell(sheet, row, 0, channel["channel"], styles.bold)
        write_cell(sheet, row, 1, contribution_sentence(context, channel), styles.wrapped)
        row += 1
    source = inputs.provenance
    pairs = [
        ("Intervals", unit_note(context)),
        ("Run", source.run_id),
        ("Seed", source.seed),
        ("Configuration, SHA-256", source.config_hash),
    ]
    pairs += [(f"Sheet {name}", sheets.row_meaning(name)) for name in sheets.order]
    for below, (term, words) in enumerate(pairs, row + 1):
        write_cell(sheet, below, 0, term, styles.bold)
        write_cell(sheet, below, 1, words, styles.wrapped)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def write_tables(sheets: Sheets, book: xlsxwriter.Workbook, styles: Styles) -> None:
    """Write a sheet a table, and the sheet that explains their columns.

    Parameters
    ----------
    sheets : Sheets
        The tables and what is said of their columns.
    book : xlsxwriter.Workbook
        An open workbook.
    styles : Styles
        Its formats.
    """
    shown = {name: sheets.columns(name) for name in sheets.order}
    for name, columns in shown.items():
        _table(sheets, name, columns, book.add_worksheet(name[:31]), styles)
    _columns(sheets.mark, shown, book.add_worksheet("columns"), styles)


def _table(
    sheets: Sheets, name: str, columns: Sequence[SheetColumn], sheet: Worksheet, styles: Styles
) -> None:
    """Write a table: (the mark,) heads, units, then rows; heads stay in sight and can be filtered."""
    frame, top = sheets.tables[name], write_mark(sheet, sheets.mark, len(columns), styles)
    for number, column in enumerate(columns):
        sheet.set_column(number, number, column.width)
        write_cell(sheet, top, number, column.name, styles.head)
        write_cell(sheet, top + 1, number, column.unit, styles.unit)
        _cells(sheet, (top + 2, number), frame[column.name], column, styles)
    first_numbers = next(
        (i for i, column in enumerate(columns) if column.number_format not in {"", "yyyy-mm-dd"}), 0
    )
    sheet.freeze_panes(top + 2, min(first_numbers, 2))
    if len(columns):
        sheet.autofilter(top + 1, 0, top + 1 + len(frame), len(columns) - 1)
    sheet.repeat_rows(top, top + 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _cells(
    sheet: Worksheet, start: tuple[int, int], values: pd.Series, column: SheetColumn, styles: Styles
) -> None:
    row, number = start
    style = styles.number(column.number_format) if column.number_format else styles.text
    for offset, value in enumerate(values.tolist()):
        write_cell(sheet, row + offset, number, value, style)


def write_cell(sheet: Worksheet, row: int, column: int, value: Any, style: Format) -> None:
    """Write a value by its type; a string is a string whatever it looks like, and what is missing is an empty cell.

    Parameters
    ----------
    sheet : Worksheet
        Of an open workbook.
    row, column : int
        Counted from 0.
    value : object
        Text, number, Boolean, date, or nothing.
    style : Format
        The cell's format.
    """
    if value is None or value is pd.NaT or (isinstance(value, float) and not math.isfinite(value)):
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, bool) or type(value).__name__ == "bool_":
        sheet.write_boolean(row, column, bool(value), style)
    elif isinstance(value, str):
        sheet.write_string(row, column, writable(value), style) if value else sheet.write_blank(
            row, column, None, style
        )
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, value, style)
    else:
        sheet.write_number(row, column, float(value), style)


def write_mark(sheet: Worksheet, mark: str, columns: int, styles: Styles) -> int:
    """Return the first free row after writing what a sheet must say first, which may be nothing.

    Parameters
    ----------
    sheet : Worksheet
        Of an open workbook.
    mark : str
        Empty for nothing.
    columns : int
        Columns of the sheet.
    styles : Styles
        Formats of the workbook.

    Returns
    -------
    int
        0 or 1.
    """
    for number in range(max(columns, 1) if mark else 0):
        write_cell(sheet, 0, number, mark if number == 0 else "", styles.mark)
    return 1 if mark else 0


def _columns(mark: str, shown: Mapping[str, Sequence[SheetColumn]], sheet: Worksheet, styles: Styles) -> None:
    """Write the sheet that explains every column of every other sheet."""
    top = write_mark(sheet, mark, 4, styles)
    for number, (head, width) in enumerate((("sheet", 20), ("column", 24), ("unit", 22), ("meaning", 90))):
        sheet.set_column(number, number, width)
        write_cell(sheet, top, number, head, styles.head)
    row = top + 1
    for name, columns in shown.items():
        for column in columns:
            for number, words in enumerate((name, column.name, column.unit, column.meaning)):
                write_cell(sheet, row, number, words, styles.wrapped if number == 3 else styles.text)
            row += 1
    sheet.freeze_panes(top + 1, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
