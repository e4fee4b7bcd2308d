"""Identifiers of people are refused before anything else is said about a table."""

from collections.abc import Collection, Mapping

import pandas as pd

from mixlift.aggregates.faults import FAULTS
from mixlift.aggregates.report import place
from mixlift.errors import Fault, PrivacyError
from mixlift.privacy.identifiers import column_identifier, identifier_family, too_unique


def refuse_identifiers(
    frames: Mapping[str, pd.DataFrame], measures: Collection[str | None], geos: Mapping[str, str | None]
) -> None:
    """Raise PrivacyError where a column or a name looks like a person's identifier; unused columns are looked at too.

    Parameters
    ----------
    frames : mapping of str to pandas.DataFrame
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
    for file, frame in frames.items():
        for number, name in enumerate(map(str, frame.columns), start=1):
            in_name = identifier_family(name)
            column = frame.iloc[:, number - 1]
            distinct = pd.unique(column.dropna()).tolist() if column.dtype.kind not in "fcM" else []
            family = in_name or column_identifier(name, distinct, len(frame), name in measures)
            if family is None and name == geos.get(file) and too_unique(len(distinct), len(frame)):
                family = "person or household, having almost as many values as rows"
            if family is not None:
                where = place(file, f"column {number}" if in_name else name)
                what = f"The column looks like identifiers of people ({family})."
                faults.append(Fault("identifier", where, what, FAULTS["identifier"][2]))
    if faults:
        raise PrivacyError(faults)
