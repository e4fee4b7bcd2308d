"""Tables of ledgers, invoices and closed amounts, read in exact decimals: what is no amount to the cent is a fault."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd

from mixproof.aggregates.finance.config import Closed, Invoices, Ledger
from mixproof.aggregates.finance.faults import fault, raise_if
from mixproof.aggregates.reading.limits import fault as reading_fault
from mixproof.aggregates.reading.measures import nearest
from mixproof.aggregates.reading.numbers import as_numbers, mark_faults
from mixproof.aggregates.reading.paths import safe_path
from mixproof.aggregates.reading.readers import connect, read_file
from mixproof.errors import Fault
from mixproof.privacy.identifiers import Use

CENT = Decimal("0.01")
_USES: Mapping[str, Use] = {
    "amount": "measure",
    "period": "date",
    "rate": "measure",
    "document": "measure",
    "start": "date",
    "end": "date",
}
"""What columns are used for, by role; all others are labels. Names of periods and numbers of vouchers may have any form."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a ledger, or an invoice.

    Parameters
    ----------
    number : int
        Row of its table, the first below the header being 1.
    entity, account, period : str
        As the table writes them; entity is empty where there is one alone.
    currency : str
        ISO 4217 code that it was booked in.
    amount : decimal.Decimal
        In that currency.
    rate : decimal.Decimal or None
        The panel's currency for one unit of it, as booked; None where the table does not say.
    item : str
        What it is where it is neither media nor sales; empty otherwise.
    document : str
        Number of its voucher or invoice, empty where the table has none.
    """

    number: int
    entity: str
    account: str
    period: str
    currency: str
    amount: Decimal
    rate: Decimal | None = None
    item: str = ""
    document: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Return entity and account."""
        return self.entity, self.account


def open_table(file: str, folder: Path, roles: Mapping[str, str], where: str) -> pd.DataFrame:
    """Return a table with the columns that the YAML names; what looks like a person's identifier is refused.

    Parameters
    ----------
    file : str
        As the YAML names it.
    folder : pathlib.Path
        Folder that files are read from.
    roles : mapping of str to str
        What each column is for -> its name.
    where : str
        Key of the section in the YAML.

    Returns
    -------
    pandas.DataFrame

    Raises
    ------
    DataError, ConfigError, PrivacyError, ResourceError
        The file or a column is missing, or the table cannot be read.
    """
    path = safe_path(folder, file, f"{where}, file")
    uses: dict[str, Use] = {column: _USES.get(role, "label") for role, column in roles.items()}
    with connect(folder) as connection:
        frame = read_file(path, file, None, connection, uses=uses)
    present = [str(name) for name in frame.columns]
    for column in roles.values():
        if column not in present:
            what = f"There is no column {column!r}. {nearest(column, present)}"
            raise reading_fault("unknown-column", file, what)
    return frame


def texts(frame: pd.DataFrame, column: str) -> list[str]:
    """Return the cells of a column as texts without spaces around them, empty where there is nothing.

    Parameters
    ----------
    frame : pandas.DataFrame
    column : str

    Returns
    -------
    list of str
    """
    return ["" if cell is None or cell != cell else str(cell).strip() for cell in frame[column].tolist()]


def read_lines(section: Ledger | Invoices | Closed, folder: Path, currency: str) -> list[Line]:
    """Return the lines of a ledger, of invoices, or of closed amounts.

    Parameters
    ----------
    section : Ledger, Invoices or Closed
    folder : pathlib.Path
    currency : str
        The panel's, for tables that name none.

    Returns
    -------
    list of Line
        In the order of the table.

    Raises
    ------
    DataError
        With every cell that cannot be read.
    """
    roles = _roles(section)
    name = f"finance.{type(section).__name__.lower()}"
    frame = open_table(section.file, folder, roles, name)
    words = {role: texts(frame, column) for role, column in roles.items() if role not in ("amount", "rate")}
    faults = [
        _cells(section.file, roles[role], np.array([not cell for cell in words[role]]), "is empty")
        for role in ("entity", "account", "period", "currency")
        if role in words
    ]
    amounts = _decimals(frame, (section.file, roles["amount"]), section.decimal, faults, places=2)
    rates: Sequence[Decimal | None] = [None] * len(frame)
    if "rate" in roles:
        rates = _decimals(frame, (section.file, roles["rate"]), section.decimal, faults)
    raise_if([each for each in faults if each is not None])
    return [
        Line(
            i + 1,
            words["entity"][i] if "entity" in words else "",
            words["account"][i],
            words["period"][i],
            words["currency"][i].upper() if "currency" in words else currency,
            amount or Decimal(0),
            rates[i],
            words["item"][i].lower() if "item" in words else "",
            words["document"][i] if "document" in words else "",
        )
        for i, amount in enumerate(amounts)
    ]


def closed_amounts(section: Closed, folder: Path, currency: str) -> dict[tuple[str, str, str], Decimal]:
    """Return what the panel said when books were closed, by entity, account and period.

    Parameters
    ----------
    section : Closed
    folder : pathlib.Path
    currency : str
        The panel's.

    Returns
    -------
    dict of (entity, account, period) to decimal.Decimal

    Raises
    ------
    DataError
        A cell cannot be read, or an account is closed twice in one period.
    """
    found: dict[tuple[str, str, str], Line] = {}
    twice = []
    for line in read_lines(section, folder, currency):
        first = found.setdefault((*line.key, line.period), line)
        if first is not line:
            what = f"Rows {first.number} and {line.number} both close {line.account} in {line.period}."
            twice.append(fault("closed-twice", section.file, what))
    raise_if(twice)
    return {key: line.amount for key, line in found.items()}


def _roles(section: Ledger | Invoices | Closed) -> dict[str, str]:
    """Return what each column of a table is for, and its name."""
    known = ("entity", "account", "period", "currency", "amount", "rate", "item", "document", "invoice")
    named = {role: getattr(section, role, None) for role in known}
    roles = {role: str(column) for role, column in named.items() if column is not None}
    if "invoice" in roles:
        roles["document"] = roles.pop("invoice")
    return roles


def _decimals(
    frame: pd.DataFrame,
    place: tuple[str, str],
    decimal: str | None,
    faults: list[Fault | None],
    places: int | None = None,
) -> list[Decimal | None]:
    """Return a column in exact decimals, None where a cell is empty; cells that are no numbers become faults.

    The shortest text that gives a number back has the digits that the table has: amounts below 10^13 are exact.
    """
    file, column = place
    numbers = as_numbers(frame[column], decimal)
    faults += mark_faults(numbers, f"{file}: {column}")
    odd = (numbers.text > 0) | (numbers.unreal > 0) | (numbers.huge > 0)
    found = [Decimal(repr(float(value))) if np.isfinite(value) else None for value in numbers.values]
    faults.append(_cells(file, column, odd, "is no finite number"))
    if places is not None:
        faults.append(_cells(file, column, ~odd & (numbers.blank > 0), "is empty"))
        fine = np.array([value is not None and value != value.quantize(CENT) for value in found], bool)
        faults.append(_cells(file, column, fine, "has more than two decimals"))
    else:
        low = np.array([value is not None and value <= 0 for value in found], bool)
        faults.append(_cells(file, column, low, "is not above zero"))
    return found


def _cells(file: str, column: str, bad: np.ndarray, what: str) -> Fault | None:
    """Return the fault of cells that are wrong, of which `what` is said as of one."""
    if not bad.any():
        return None
    rows, count = np.flatnonzero(bad) + 1, int(bad.sum())
    if count == 1:
        return fault("ledger-cell", f"{file}: {column}, row {rows[0]}", f"One cell {what}.")
    more = ", …" if count > 3 else ""
    several = what.replace("is ", "are ", 1).replace("has ", "have ", 1)
    return fault(
        "ledger-cell",
        f"{file}: {column}, rows {', '.join(map(str, rows[:3]))}{more}",
        f"{count} cells {several}.",
    )
