"""The tables of tie-outs: accounts by period, named items, problems, restated periods, the ledger's lines, the calendar."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from mixproof.aggregates.finance.fiscal import FiscalCalendar
from mixproof.aggregates.finance.ledger import CENT, Line
from mixproof.aggregates.finance.tie_out import Books, booking_rates
from mixproof.aggregates.finance.ties import Tie
from mixproof.records.table import Column, TableSpec

_ENTITY = Column("entity", "text", "", "legal entity; empty where there is one")
_ACCOUNT = Column(
    "account", "text", "", "account, as the ledger writes it; empty for a channel that has none"
)
_WHAT = Column("what", "text", "", "what it must add up to: channels, joined by ' + ', or outcome")
_PERIOD = Column("period", "text", "", "fiscal period")

LEDGER_TIE_OUT = TableSpec(
    "ledger_tie_out",
    "an account in a fiscal period: modelled + items + unexplained = ledger, to the cent",
    (
        _ENTITY,
        _ACCOUNT,
        _WHAT,
        _PERIOD,
        Column("start", "text", "", "first day of the period, ISO"),
        Column("end", "text", "", "last day of the period, ISO"),
        Column("modelled", "number", "currency", "amount of the panel's periods that begin in it", "cents"),
        Column("items", "number", "currency", "sum of its named items, in ledger_items", "cents"),
        Column("unexplained", "number", "currency", "what is left of the ledger's amount", "cents"),
        Column(
            "ledger", "number", "currency", "the ledger's amount, in the panel's currency as booked", "cents"
        ),
        Column("tolerance", "number", "currency", "how much may stay unexplained", "cents"),
        Column("ties", "flag", "", "whether what is left is within the tolerance"),
        Column("blocked", "flag", "", "whether nothing that rests on it may be booked"),
        Column("problems", "text", "", "names of its problems, told in ledger_problems"),
    ),
)
LEDGER_ITEMS = TableSpec(
    "ledger_items",
    "a named amount between the panel and the ledger, of an account in a fiscal period",
    (
        _ENTITY,
        _ACCOUNT,
        _WHAT,
        _PERIOD,
        Column("item", "text", "", "cut-off, late data since the close, rate difference, invoice without delivery, "
               "delivery without invoice, or what the ledger calls its lines"),
        Column("amount", "number", "currency", "added to the modelled amount to come to the ledger's", "cents"),
        Column("words", "text", "", "what it is made of"),
    ),
)  # fmt: skip
LEDGER_PROBLEMS = TableSpec(
    "ledger_problems",
    "something that is wrong with an account in a fiscal period",
    (
        _ENTITY,
        _ACCOUNT,
        _WHAT,
        _PERIOD,
        Column("problem", "text", "", "its name; docs/finance.md tells each"),
        Column("sentence", "text", "", "what was found, with its amount"),
        Column("blocks", "flag", "", "whether it keeps what rests on the period from being booked"),
    ),
)
PRIOR_PERIODS = TableSpec(
    "prior_periods",
    "an account in a fiscal period whose books were closed: what the panel said then and says now",
    (
        _ENTITY,
        _ACCOUNT,
        _WHAT,
        _PERIOD,
        Column("closed", "number", "currency", "amount of the panel when the books were closed", "cents"),
        Column("now", "number", "currency", "amount of the panel now", "cents"),
        Column(
            "adjustment",
            "number",
            "currency",
            "now less closed: what a prior-period adjustment would book",
            "cents",
        ),
        Column("adjusted", "flag", "", "whether the YAML says that the ledger holds the adjustment"),
    ),
)
LEDGER_LINES = TableSpec(
    "ledger_lines",
    "a line of the ledger on an account that must tie, or an invoice for it",
    (
        Column("source", "text", "", "ledger or invoice"),
        Column("line", "integer", "", "row of its file, the first below the header being 1"),
        _ENTITY,
        _ACCOUNT,
        _PERIOD,
        Column("currency", "text", "", "ISO 4217 code that it was booked in"),
        Column("amount", "number", "its own currency", "as booked", "cents"),
        Column(
            "rate", "number", "currency per its own", "rate of booking; empty where there is none", "as_is"
        ),
        Column("booked", "number", "currency", "amount at that rate; empty without one", "cents"),
        Column("item", "text", "", "what the line is called where it is neither media nor sales"),
        Column("document", "text", "", "number of its voucher or invoice"),
    ),
)
FISCAL_CALENDAR = TableSpec(
    "fiscal_calendar",
    "a period of the fiscal calendar",
    (
        _PERIOD,
        Column("quarter", "text", "", "fiscal quarter that it belongs to"),
        Column("year", "text", "", "fiscal year that it belongs to"),
        Column("start", "text", "", "first day, ISO"),
        Column("end", "text", "", "last day, ISO"),
        Column("days", "integer", "days", "number of its days"),
        Column("extra_week", "flag", "", "whether it holds the 53rd week of its year"),
    ),
)
TABLES = (LEDGER_TIE_OUT, LEDGER_ITEMS, LEDGER_PROBLEMS, PRIOR_PERIODS, LEDGER_LINES, FISCAL_CALENDAR)
"""Every table of this folder, in the order of docs/tables.md."""


def calendar_table(calendar: FiscalCalendar) -> pd.DataFrame:
    """Return the table ``fiscal_calendar``."""
    return FISCAL_CALENDAR.frame(
        [
            {
                "period": each.name,
                "quarter": each.quarter,
                "year": each.year,
                "start": each.start.isoformat(),
                "end": each.end.isoformat(),
                "days": each.days,
                "extra_week": each.extra_week,
            }
            for each in calendar.periods
        ]
    )


def tie_tables(
    ties: Sequence[Tie], books: Books, calendar: FiscalCalendar, adjusted: Iterable[str]
) -> dict[str, pd.DataFrame]:
    """Return the tables of a tie-out.

    Parameters
    ----------
    ties : sequence of Tie
    books : Books
    calendar : FiscalCalendar
    adjusted : iterable of str
        Periods whose adjustment the ledger holds.

    Returns
    -------
    dict of str to pandas.DataFrame
        By name. Amounts are exact decimals of two places, which a double keeps to the cent up to 10^13.
    """
    known = set(adjusted)
    rows = [(_keys(tie), tie) for tie in ties]
    whole = [
        keys
        | {
            "start": tie.period.start.isoformat(),
            "end": tie.period.end.isoformat(),
            **{
                name: float(getattr(tie, name)) for name in ("modelled", "unexplained", "ledger", "tolerance")
            },
            "items": float(tie.named),
            "ties": tie.ties,
            "blocked": tie.blocked,
            "problems": ", ".join(dict.fromkeys(problem.name for problem in tie.problems)),
        }
        for keys, tie in rows
    ]
    items = [
        keys | {"item": item.name, "amount": float(item.amount), "words": item.words}
        for keys, tie in rows
        for item in tie.items
    ]
    problems = [
        keys | {"problem": problem.name, "sentence": problem.sentence, "blocks": problem.blocks}
        for keys, tie in rows
        for problem in tie.problems
    ]
    closed = [
        keys | _closed(tie, books) | {"adjusted": tie.period.name in known}
        for keys, tie in rows
        if (*tie.account.key, tie.period.name) in books.closed
    ]
    accounts = {tie.account.key for tie in ties}
    lines = [
        _line(source, line, calendar, books)
        for source, known_lines in (("ledger", books.ledger), ("invoice", books.invoices))
        for line in known_lines
        if line.key in accounts
    ]
    return {
        LEDGER_TIE_OUT.name: LEDGER_TIE_OUT.frame(whole),
        LEDGER_ITEMS.name: LEDGER_ITEMS.frame(items),
        LEDGER_PROBLEMS.name: LEDGER_PROBLEMS.frame(problems),
        PRIOR_PERIODS.name: PRIOR_PERIODS.frame(closed),
        LEDGER_LINES.name: LEDGER_LINES.frame(lines),
    }


def _keys(tie: Tie) -> dict[str, object]:
    account = tie.account
    return {
        "entity": account.entity or "",
        "account": account.account,
        "what": account.what,
        "period": tie.period.name,
    }


def _closed(tie: Tie, books: Books) -> dict[str, object]:
    then = books.closed[(*tie.account.key, tie.period.name)]
    return {"closed": float(then), "now": float(tie.modelled), "adjustment": float(tie.modelled - then)}


def _line(source: str, line: Line, calendar: FiscalCalendar, books: Books) -> dict[str, object]:
    period = calendar.named(line.period)
    rate = line.rate if period is None else booking_rates(line, period, books)[0]
    return {
        "source": source,
        "line": line.number,
        "entity": line.entity,
        "account": line.account,
        "period": line.period,
        "currency": line.currency,
        "amount": float(line.amount),
        "rate": np.nan if rate is None else float(rate),
        "booked": np.nan if rate is None else float((line.amount * rate).quantize(CENT)),
        "item": line.item,
        "document": line.document,
    }
