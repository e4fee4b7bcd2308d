"""Workbooks, read row by row: a sheet of one table, whose parts are foreign text that can be damaged in any way."""

import contextlib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from mixproof.aggregates.reading.limits import check_header, check_size, fault
from mixproof.errors import Fault, MixproofError, PrivacyError
from mixproof.privacy.names import families_of

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

MAX_WORKBOOK_BYTES = 500_000_000


def read_workbook(path: Path, file: str, sheet: str | None) -> pd.DataFrame:
    """Return the cells of a sheet, with the types that the workbook gives them; empty columns at the end are left out.

    Parameters
    ----------
    path : pathlib.Path
        The workbook.
    file : str
        Its name in messages.
    sheet : str or None
        None for the first one, which people must be able to see.

    Returns
    -------
    pandas.DataFrame
        Rows without any cell are left out.

    Raises
    ------
    DataError
        ``file-broken``, ``sheet-missing``, ``sheet-hidden`` or ``header``.
    ResourceError
        ``too-many-rows`` or ``reading-too-large``.
    """
    with contextlib.closing(_workbook(path, file)) as book, _workbook_faults(file):
        header, body = _rows(_sheet(book, file, sheet), file)
    while header and header[-1] is None and all(row[-1] is None for row in body):
        header, body = header[:-1], [row[:-1] for row in body]
    names = check_header(["" if name is None else str(name) for name in header], file)
    return pd.DataFrame(body, columns=pd.Index(names), dtype=object)


def sheet_names(path: Path, file: str) -> list[str]:
    """Return the names of a workbook's sheets; `file` is its name in messages.

    Parameters
    ----------
    path : pathlib.Path
        The workbook.
    file : str
        Its name in messages.

    Returns
    -------
    list of str
        In the workbook's order.

    Raises
    ------
    DataError
        ``file-broken``.
    """
    book = _workbook(path, file)
    try:
        return [sheet.title for sheet in book.worksheets]
    finally:
        book.close()


def _workbook(path: Path, file: str) -> "Workbook":
    """Return an open workbook, read row by row."""
    import openpyxl  # workbooks only: a quarter of a second that other formats need not pay

    with _workbook_faults(file):
        with zipfile.ZipFile(path) as archive:
            if sum(member.file_size for member in archive.infolist()) > MAX_WORKBOOK_BYTES:
                raise fault("too-many-rows", file, "The workbook unpacks to more than 500 MB.")
        return openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)


@contextlib.contextmanager
def _workbook_faults(file: str) -> Iterator[None]:
    """Turn whatever reading a workbook raises into ours: its parts are foreign text that can be damaged in any way.

    Raises
    ------
    DataError
        ``file-broken``.
    ResourceError
        ``reading-too-large``.
    """
    try:
        yield
    except MixproofError:
        raise
    except (MemoryError, RecursionError):
        raise fault("reading-too-large", file, "The workbook does not fit into memory.") from None
    except Exception:
        raise fault("file-broken", file, "This is no whole workbook.") from None


def _sheet(book: "Workbook", file: str, sheet: str | None) -> "Worksheet":
    """Return the sheet of a name, or the first one if people see it; a sheet that is named like a person is refused."""
    tables = {one.title: one for one in book.worksheets}
    for place, family in enumerate(families_of([str(title) for title in tables]), 1):
        if family is not None:
            what = f"The name of sheet {place} looks like an identifier of a person ({family})."
            raise PrivacyError(Fault("identifier", file, what, "Give the sheet another name."))
    names = ", ".join(repr(str(name)[:40]) for name in list(tables)[:10])
    if not tables:
        raise fault("sheet-missing", file, "The workbook has no sheet with a table.")
    if sheet is not None and sheet not in tables:
        raise fault("sheet-missing", file, f"There is no sheet of the declared name; there are {names}.")
    if sheet is None and book.worksheets[0].sheet_state != "visible":
        raise fault("sheet-hidden", file, f"The first sheet is hidden; there are {names}.")
    return tables[sheet] if sheet is not None else book.worksheets[0]


def _rows(sheet: "Worksheet", file: str) -> tuple[tuple[object, ...], list[tuple[object, ...]]]:
    """Return header and rows of a sheet, all of one length; rows without any cell are left out."""
    rows = sheet.iter_rows(values_only=True)
    header = next(rows, ())
    if not header:
        raise fault("empty-table", file, "The sheet is empty.")
    body, cells = [], 0
    for line, row in enumerate(rows, start=2):
        if all(cell is None for cell in row):
            continue
        if any(cell is not None for cell in row[len(header) :]):
            raise fault(
                "header", f"{file}, line {line}", "Cells stand to the right of the header's last column."
            )
        body.append((*row, *[None] * (len(header) - len(row)))[: len(header)])
        cells += 1
        check_size(cells, len(header), file)
    return header, body
