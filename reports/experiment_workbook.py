"""The workbook of a run's experiments: a cover with the answers, a sheet a table, and a sheet that explains every column."""

from collections.abc import Sequence
from pathlib import Path

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from mixproof.records.verdict import Grade, Verdict
from reports.experiment_inputs import LIFT_TABLES, ExperimentPage
from reports.inputs import RunFolder
from reports.tables import Sheets, money_words
from reports.wording.experiment import answer, question
from reports.wording.run import GRADE_TITLES, WATERMARK
from reports.workbook import CREATED, OPTIONS, Styles, write_cell, write_tables


def write_experiment_workbook(run: RunFolder, pages: Sequence[ExperimentPage], path: Path) -> Path:
    """Return the workbook's path after writing it; strings stay strings, and the same run gives the same bytes.

    Parameters
    ----------
    run : RunFolder
    pages : sequence of ExperimentPage
        The run's experiments.
    path : Path
        The ``.xlsx`` file; replaced when it exists.

    Returns
    -------
    pathlib.Path
        `path`.
    """
    verdict = Verdict(tuple(finding for page in pages for finding in page.verdict.findings))
    title = f"{pages[0].source.name}: experiments"
    with xlsxwriter.Workbook(str(path), OPTIONS) as book:
        book.set_properties({"title": title, "created": CREATED, "comments": GRADE_TITLES[verdict.grade]})
        styles = Styles(book, verdict.grade)
        _cover(pages, title, book.add_worksheet("experiments"), styles)
        write_tables(_sheets(run, pages[0].currency, verdict), book, styles)
    return path


def _sheets(run: RunFolder, currency: str, verdict: Verdict) -> Sheets:
    """Return the run's tables about experiments, with what they say of their columns."""
    tables = {name: run.table(name) for name in run.tables if name.startswith(LIFT_TABLES)}
    mark = WATERMARK if verdict.grade is Grade.NOT_REPORTABLE else ""
    return Sheets(tables, run.table("columns"), money_words(currency), mark)


def _cover(pages: Sequence[ExperimentPage], title: str, sheet: Worksheet, styles: Styles) -> None:
    """Write each experiment's question, grade, reasons and answers."""
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 112)
    write_cell(sheet, 0, 0, title, styles.title)
    row = 2
    for page in pages:
        said = [answer(page, arm, name) for name in page.outcomes for arm in page.arms]
        lines = [
            (page.name, question(page)),
            ("verdict", GRADE_TITLES[page.verdict.grade]),
            *(("reason", finding.sentence) for finding in page.verdict.reasons),
            *(("answer", words) for words in said if words),
        ]
        for place, (term, words) in enumerate(lines):
            write_cell(sheet, row, 0, term, styles.bold if place == 0 else styles.text)
            write_cell(sheet, row, 1, words, styles.wrapped)
            row += 1
        row += 1
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
