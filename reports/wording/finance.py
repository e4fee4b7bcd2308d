"""Sentences of the finance review, made from the rows of a run's tables; none of their numbers is computed here."""

import math

from reports.context import Context
from reports.inputs import Record, records
from reports.numbers import MISSING
from reports.wording.run import listing


def cents(context: Context, value: float) -> str:
    """Return an amount to the cent, with grouped thousands; a dash where it is not known.

    Parameters
    ----------
    context : Context
    value : float

    Returns
    -------
    str
    """
    return context.numbers.plain(value, 2) if math.isfinite(value) else MISSING


def quarters_of(context: Context) -> list[str]:
    """Return the fiscal quarters that may be booked, in the order of time."""
    return list(dict.fromkeys(str(period) for period in context.inputs.table("finance_booking")["period"]))


def booking_sentences(context: Context) -> list[str]:
    """Return what may be booked in each quarter, the newest first, and of which channels nothing."""
    table, currency = context.inputs.table("finance_booking"), context.inputs.panel.currency
    said = []
    for quarter in reversed(quarters_of(context)):
        rows = records(table[table["period"] == quarter])
        free = [row for row in rows if not row["blocked"]]
        held = [str(row["channel"]) for row in rows if row["blocked"]]
        total = sum(float(row["booked"]) for row in free)
        if free:
            names = listing([str(row["channel"]) for row in free])
            amount = f"{cents(context, total)} {currency}"
            begin = f"In {quarter}, {amount} of margin may be booked, for {names}"
        else:
            begin = f"In {quarter}, nothing may be booked"
        said.append(
            f"{begin}; {listing(held)} {'is' if len(held) == 1 else 'are'} blocked." if held else f"{begin}."
        )
    return said


def account_name(row: Record) -> str:
    """Return an account with what it must add up to, such as ``6110 (tv)``."""
    name = f"{row['account']} ({row['what']})" if row["account"] else f"{row['what']} (no account)"
    return f"{row['entity']}: {name}" if row["entity"] else name


def tie_sentence(context: Context) -> str:
    """Return how many accounts and periods tie."""
    rows = records(context.inputs.table("ledger_tie_out"))
    held = [row for row in rows if row["blocked"]]
    count = len(rows)
    if not held:
        return f"All {count} accounts and periods tie to the ledger within their tolerance."
    free = f"{count - len(held)} of {count} accounts and periods tie to the ledger"
    return f"{free}; {len(held)} keep what rests on them from being booked."


def problem_sentences(context: Context) -> list[str]:
    """Return what is wrong, what blocks first: where, and what was found."""
    rows = sorted(records(context.inputs.table("ledger_problems")), key=lambda row: not row["blocks"])
    return [f"{account_name(row)}, {row['period']}: {row['problem']}. {row['sentence']}" for row in rows]
