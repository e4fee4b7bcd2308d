"""Closed books: what came after a period was closed, and the prior-period adjustment that it asks for."""

from reports.context import Context
from reports.inputs import records
from reports.page import Block, Column, Section, Table, Text
from reports.wording.finance import account_name, cents


def build(context: Context) -> Section | None:
    """Return the section, None where the run knows no closed books."""
    rows = records(context.inputs.table("prior_periods"))
    if not rows:
        return None
    moved = [row for row in rows if row["adjustment"]]
    currency = context.inputs.panel.currency
    said = [
        f"{account_name(row)}: {cents(context, row['adjustment'])} {currency} of {row['period']} came after the close"
        + (
            "; the ledger holds the adjustment."
            if row["adjusted"]
            else "; it asks for a prior-period adjustment."
        )
        for row in moved
    ] or ["Nothing has changed since the books were closed."]
    columns = [Column("Account", number=False), Column("Period", number=False)]
    columns += [Column("At the close", currency), Column("Now", currency), Column("Adjustment", currency)]
    columns += [Column("In the ledger", number=False)]
    body = [
        [
            account_name(row),
            str(row["period"]),
            *(cents(context, row[name]) for name in ("closed", "now", "adjustment")),
            "" if not row["adjustment"] else "yes" if row["adjusted"] else "no",
        ]
        for row in rows
    ]
    blocks: list[Block] = [Text(said, bullets=True), Table("Closed periods", columns, body, folded=not moved)]
    return Section("closed", "Closed books", "Late data and prior-period adjustments", blocks)
