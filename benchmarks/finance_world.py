"""The books of configs/quarter.yaml: ledger, invoices, rates and closed amounts of the market's last two fiscal quarters.

    python -m benchmarks.finance_world

Run from the project's root; it writes configs/data/quarter_{ledger,invoices,rates,closed}.csv, the same bytes each time. The
fiscal year is one of weeks, 4-4-5, that ends on the last Sunday of December. Everything ties to the cent but for two things
that finance meets: an invoice for social ads of November that never ran, and television of August that was reported late.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from mixproof.aggregates.finance.config import FiscalOptions, YearEnd
from mixproof.aggregates.finance.fiscal import fiscal_calendar

FOLDER = Path("configs/data")
CALENDAR = FiscalOptions(kind="4-4-5", year_ends=YearEnd(month=12, weekday="sunday", rule="last"))
ACCOUNTS = {
    "revenue": "4000",
    "tv": "6110",
    "search": "6120",
    "social": "6130",
    "video": "6140",
    "radio": "6150",
}
PANEL = {
    "2024-07": "1.1820",
    "2024-08": "1.1740",
    "2024-09": "1.1880",
    "2024-10": "1.1960",
    "2024-11": "1.1990",
    "2024-12": "1.2090",
}
"""The panel's rates: euros for a pound, from the first of a month."""
PERIODS = tuple(f"FY2024-P{number:02d}" for number in range(7, 13))
BOOKED = dict(zip(PERIODS, ("1.1790",) * 3 + ("1.2010",) * 3, strict=True))
"""Rates at which radio was booked: one a quarter."""
LATE = ("tv", "FY2024-P08", Decimal("12400.00"))
"""Delivery that was reported after the books were closed."""
UNDELIVERED = ("social", "FY2024-P11", Decimal("48000.00"))
"""An invoice without delivery, which the ledger has booked."""
CENT = Decimal("0.01")
Row = dict[str, Any]
Amounts = Mapping[tuple[str, str], Decimal]


def amounts(panel: pd.DataFrame) -> dict[tuple[str, str], Decimal]:
    """Return what the panel holds by name and fiscal period, in exact decimals; its cells are texts."""
    days = [date.fromisoformat(day) for day in panel["date"]]
    calendar = fiscal_calendar(CALENDAR, days[0], days[-1])
    found: dict[tuple[str, str], Decimal] = {}
    for place, day in enumerate(days):
        period = calendar.at(day).name
        for name in ACCOUNTS:
            cell = panel[name if name == "revenue" else f"{name}_spend"].iloc[place]
            found[name, period] = found.get((name, period), Decimal(0)) + Decimal(cell)
    return found


def ledger(known: Amounts) -> Iterator[Row]:
    """Yield the lines of the ledger, period by period."""
    for period in BOOKED:
        for name in ACCOUNTS:
            if known[name, period]:
                yield from _lines(name, period, known[name, period])


def _lines(name: str, period: str, amount: Decimal) -> Iterator[Row]:
    if (name, period) == LATE[:2]:
        amount -= LATE[2]
    if name == "radio":
        pounds = (amount / _rate(period)).quantize(CENT)
        yield _line(name, period, pounds, "GBP", BOOKED[period])
        return
    if (name, period) == ("search", "FY2024-P12"):
        invoiced = (amount * Decimal("0.6")).quantize(CENT)
        yield _line(name, period, invoiced)
        yield _line(name, period, amount - invoiced, item="accrual")
        return
    yield _line(name, period, amount)
    if name == "tv":
        yield _line(name, period, (amount * Decimal("0.03")).quantize(CENT), item="agency fee")
    if name == "revenue":
        yield _line(name, period, Decimal("250000.00"), item="not in scope")  # wholesale
    if (name, period) == ("video", "FY2024-P10"):
        yield _line(name, period, Decimal("-9500.00"), item="make-good")
    if (name, period) == UNDELIVERED[:2]:
        yield _line(name, period, UNDELIVERED[2])


def _line(
    name: str, period: str, amount: Decimal, currency: str = "EUR", rate: str = "", item: str = ""
) -> Row:
    return {
        "account": ACCOUNTS[name],
        "period": period,
        "currency": currency,
        "amount": amount,
        "rate": rate,
        "item": item,
    }


def _rate(period: str) -> Decimal:
    """Return the panel's rate on the last day of a fiscal period."""
    calendar = fiscal_calendar(CALENDAR, date(2024, 1, 1), date(2024, 12, 29))
    known = calendar.named(period)
    assert known is not None
    return Decimal(PANEL[f"{known.end:%Y-%m}"])


def invoices(known: Amounts) -> Iterator[Row]:
    """Yield invoices: two a channel and period, which add up to what was delivered."""
    number = 0
    for period in BOOKED:
        for name in list(ACCOUNTS)[1:]:
            if not known[name, period]:
                continue
            whole = known[name, period] / (_rate(period) if name == "radio" else 1)
            share = Decimal("0.6") if (name, period) == ("search", "FY2024-P12") else Decimal(1)
            billed = (whole * share).quantize(CENT)
            first = (billed / 2).quantize(CENT)
            late = (name, period) == LATE[:2]
            extra = [UNDELIVERED[2]] if (name, period) == UNDELIVERED[:2] else []
            for amount in (first, billed - first - (LATE[2] if late else 0), *extra):
                number += 1
                yield {
                    "invoice": f"R{number:03d}",
                    "account": ACCOUNTS[name],
                    "period": period,
                    "currency": "GBP" if name == "radio" else "EUR",
                    "amount": amount,
                }


def closed(known: Amounts) -> Iterator[Row]:
    """Yield what the panel said when the books of the third quarter were closed."""
    for period in list(BOOKED)[:3]:
        for name, account in ACCOUNTS.items():
            late = LATE[2] if (name, period) == LATE[:2] else 0
            yield {"account": account, "period": period, "modelled": known[name, period] - late}


def main(folder: Path = FOLDER) -> None:
    """Write the four tables."""
    known = amounts(pd.read_csv(FOLDER / "calibration.csv", dtype=str))
    rates = [{"date": f"{month}-01", "currency": "GBP", "rate": rate} for month, rate in PANEL.items()]
    tables = {
        "ledger": ledger(known),
        "invoices": invoices(known),
        "rates": iter(rates),
        "closed": closed(known),
    }
    for name, rows in tables.items():
        pd.DataFrame(list(rows)).to_csv(folder / f"quarter_{name}.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
