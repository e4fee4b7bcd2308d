"""What a table may be: so many cells and columns at most, each column named once; what breaks this, as an error."""

from collections import Counter
from collections.abc import Mapping

from mixproof.aggregates.faults import FAULTS
from mixproof.errors import DataError, Fault, MixproofError, PrivacyError, ResourceError

MAX_CELLS = 20_000_000
"""Cells of a table that are brought into memory at most; some 1.5 GB where all are text."""
MAX_COLUMNS = 3_000
"""Columns of a table at most; a table of a thousand channels has a few thousand."""
_FAMILIES: Mapping[str, type[MixproofError]] = {"resource": ResourceError, "privacy": PrivacyError}


def check_header(names: list[str], file: str) -> list[str]:
    """Return the column names if each is there once; an unnamed first column (a row index) is called "(index)".

    Parameters
    ----------
    names : list of str
        As the file has them.
    file : str
        Its name in messages.

    Returns
    -------
    list of str
        In the same order.

    Raises
    ------
    DataError
        ``too-many-columns`` or ``header``; names that stand there twice are told by position, for a name may
        identify someone.
    """
    if len(names) > MAX_COLUMNS:
        raise fault(
            "too-many-columns",
            file,
            f"The table has {len(names):,} columns; {MAX_COLUMNS:,} are read at most.",
        )
    shown = ["(index)" if i == 0 and not name.strip() else name for i, name in enumerate(names)]
    if any(not name.strip() for name in shown):
        raise fault("header", file, "A column has no name.")
    if len(set(shown)) < len(shown):
        counts = Counter(shown)
        twice = sorted({shown.index(name) + 1 for name in counts if counts[name] > 1})
        raise fault("header", file, f"Column names stand there twice (columns {', '.join(map(str, twice))}).")
    return shown


def check_size(rows: int, columns: int, file: str) -> None:
    """Refuse a table that is too large to be brought into memory.

    Parameters
    ----------
    rows, columns : int
        Of the whole table.
    file : str
        Its name in messages.

    Raises
    ------
    ResourceError
        ``too-many-rows``.
    """
    if rows * columns > MAX_CELLS:
        what = f"The table has {rows:,} rows and {columns} columns; {MAX_CELLS:,} cells are read at most."
        raise fault("too-many-rows", file, what)


def fault(code: str, file: str, what: str) -> MixproofError:
    """Return the error of one fault, of the family that the table of faults gives it.

    Parameters
    ----------
    code : str
        A key of `mixproof.aggregates.faults.FAULTS`.
    file : str
        The file's name in messages.
    what : str
        What is wrong with it.

    Returns
    -------
    MixproofError
        ResourceError, PrivacyError or DataError, to be raised by the caller.
    """
    family = _FAMILIES.get(FAULTS[code][0], DataError)
    return family(Fault(code, file, what, FAULTS[code][2]))
