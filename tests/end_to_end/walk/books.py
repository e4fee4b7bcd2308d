"""Books of the walk over the schema: every fiscal calendar, and ledgers in every way to write an amount."""

from pathlib import Path

import pandas as pd

from mixproof.aggregates.finance.config import (
    Closed,
    FiscalOptions,
    Invoices,
    Ledger,
    YearEnd,
)
from mixproof.aggregates.finance.fiscal import fiscal_calendar
from tests.end_to_end.walk.rows import Row, given, turn, values

KINDS = values(FiscalOptions, "kind")
BY_MONTH = [kind for kind in KINDS if "-" not in kind]
BY_WEEK = [kind for kind in KINDS if "-" in kind]
"""Calendars whose years end on a weekday, of which there are more than calendars."""


def finance(folder: Path, number: int, bounds: pd.DatetimeIndex) -> Row:
    """Return the finance section of a run, whose books are written to `folder`; the account is that of its channel c0.

    Parameters
    ----------
    folder : pathlib.Path
    number : int
        Of the run.
    bounds : pandas.DatetimeIndex
        First days of its periods, and one more.
    """
    kind = BY_MONTH[number] if number < len(BY_MONTH) else turn(BY_WEEK, number)
    end = {"month": 1 + number % 12, "weekday": turn(values(YearEnd, "weekday"), number)}
    section = given(
        {
            "kind": kind,
            "year_named": turn(values(FiscalOptions, "year_named"), number),
            "year_ends": end | {"rule": turn(values(YearEnd, "rule"), number)} if "-" in kind else None,
            "file": "periods.csv" if kind == "table" else None,
        }
    )
    days = pd.date_range(bounds[0], bounds[-1] + pd.Timedelta(days=400), freq="90D")
    if kind == "table":
        after = days[1:] - pd.Timedelta(days=1)
        names = [f"T{place}" for place in range(len(after))]
        pd.DataFrame({"period": names, "start": days[:-1], "end": after}).to_csv(
            folder / "periods.csv", index=False
        )
    options = FiscalOptions.model_validate(section, strict=False)
    calendar = fiscal_calendar(options, bounds[0].date(), bounds[-1].date(), folder)
    used = list(dict.fromkeys(calendar.labels(bounds[:-1], "fiscal_month")))
    marks = {each: turn(values(each, "decimal"), number) for each in (Ledger, Invoices, Closed)}
    for place, (table, mark) in enumerate(marks.items()):
        amount = "modelled" if table is Closed else "amount"
        rows = pd.DataFrame(
            {"invoice": [f"R{i}" for i in range(len(used))], "account": "media", "period": used}
        )
        rows[amount] = [1000.25 + place + i for i in range(len(used))]
        rows.to_csv(folder / f"{table.__name__.lower()}.csv", index=False, decimal=mark or ".")
    parts = {
        each.__name__.lower(): given({"file": f"{each.__name__.lower()}.csv", "decimal": mark})
        for each, mark in marks.items()
    }
    return {"calendar": section, "accounts": [{"account": "media", "channels": ["c0"]}], **parts}
