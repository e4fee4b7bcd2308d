"""From files to a tie-out: the calendar, the ledger's lines and the panel's amounts, held against each other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.finance.amounts import accounts_of, by_period, pieces_of
from mixproof.aggregates.finance.config import FinanceConfig
from mixproof.aggregates.finance.fiscal import FiscalCalendar, fiscal_calendar
from mixproof.aggregates.finance.ledger import closed_amounts, read_lines
from mixproof.aggregates.finance.rates import panel_rates
from mixproof.aggregates.finance.tables import calendar_table, tie_tables
from mixproof.aggregates.finance.tie_out import Books, tie_out
from mixproof.aggregates.finance.ties import Tie
from mixproof.aggregates.panel import Panel


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What a tie-out found.

    Parameters
    ----------
    ties : tuple of Tie
    tables : dict of str to pandas.DataFrame
    left_out : tuple of str
        Sentences on lines of the files that are held against nothing.
    """

    ties: tuple[Tie, ...]
    tables: dict[str, pd.DataFrame]
    left_out: tuple[str, ...] = ()


def calendar_of(section: FinanceConfig, panel: Panel, folder: Path) -> FiscalCalendar:
    """Return the fiscal calendar of a panel's days.

    Parameters
    ----------
    section : FinanceConfig
    panel : Panel
    folder : pathlib.Path
        Folder that files are read from.

    Returns
    -------
    FiscalCalendar
    """
    days = panel.data["date"].values.astype("datetime64[D]")
    last = {"daily": 0, "weekly": 6, "monthly": 31, "yearly": 366}[panel.frequency]
    return fiscal_calendar(
        section.calendar, days[0].item(), (days[-1] + np.timedelta64(last, "D")).item(), folder
    )


def reconcile(
    section: FinanceConfig, data: DataConfig, panel: Panel, calendar: FiscalCalendar, folder: Path
) -> Reconciliation:
    """Return what ties between panel and ledger and what does not, and its tables.

    Parameters
    ----------
    section : FinanceConfig
    data : DataConfig
        For its rates of exchange.
    panel : Panel
    calendar : FiscalCalendar
    folder : pathlib.Path
        Folder that files are read from.

    Returns
    -------
    Reconciliation
        With the calendar's table alone where the section has no ledger.

    Raises
    ------
    DataError, ConfigError, PrivacyError
        A file cannot be read.
    """
    tables = {"fiscal_calendar": calendar_table(calendar)}
    if section.ledger is None:
        return Reconciliation((), tables)
    ledger = read_lines(section.ledger, folder, panel.currency)
    invoices = [] if section.invoices is None else read_lines(section.invoices, folder, panel.currency)
    books = Books(
        ledger,
        invoices,
        {} if section.closed is None else closed_amounts(section.closed, folder, panel.currency),
        panel_rates(data, folder),
        panel.currency,
    )
    held = [
        (account, by_period(pieces_of(panel, account), calendar)) for account in accounts_of(section, panel)
    ]
    ties = tie_out(section, calendar, held, books)
    return Reconciliation(
        tuple(ties),
        tables | tie_tables(ties, books, calendar, section.adjusted),
        tuple(_left_out(ties, books)),
    )


def _left_out(ties: Sequence[Tie], books: Books) -> Iterator[str]:
    """Yield what of the files is held against nothing: lines of other accounts, and amounts of periods without a ledger."""
    accounts = {tie.account.key for tie in ties}
    held = {(*tie.account.key, tie.period.name) for tie in ties}
    closed = [(account, period, (entity, account)) for entity, account, period in books.closed]
    for source, lines in (
        ("ledger", [(line.account, line.period, line.key) for line in books.ledger]),
        ("invoices", [(line.account, line.period, line.key) for line in books.invoices]),
        ("closed amounts", closed),
    ):
        strange = [account for account, _, key in lines if key not in accounts]
        if strange:
            names = (
                ", ".join(dict.fromkeys(strange))
                if len(set(strange)) < 6
                else f"{len(set(strange))} accounts"
            )
            yield (
                f"Of the {source}, {_lines(len(strange))} of {names}, which `finance.accounts` does not have with that "
                "entity, and held against nothing."
            )
        later = [period for _, period, key in lines if key in accounts and (*key, period) not in held]
        if later and source != "ledger":
            names = ", ".join(sorted(set(later)))
            yield f"Of the {source}, {_lines(len(later))} of {names}, of which there is no ledger, and held against nothing."


def _lines(count: int) -> str:
    return f"{count} lines are" if count > 1 else "one line is"
