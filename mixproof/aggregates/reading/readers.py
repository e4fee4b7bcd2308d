"""Files to raw tables: CSV and Parquet through a locked-down DuckDB; workbooks have a reader of their own."""

import contextlib
import csv
import io
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from mixproof.aggregates.reading.limits import check_header, check_size, fault
from mixproof.aggregates.reading.screening import Uses, screen_frame, screen_relation
from mixproof.aggregates.reading.workbooks import read_workbook
from mixproof.errors import MixproofError

MAX_HEADER_BYTES = 1_000_000
_LINE = re.compile(r"Line: (\d+)")
_DELIMITERS = (",", ";", "\t", "|")
_MEMORY = "256MB"
_THREADS = 2
_SPILL_SHARE = 0.5


def connect(folder: Path, spill: Path | None = None) -> duckdb.DuckDBPyConnection:
    """Return an in-memory connection that can read `folder` and nothing else.

    The order matters: allowed directories can be set only while external access is on, and the lock comes last,
    so that no later statement can lift the other settings.

    Parameters
    ----------
    folder : pathlib.Path
        The data folder.
    spill : pathlib.Path, optional
        Folder for what does not fit into the engine's memory, at most half of what the disk has free; without it
        nothing is ever written.

    Returns
    -------
    duckdb.DuckDBPyConnection
        To be closed by the caller.
    """
    connection = duckdb.connect(":memory:")
    connection.execute(f"SET memory_limit = '{_MEMORY}'")
    connection.execute("SET enable_progress_bar = false")
    connection.execute(f"SET threads = {min(_THREADS, os.cpu_count() or 1)}")
    connection.execute("SET temp_directory = ?", [str(spill) if spill is not None else ""])
    if spill is not None:
        room = int(_SPILL_SHARE * shutil.disk_usage(spill).free)
        connection.execute("SET max_temp_directory_size = ?", [f"{room // 2**20} MiB"])
        connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET python_enable_replacements = false")
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET autoload_known_extensions = false")
    connection.execute(f"SET allowed_directories = [{_literal(str(folder.resolve()))}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def read_file(
    path: Path,
    file: str,
    sheet: str | None,
    connection: duckdb.DuckDBPyConnection,
    skip: int = 0,
    uses: Uses | None = None,
) -> pd.DataFrame:
    """Return the raw table of a file: CSV cells as text, other formats with their own types.

    Parameters
    ----------
    path : pathlib.Path
    file : str
        What faults call it.
    sheet : str or None
        Sheet of a workbook, None for the first one.
    connection : duckdb.DuckDBPyConnection
        From `connect`.
    skip : int
        Lines of a CSV file before its header.
    uses : mapping of str to str, optional
        What the columns are used for; only these come into memory, the others are empty. Without it all come, each
        held to the rules of a column that nothing reads.

    Returns
    -------
    pandas.DataFrame
        With all columns of the file.

    Raises
    ------
    DataError
        ``file-format``, ``file-broken``, ``csv-broken``, ``encoding``, ``header`` or ``empty-table``; the texts
        never repeat the file's contents.
    PrivacyError
        ``identifier``; told by the engine, before any value of a CSV or Parquet file comes into memory.
    ResourceError
        ``too-many-rows``.
    """
    kind = path.suffix.lower()
    if kind == ".xlsx":
        frame = read_workbook(path, file, sheet)
        screen_frame(frame, file, uses or {})
    else:
        source = scan_of(path, file, connection, skip)
        with engine_faults(source):
            rows = source.count(connection)
            check_size(rows, len(source.names), file)
            screen_relation(connection, source.raw, source.names, file, uses or {})
            read = [i for i, name in enumerate(source.names) if uses is None or name in uses]
            frame = connection.execute(
                f"SELECT {', '.join(f'c{i}' for i in read) or 'NULL'} FROM {source.sql}"
            ).df()
        frame.columns = pd.Index([source.names[i] for i in read] or ["(none)"])
        _refuse_nested(frame, file)
        frame = frame.reindex(columns=source.names)
    if frame.empty:
        raise fault("empty-table", file, "The table has no rows.")
    return frame


def _refuse_nested(frame: pd.DataFrame, file: str) -> None:
    """Raise where a column that is read has lists or records in its cells, as Parquet files can."""
    for name in (name for name in frame.columns if pd.api.types.is_object_dtype(frame[name])):
        first = next((cell for cell in frame[name] if cell is not None), None)
        if isinstance(first, list | tuple | dict | np.ndarray):
            raise fault("nested-cells", f"{file}: {name}", "Its cells hold lists or records.")


@dataclass(frozen=True, slots=True)
class Scan:
    """A file as the engine reads it: columns under the neutral names c0, c1, ..., so that no text of a user's but
    the quoted path ever becomes part of a statement. In `raw`, bytes are bytes, not text."""

    path: Path
    file: str
    names: list[str]
    sql: str
    raw: str

    def count(self, connection: duckdb.DuckDBPyConnection) -> int:
        """Return the number of rows."""
        found = connection.execute(f"SELECT count(*) FROM {self.sql}").fetchone()
        return int(found[0]) if found else 0


def scan_of(path: Path, file: str, connection: duckdb.DuckDBPyConnection, skip: int = 0) -> Scan:
    """Return how the engine reads a CSV or Parquet file; only its header is read, after `skip` lines of a CSV file.

    Parameters
    ----------
    path : pathlib.Path
        The file, inside the folder that `connection` may read.
    file : str
        Its name in messages.
    connection : duckdb.DuckDBPyConnection
        From `connect`.
    skip : int, default 0
        Lines of a CSV file before its header.

    Returns
    -------
    Scan
        SQL of the scan, column names and the file's name in messages.

    Raises
    ------
    DataError
        ``file-format``, ``file-broken``, ``csv-broken``, ``encoding``, ``header`` or ``empty-table``.
    """
    kind = path.suffix.lower()
    if kind == ".csv":
        return _csv_scan(path, file, skip)
    if kind == ".parquet":
        return _parquet_scan(path, file, connection)
    raise fault("file-format", file, f"The name ends in {path.suffix[:10] or 'nothing'}.")


@contextlib.contextmanager
def engine_faults(scan: Scan) -> Iterator[None]:
    """Turn the engine's errors into ours: its own texts quote lines of the file.

    Raises
    ------
    DataError
        ``csv-broken``, ``encoding`` or ``file-broken``.
    ResourceError
        ``reading-too-large``.
    """
    try:
        yield
    except (duckdb.OutOfMemoryException, MemoryError):
        what = f"Reading needs more than {_MEMORY} of memory and half of the free disk."
        raise fault("reading-too-large", scan.file, what) from None
    except duckdb.Error as error:
        if scan.path.suffix.lower() == ".csv":
            raise _csv_error(str(error), scan.file) from None
        raise fault("file-broken", scan.file, "This is no whole Parquet file.") from None


def _literal(text: str) -> str:
    """Return a text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def _exactly(path: Path) -> str:
    """Return a path as SQL writes it, so that the file of exactly that name is read: a name is never a pattern."""
    return _literal(re.sub(r"([*?\[])", r"[\1]", str(path)))


def _top_names(parts: list[tuple[str, int | None]]) -> list[str]:
    """Return the names of a Parquet file's own columns, as they stand there, from the parts of its schema in their order."""
    names, inside = [], [1]
    for name, children in parts:
        if len(inside) == 2:
            names.append(str(name))
        inside[-1] -= 1
        if children:
            inside.append(int(children))
        while inside and not inside[-1]:
            inside.pop()
    return names


def _csv_scan(path: Path, file: str, skip: int) -> Scan:
    names, delimiter, lines = _csv_header(path, file, skip)
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(names)))
    sql = (
        f"read_csv({_exactly(path)}, columns = {{{columns}}}, header = false, skip = {lines}, "
        "hive_partitioning = false, union_by_name = false, "
        f"delim = '{delimiter}', quote = '\"', escape = '\"', auto_detect = false, strict_mode = true, "
        "null_padding = false, nullstr = '')"
    )
    return Scan(path, file, names, sql, sql)


def _csv_error(text: str, file: str) -> MixproofError:
    line = _LINE.search(text)
    where = f"{file}, line {line.group(1)}" if line else file
    if "unicode" in text.lower() or "utf-8" in text.lower():
        return fault("encoding", where, "The text is not UTF-8.")
    if "unterminated quote" in text:
        return fault("csv-broken", where, "A quote is opened and not closed.")
    if "Number of Columns" in text:
        return fault("csv-broken", where, "The row has another number of fields than the header.")
    return fault("csv-broken", where, "The row cannot be read (quotes, line ends or a very long line).")


def _csv_header(path: Path, file: str, skip: int) -> tuple[list[str], str, int]:
    """Return column names, delimiter and the number of lines up to the header's end."""
    with path.open("rb") as source:
        for _ in range(skip):
            source.readline(MAX_HEADER_BYTES)
        raw = source.read(MAX_HEADER_BYTES)
    if not raw.strip():
        raise fault("empty-table", file, "The file is empty.")
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise fault("encoding", file, "The file is UTF-16.")
    first = raw.split(b"\n", 1)[0] if b"\n" in raw else raw.split(b"\r", 1)[0]
    try:
        text = first.removeprefix(b"\xef\xbb\xbf").decode("utf-8").rstrip("\r")
    except UnicodeDecodeError:
        raise fault("encoding", file, "The header is not UTF-8.") from None
    bare = re.sub(r'"[^"]*"', "", text)
    if '"' in bare:
        raise fault("csv-broken", f"{file}, line 1", "The header has broken quotes.")
    delimiter = max(_DELIMITERS, key=bare.count)
    try:
        names = next(csv.reader([text], delimiter=delimiter))
    except csv.Error:
        raise fault("csv-broken", f"{file}, line 1", "A name of the header is too long to be one.") from None
    names = check_header(names, file)
    _no_open_ends(raw, len(names), delimiter, f"{file}, line", skip)
    return names, delimiter, skip + 1


def _no_open_ends(raw: bytes, width: int, delimiter: str, where: str, skip: int) -> None:
    """Refuse rows that end with a delimiter after their last field: the engine drops the empty field without a word."""
    whole = raw if len(raw) < MAX_HEADER_BYTES else raw[: raw.rfind(b"\n") + 1]
    text = whole.decode("utf-8", errors="replace")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    with contextlib.suppress(csv.Error):  # what cannot be read is told by the engine
        for row in rows:
            if len(row) == width + 1 and not row[-1]:
                what = f"The row ends with {delimiter!r}, so that it has one field more than the header."
                raise fault("csv-broken", f"{where} {skip + rows.line_num}", what)


def _parquet_scan(path: Path, file: str, connection: duckdb.DuckDBPyConnection) -> Scan:
    # files of older writers do not say that their bytes are text
    alone = "hive_partitioning = false, union_by_name = false"
    plain = f"read_parquet({_exactly(path)}, binary_as_string = true, {alone})"
    raw = f"read_parquet({_exactly(path)}, {alone})"
    scan = Scan(path, file, [], plain, raw)
    with engine_faults(scan):
        parts = connection.execute(
            f"SELECT name, num_children FROM parquet_schema({_exactly(path)})"
        ).fetchall()
    names = check_header(_top_names(parts), file)
    aliases = ", ".join(f"c{i}" for i in range(len(names)))
    return Scan(path, file, names, f"{plain} AS t({aliases})", f"{raw} AS t({aliases})")
