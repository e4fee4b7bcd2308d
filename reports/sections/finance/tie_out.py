"""The tie-out: each account in each fiscal period, the items between panel and ledger, and what does not tie."""

from reports.context import Context
from reports.inputs import records
from reports.page import Block, Column, Section, Table, Text
from reports.wording.finance import account_name, cents, problem_sentences, tie_sentence


def build(context: Context) -> Section | None:
    """Return the section, None where the run has no ledger."""
    if context.inputs.table("ledger_tie_out").empty:
        return None
    problems = problem_sentences(context)
    blocks: list[Block] = [Text([tie_sentence(context)])]
    blocks += [Text(problems, bullets=True)] if problems else []
    blocks += [_accounts(context), *_items(context), *_calendar(context)]
    return Section("tie-out", "Tie-out", "What ties to the ledger", blocks)


def _accounts(context: Context) -> Table:
    currency = context.inputs.panel.currency
    columns = [Column("Account", number=False), Column("Period", number=False)]
    columns += [
        Column(head, currency) for head in ("Modelled", "Named items", "Unexplained", "Ledger", "Tolerance")
    ]
    columns += [Column("Ties", number=False), Column("Problems", number=False)]
    body = [
        [
            account_name(row),
            str(row["period"]),
            *(
                cents(context, row[name])
                for name in ("modelled", "items", "unexplained", "ledger", "tolerance")
            ),
            "no" if not row["ties"] else "blocked" if row["blocked"] else "yes",
            str(row["problems"]),
        ]
        for row in records(context.inputs.table("ledger_tie_out"))
    ]
    note = "Modelled + named items + unexplained = ledger. A data period counts where it begins; cut-off is an item."
    return Table("Accounts by fiscal period", columns, body, note)


def _items(context: Context) -> list[Block]:
    rows = records(context.inputs.table("ledger_items"))
    if not rows:
        return []
    columns = [Column(head, number=False) for head in ("Account", "Period", "Item")]
    columns += [Column("Amount", context.inputs.panel.currency), Column("What it is", number=False)]
    body = [
        [
            account_name(row),
            str(row["period"]),
            str(row["item"]),
            cents(context, row["amount"]),
            str(row["words"]),
        ]
        for row in rows
    ]
    return [Table("Named items", columns, body, folded=True)]


def _calendar(context: Context) -> list[Block]:
    """Return the fiscal periods of the tie-out with their days, and years of 53 weeks by name."""
    table = context.inputs.table("fiscal_calendar")
    used = set(context.inputs.table("ledger_tie_out")["period"])
    rows = [row for row in records(table) if row["period"] in used or row["extra_week"]]
    columns = [Column(head, number=False) for head in ("Period", "Quarter", "Year", "First day", "Last day")]
    columns += [Column("Days"), Column("53rd week", number=False)]
    day = context.numbers.day
    body = [
        [
            *(str(row[name]) for name in ("period", "quarter", "year")),
            day(str(row["start"])),
            day(str(row["end"])),
            context.numbers.plain(row["days"]),
            "yes" if row["extra_week"] else "",
        ]
        for row in rows
    ]
    return [Table("Fiscal periods", columns, body, folded=True)] if body else []
