"""Identifiers of people are refused before anything else is said about a table."""

from collections.abc import Collection, Mapping

from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.faults import FAULTS
from mixproof.aggregates.reading.measures import declared
from mixproof.aggregates.reading.table import RawTable
from mixproof.aggregates.report import place
from mixproof.errors import Fault, PrivacyError
from mixproof.privacy.identifiers import column_identifier, identifier_family, too_unique


def screen(config: DataConfig, tables: Mapping[str, RawTable]) -> None:
    """Raise PrivacyError where a table of the config holds what looks like a person's identifier."""
    measures = {measure.column for measure, _ in declared(config)}
    refuse_identifiers(tables, measures, {table.file: table.geo for table in config.tables})


def refuse_identifiers(
    tables: Mapping[str, RawTable], measures: Collection[str | None], geos: Mapping[str, str | None]
) -> None:
    """Raise PrivacyError where a column or a name looks like a person's identifier; unused columns are looked at too.

    Parameters
    ----------
    tables : mapping of str to RawTable
        Raw tables by file.
    measures : collection of str
        Columns declared as numbers: their large amounts are no account numbers.
    geos : mapping of str to str or None
        The geo column of each file.

    Raises
    ------
    PrivacyError
        ``identifier``; names the column, never a value.
    """
    faults = []
    for file, table in tables.items():
        for number, name in enumerate(table.columns, start=1):
            in_name = identifier_family(name)
            distinct, count = table.distinct(name)
            family = in_name or column_identifier(name, distinct, table.rows, name in measures)
            if family is None and name == geos.get(file) and too_unique(count, table.rows):
                family = "person or household, having almost as many values as rows"
            if family is not None:
                where = place(file, f"column {number}" if in_name else name)
                what = f"The column looks like identifiers of people ({family})."
                faults.append(Fault("identifier", where, what, FAULTS["identifier"][2]))
    if faults:
        raise PrivacyError(faults)
