"""Money: what was spent, what came back, and whether it paid."""

from reports.experiment_inputs import ExperimentPage
from reports.inputs import records
from reports.page import Block, Column, Section, Table, Text
from reports.wording.experiment import ESTIMANDS, money

_MONEY = ("incremental_spend", "iroas", "incremental_profit", "cost_per_incremental")


def build(page: ExperimentPage) -> Section | None:
    """Return the answers about money of every arm, and in words whether it paid."""
    facts = records(page.tables["lift_next"])
    rows = [
        (
            str(row["arm"]),
            str(row["outcome"]),
            ESTIMANDS[str(row["estimand"])],
            page.value(row),
            page.interval(row) if row["lower"] != row["upper"] else "stated, not estimated",
            page.chance(row),
        )
        for row in records(page.tables["lift"])
        if row["role"] == "primary" and row["estimand"] in _MONEY
    ]
    blocks: list[Block] = [Text([money(page, fact) for fact in facts], bullets=True)]
    if rows:
        columns = [Column(head, number=False) for head in ("Arm", "Outcome", "What")]
        columns += [Column("Estimate"), Column("Interval"), Column("p")]
        note = (
            "Profit of the change is value times margin less the change of spend; where spend was taken away, a loss means "
            "that the media had paid. Its p-value asks whether it differs from zero."
        )
        blocks.append(Table("Money", columns, rows, note))
    return Section("money", "Money", "Did it pay?", blocks)
