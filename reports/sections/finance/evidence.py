"""Calibration: the model against experiments, and the factors that credit is multiplied by, with the tests behind them."""

import math

from reports.context import Context
from reports.inputs import Record, groups, records
from reports.numbers import MISSING
from reports.page import Block, Column, Section, Table, Text
from reports.wording.run import listing

_MODELS = ("model before calibration", "model")


def build(context: Context) -> Section | None:
    """Return the section, None where the run has neither experiments nor factors."""
    blocks: list[Block] = [*_experiments(context), *_factors(context)]
    if not blocks:
        return None
    said = [f.sentence for f in context.inputs.verdict.by_gravity if f.check.startswith("calibration_")]
    return Section("evidence", "Evidence", "The model against experiments", [*_texts(said), *blocks])


def _texts(said: list[str]) -> list[Block]:
    return [Text(said, bullets=True)] if said else []


def _experiments(context: Context) -> list[Block]:
    """Return each experiment's return beside the model's, before and after it was calibrated."""
    table = context.inputs.table("triangulation")
    if table.empty:
        return []
    body = []
    for channel, mine in groups(table, "channel"):
        rows = records(mine)
        models = {str(row["source"]): row for row in rows if row["source"] in _MODELS}
        for test in (row for row in rows if row["source"] == "experiment"):
            days = (
                f"{context.numbers.day(test['start'])} to {context.numbers.day(test['end'])}"
                if test["start"]
                else ""
            )
            body.append(
                [
                    channel,
                    str(test["detail"]),
                    days,
                    _ratio(context, test),
                    *(_ratio(context, models.get(m)) for m in _MODELS),
                ]
            )
        if not any(row["source"] == "experiment" for row in rows) and "model" in models:
            none = ["no experiment", "", MISSING]
            body.append([channel, *none, *(_ratio(context, models.get(m)) for m in _MODELS)])
    columns = [Column(head, number=False) for head in ("Channel", "Experiment", "Days")]
    columns += [Column("Experiment"), Column("Model before"), Column("Model")]
    note = "Increment per unit of spend with its interval; the experiments count their own days and regions."
    return [Table("Returns that experiments measured, and the model's", columns, body, note)] if body else []


def _ratio(context: Context, row: Record | None) -> str:
    if row is None or not math.isfinite(row["per_spend"]):
        return MISSING
    middle, low, high = (float(row[f"per_spend{part}"]) for part in ("", "_lower", "_upper"))
    if not (math.isfinite(low) and math.isfinite(high)):
        return context.numbers.ratio(middle)
    return f"{context.numbers.ratio(middle)} ({context.numbers.ratio_span(low, high)})"


def _factors(context: Context) -> list[Block]:
    """Return the factors of the newest quarter, with the experiments behind them."""
    table = context.inputs.table("finance_booking")
    rows = [row for row in records(table) if math.isfinite(row["factor"])]
    if not rows:
        return []
    untested = [str(row["channel"]) for row in rows if not row["evidence"]]
    said = (
        [
            f"{listing(list(dict.fromkeys(untested)))}: no experiment of the channel itself; the factor is that of others."
        ]
        if untested
        else []
    )
    columns = [Column(head, number=False) for head in ("Channel", "Quarter", "System")]
    columns += [Column("Factor"), Column("Interval"), Column("Experiments", number=False)]
    body = [
        [
            str(row["channel"]),
            str(row["period"]),
            str(row["attributed_by"]),
            context.numbers.ratio(row["factor"]),
            context.numbers.ratio_span(row["factor_lower"], row["factor_upper"]),
            str(row["evidence"]),
        ]
        for row in rows
    ]
    return [
        Table("Calibration factors", columns, body, "Calibrated over attributed credit of the quarter."),
        *_texts(said),
    ]
