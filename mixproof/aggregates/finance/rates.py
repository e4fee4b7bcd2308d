"""The panel's rates of exchange as exact decimals, for the fiscal periods that a ledger is booked in."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import numpy as np

from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.finance.fiscal import FiscalPeriod
from mixproof.aggregates.finance.ledger import open_table
from mixproof.aggregates.money import rate_book
from mixproof.aggregates.report import Report

Rate = Callable[[str, FiscalPeriod], Decimal | None]
"""The panel's rate of a currency in a period, None where there is none."""


def panel_rates(data: DataConfig, folder: Path) -> Rate:
    """Return what tells the panel's rate of a currency on the last day of a fiscal period.

    Parameters
    ----------
    data : DataConfig
        For its ``rates``.
    folder : pathlib.Path
        Folder that files are read from.

    Returns
    -------
    callable
        (ISO 4217 code, FiscalPeriod) -> exact rate, None where none holds.
    """
    frame = None
    if data.rates is not None and data.rates.file is not None:
        roles = {"start": data.rates.date, "currency": data.rates.currency, "rate": data.rates.rate}
        frame = open_table(data.rates.file, folder, roles, "data.rates")
    book = rate_book(data, frame, Report())

    def rate(code: str, period: FiscalPeriod) -> Decimal | None:
        found = float(book.rates(code, np.array([period.end], "datetime64[D]"))[0])
        return Decimal(repr(found)) if np.isfinite(found) else None

    return rate
