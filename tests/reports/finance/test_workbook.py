"""The workbook of the finance review: an engine of its own recalculates every formula, and every check cell says OK."""

import shutil
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from reports.context import Context
from reports.finance.workbook import write_finance_workbook
from reports.inputs import read_inputs
from reports.numbers import Numbers
from tests.mixproof.aggregates.finance.made_books import CASES
from tests.reports.made_books import make_books
from tests.reports.made_run import World
from tests.reports.sheet_engine import Engine

BOOKS = {
    "good": None,
    "an invoice": CASES["an invoice without delivery"].breaks,
    "a 53rd week": CASES["a 53rd week"].breaks,
}


@pytest.fixture(scope="module", params=BOOKS)
def book(request: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    world = World(status="failure" if request.param == "a 53rd week" else "pass", grouped=False)
    run = make_books(tmp_path_factory.mktemp("run"), world, BOOKS[request.param])
    context = Context.of(read_inputs(run), Numbers())
    return write_finance_workbook(context, tmp_path_factory.mktemp("book") / "finance.xlsx"), run


def test_every_formula_gives_the_value_that_stands_with_it(book: tuple[Path, Any]) -> None:
    path, _ = book
    engine, values, count = Engine(path), openpyxl.load_workbook(path, data_only=True), 0
    for sheet in engine.book:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    found, written = (
                        engine.value(sheet.title, cell.row, cell.column),
                        values[sheet.title][cell.coordinate].value,
                    )
                    count += 1
                    if isinstance(found, Decimal):
                        assert abs(found - Decimal(repr(written))) < Decimal("0.0001"), (
                            sheet.title,
                            cell.coordinate,
                        )
                    else:
                        assert found == written, (sheet.title, cell.coordinate)
    assert count > 150


def test_all_checks_say_ok(book: tuple[Path, Any]) -> None:
    engine = Engine(book[0])
    sheet = engine.book["checks"]
    results = [engine.value("checks", row, 3) for row in range(1, sheet.max_row + 1)]
    said = [each for each in results if each in ("OK", "check")]
    assert said and set(said) == {"OK"} and len(said) == 1 + 15 * 4 + 2 * 3


def test_a_changed_cell_is_found_by_the_checks(book: tuple[Path, Any]) -> None:
    engine = Engine(book[0])
    sheet = engine.book["ledger_lines"]
    column = next(
        cell.column for cell in sheet[1 if sheet["A1"].value == "source" else 2] if cell.value == "booked"
    )
    sheet.cell(6, column).value += 1
    found = [engine.value("checks", row, 3) for row in range(1, engine.book["checks"].max_row + 1)]
    assert found.count("check") == 3  # ledger and unexplained of one account, and all checks together


def test_sums_of_the_booking_are_those_of_its_table(book: tuple[Path, Any]) -> None:
    path, run = book
    engine, frame = Engine(path), run.frames["finance_booking"]
    sheet = engine.book["booking"]
    totals = {}
    for row in range(1, sheet.max_row + 1):
        if sheet.cell(row, 1).value == "sum":
            totals[sheet.cell(row, 2).value] = engine.value("booking", row, 11)
    for quarter, mine in frame.groupby("period"):
        assert totals[quarter] == sum(Decimal(repr(value)) for value in mine["booked"].tolist())


def test_sheets_and_signatures(book: tuple[Path, Any]) -> None:
    names = openpyxl.load_workbook(book[0]).sheetnames
    assert names[:5] == ["review", "booking", "accounts", "checks", "sign-off"] and names[-1] == "columns"
    assert {"ledger_tie_out", "ledger_items", "ledger_lines", "finance_booking"} <= set(names)
    signing = openpyxl.load_workbook(book[0])["sign-off"]
    assert [signing.cell(row, 1).value for row in (2, 3, 4)] == ["Prepared", "Reviewed", "Approved"]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("book", ["an invoice"], indirect=True)
def test_libreoffice_finds_the_same_values_and_every_check_ok(book: tuple[Path, Any], tmp_path: Path) -> None:
    written, bare = openpyxl.load_workbook(book[0], data_only=True), openpyxl.load_workbook(book[0])
    bare.save(tmp_path / "bare.xlsx")  # without the values that stand with the formulas
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'office').as_uri()}", "--headless", "--calc"]
    subprocess.run(
        [
            *command,
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            str(tmp_path / "found"),
            "bare.xlsx",
        ],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        timeout=120,
    )
    found = openpyxl.load_workbook(tmp_path / "found" / "bare.xlsx", data_only=True)
    for sheet in bare:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    one, other = (each[sheet.title][cell.coordinate].value for each in (written, found))
                    assert other == (
                        pytest.approx(one, rel=1e-9, abs=1e-9) if isinstance(one, float) else one
                    )
    said = [row[2].value for row in found["checks"].iter_rows()]
    assert "OK" in said and "check" not in said
