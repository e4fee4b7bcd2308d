"""Sentences of the pages, made from facts: every number in them comes from a table of the run."""

import math
from collections.abc import Sequence
from typing import Literal

from mixproof.records.verdict import Grade, Verdict
from reports.context import Context, capital
from reports.inputs import ASSUMED, Record, as_observed, follows_demand, records
from reports.numbers import NBSP, singular

Position = Literal["above", "below", "around"]

GRADE_TITLES = {
    Grade.REPORTABLE: "Reportable",
    Grade.WITH_WARNINGS: "Reportable with warnings",
    Grade.NOT_REPORTABLE: "Not reportable",
}

WATERMARK = "Not reportable: do not use for decisions"

_BREAK_EVEN: dict[Position, str] = {
    "above": "The whole interval of ROI lies above break-even{at}",
    "below": "The whole interval of ROI lies below break-even{at}",
    "around": "The interval of ROI includes break-even{at}, so that the data leave open whether it paid,",
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
    """Return the count with its word, for example ``3 checks``.

    Parameters
    ----------
    count : int
        Any number of them.
    word : str
        In the singular.

    Returns
    -------
    str
    """
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def listing(names: Sequence[str]) -> str:
    """Return names as a list in a sentence: ``A, B and C``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def headline(context: Context) -> str:
    """Return the answer of a media-mix run in one sentence: what is shown to have an effect, and what is not."""
    rows, outcome = context.inputs.reported, context.inputs.panel.outcome_name
    sides: dict[Position, list[str]] = {"above": [], "below": [], "around": []}
    mixed: list[str] = []
    for row in map(as_observed, records(rows)):
        side = sides[position(float(row["contribution_lower"]), float(row["contribution_upper"]), 0.0)]
        (mixed if follows_demand(row) else side).append(str(row["channel"]))
    if not len(rows):
        return f"No channel is in the model, so nothing is said about what moved {outcome}."
    parts = [
        f"{_who(names, len(rows))} {'is' if len(names) == 1 else 'are'} shown to have {verb} {outcome}"
        for names, verb in ((sides["above"], "added"), (sides["below"], "lowered"))
        if names
    ]
    if sides["around"]:
        parts.append(f"no effect is shown for {_who(sides['around'], len(rows), any_='any channel')}")
    if mixed:
        parts.append(f"what {_who(mixed, len(rows))} brought cannot be told from demand that spend follows")
    text = "; ".join(parts) + "."
    return capital(text) if text.startswith(("all ", "no ")) else text  # a name stays as the user wrote it


_MOST_NAMED = 4
"""More names than this are counted in the headline; the first chart names them all."""


def _who(names: Sequence[str], of: int, any_: str = "") -> str:
    if len(names) == of and (any_ or of > _MOST_NAMED):
        return any_ or f"all {of} channels"
    return listing(names) if len(names) <= _MOST_NAMED else f"{len(names)} of {of} channels"


def open_sentence(context: Context, names: Sequence[str]) -> str:
    """Return that the data leave open whether some channels brought anything, empty where there are none.

    Parameters
    ----------
    context : Context
        For the outcome's name.
    names : sequence of str
        Channels whose interval holds zero.

    Returns
    -------
    str
        One sentence.
    """
    if not names:
        return ""
    outcome = context.inputs.panel.outcome_name
    which = "the interval includes" if len(names) == 1 else "the intervals include"
    return (
        f"For {listing(names)} {which} zero: the data leave open whether there was any effect on {outcome}."
    )


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
        return f"Of {checks}, none failed and {warnings} gave a warning. Trust numbers and intervals as far as these allow:"
    notes = sum(finding.status == "note" for finding in verdict.findings)
    if notes:
        return f"Of {checks}, none failed or gave a warning. Numbers and intervals may be trusted; {plural(notes, 'note')}:"
    if not verdict.findings:
        return "Nothing was checked."
    who = "The only check" if len(verdict.findings) == 1 else f"All {checks}"
    return f"{who} passed. Numbers and intervals may be trusted."


def contribution_sentence(context: Context, row: Record) -> str:
    """Return what a channel brought, how sure that is, its share and its cost.

    Parameters
    ----------
    context : Context
        For units, interval and how numbers are written.
    row : Record
        Of the table ``channels``.

    Returns
    -------
    str
        One sentence or two.
    """
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
        text += " The interval includes zero: the data leave open whether there was any effect."
    return text + caution_sentences(context, row)


def caution_sentences(context: Context, row: Record) -> str:
    """Return what must be read with a channel's numbers, empty where nothing must; begins with a space.

    Parameters
    ----------
    context : Context
        For units and how numbers are written.
    row : Record
        Of the table ``channels``.

    Returns
    -------
    str
    """
    text = ""
    if follows_demand(row):
        text += " It is mixed with demand: spend follows demand, and no experiment has measured the channel."
    if ASSUMED in str(row.get("caution") or ""):
        seen, span = context.numbers.triple(
            *(float(row[f"contribution_observed_{part}"]) for part in ("mean", "lower", "upper"))
        )
        unit = context.inputs.panel.outcome_unit
        text += (
            f" It is mostly assumed: the data saw {seen}{NBSP}{unit} of it ({span}{NBSP}{unit}); the rest,"
            f" {context.numbers.percent(row['assumed_share_mean'])} of it in the mean, lies below the channel's lowest observed"
            " level and is what the prior and the form of the curve say."
        )
    return text


def group_sentence(context: Context, row: Record) -> str:
    """Return why some channels appear only as their sum.

    Parameters
    ----------
    context : Context
        For the members of the group.
    row : Record
        Of the table ``channels``, for a group.

    Returns
    -------
    str
        Two sentences.
    """
    members = [name for name, group in context.groups.items() if group == row["channel"]]
    return (
        f"{listing(members)} rise and fall together, so these data cannot tell them apart. "
        "Only their sum is a result; the numbers of the single channels are not, and are marked “only within”."
    )


def break_even_sentences(context: Context, rows: Sequence[Record]) -> list[str]:
    """Return which channels paid by their return on spend, which did not, and of which neither is shown.

    A channel whose spend follows demand is named apart and on no side: its return is mixed up with that demand.

    Parameters
    ----------
    context : Context
    rows : sequence of mapping
        Rows of the table ``channels`` with a return on spend.

    Returns
    -------
    list of str
    """
    sides: dict[Position, list[str]] = {"above": [], "below": [], "around": []}
    mixed = [str(row["channel"]) for row in rows if follows_demand(row)]
    assumed = [
        str(row["channel"])
        for row in rows
        if ASSUMED in str(row.get("caution") or "") and not follows_demand(row)
    ]
    for row in rows:
        if not follows_demand(row) and math.isfinite(row["roi_lower"]) and math.isfinite(row["roi_upper"]):
            sides[paid(context, row)].append(str(row["channel"]))
    at = "" if context.inputs.margin is None else f" ({context.numbers.ratio(context.inputs.break_even)})"
    said = [
        f"{words.format(at=at)} for {listing(sides[side])}."
        for side, words in _BREAK_EVEN.items()
        if sides[side]
    ]
    if mixed:
        said.append(
            f"Whether {listing(mixed)} paid is not said: spend follows demand (see Checks), and what of the return is demand"
            " that would have come anyway only an experiment, or a control that measures demand, can tell. The interval is"
            " what data and prior leave open."
        )
    if assumed:
        said.append(
            f"For {listing(assumed)}, above break-even means the observed part alone, and below it the whole return: most of"
            " that may lie below the lowest observed level, where it is assumed. A dark period or an experiment would show it."
        )
    return said


def paid(context: Context, row: Record) -> Position:
    """Return on which side of break-even a channel's return lies, of one that is mostly assumed that of the observed part.

    Parameters
    ----------
    context : Context
        For break-even.
    row : Record
        With ``roi_lower`` and ``roi_upper``, and those of the observed part.

    Returns
    -------
    str
        Below only where all of the return lies there.
    """
    seen, line = as_observed(row), context.inputs.break_even
    side = position(float(seen["roi_lower"]), float(seen["roi_upper"]), line)
    return "around" if side == "below" and row["roi_upper"] >= line else side


def margin_words(context: Context) -> str:
    """Return where break-even lies and whether the costs of what is sold are in it."""
    if context.inputs.margin is None:
        return (
            "break-even is at 1. ROI is value of outcome, not profit: costs of goods are not subtracted (mmm.margin in the "
            "YAML moves break-even to where profit begins)"
        )
    return (
        f"break-even is at {context.numbers.ratio(context.inputs.break_even)}, which is 1 over the margin of "
        f"{context.numbers.percent(context.inputs.margin)} that the YAML states"
    )


def cost_sentence(context: Context, row: Record) -> str:
    """Return the cost of one more unit of outcome, for counts without a value in money.

    Parameters
    ----------
    context : Context
        For units, currency and how numbers are written.
    row : Record
        Of the table ``channels``.

    Returns
    -------
    str
        One sentence, which says so where there is no cost.
    """
    unit, currency = context.inputs.panel.outcome_unit, context.inputs.panel.currency
    cost = [float(row[f"cpia_{part}"]) for part in ("mean", "lower", "upper")]
    numbers, short = context.numbers, context.inputs.interval.short
    one = singular(unit)
    start = f"{row['channel']}: one {'incremental unit of ' if one == unit else 'more '}{one} cost"
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
    if float(row["contribution_upper"]) <= 0:
        return f"{row['channel']}: no cost of {unit} can be given, because the contribution is not positive."
    return f"{row['channel']}: no cost of {unit} can be given, because the contribution may be zero."


def half_life_words(context: Context, row: Record) -> str:
    """Return the half-life of a channel's carryover in words.

    Parameters
    ----------
    context : Context
        For the period and how numbers are written.
    row : Record
        With ``half_life``, ``half_life_lower`` and ``half_life_upper``, in periods.

    Returns
    -------
    str
        One sentence.
    """
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
