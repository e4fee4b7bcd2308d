"""Sentences of the pages, made from facts: every number in them comes from a table of the run."""

import math
from collections.abc import Sequence
from typing import Literal

from mixproof.records.verdict import Grade, Verdict
from reports.context import Context
from reports.inputs import Record
from reports.numbers import NBSP

BREAK_EVEN = 1.0
"""A return of one: the value gained equals the money spent."""
Position = Literal["above", "below", "around"]

GRADE_TITLES = {
    Grade.REPORTABLE: "Reportable",
    Grade.WITH_WARNINGS: "Reportable with warnings",
    Grade.NOT_REPORTABLE: "Not reportable",
}

WATERMARK = "Not reportable: do not use for decisions"

_BREAK_EVEN: dict[Position, str] = {
    "above": "the whole interval lies above break-even",
    "below": "the whole interval lies below break-even",
    "around": "the interval includes break-even, so the data leave open whether it pays",
}


def position(lower: float, upper: float, threshold: float) -> Position:
    """Return whether an interval lies wholly above or below a threshold, or around it.

    Parameters
    ----------
    lower, upper, threshold : float
        In one unit.

    Returns
    -------
    str
        ``"above"``, ``"below"`` or ``"around"``; an end on the threshold is around it.
    """
    if lower > threshold:
        return "above"
    return "below" if upper < threshold else "around"


def plural(count: int, word: str) -> str:
    """Return the count with its word, for example ``3 checks``."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def listing(names: Sequence[str]) -> str:
    """Return names as a list in a sentence: ``A, B and C``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def grade_sentence(context: Context) -> str:
    """Return what the grade of a run means for whoever wants to use the numbers."""
    return verdict_sentence(context.inputs.verdict)


def verdict_sentence(verdict: Verdict) -> str:
    """Return what a verdict means for whoever wants to use the numbers."""
    failures = sum(finding.status == "failure" for finding in verdict.findings)
    warnings = sum(finding.status == "warning" for finding in verdict.findings)
    checks = plural(len(verdict.findings), "check")
    if verdict.grade is Grade.NOT_REPORTABLE:
        also = f" and {warnings} gave a warning" if warnings else ""
        return (
            f"Of {checks}, {failures} failed{also}. Do not base decisions on these numbers; the reasons are:"
        )
    if verdict.grade is Grade.WITH_WARNINGS:
        return f"Of {checks}, none failed and {warnings} gave a warning. The numbers may be used, read together with:"
    notes = sum(finding.status == "note" for finding in verdict.findings)
    if notes:
        return f"Of {checks}, none failed or gave a warning. The numbers may be used, with {plural(notes, 'note')}:"
    return f"All {checks} passed. The numbers may be used."


def contribution_sentence(context: Context, row: Record) -> str:
    """Return what a channel brought, how sure that is, its share and its cost."""
    mean, low, high = (float(row[f"contribution_{part}"]) for part in ("mean", "lower", "upper"))
    panel = context.inputs.panel
    middle, span = (f"{words}{NBSP}{panel.outcome_unit}" for words in context.numbers.triple(mean, low, high))
    interval = f"({context.inputs.interval.short} {span})"
    outcome, share = panel.outcome_name, context.numbers.percent(row["share_mean"])
    if mean >= 0:
        text = f"{row['channel']} brought {middle} {interval}, {share} of {outcome}"
    else:
        text = f"{row['channel']} changed {outcome} by {middle} {interval}, {share} of it"
    spend = float(row["spend"])
    text += f", for {context.money(spend)} spend." if math.isfinite(spend) else "."
    if low <= 0 <= high:
        text += " The interval includes zero: the data do not rule out that it brought nothing."
    return text


def group_sentence(context: Context, row: Record) -> str:
    """Return why some channels appear only as their sum."""
    members = [name for name, group in context.groups.items() if group == row["channel"]]
    return (
        f"{listing(members)} rise and fall together, so these data cannot tell them apart. "
        f"Only their sum is a result; the members' own numbers are not, and are marked “only within”."
    )


def return_sentence(context: Context, row: Record) -> str:
    """Return the return on spend of a channel, on average and at the margin, against break-even."""
    numbers, currency = context.numbers, context.inputs.panel.currency
    roi = [float(row[f"roi_{part}"]) for part in ("mean", "lower", "upper")]
    mroi = [float(row[f"mroi_{part}"]) for part in ("mean", "lower", "upper")]
    text = (
        f"{row['channel']}: each {currency} returned {numbers.ratio(roi[0])} {currency} "
        f"({context.inputs.interval.short} {numbers.ratio_span(roi[1], roi[2])}); "
        f"{_BREAK_EVEN[position(roi[1], roi[2], BREAK_EVEN)]}."
    )
    if all(map(math.isfinite, mroi)):
        span = numbers.ratio_span(mroi[1], mroi[2])
        text += f" One more {currency} at the present level returns {numbers.ratio(mroi[0])} ({span})."
    return text


def cost_sentence(context: Context, row: Record) -> str:
    """Return the cost of one more unit of outcome, for counts without a value in money."""
    unit, currency = context.inputs.panel.outcome_unit, context.inputs.panel.currency
    cost = [float(row[f"cpia_{part}"]) for part in ("mean", "lower", "upper")]
    numbers, short = context.numbers, context.inputs.interval.short
    start = f"{row['channel']}: one incremental unit of {unit} cost"
    if all(map(math.isfinite, cost)):
        return (
            f"{start} {numbers.ratio(cost[0])} {currency} ({short} {numbers.ratio_span(cost[1], cost[2])})."
        )
    if math.isfinite(cost[1]):
        middle = f"{numbers.ratio(cost[0])} {currency}" if math.isfinite(cost[0]) else "an unknown amount"
        return (
            f"{start} {middle} ({short} {numbers.ratio(cost[1])} or more, without upper limit, "
            "because the contribution may be zero)."
        )
    return f"{row['channel']}: no cost of an incremental unit of {unit} can be given, because the contribution may be zero."


def half_life_words(context: Context, row: Record) -> str:
    """Return the half-life of a channel's carryover in words."""
    middle, low, high = (float(row[f"half_life{part}"]) for part in ("", "_lower", "_upper"))
    if not math.isfinite(middle):
        return "No half-life is reported."
    period = context.inputs.panel.period
    span = f"{context.numbers.plain(low, 1)} to {context.numbers.plain(high, 1)}"
    return f"Half of the effect has arrived after {context.numbers.plain(middle, 1)} {period}s ({span})."


def carry_sentence(context: Context) -> str:
    """Return how much of the contributions crosses the borders of the window."""
    frame = context.inputs.channels
    carry_in, carry_out = frame["carry_in_mean"].sum(), frame["carry_out_mean"].sum()
    return (
        f"Of all contributions, {context.outcome(carry_in)} come from media before the window and are counted inside it; "
        f"{context.outcome(carry_out)} from media inside the window are still to come and are not counted. "
        "Both are posterior means."
    )
