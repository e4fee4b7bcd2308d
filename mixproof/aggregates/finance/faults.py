"""Every fault of fiscal calendars and ledgers: code -> (family, meaning, remedy)."""

from mixproof.errors import DataError, Fault

FAULTS: dict[str, tuple[str, str, str]] = {
    "fiscal-table": (
        "data",
        "The periods of a fiscal calendar's table have gaps or overlaps, or do not cover the data.",
        "Let each period begin on the day after the one before ends, from the first day of the data to the last.",
    ),
    "ledger-cell": (
        "data",
        "A cell of a ledger, of invoices or of closed amounts cannot be read.",
        "Fill it: a name, or an amount with at most two decimals; with `decimal:` for a decimal comma.",
    ),
    "closed-twice": (
        "data",
        "An account is closed twice in one fiscal period.",
        "Keep one row for each entity, account and period.",
    ),
    "finance-geo": (
        "config",
        "An account names a geo that the panel does not have.",
        "Name geos of the panel under its `geos`, or leave `geos` out for all of them.",
    ),
}


def fault(code: str, where: str, what: str) -> Fault:
    """Return a fault of this folder with the remedy of its code.

    Parameters
    ----------
    code : str
        A key of `FAULTS`.
    where, what : str

    Returns
    -------
    Fault
    """
    return Fault(code, where, what, FAULTS[code][2])


def raise_if(faults: list[Fault]) -> None:
    """Raise all faults together, where there are any.

    Raises
    ------
    DataError
    """
    if faults:
        raise DataError(faults)
