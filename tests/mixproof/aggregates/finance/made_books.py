"""A small market with its books: they tie to the cent, and each case breaks them in one way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import xarray as xr

from mixproof.aggregates.finance.amounts import by_period, pieces_of
from mixproof.aggregates.finance.config import Account, FinanceConfig, FiscalOptions, Ledger, YearEnd
from mixproof.aggregates.finance.fiscal import FiscalCalendar, FiscalPeriod, fiscal_calendar
from mixproof.aggregates.finance.ledger import Line
from mixproof.aggregates.finance.tie_out import Books, tie_out
from mixproof.aggregates.finance.ties import Tie
from mixproof.aggregates.panel import Panel

FIRST, WEEKS = "2023-10-02", 26
OPTIONS = FiscalOptions(kind="4-4-5", year_ends=YearEnd(month=12, weekday="sunday", rule="last"))
PERIODS = ("FY2023-P11", "FY2023-P12", "FY2024-P01", "FY2024-P02", "FY2024-P03")
"""Periods of the ledger: the 53rd week of fiscal 2023 is the last of its P12."""
ACCOUNTS = (
    Account(account="4000"),
    Account(account="6110", channels=("tv",)),
    Account(account="6120", channels=("search",)),
)


def made_panel() -> Panel:
    """Return half a year of weeks in amounts to the cent, tv dark in every fifth week."""
    rng = np.random.default_rng(7)
    dates = pd.date_range(FIRST, periods=WEEKS, freq="W-MON")
    spend = np.round(rng.uniform(800.0, 2400.0, (1, WEEKS, 2)), 2)
    spend[0, ::5, 0] = 0.0
    outcome = np.round(rng.uniform(9000.0, 15000.0, (1, WEEKS)), 2)
    data = xr.Dataset(
        {
            "outcome": (("geo", "date"), outcome),
            "outcome_value": (("geo", "date"), np.ones_like(outcome)),
            "spend": (("geo", "date", "channel"), spend),
        },
        coords={
            "geo": ["national"],
            "date": dates,
            "channel": ["tv", "search"],
            "kind": ("channel", ["paid", "paid"]),
        },
    )
    return Panel(data, "weekly", "EUR", "revenue", "revenue")


PANEL = made_panel()
CALENDAR: FiscalCalendar = fiscal_calendar(OPTIONS, date(2023, 10, 2), date(2024, 3, 31))
CONFIG = FinanceConfig(calendar=OPTIONS, ledger=Ledger(file="ledger.csv"), accounts=ACCOUNTS)
HELD = [(account, by_period(pieces_of(PANEL, account), CALENDAR)) for account in ACCOUNTS]


def rate(code: str, period: FiscalPeriod) -> Decimal | None:
    """Return the panel's rate: pounds alone have one."""
    return Decimal("1.2") if code == "GBP" else None


def good_books() -> Books:
    """Return books that tie to the cent: a line an account and period, invoices for all media, a close without changes."""
    lines = [
        Line(number, "", account.account, period, "EUR", held[period].amount)
        for number, (period, (account, held)) in enumerate(
            ((period, each) for period in PERIODS for each in HELD), 1
        )
    ]
    invoices = [replace(line, document=f"R{line.number}") for line in lines if line.account != "4000"]
    closed = {("", line.account, line.period): line.amount for line in lines if line.period == PERIODS[0]}
    return Books(lines, invoices, closed, rate, "EUR")


Break = Callable[[Books], Books]


def changed(account: str, period: str, change: Callable[[Line], Line | Sequence[Line]]) -> Break:
    """Return what changes the ledger's line of an account in a period, all periods where that is empty."""

    def edit(books: Books) -> Books:
        lines: list[Line] = []
        for line in books.ledger:
            mine = line.account == account and period in ("", line.period)
            found = change(line) if mine else line
            lines += [found] if isinstance(found, Line) else found
        return replace(books, ledger=lines)

    return edit


def week(name: str, place: int) -> Decimal:
    """Return what an account has in one of the weeks that begin in a period."""
    amount = HELD[1][1][name].pieces[place].amount
    assert amount is not None
    return amount


def moved(books: Books) -> Books:
    """Book a week of tv in the month after."""
    size = week("FY2024-P01", 1)
    less = changed("6110", "FY2024-P01", lambda line: replace(line, amount=line.amount - size))
    more = changed("6110", "FY2024-P02", lambda line: replace(line, amount=line.amount + size))
    return more(less(books))


def restated(books: Books) -> Books:
    """Close the books of a month before 300.00 of tv came; the ledger has what was known then."""
    key = ("", "6110", PERIODS[0])
    less = changed("6110", PERIODS[0], lambda line: replace(line, amount=line.amount - 300))
    return replace(less(books), closed={**books.closed, key: books.closed[key] - 300})


def undelivered(books: Books) -> Books:
    """Invoice and book 5,000.00 of tv that never ran."""
    more = changed("6110", "FY2024-P02", lambda line: [line, replace(line, number=90, amount=Decimal(5000))])(
        books
    )
    return replace(
        more,
        invoices=[*books.invoices, Line(9, "", "6110", "FY2024-P02", "EUR", Decimal(5000), document="R99")],
    )


@dataclass(frozen=True)
class Case:
    """Books broken in one way, and what is to be found: where, and by which names."""

    breaks: Break
    account: str
    period: str
    names: tuple[str, ...]
    ties: bool = False


def leaves_out(line: Line) -> Line:
    """Return the line of a period without its last week."""
    return replace(line, amount=line.amount - week("FY2023-P12", -1))


CASES = {
    "a mismatched month": Case(moved, "6110", "FY2024-P01", ("another period", "unexplained")),
    "a month of another calendar": Case(
        changed("6110", "FY2024-P01", lambda line: replace(line, period="2024-01")),
        "6110", "FY2024-P01", ("unknown period", "absent from the ledger"),
    ),
    "a missing rate": Case(
        changed("6110", "FY2024-P02", lambda line: replace(line, currency="USD")), "6110", "FY2024-P02", ("missing rate",)
    ),
    "a restated week": Case(restated, "6110", PERIODS[0], ("restated",), ties=True),
    "an invoice without delivery": Case(undelivered, "6110", "FY2024-P02", ("invoice without delivery",), ties=True),
    "a 53rd week": Case(changed("6110", "FY2023-P12", leaves_out), "6110", "FY2023-P12", ("53rd week",)),
    "a ledger in another currency": Case(
        changed("6110", "", lambda line: replace(line, amount=(line.amount * Decimal("1.08")).quantize(Decimal("0.01")))),
        "6110", "FY2024-P02", ("one factor",),
    ),
    "a duplicated line": Case(
        changed("6110", "FY2024-P03", lambda line: [line, replace(line, number=91)]), "6110", "FY2024-P03", ("duplicated line",)
    ),
    "a channel absent from the ledger": Case(
        changed("6110", "", lambda line: []), "6110", "FY2024-P02", ("absent from the ledger",)
    ),
}  # fmt: skip
"""What finance fears, by name."""


def tied(books: Books, config: FinanceConfig = CONFIG) -> list[Tie]:
    """Return the tie-out of books."""
    return tie_out(config, CALENDAR, HELD, books)
