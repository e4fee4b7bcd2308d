"""The workbook of the finance review: booking and tie-out by formula, check cells that say OK, a sheet to sign, all tables.

Formulas refer to cells of this workbook and to nothing else; names that come from users are strings in cells, never part of a
formula. Every formula stands with its value for readers that do not calculate.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell as cell
from xlsxwriter.worksheet import Worksheet

from mixproof.records.verdict import RESULTS
from reports.context import Context, unit_note
from reports.inputs import Record, records
from reports.sections.finance.signoff import ROLES, audit_trail
from reports.tables import Sheets, sheets_of
from reports.wording.finance import booking_sentences, tie_sentence
from reports.wording.run import GRADE_TITLES, grade_sentence
from reports.workbook import CREATED, OPTIONS, Styles, write_cell, write_mark, write_tables

_TABLES = (
    "finance_booking",
    "ledger_",
    "prior_periods",
    "fiscal_calendar",
    "triangulation",
    "attributed_by_quarter",
    "attribution_total",
    "calibration",
    "paid_media_by_period",
    "tie_out",
    "verdict",
)
"""Beginnings of the names of tables that the review is made from."""
_CENTS, _SHARE, _RATIO = "#,##0.00", "0.0%", "0.00"
OK, WRONG = "OK", "check"
Where = Callable[[str, str], str]
"""Table and column -> the range of its cells."""


@dataclass
class _Checks:
    """What the check sheet will say: words, formula of the difference, its value, and what it may be."""

    rows: list[tuple[str, str, float, str]] = field(default_factory=list)

    def add(self, words: str, difference: str, value: float, allowed: str = "0.005") -> None:
        self.rows.append((words, difference, value, allowed))


def write_finance_workbook(context: Context, path: Path) -> Path:
    """Return the workbook's path after writing it; the same runs give the same bytes.

    Parameters
    ----------
    context : Context
    path : pathlib.Path
        The ``.xlsx`` file; replaced when it exists.

    Returns
    -------
    pathlib.Path
        `path`.
    """
    whole = sheets_of(context.inputs)
    kept = {name: frame for name, frame in whole.tables.items() if name.startswith(_TABLES)}
    sheets = Sheets(kept, whole.described, whole.units, whole.mark)
    grade, name = context.inputs.verdict.grade, context.inputs.provenance.name
    with xlsxwriter.Workbook(str(path), OPTIONS) as book:
        title = f"{name}: finance calibration review"
        book.set_properties({"title": title, "created": CREATED, "comments": GRADE_TITLES[grade]})
        styles, checks = Styles(book, grade), _Checks()
        _cover(context, book.add_worksheet("review"), styles, title)
        where = _ranges(sheets)
        _booking(context, book.add_worksheet("booking"), styles, (sheets.mark, where), checks)
        _tie_out(context, book.add_worksheet("accounts"), styles, (sheets.mark, where), checks)
        _check_sheet(checks, book.add_worksheet("checks"), styles, sheets.mark)
        _sign_off(context, book.add_worksheet("sign-off"), styles)
        write_tables(sheets, book, styles)
    return path


def _ranges(sheets: Sheets) -> Where:
    """Return what tells the cells of a table's column on its own sheet."""
    above = 3 if sheets.mark else 2

    def cells(table: str, column: str) -> str:
        frame = sheets.tables[table]
        place, last = list(frame.columns).index(column), above + max(len(frame), 1) - 1
        return f"{table}!{cell(above, place, True, True)}:{cell(last, place, True, True)}"

    return cells


def _cover(context: Context, sheet: Worksheet, styles: Styles, title: str) -> None:
    """Write what may be booked, what ties, and the verdict with its reasons."""
    inputs = context.inputs
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 112)
    write_cell(sheet, 0, 0, title, styles.title)
    lines = [(GRADE_TITLES[inputs.verdict.grade], grade_sentence(context))]
    lines += [(RESULTS[finding.status], finding.sentence) for finding in inputs.verdict.reasons]
    lines += [("Booking", words) for words in booking_sentences(context)]
    lines += [("Tie-out", tie_sentence(context)), ("Intervals", unit_note(context))]
    lines += [
        ("Run", inputs.provenance.run_id),
        ("Sheet checks", "Every line says OK where the workbook adds up."),
    ]
    for row, (term, words) in enumerate(lines, 2):
        write_cell(sheet, row, 0, term, styles.bold)
        write_cell(sheet, row, 1, words, styles.wrapped)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _heads(sheet: Worksheet, mark: str, heads: Sequence[tuple[str, str]], styles: Styles) -> int:
    """Return the first row below the mark, heads and units."""
    top = write_mark(sheet, mark, len(heads), styles)
    for column, (head, unit) in enumerate(heads):
        sheet.set_column(column, column, 20 if column < 2 else 16)
        write_cell(sheet, top, column, head, styles.head)
        write_cell(sheet, top + 1, column, unit, styles.unit)
    sheet.freeze_panes(top + 2, 2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    return top + 2


def _booking(
    context: Context, sheet: Worksheet, styles: Styles, place: tuple[str, Where], checks: _Checks
) -> None:
    """Write attributed, incremental and booked amounts; what is bookable, booked and their sums are formulas."""
    mark, where = place
    table, money = context.inputs.table("finance_booking"), context.inputs.panel.currency
    heads = [("channel", ""), ("period", ""), ("spend", money), ("attributed", money), ("factor", "")]
    heads += [("incremental", money), ("at quantile", money), ("margin", ""), ("blocked", "")]
    heads += [("bookable", money), ("booked", money), ("reason", "")]
    row = first = _heads(sheet, mark, heads, styles)
    cents, ratio = styles.number(_CENTS), styles.number(_RATIO)
    sums = []
    for quarter in dict.fromkeys(table["period"]):
        mine = records(table[table["period"] == quarter])
        begin = row
        for each in mine:
            _channel(sheet, row, each, styles)
            row += 1
        write_cell(sheet, row, 0, "sum", styles.bold)
        write_cell(sheet, row, 1, str(quarter), styles.bold)
        for column, name in ((2, "spend"), (9, "bookable"), (10, "booked")):
            value = round(sum(float(each[name]) for each in mine), 2)
            formula = f"=SUM({cell(begin, column)}:{cell(row - 1, column)})"
            sheet.write_formula(row, column, formula, cents, value)
        sums.append((str(quarter), row, mine))
        row += 2
    sheet.set_column(11, 11, 90)
    sheet.set_column(4, 4, 9, ratio)
    for quarter, total, _ in sums:
        booked = where("finance_booking", "booked")
        same = f"SUMIFS({booked},{where('finance_booking', 'period')},booking!{cell(total, 1)})"
        checks.add(
            f"booked in {quarter}: sheet booking against its table", f"=booking!{cell(total, 10)}-{same}", 0.0
        )
        spent, held = where("finance_booking", "spend"), where("finance_booking", "period")
        less = f"=booking!{cell(total, 2)}-SUMIFS({spent},{held},booking!{cell(total, 1)})"
        checks.add(f"spend of {quarter}: sheet booking against its table", less, 0.0)
        more = f"=MAX(0,booking!{cell(total, 10)}-booking!{cell(total, 9)})"
        checks.add(f"booked in {quarter} is not more than what is bookable", more, 0.0)
    assert row >= first


def _channel(sheet: Worksheet, row: int, each: Record, styles: Styles) -> None:
    cents, ratio, share = (styles.number(form) for form in (_CENTS, _RATIO, _SHARE))
    write_cell(sheet, row, 0, str(each["channel"]), styles.bold)
    write_cell(sheet, row, 1, str(each["period"]), styles.text)
    forms = {
        "spend": cents,
        "attributed": cents,
        "factor": ratio,
        "incremental": cents,
        "at_quantile": cents,
        "margin": share,
    }
    for column, (name, style) in enumerate(forms.items(), 2):
        write_cell(sheet, row, column, float(each[name]), style)
    write_cell(sheet, row, 8, "yes" if each["blocked"] else "no", styles.text)
    sheet.write_formula(row, 9, f"=ROUND({cell(row, 6)}*{cell(row, 7)},2)", cents, float(each["bookable"]))
    sheet.write_formula(row, 10, f'=IF({cell(row, 8)}="yes",0,{cell(row, 9)})', cents, float(each["booked"]))
    write_cell(sheet, row, 11, str(each["reason"]), styles.text)


def _tie_out(
    context: Context, sheet: Worksheet, styles: Styles, place: tuple[str, Where], checks: _Checks
) -> None:
    """Write each account and period: items and ledger summed from their tables, what is unexplained and whether it ties."""
    mark, where = place
    table, money = context.inputs.table("ledger_tie_out"), context.inputs.panel.currency
    heads = [
        ("account", ""),
        ("period", ""),
        ("entity", ""),
        ("what", ""),
        ("modelled", money),
        ("items", money),
    ]
    heads += [("ledger", money), ("unexplained", money), ("tolerance", money), ("ties", ""), ("problems", "")]
    first = _heads(sheet, mark, heads, styles)
    cents = styles.number(_CENTS)
    for row, each in enumerate(records(table), first):
        for column, name in enumerate(("account", "period", "entity", "what")):
            write_cell(sheet, row, column, str(each[name]), styles.bold if not column else styles.text)
        write_cell(sheet, row, 4, float(each["modelled"]), cents)
        keys = {"account": cell(row, 0), "period": cell(row, 1), "entity": cell(row, 2), "what": cell(row, 3)}
        items = _sum_of(context, where, ("ledger_items", "amount"), keys)
        sheet.write_formula(row, 5, f"={items}", cents, float(each["items"]))
        lines = _sum_of(
            context, where, ("ledger_lines", "booked"), {k: keys[k] for k in ("account", "period", "entity")}
        )
        sheet.write_formula(row, 6, f"={lines}", cents, float(each["ledger"]))
        rest = f"=ROUND({cell(row, 6)}-{cell(row, 4)}-{cell(row, 5)},2)"
        sheet.write_formula(row, 7, rest, cents, float(each["unexplained"]))
        write_cell(sheet, row, 8, float(each["tolerance"]), cents)
        ties = f'=IF(ABS({cell(row, 7)})<={cell(row, 8)}+0.0001,"yes","no")'
        sheet.write_formula(row, 9, ties, styles.text, "yes" if each["ties"] else "no")
        write_cell(sheet, row, 10, str(each["problems"]), styles.text)
        words = f"{each['account'] or each['what']}, {each['period']}"
        at = {column: f"accounts!{cell(row, column)}" for column in range(11)}
        for name, column in (("unexplained", 7), ("ledger", 6), ("items", 5)):
            own = _cell_of(where, table, name, row - first)
            checks.add(f"{words}: {name} by formula against the run's table", f"={at[column]}-{own}", 0.0)
        adds = f"={at[4]}+{at[5]}+{at[7]}-{at[6]}"
        checks.add(f"{words}: modelled + items + unexplained = ledger", adds, 0.0)
    sheet.set_column(10, 10, 60)


def _sum_of(context: Context, where: Where, source: tuple[str, str], keys: dict[str, str]) -> str:
    """Return the formula of a sum over the rows of a table that have the keys of a line; lines of the ledger, not invoices."""
    table, column = source
    if context.inputs.table(table).empty:
        return "0"
    # an empty key matches cells that are empty, which SUMIFS does not find by a reference to an empty cell
    pairs = [
        f"{where(table, name)},{at}" for name, at in keys.items() if name != "entity" or _several(context)
    ]
    if table == "ledger_lines":
        pairs.append(f'{where(table, "source")},"ledger"')
    return f"SUMIFS({where(table, column)},{','.join(pairs)})"


def _several(context: Context) -> bool:
    return bool((context.inputs.table("ledger_tie_out")["entity"].astype(str) != "").any())


def _cell_of(where: Where, table: pd.DataFrame, column: str, row: int) -> str:
    """Return the one cell of a column of the table of accounts."""
    assert row < len(table)
    return f"INDEX({where('ledger_tie_out', column)},{row + 1})"


def _check_sheet(checks: _Checks, sheet: Worksheet, styles: Styles, mark: str) -> None:
    """Write every check with its difference, and OK where it is nothing; the first line says so of all."""
    heads = [("check", ""), ("difference", ""), ("result", "")]
    first = _heads(sheet, mark, heads, styles)
    sheet.set_column(0, 0, 80)
    cents = styles.number(_CENTS)
    last = first + len(checks.rows)
    write_cell(sheet, first, 0, "all checks", styles.bold)
    span = f"{cell(first + 1, 2)}:{cell(last, 2)}"
    sheet.write_formula(
        first, 2, f'=IF(COUNTIF({span},"{OK}")={len(checks.rows)},"{OK}","{WRONG}")', styles.bold, OK
    )
    for row, (words, formula, value, allowed) in enumerate(checks.rows, first + 1):
        write_cell(sheet, row, 0, words, styles.text)
        sheet.write_formula(row, 1, formula, cents, value)
        result = f'=IF(ABS({cell(row, 1)})<{allowed},"{OK}","{WRONG}")'
        sheet.write_formula(row, 2, result, styles.text, OK if abs(value) < float(allowed) else WRONG)


def _sign_off(context: Context, sheet: Worksheet, styles: Styles) -> None:
    """Write three lines to sign, and the audit trail."""
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, 3, 34)
    for column, head in enumerate(("", "name", "date", "signature")):
        write_cell(sheet, 0, column, head, styles.head)
    for row, role in enumerate(ROLES, 1):
        write_cell(sheet, row, 0, role, styles.bold)
        for column in range(1, 4):
            sheet.write_blank(row, column, None, styles.input)
    for row, (term, words) in enumerate(audit_trail(context), len(ROLES) + 3):
        write_cell(sheet, row, 0, term, styles.bold)
        write_cell(sheet, row, 1, words, styles.text)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
