"""Columns that no key reads are looked at inside the engine too: identifiers of people are refused before anything else is
said about a table, and currencies that stand beside money must not be added up as one."""

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence

import duckdb
import pandas as pd

from mixproof.aggregates.config import DataConfig, TableSource
from mixproof.aggregates.faults import FAULTS
from mixproof.aggregates.reading.measures import Measure, declared
from mixproof.aggregates.report import Report, place
from mixproof.errors import Fault, PrivacyError
from mixproof.privacy.identifiers import Column, Use, find_identifiers

Uses = Mapping[str, Use]
"""What the YAML takes the columns of a table for; columns that it does not name are unread."""
_CODES = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP "
    "CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG "
    "HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA "
    "MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD "
    "RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX "
    "USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWL "
)
CURRENCIES = frozenset(_CODES.split())
"""ISO 4217 codes of money in use."""
WORDS = frozenset({"ALL", "TOP", "TRY", "CUP", "PEN", "MAD", "COP", "SOS", "BAM", "MOP", "PAB", "RON"})
"""Codes that are words or names too: a column of nothing else is one of currencies only if its name says so."""
CURRENCY_NAME = re.compile(
    r"curren|w(ä|ae)hrung|devise|moneda|valuta|moeda|(^|[_\s-])(ccy|curr?|iso)($|[_\s-])", re.IGNORECASE
)
TEXTS = ("VARCHAR", "ENUM", "BLOB")
"""How the names of the engine's types of text begin."""


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


def screen_currencies(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    names: Sequence[str],
    source: TableSource,
    config: DataConfig,
    report: Report,
) -> None:
    """Report columns of currency codes that stand beside money and that no key reads: all of it would be taken as one.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    relation : str
        What stands behind FROM; its columns are called c0, c1, ...
    names : sequence of str
        Headers of the columns.
    source : TableSource
        A table that names its column of currencies, or holds no money, is left alone.
    config : DataConfig
    report : Report
        Receives the doubt ``currency-unread``.
    """
    taken = {
        measure.currency or config.currency
        for measure, entry in declared(config)
        if measure.column in names and entry.table in (None, source.file) and _is_money(measure, config)
    }
    if not taken or source.currency is not None:
        return
    kinds = [str(row[1]) for row in connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()]
    uses = uses_of(source, config)
    unread = [i for i, name in enumerate(names) if name not in uses and kinds[i].startswith(TEXTS)]
    for at, codes in zip(unread, _codes(connection, relation, unread), strict=True):
        believed = codes if CURRENCY_NAME.search(names[at]) or codes - WORDS else set()
        if believed and not (len(taken) == 1 and believed == taken):
            what = (
                f"The column holds currency codes ({_listed(believed)}) and nothing reads it: all money of the table would "
                f"be taken as {_listed(taken)}."
            )
            report.doubt(config.accept, "currency-unread", place(source.file, names[at]), what)


def _codes(connection: duckdb.DuckDBPyConnection, relation: str, columns: Sequence[int]) -> list[set[str]]:
    """Return the currency codes of each column that holds nothing else; no other value leaves the engine."""
    if not columns:
        return []
    code = "upper(trim(TRY_CAST(c{} AS VARCHAR)))"
    wanted = []
    for at in columns:
        cell = code.format(at)
        wanted += [
            f"bool_and({cell} = '' OR list_contains($codes, {cell}))",
            f"list(DISTINCT {cell}) FILTER (list_contains($codes, {cell}))",
        ]
    found = connection.execute(
        f"SELECT {', '.join(wanted)} FROM {relation}", {"codes": sorted(CURRENCIES)}
    ).fetchone()
    assert found is not None
    return [set(found[i + 1] or ()) if found[i] else set() for i in range(0, len(found), 2)]


def _is_money(measure: Measure, config: DataConfig) -> bool:
    """Say whether a measure's numbers are amounts of a currency."""
    return measure.role in ("spend", "value") or (
        measure.role == "outcome" and config.outcome.kind == "revenue"
    )


def _listed(codes: set[str]) -> str:
    first = ", ".join(sorted(codes)[:6])
    return first if len(codes) <= 6 else f"{first} and {len(codes) - 6} more"


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
    with _in_engine(frame) as connection:
        screen_relation(connection, "cells", [str(name) for name in frame.columns], file, uses)


def screen_frame_currencies(
    frame: pd.DataFrame, source: TableSource, config: DataConfig, report: Report
) -> None:
    """Report columns of currency codes of a table in memory that no key reads; see `screen_currencies`.

    Parameters
    ----------
    frame : pandas.DataFrame
        With all its columns.
    source : TableSource
    config : DataConfig
    report : Report
        Receives the doubt ``currency-unread``.
    """
    with _in_engine(frame) as connection:
        names = [str(name) for name in frame.columns]
        screen_currencies(connection, "cells", names, source, config, report)


@contextlib.contextmanager
def _in_engine(frame: pd.DataFrame) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give an engine that holds a table in memory as ``cells``, its columns called c0, c1, ..., and reaches nothing else."""
    cells = {f"c{i}": _told(frame.iloc[:, i]) for i in range(frame.shape[1])}
    with contextlib.closing(duckdb.connect(":memory:")) as connection:
        connection.execute("SET enable_external_access = false")
        connection.register("cells", pd.DataFrame(cells))
        yield connection


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
