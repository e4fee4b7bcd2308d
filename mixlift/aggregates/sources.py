"""Tables to a panel: read, refuse identifiers, place the rows, hold the contract, assemble."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from mixlift.aggregates.assembly import build_panel
from mixlift.aggregates.cells import fill
from mixlift.aggregates.config import DataConfig, TableSource
from mixlift.aggregates.contract import hold
from mixlift.aggregates.faults import FAULTS
from mixlift.aggregates.measures import declared, nearest, resolve
from mixlift.aggregates.money import rate_book
from mixlift.aggregates.panel import Panel
from mixlift.aggregates.paths import safe_path
from mixlift.aggregates.readers import check_header, connect, read_file
from mixlift.aggregates.report import Report, place
from mixlift.aggregates.rows import Rows, key_rows
from mixlift.errors import ConfigError, DataError, Fault, MixliftError, PrivacyError
from mixlift.privacy.identifiers import column_identifier, identifier_family, too_unique


def read_panel(config: DataConfig, folder: Path) -> Panel:
    """Return the panel that the files of `folder` make.

    Parameters
    ----------
    config : DataConfig
        The ``data:`` section.
    folder : pathlib.Path
        The data folder; nothing outside it is read.

    Raises
    ------
    ConfigError
        A path is unsafe.
    DataError
        The data break their contract; all faults at once.
    PrivacyError
        A column looks like a person's identifier; its values are not shown.
    ResourceError
        A table is too large for an aggregate.
    """
    wanted = [(table.file, table.sheet) for table in config.tables]
    if config.rates is not None and config.rates.file is not None and config.rates.file not in dict(wanted):
        wanted.append((config.rates.file, None))
    report, frames, errors = Report(), {}, []
    connection = connect(folder)
    try:
        for file, sheet in wanted:
            try:
                frames[file] = read_file(safe_path(folder, file), file, sheet, connection)
            except DataError as error:
                report.faults.extend(error.faults)
            except MixliftError as error:
                errors.append(error)
    finally:
        connection.close()
    if errors:
        unsafe = [fault for error in errors if isinstance(error, ConfigError) for fault in error.faults]
        raise ConfigError(unsafe) if unsafe else errors[0]
    return _make(config, frames, report)


def panel_from_frames(config: DataConfig, frames: Mapping[str, pd.DataFrame]) -> Panel:
    """Return the panel that tables in memory make; the same contract as for files.

    Parameters
    ----------
    config : DataConfig
    frames : mapping of str to pandas.DataFrame
        Tables by the name the config gives as ``file``.

    Raises
    ------
    DataError, PrivacyError
        As for `read_panel`.
    """
    report = Report()
    wanted = [table.file for table in config.tables]
    if config.rates is not None and config.rates.file is not None:
        wanted.append(config.rates.file)
    usable = {}
    for file in wanted:
        if file not in frames:
            report.add("file-missing", file, "There is no table of this name.", nearest(file, list(frames)))
        elif frames[file].empty:
            report.add("empty-table", file, "The table has no rows.")
        else:
            usable[file] = frames[file].rename(columns=str)
            check_header(list(usable[file].columns), file)
    return _make(config, usable, report)


def _make(config: DataConfig, frames: Mapping[str, pd.DataFrame], report: Report) -> Panel:
    """Return the panel of raw tables, or raise with everything that is wrong with them."""
    _refuse_identifiers(config, frames)  # first: no later message may repeat a name that identifies someone
    today = np.datetime64(date.today(), "D")
    tables: dict[str, Rows] = {}
    tainted: set[str] = set()
    for source in config.tables:
        if source.file in frames:
            before = len(report.faults)
            rows = key_rows(source, frames[source.file], config, report, today)
            if rows is not None:
                tables[source.file] = rows
            if len(report.faults) > before:
                tainted.add(source.file)
    measures = resolve(
        config, {file: list(map(str, rows.frame.columns)) for file, rows in tables.items()}, report
    )
    _check_labels(config, tables, measures_labels(config), report)
    book = rate_book(config, frames.get(config.rates.file or "") if config.rates else None, report)
    cells = fill(config, measures, tables, book, report)
    cells.tainted |= tainted
    hold(cells, report)
    report.raise_if_faulty()
    return build_panel(cells, tables, report)


def _refuse_identifiers(config: DataConfig, frames: Mapping[str, pd.DataFrame]) -> None:
    """Raise PrivacyError where a column or a name looks like a person's identifier; columns unused are looked at too."""
    metrics = {measure.column for measure, _ in declared(config)}
    geos = {table.file: table.geo for table in config.tables}
    faults = []
    for file, frame in frames.items():
        for number, name in enumerate(frame.columns, start=1):
            shown = f"column {number}" if identifier_family(str(name)) else str(name)
            distinct = pd.unique(frame[name].dropna()).tolist() if frame[name].dtype.kind not in "fcM" else []
            family = identifier_family(str(name)) or column_identifier(
                str(name), distinct, len(frame), name in metrics
            )
            if family is None and name == geos.get(file) and too_unique(len(distinct), len(frame)):
                family = "person or household, having almost as many values as rows"
            if family is not None:
                what = f"The column looks like identifiers of people ({family})."
                faults.append(Fault("identifier", place(file, shown), what, FAULTS["identifier"][2]))
    if faults:
        raise PrivacyError(faults)


def measures_labels(config: DataConfig) -> set[str]:
    """Return every value of a channel column that the config names."""
    return {measure.label for measure, _ in declared(config) if measure.label is not None}


def _check_labels(config: DataConfig, tables: Mapping[str, Rows], known: set[str], report: Report) -> None:
    """Report channels that a long table has and the config does not name, and the other way round."""
    long = [rows for rows in tables.values() if rows.source.channel is not None]
    for rows in long:
        for name in rows.labels:
            if name not in known and name not in rows.source.ignore:
                where = place(rows.file, rows.source.channel)
                report.add("unknown-channel", where, f"{name!r} is in the table and not in the config.")
    if not long:
        return
    for measure in resolve(config, {f: list(map(str, r.frame.columns)) for f, r in tables.items()}, Report()):
        if measure.label is not None and measure.label not in tables[measure.table].labels:
            rows = tables[measure.table]
            where = place(rows.file, _channel_column(rows.source))
            what = f"Channel {measure.label!r} has no rows."
            report.add("missing-channel", where, what, nearest(measure.label, rows.labels))


def _channel_column(source: TableSource) -> str | None:
    return source.channel
