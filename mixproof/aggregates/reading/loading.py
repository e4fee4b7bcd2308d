"""Files to raw tables: small ones are brought into memory as they are, large ones are added up while they are read."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd

from mixproof.aggregates.config import DataConfig, TableSource
from mixproof.aggregates.reading.measures import declared
from mixproof.aggregates.reading.paths import safe_path
from mixproof.aggregates.reading.readers import connect, engine_faults, read_file, scan_of
from mixproof.aggregates.reading.screening import (
    screen_currencies,
    screen_frame_currencies,
    screen_relation,
    uses_of,
)
from mixproof.aggregates.reading.streaming import Wanted, read_streamed
from mixproof.aggregates.reading.table import FrameTable, RawTable
from mixproof.aggregates.report import Report
from mixproof.errors import ConfigError, DataError, MixproofError

SMALL_CELLS = 2_000_000
"""Cells of a Parquet file up to which its rows are brought into memory; at most some 150 MB."""
SMALL_BYTES = 16_000_000
"""Bytes of a CSV file up to which they are, which is about as much."""
Loaded = tuple[dict[str, RawTable], pd.DataFrame | None]


def load_tables(config: DataConfig, folder: Path, spill: Path | None, report: Report) -> Loaded:
    """Return the tables that the config names, by file, and the table of dated rates where there is one.

    Faults of the data are added to `report`, so that those of all files are told at once.

    Parameters
    ----------
    config : DataConfig
        The ``data:`` section.
    folder : pathlib.Path
        The data folder; nothing outside it is read.
    spill : pathlib.Path or None
        Folder for what does not fit into memory; None takes a private one of the system's.
    report : Report
        Receives faults of the data.

    Returns
    -------
    Loaded
        Tables by file; rates are None where the YAML names no table of them.

    Raises
    ------
    ConfigError, PrivacyError, ResourceError
        As `mixproof.aggregates.sources.read_panel`.
    """
    tables: dict[str, RawTable] = {}
    rates: pd.DataFrame | None = None
    errors: list[MixproofError] = []
    plain = connect(folder)
    with contextlib.closing(plain):
        for source in config.tables:
            with _collected(report, errors):
                path = safe_path(folder, source.file)
                if _large(path, source.file, plain):
                    with _spilling(folder, spill) as adding:
                        tables[source.file] = _added_up(source, config, path, adding, report)
                else:
                    uses = uses_of(source, config)
                    frame = read_file(path, source.file, source.sheet, plain, uses=uses)
                    tables[source.file] = FrameTable(frame)
                    if path.suffix.lower() == ".xlsx":
                        screen_frame_currencies(frame, source, config, report)
                    else:
                        _look_for_currencies(source, config, path, plain, report)
        if config.rates is not None and config.rates.file is not None:
            file, named = config.rates.file, config.rates
            uses = {named.date: "date", named.currency: "label", named.rate: "measure"}
            with _collected(report, errors):
                rates = read_file(safe_path(folder, file), file, None, plain, uses=uses)
                tables.setdefault(file, FrameTable(rates))
    _raise(errors)
    return tables, rates


@contextlib.contextmanager
def _collected(report: Report, errors: list[MixproofError]) -> Iterator[None]:
    """Keep what is wrong with one file, and go on with the next."""
    try:
        yield
    except DataError as error:
        report.faults.extend(error.faults)
    except MixproofError as error:
        errors.append(error)


def _raise(errors: list[MixproofError]) -> None:
    """Raise the faults that are none of the data's, unsafe paths first."""
    for family in (ConfigError, *map(type, errors)):
        faults = [fault for error in errors if isinstance(error, family) for fault in error.faults]
        if faults:
            raise family(faults)


@contextlib.contextmanager
def _spilling(folder: Path, spill: Path | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give an engine that may spill to the disk; what it wrote there is removed."""
    if spill is None:
        place = Path(tempfile.mkdtemp(prefix="mixproof-"))
    else:
        place = spill
        place.mkdir(mode=0o700, exist_ok=True)
    connection = connect(folder, place)
    try:
        yield connection
    finally:
        connection.close()
        shutil.rmtree(place, ignore_errors=True)


def _large(path: Path, file: str, connection: duckdb.DuckDBPyConnection) -> bool:
    """Say whether a file is too large to bring its rows into memory; a workbook never is, or is refused."""
    kind = path.suffix.lower()
    if kind != ".parquet":
        return kind == ".csv" and path.stat().st_size > SMALL_BYTES
    scan = scan_of(path, file, connection)
    with engine_faults(scan):
        return scan.count(connection) * len(scan.names) > SMALL_CELLS  # told by the file's footer


def _look_for_currencies(
    source: TableSource, config: DataConfig, path: Path, connection: duckdb.DuckDBPyConnection, report: Report
) -> None:
    """Look through the columns of a file that no key reads, which have not come into memory."""
    scan = scan_of(path, source.file, connection)
    with engine_faults(scan):
        screen_currencies(connection, scan.sql, scan.names, source, config, report)


def _added_up(
    source: TableSource, config: DataConfig, path: Path, connection: duckdb.DuckDBPyConnection, report: Report
) -> RawTable:
    """Return a large table by its keys: every column that the config names, whichever table is meant."""
    keys = [key for key in (source.date, source.geo, source.channel, source.currency) if key is not None]
    wanted: list[Wanted] = []
    scan = scan_of(path, source.file, connection)
    with engine_faults(scan):
        screen_relation(connection, scan.raw, scan.names, source.file, uses_of(source, config))
        screen_currencies(connection, scan.sql, scan.names, source, config, report)
    for measure, _ in declared(config):
        orders = config.outcome.column
        by = orders if measure.role == "value" and orders in scan.names else None
        wanted.append((measure.column, source.decimal, by))
    return read_streamed(scan, keys, wanted, connection)
