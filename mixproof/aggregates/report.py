"""The report of one reading: every fault with its place, what was repaired by name, what was left out."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from mixproof.aggregates.faults import FAULTS
from mixproof.aggregates.panel import LedgerRow
from mixproof.errors import DataError, Fault

Days = np.ndarray
SHOWN = 3


@dataclass(slots=True)
class Report:
    """Collects faults, notices and the ledger of rows, so that all trouble is told at once."""

    faults: list[Fault] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    ledger: list[LedgerRow] = field(default_factory=list)

    def add(self, code: str, where: str, what: str, remedy: str | None = None) -> None:
        """Record a fault; without `remedy` the catalogue's sentence is used.

        Parameters
        ----------
        code : str
            A key of `mixproof.aggregates.faults.FAULTS`.
        where, what : str
            As in `Fault`: never a value that could identify anyone.
        remedy : str, optional
        """
        self.faults.append(Fault(code, where, what, remedy or FAULTS[code][2]))

    def doubt(self, accepted: Collection[str], code: str, where: str, what: str) -> None:
        """Record a fault that the YAML may accept by name, or a notice where it does.

        Parameters
        ----------
        accepted : collection of str
            Codes under `accept:`.
        code, where, what : str
            As for `add`.
        """
        if code in accepted:
            self.note(f"{what} Accepted by name ({code}).")
        else:
            self.add(code, where, what)

    def note(self, sentence: str) -> None:
        """Record something that was done because the YAML asked for it."""
        if sentence not in self.notices:
            self.notices.append(sentence)

    def raise_if_faulty(self) -> None:
        """Raise DataError with every fault, where there is one."""
        if self.faults:
            raise DataError(tuple(dict.fromkeys(self.faults)))


def place(
    table: str, column: str | None = None, geos: Iterable[str] = (), days: Sequence[object] | Days = ()
) -> str:
    """Return ``table: column, geo, first three dates``; never a value of a row.

    Parameters
    ----------
    table : str
    column : str, optional
    geos : iterable of str
        The first ones are named, the others counted; ``"national"`` is left out.
    days : sequence
        Dates, likewise.

    Returns
    -------
    str
    """
    parts = [table if column is None else f"{table}: {column}"]
    named = list(dict.fromkeys(g for g in geos if g != "national"))
    if named:
        more = f" and {len(named) - SHOWN} more" if len(named) > SHOWN else ""
        parts.append(f"geo {', '.join(named[:SHOWN])}{more}")
    dates = list(dict.fromkeys(str(day)[:10] for day in days))
    if dates:
        more = f" and {len(dates) - SHOWN} more" if len(dates) > SHOWN else ""
        parts.append(f"{', '.join(dates[:SHOWN])}{more}")
    return ", ".join(parts)
