"""The workbook of the planning report: a cover, budgets to be changed by hand with live totals and shares, and all tables.

Formulas refer to cells of this workbook and to nothing else; names that come from users are strings and never part of one.
"""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell as cell
from xlsxwriter.worksheet import Worksheet

from mixproof.records.verdict import RESULTS
from reports.context import Context, unit_note
from reports.inputs import Record, records
from reports.planning.quarter import Quarter, quarter_of
from reports.tables import Sheets, sheets_of
from reports.wording.planning import TOTAL, move_sentences, quarter_sentences, recommendation
from reports.wording.run import GRADE_TITLES, grade_sentence
from reports.workbook import CREATED, OPTIONS, Styles, write_cell, write_mark, write_tables

_TABLES = (
    "plan_",
    "forecast",
    "paid_media_by_period",
    "attributed_by_quarter",
    "triangulation",
    "calibration",
    "channels",
    "design_",
    "verdict",
)
"""Beginnings of the names of tables that the report is made from."""
Span = tuple[int, int]
_CENTS, _SHARE, _WHOLE, _RATIO = "#,##0.00", "0.0%", "#,##0", "0.00"


def write_planning_workbook(context: Context, path: Path) -> Path:
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
        book.set_properties(
            {
                "title": f"{name}: quarterly planning report",
                "created": CREATED,
                "comments": GRADE_TITLES[grade],
            }
        )
        styles = Styles(book, grade)
        _cover(context, book.add_worksheet("planning"), styles)
        if len(context.inputs.table("plan_channels")):
            _budget(context, book.add_worksheet("budget"), styles, sheets.mark)
        now, _ = quarter_of(context)
        if now is not None:
            _quarter(context, now, book.add_worksheet("quarter"), styles, sheets.mark)
        write_tables(sheets, book, styles)
    return path


def _cover(context: Context, sheet: Worksheet, styles: Styles) -> None:
    """Write answer, verdict with its reasons, and the quarter in sentences."""
    inputs = context.inputs
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 112)
    write_cell(sheet, 0, 0, f"{inputs.provenance.name}: quarterly planning report", styles.title)
    lines = [(GRADE_TITLES[inputs.verdict.grade], grade_sentence(context))]
    lines += [(RESULTS[finding.status], finding.sentence) for finding in inputs.verdict.reasons]
    lines += [("Answer", recommendation(context, row)) for row in records(inputs.table("plan_certificate"))]
    lines += [("", words) for words in move_sentences(context)]
    now, before = quarter_of(context)
    if now is not None:
        lines += [
            (now.label if not place else "", words)
            for place, words in enumerate(quarter_sentences(context, now, before))
        ]
    lines += [("Intervals", unit_note(context)), ("Run", inputs.provenance.run_id)]
    if len(inputs.table("plan_channels")):
        lines.append(
            ("Sheet budget", "Change the column “yours”: totals, shares and what the money brings follow.")
        )
    for row, (term, words) in enumerate(lines, 2):
        write_cell(sheet, row, 0, term, styles.bold)
        write_cell(sheet, row, 1, words, styles.wrapped)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _heads(sheet: Worksheet, top: int, heads: list[tuple[str, str]], styles: Styles) -> int:
    """Return the first row below heads and units."""
    for column, (head, unit) in enumerate(heads):
        sheet.set_column(column, column, 26 if column == 0 else 17)
        write_cell(sheet, top, column, head, styles.head)
        write_cell(sheet, top + 1, column, unit, styles.unit)
    sheet.freeze_panes(top + 2, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    return top + 2


def _sum(sheet: Worksheet, place: tuple[int, int], first: int, value: float, style: Format) -> None:
    """Write the sum of the cells above, with its value for readers that do not calculate."""
    row, column = place
    formula = f"=SUM({cell(first, column)}:{cell(row - 1, column)})"
    sheet.write_formula(row, column, formula, style, _known(value))


def _share(
    sheet: Worksheet, place: tuple[int, int], of: tuple[int, int], value: float, style: Format
) -> None:
    """Write a cell's share of the total in row `of[0]` of its column `of[1]`; empty where that is zero."""
    row, column = place
    part, total = cell(row, of[1]), cell(of[0], of[1], row_abs=True)
    sheet.write_formula(row, column, f'=IF({total}=0,"",{part}/{total})', style, _known(value))


def _known(value: float) -> float | str:
    return value if math.isfinite(value) else ""


def _budget(context: Context, sheet: Worksheet, styles: Styles, mark: str) -> None:
    """Write current and proposed money, a column to be changed, and what follows from it, as formulas."""
    table, panel = context.inputs.table("plan_channels"), context.inputs.panel
    rows = [row for row in records(table) if row["channel"] != TOTAL]
    money, unit = panel.currency, panel.outcome_unit
    heads = [
        ("channel", ""),
        ("current", money),
        ("proposed", money),
        ("yours", money),
        ("yours less current", money),
    ]
    heads += [
        ("share of current", ""),
        ("share of proposed", ""),
        ("share of yours", ""),
        ("least", money),
        ("most", money),
    ]
    heads += [
        ("within limits", ""),
        ("brings, current", unit),
        ("brings, yours", unit),
        ("brings more", unit),
    ]
    first = _heads(sheet, write_mark(sheet, mark, len(heads), styles), heads, styles)
    total = first + len(rows)
    sums = {name: float(sum(row[name] for row in rows)) for name in ("current", "proposed")}
    brought: list[tuple[float, float, float]] = []
    spans = _spans(context.inputs.table("plan_curves"), 3 if mark else 2)
    cents, share, whole = (styles.number(form) for form in (_CENTS, _SHARE, _WHOLE))
    for place, row in enumerate(rows, first):
        write_cell(sheet, place, 0, str(row["channel"]), styles.bold)
        for column, name in ((1, "current"), (2, "proposed"), (3, "proposed"), (8, "lower"), (9, "upper")):
            write_cell(sheet, place, column, float(row[name]), cents if column != 3 else styles.input)
        yours = cell(place, 3)
        sheet.write_formula(
            place, 4, f"={yours}-{cell(place, 1)}", cents, float(row["proposed"] - row["current"])
        )
        for column, of, name in ((5, 1, "current"), (6, 2, "proposed"), (7, 3, "proposed")):
            _share(sheet, (place, column), (total, of), _ratio(row[name], sums[name]), share)
        inside = f'=IF(AND({yours}>={cell(place, 8)}-0.005,{yours}<={cell(place, 9)}+0.005),"yes","no")'
        sheet.write_formula(place, 10, inside, styles.text, "yes")
        if str(row["channel"]) in spans:
            curves = context.inputs.table("plan_curves")
            brought.append(_brings(sheet, place, spans[str(row["channel"])], (curves, row), whole))
    write_cell(sheet, total, 0, TOTAL, styles.bold)
    for column, name in ((1, "current"), (2, "proposed"), (3, "proposed")):
        _sum(sheet, (total, column), first, sums[name], cents)
    _sum(sheet, (total, 4), first, sums["proposed"] - sums["current"], cents)
    for column, value in zip((11, 12, 13), np.nansum(brought, axis=0), strict=True) if spans else ():
        _sum(sheet, (total, column), first, float(value), whole)
    note = (
        "Change the amounts of “yours”. What money brings is read off the mean curves of the sheet plan_curves, in straight "
        "lines between its levels, each channel by itself: intervals and joint effects are in plan_scenarios and plan_channels."
    )
    write_cell(sheet, total + 2, 0, note, styles.text)


def _ratio(part: float, whole: float) -> float:
    return float(part) / whole if whole else math.nan


def _spans(curves: pd.DataFrame, above: int) -> dict[str, Span]:
    """Return first and last row of each channel on the sheet of curves; channels whose levels do not rise are left out."""
    found = {}
    for channel, rows in curves.groupby("channel", sort=False) if len(curves) else ():
        places = rows.index.to_numpy() + above
        if len(rows) > 1 and (places[-1] - places[0] == len(rows) - 1) and (np.diff(rows["spend"]) > 0).all():
            found[str(channel)] = (int(places[0]), int(places[-1]))
    return found


def _brings(
    sheet: Worksheet, row: int, span: Span, source: tuple[pd.DataFrame, Record], style: Format
) -> tuple[float, float, float]:
    """Write what the current and the changed amount bring, by straight lines between levels of the channel's curve."""
    curves, plan = source
    money, brought = (list(curves.columns).index(name) for name in ("spend", "outcome_mean"))
    x, y = (
        f"plan_curves!{cell(span[0], c, True, True)}:{cell(span[1], c, True, True)}" for c in (money, brought)
    )
    mine = curves[curves["channel"] == plan["channel"]]
    levels, values = mine["spend"].to_numpy(float), mine["outcome_mean"].to_numpy(float)
    found = []
    for column, name, amount in ((11, "current", cell(row, 1)), (12, "proposed", cell(row, 3))):
        # the place of the level below, at most the last but one, at least the first
        place = f"MAX(1,MIN({len(mine) - 1},IFERROR(MATCH({amount},{x},1),1)))"
        start, end, low, high = (f"INDEX({of},{at})" for of in (x, y) for at in (place, f"{place}+1"))
        found.append(_on_line(float(plan[name]), levels, values))
        sheet.write_formula(
            row, column, f"={low}+({amount}-{start})*({high}-{low})/({end}-{start})", style, found[-1]
        )
    sheet.write_formula(row, 13, f"={cell(row, 12)}-{cell(row, 11)}", style, found[1] - found[0])
    return found[0], found[1], found[1] - found[0]


def _on_line(amount: float, levels: np.ndarray, values: np.ndarray) -> float:
    """Return the value at an amount on straight lines through rising levels, the first and last of them drawn on."""
    place = int(np.clip(np.searchsorted(levels, amount, side="right") - 1, 0, len(levels) - 2))
    slope = (values[place + 1] - values[place]) / (levels[place + 1] - levels[place])
    return float(values[place] + (amount - levels[place]) * slope)


def _quarter(context: Context, now: Quarter, sheet: Worksheet, styles: Styles, mark: str) -> None:
    """Write the paid channels of the quarter with live totals and shares; members of groups, so that rows add up."""
    table, panel = context.inputs.table("paid_media_by_period"), context.inputs.panel
    mine = table[(table["period"] == now.label) & (table["kind"] == "paid")]
    rows, money, unit = records(mine), panel.currency, panel.outcome_unit
    heads = [
        ("channel", ""),
        ("spend", money),
        ("share of spend", ""),
        ("contribution", unit),
        ("share of effect", ""),
    ]
    heads += [
        ("contribution per spend", f"{unit} per {money}"),
        ("lower", unit),
        ("upper", unit),
        ("caution", ""),
    ]
    first = _heads(sheet, write_mark(sheet, mark, len(heads), styles), heads, styles)
    total = first + len(rows)
    spend, effect = (float(mine[name].sum()) for name in ("spend", "contribution_mean"))
    cents, share, whole, ratio = (styles.number(form) for form in (_CENTS, _SHARE, _WHOLE, _RATIO))
    for place, row in enumerate([*rows, now.total], first):
        write_cell(sheet, place, 0, str(row["channel"]), styles.bold)
        if place < total:
            write_cell(sheet, place, 1, float(row["spend"]), cents)
            write_cell(sheet, place, 3, float(row["contribution_mean"]), whole)
        else:
            _sum(sheet, (place, 1), first, spend, cents)
            _sum(sheet, (place, 3), first, effect, whole)
        _share(sheet, (place, 2), (total, 1), _ratio(row["spend"], spend), share)
        _share(sheet, (place, 4), (total, 3), _ratio(row["contribution_mean"], effect), share)
        paid = cell(place, 1)
        formula = f'=IF({paid}=0,"",{cell(place, 3)}/{paid})'
        sheet.write_formula(
            place, 5, formula, ratio, _known(_ratio(row["contribution_mean"], float(row["spend"])))
        )
        for column, name in ((6, "contribution_lower"), (7, "contribution_upper")):
            write_cell(sheet, place, column, float(row[name]), whole)
        write_cell(sheet, place, 8, str(row["caution"]), styles.text)
