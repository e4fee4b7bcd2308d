"""Experiments: what those that are done say, what the model makes of them, and which one is proposed next."""

import math

from reports.context import Context
from reports.inputs import Record, records
from reports.page import Block, Column, Section, Table, Text
from reports.wording.experiment import estimand_words
from reports.wording.planning import quoted
from reports.wording.run import listing


def build(context: Context) -> Section | None:
    """Return experiments done and proposed, None where the run has neither."""
    blocks: list[Block] = [*_done(context), *_held_against_the_model(context), *_proposed(context)]
    return Section("experiments", "Experiments", "Experiments: done and proposed", blocks) if blocks else None


_ASKED = ("iroas", "incremental_outcome", "relative_lift")
"""What an experiment is asked first, if it can say."""


def _done(context: Context) -> list[Block]:
    """Return the main answer of every arm of every experiment: its return, else what it brought, money first."""
    table = context.inputs.table("lift")
    if table.empty:
        return []
    rows = records(table[(table["role"] == "primary") & table["estimand"].isin(_ASKED)])
    rows.sort(key=lambda row: (_ASKED.index(row["estimand"]), row["outcome"] != "revenue"))
    first: dict[tuple[str, str], Record] = {}
    for row in rows:
        first.setdefault((str(row["experiment"]), str(row["arm"])), row)
    columns = [Column(head, number=False) for head in ("Experiment", "Channel", "Arm", "Question")]
    columns += [Column("Answer"), Column("Interval"), Column("p"), Column("Grade", number=False)]
    order = dict.fromkeys(table["experiment"])
    body = [
        [
            *(str(row[name]) for name in ("experiment", "channel", "arm")),
            f"{estimand_words(str(row['estimand']))}, {row['outcome']}",
            _value(context, row, "estimate"),
            f"{_value(context, row, 'lower')} to {_value(context, row, 'upper')}",
            "< 0.001" if row["p_value"] < 0.0005 else context.numbers.plain(row["p_value"], 3),
            str(row["verdict"]),
        ]
        for row in sorted(first.values(), key=lambda row: list(order).index(row["experiment"]))
    ]
    return [Table("Done", columns, body, "All answers are on the experiments' own pages.")]


def _value(context: Context, row: Record, part: str) -> str:
    value, unit = float(row[part]), str(row["unit"])
    if math.isinf(value):
        return "no limit"
    if unit == "fraction":
        return context.numbers.percent(value)
    return context.numbers.ratio(value) if " per " in unit else context.numbers.amount(value, unit)


def _held_against_the_model(context: Context) -> list[Block]:
    """Return what checks say of experiments and model together."""
    said = [f.sentence for f in context.inputs.verdict.by_gravity if f.check.startswith("calibration_")]
    return [Text(said, bullets=True)] if said else []


def _proposed(context: Context) -> list[Block]:
    """Return the test that would say most about the plan, and designs that are worth running."""
    said = [quoted(row["test"]) for row in records(context.inputs.table("plan_certificate")) if row["test"]]
    blocks: list[Block] = [Text(said, bullets=True)] if said else []
    designs = [
        row
        for name in ("design_geo", "design_holdout")
        for row in records(context.inputs.table(name))
        if row["run"]
    ]
    plans = list(dict.fromkeys(str(row["plan"]) for row in designs))
    if plans:
        blocks.append(
            Text([f"Worth running as designed: {listing(plans)}; design.html has power, length and cost."])
        )
    return blocks
