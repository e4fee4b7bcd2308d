"""Identifiers of people are refused before anything else is said about a table, inside the engine that reads it."""

import contextlib
from collections.abc import Mapping, Sequence

import duckdb
import pandas as pd

from mixproof.aggregates.config import DataConfig, TableSource
from mixproof.aggregates.faults import FAULTS
from mixproof.aggregates.reading.measures import declared
from mixproof.aggregates.report import place
from mixproof.errors import Fault, PrivacyError
from mixproof.privacy.identifiers import Column, Use, find_identifiers

Uses = Mapping[str, Use]
"""What the YAML takes the columns of a table for; columns that it does not name are unread."""


def uses_of(source: TableSource, config: DataConfig) -> dict[str, Use]:
    """Return what the columns of a table are used for, every column that the config names, whichever table is meant.

    Parameters
    ----------
    source : TableSource
        A table of the YAML: its date, geo, channel and currency columns.
    config : DataConfig
        The ``data:`` section.

    Returns
    -------
    dict of str to Use
        By column name.
    """
    uses: dict[str, Use] = {measure.column: "measure" for measure, _ in declared(config)}
    for label in (source.channel, source.currency):
        if label is not None:
            uses[label] = "label"
    if source.geo is not None:
        uses[source.geo] = "geo"
    uses[source.date] = "date"
    return uses


def screen_relation(
    connection: duckdb.DuckDBPyConnection, relation: str, names: Sequence[str], file: str, uses: Uses
) -> None:
    """Raise PrivacyError where a column looks like identifiers of people; columns that nothing reads are looked at too.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    relation : str
        What stands behind FROM; its columns are called c0, c1, ...
    names : sequence of str
        Headers of the columns.
    file : str
        What a fault calls the table.
    uses : mapping of str to str

    Raises
    ------
    PrivacyError
        ``identifier``, once a column: the column, what its values look like and how many; never a value, and never a
        header that is itself an identifier.
    """
    kinds = [str(row[1]) for row in connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()]
    columns = [
        Column(name, f"c{i}", kind, uses.get(name, "unread"))
        for i, (name, kind) in enumerate(zip(names, kinds, strict=True))
    ]
    faults = []
    for finding in find_identifiers(connection, relation, columns):
        name, count = names[finding.column], f"{finding.values:,} value{'s' * (finding.values != 1)}"
        where = place(file, f"column {finding.column + 1}" if finding.in_header else name)
        what = f"The column looks like identifiers of people ({finding.family}; {count})."
        if finding.in_header:
            what = f"The name of the column looks like an identifier of a person ({finding.family})."
        faults.append(Fault("identifier", where, what, FAULTS["identifier"][2]))
    if faults:
        raise PrivacyError(faults)


def screen_frame(frame: pd.DataFrame, file: str, uses: Uses) -> None:
    """Raise PrivacyError where a table in memory holds what looks like identifiers of people; see `screen_relation`.

    Parameters
    ----------
    frame : pandas.DataFrame
        As read, before anything is coerced.
    file : str
        The table's name in messages.
    uses : Uses
        What columns are used for, by name; the others are screened all the same.

    Raises
    ------
    PrivacyError
        With every such column; no value is shown.
    """
    cells = {f"c{i}": _told(frame.iloc[:, i]) for i in range(frame.shape[1])}
    with contextlib.closing(duckdb.connect(":memory:")) as connection:
        connection.execute("SET enable_external_access = false")
        connection.register("cells", pd.DataFrame(cells))
        screen_relation(connection, "cells", [str(name) for name in frame.columns], file, uses)


def screen_frames(config: DataConfig, frames: Mapping[str, pd.DataFrame]) -> None:
    """Raise PrivacyError with every column of the tables of a config that looks like identifiers of people.

    Parameters
    ----------
    config : DataConfig
        The ``data:`` section.
    frames : mapping of str to pandas.DataFrame
        Tables by the name that the config gives as ``file``.

    Raises
    ------
    PrivacyError
        With the columns of all tables; no value is shown.
    """
    uses = {table.file: uses_of(table, config) for table in config.tables}
    faults: list[Fault] = []
    for file, frame in frames.items():
        try:
            screen_frame(frame, file, uses.get(file, {}))
        except PrivacyError as error:
            faults += error.faults
    if faults:
        raise PrivacyError(faults)


def _told(column: pd.Series) -> pd.Series:
    """Return a column that the engine can take: what is neither number, time nor flag becomes text."""
    if column.dtype.kind in "iufbM":
        return column.reset_index(drop=True)
    cells = [_text(cell) for cell in column]
    return pd.Series(cells, dtype="str")


def _text(cell: object) -> str | None:
    if cell is None or (isinstance(cell, float) and cell != cell) or cell is pd.NaT or cell is pd.NA:
        return None
    if isinstance(cell, bytes):
        try:
            return cell.decode("utf-8")
        except UnicodeDecodeError:
            return cell.hex()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
