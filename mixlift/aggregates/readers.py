"""Files to raw tables: CSV and Parquet through a locked-down DuckDB, workbooks through openpyxl."""

import csv
import re
import zipfile
from pathlib import Path

import duckdb
import pandas as pd

from mixlift.aggregates.faults import FAULTS
from mixlift.errors import DataError, Fault, MixliftError, ResourceError

MAX_ROWS = 5_000_000
MAX_HEADER_BYTES = 1_000_000
MAX_WORKBOOK_BYTES = 500_000_000
_LINE = re.compile(r"Line: (\d+)")
_DELIMITERS = (",", ";", "\t", "|")


def connect(folder: Path) -> duckdb.DuckDBPyConnection:
    """Return an in-memory connection that can read `folder` and nothing else.

    The order matters: allowed directories can be set only while external access is on, and the lock comes last,
    so that no later statement can lift the other settings.
    """
    connection = duckdb.connect(":memory:")
    connection.execute("SET python_enable_replacements = false")
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET autoload_known_extensions = false")
    escaped = str(folder.resolve()).replace("'", "''")
    connection.execute(f"SET allowed_directories = ['{escaped}']")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def read_file(
    path: Path, file: str, sheet: str | None, connection: duckdb.DuckDBPyConnection
) -> pd.DataFrame:
    """Return the raw table of a file: CSV cells as text, other formats with their own types.

    Raises
    ------
    DataError
        ``file-format``, ``file-broken``, ``csv-broken``, ``encoding``, ``header`` or ``empty-table``; the texts
        never repeat the file's contents.
    ResourceError
        ``too-many-rows``.
    """
    kind = path.suffix.lower()
    if kind == ".csv":
        frame = _read_csv(path, file, connection)
    elif kind == ".parquet":
        frame = _read_parquet(path, file, connection)
    elif kind == ".xlsx":
        frame = _read_workbook(path, file, sheet)
    else:
        raise _error("file-format", file, f"The name ends in {path.suffix[:10] or 'nothing'}.")
    if frame.empty:
        raise _error("empty-table", file, "The table has no rows.")
    return frame


def check_header(names: list[str], file: str) -> list[str]:
    """Return the column names if each is there once; an unnamed first column (a row index) is called "(index)"."""
    shown = ["(index)" if i == 0 and not name.strip() else name for i, name in enumerate(names)]
    if any(not name.strip() for name in shown):
        raise _error("header", file, "A column has no name.")
    if len(set(shown)) < len(shown):
        twice = sorted({shown.index(name) + 1 for name in shown if shown.count(name) > 1})
        raise _error(
            "header", file, f"Column names stand there twice (columns {', '.join(map(str, twice))})."
        )
    return shown


def _error(code: str, file: str, what: str) -> MixliftError:
    family = ResourceError if FAULTS[code][0] == "resource" else DataError
    return family(Fault(code, file, what, FAULTS[code][2]))


def _read_csv(path: Path, file: str, connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    names, delimiter, lines = _csv_header(path, file)
    # Columns are read by position under neutral names: no user's text ever becomes part of a statement.
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(names)))
    statement = (
        f"FROM read_csv(?, columns = {{{columns}}}, header = false, skip = {lines}, delim = '{delimiter}', "
        "quote = '\"', escape = '\"', auto_detect = false, strict_mode = true, null_padding = false, nullstr = '')"
    )
    try:
        rows = connection.execute(f"SELECT count(*) {statement}", [str(path)]).fetchone()
        _cap(rows[0] if rows else 0, file)
        frame = connection.execute(f"SELECT * {statement}", [str(path)]).df()
    except duckdb.Error as error:
        raise _csv_error(str(error), file) from None  # the engine's text quotes the line
    frame.columns = pd.Index(names)
    return frame


def _csv_error(text: str, file: str) -> MixliftError:
    line = _LINE.search(text)
    where = f"{file}, line {line.group(1)}" if line else file
    if "unicode" in text.lower() or "utf-8" in text.lower():
        return _error("encoding", where, "The text is not UTF-8.")
    if "unterminated quote" in text:
        return _error("csv-broken", where, "A quote is opened and not closed.")
    if "Number of Columns" in text:
        return _error("csv-broken", where, "The row has another number of fields than the header.")
    return _error("csv-broken", where, "The row cannot be read (quotes, line ends or a very long line).")


def _csv_header(path: Path, file: str) -> tuple[list[str], str, int]:
    """Return column names, delimiter and number of lines of the header."""
    with path.open("rb") as source:
        raw = source.read(MAX_HEADER_BYTES)
    if not raw.strip():
        raise _error("empty-table", file, "The file is empty.")
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise _error("encoding", file, "The file is UTF-16.")
    first = raw.split(b"\n", 1)[0] if b"\n" in raw else raw.split(b"\r", 1)[0]
    try:
        text = first.removeprefix(b"\xef\xbb\xbf").decode("utf-8").rstrip("\r")
    except UnicodeDecodeError:
        raise _error("encoding", file, "The header is not UTF-8.") from None
    bare = re.sub(r'"[^"]*"', "", text)
    if '"' in bare:
        raise _error("csv-broken", f"{file}, line 1", "The header has broken quotes.")
    delimiter = max(_DELIMITERS, key=bare.count)
    return check_header(next(csv.reader([text], delimiter=delimiter)), file), delimiter, 1


def _read_parquet(path: Path, file: str, connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    try:
        rows = connection.execute("SELECT count(*) FROM read_parquet(?)", [str(path)]).fetchone()
        _cap(rows[0] if rows else 0, file)
        frame = connection.execute("SELECT * FROM read_parquet(?)", [str(path)]).df()
    except duckdb.Error:
        raise _error("file-broken", file, "This is no whole Parquet file.") from None
    check_header([str(name) for name in frame.columns], file)
    return frame


def _read_workbook(path: Path, file: str, sheet: str | None) -> pd.DataFrame:
    import openpyxl  # workbooks only: a quarter of a second that other formats need not pay

    try:
        with zipfile.ZipFile(path) as archive:
            if sum(member.file_size for member in archive.infolist()) > MAX_WORKBOOK_BYTES:
                raise _error("too-many-rows", file, "The workbook unpacks to more than 500 MB.")
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError):
        raise _error("file-broken", file, "This is no whole workbook.") from None
    try:
        if sheet is not None and sheet not in book.sheetnames:
            raise _error("file-format", file, "The workbook has no sheet of the declared name.")
        rows = (book[sheet] if sheet else book.worksheets[0]).iter_rows(values_only=True)
        header = next(rows, ())
        body = [row for row in rows if any(cell is not None for cell in row)]
    finally:
        book.close()
    _cap(len(body), file)
    names = check_header(["" if name is None else str(name) for name in header], file)
    return pd.DataFrame(body, columns=pd.Index(names), dtype=object)


def _cap(rows: int, file: str) -> None:
    if rows > MAX_ROWS:
        raise _error("too-many-rows", file, f"The table has {rows:,} rows; {MAX_ROWS:,} are read at most.")
