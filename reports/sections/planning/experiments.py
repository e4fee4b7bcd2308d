"""Experiments: what those that are done say, what the model makes of them, and which one is proposed next."""

import math
from collections.abc import Sequence

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
    certificate = records(context.inputs.table("plan_certificate"))
    compared = len(context.inputs.table("next_experiment")) > 0
    # A change is decided already: which test is worth running is then said by what its result would bring.
    said = [
        quoted(row["test"])
        for row in certificate
        if row["test"] and not (compared and row["recommendation"] == "change")
    ]
    blocks: list[Block] = [Text(said, bullets=True)] if said else []
    blocks += _worth(context, certificate)
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


def _worth(context: Context, certificate: Sequence[Record]) -> list[Block]:
    """Return what a test of each channel is worth to the plan, and costs."""
    rows = records(context.inputs.table("next_experiment"))
    if not rows or not certificate:
        return []
    panel, numbers = context.inputs.panel, context.numbers
    unit = panel.currency if certificate[0]["objective"] == "expected profit" else panel.outcome_unit
    marks = {row["channel"]: row["caution"] for row in records(context.inputs.table("plan_channels"))}
    mixed = any("mixed with demand" in str(mark) for mark in marks.values())
    columns = [Column(head, number=False) for head in ("Channel", "Test")]
    columns += [
        Column("Known after"),
        Column("Worth to the plan"),
        Column("Lost meanwhile"),
        Column("Money kept"),
    ]
    body = [
        [
            f"{row['channel']} ({marks[row['channel']]})"
            if marks.get(row["channel"])
            else str(row["channel"]),
            str(row["test"]),
            numbers.percent(row["known_after"]),
            _with_ends(context, row, ("worth", "worth_lower", "worth_upper"), unit),
            _with_ends(context, row, ("lost_mean", "lost_lower", "lost_upper"), unit),
            context.money(row["money_kept"]),
        ]
        for row in rows
    ]
    note = (
        "Worth: what the best plan for such a quarter brings more in the mean when it is made with the test's result, with "
        "the 95\u00a0% interval that is due to the number of draws; later quarters gain as well. Known after: share of the "
        "effect's variance that the result removes."
    )
    if mixed:
        note += (
            " Of a channel that is mixed with demand the worth is understated: its test would also tell the two apart, and the "
            "model does not know how far they are mixed."
        )
    return [Text([_next(context, rows[0], unit, mixed)]), Table("Next experiment", columns, body, note)]


def _next(context: Context, row: Record, unit: str, mixed: bool) -> str:
    """Return which test is worth most, or that none is shown to be worth anything, and what is not counted in that."""
    worth = context.numbers.amount(row["worth"], unit)
    if row["worth_lower"] <= 0:
        return (
            "No test of a single channel is shown to be worth anything to the plan: with any result, nearly the same money "
            "would be spent in the same way."
            + (
                " What frees the money of channels mixed with demand, a test of their own, is not counted."
                if mixed
                else ""
            )
        )
    return (
        f"Of the tests compared, that of {row['channel']} is worth most: with its result the plan brings {worth} more in the "
        f"mean, and the result moves {context.numbers.percent(row['moved'])} of the money."
    )


def _with_ends(context: Context, row: Record, parts: tuple[str, str, str], unit: str) -> str:
    """Return an estimate with its interval and unit."""
    middle, span = context.numbers.triple(*(float(row[part]) for part in parts))
    return f"{middle} {unit} ({span})"
