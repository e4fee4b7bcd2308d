"""Sentences of the planning report, made from the rows of a run's tables; none of their numbers is computed here."""

import math
import re
from collections.abc import Sequence

from reports.context import Context
from reports.inputs import MIXED, Record, follows_demand, records
from reports.numbers import NBSP
from reports.planning.quarter import Quarter
from reports.wording.run import Position, listing, position

TOTAL = "all paid channels"
_SIDES: dict[Position, tuple[str, str]] = {
    "above": (
        "returned more than break-even: the whole interval lies above it",
        "returned more than break-even: their whole intervals lie above it",
    ),
    "below": (
        "returned less than break-even: the whole interval lies below it",
        "returned less than break-even: their whole intervals lie below it",
    ),
    "around": (
        "may or may not have paid: the interval includes break-even",
        "may or may not have paid: their intervals include break-even",
    ),
}
"""Of one channel, and of several."""


def with_span(context: Context, row: Record, name: str, unit: str = "") -> str:
    """Return mean and interval of an amount of a row, with its unit.

    Parameters
    ----------
    context : Context
    row : Record
        With ``<name>_mean``, ``_lower`` and ``_upper``.
    name : str
    unit : str, default ""

    Returns
    -------
    str
        For example ``1.2 M EUR (0.8 to 1.6 M)``.
    """
    middle, span = context.numbers.triple(
        *(float(row[f"{name}_{part}"]) for part in ("mean", "lower", "upper"))
    )
    return f"{middle}{NBSP}{unit} ({span})" if unit else f"{middle} ({span})"


def ratio_with_span(context: Context, row: Record, name: str = "roi") -> str:
    """Return mean and interval of a ratio of a row, for example ``1.20 (0.80 to 1.60)``.

    Parameters
    ----------
    context : Context
    row : Record
        With ``<name>_mean``, ``_lower`` and ``_upper``.
    name : str, default "roi"

    Returns
    -------
    str
    """
    numbers = context.numbers
    return f"{numbers.ratio(row[f'{name}_mean'])} ({numbers.ratio_span(row[f'{name}_lower'], row[f'{name}_upper'])})"


def named(row: Record) -> str:
    """Return a channel's name with what must be read with its numbers, such as ``search (mixed with demand)``."""
    return f"{row['channel']} ({row['caution']})" if row["caution"] else str(row["channel"])


def quarter_sentences(context: Context, now: Quarter, before: Quarter | None) -> list[str]:
    """Return the quarter in exact sentences: spend, what it brought, total return, which channels paid, and what is open.

    Parameters
    ----------
    context : Context
    now : Quarter
    before : Quarter or None
        The one before.

    Returns
    -------
    list of str
    """
    panel = context.inputs.panel
    earlier = f" ({context.money(before.total['spend'])} in {before.label})" if before else ""
    said = [f"In {now.label}, {context.money(now.total['spend'])} were spent on paid media{earlier}."]
    brought = with_span(context, now.total, "contribution", panel.outcome_unit)
    mixed = [str(row["channel"]) for row in records(now.rows) if follows_demand(row)]
    if mixed:
        said.append(
            f"The model puts what all paid channels brought at {brought} of {panel.outcome_name}; {listing(mixed)} "
            f"{'is' if len(mixed) == 1 else 'are'} in that sum, and {'its' if len(mixed) == 1 else 'their'} spend follows "
            "demand, so that some of it may have come anyway."
        )
    else:
        said.append(f"They brought {brought} of {panel.outcome_name}.")
    said += [*_total(context, now, before, mixed), *_sides(context, now), *_mixed_sentences(context, now)]
    if now.partial:
        total, numbers = now.total, context.numbers
        counts = f"{numbers.plain(total['periods'])} of its {numbers.plain(total['periods_in_full'])}"
        said.append(f"{counts} {panel.period}s are in the data.")
    return said


def _total(context: Context, now: Quarter, before: Quarter | None, mixed: Sequence[str]) -> list[str]:
    """Return the return of all paid channels together against break-even, and that of the quarter before."""
    row, currency = now.total, context.inputs.panel.currency
    if not math.isfinite(float(row["roi_mean"])):
        return _total_cost(context, now)
    side = position(row["roi_lower"], row["roi_upper"], context.inputs.break_even)
    where = {
        "above": "its whole interval lies above break-even",
        "below": "its whole interval lies below break-even",
        "around": "its interval includes break-even",
    }[side]
    was = f" ({context.numbers.ratio(before.total['roi_mean'])} in {before.label})" if before else ""
    verb = "is put at" if mixed else "was"
    return [f"Total return {verb} {ratio_with_span(context, row)} {currency} per {currency}{was}; {where}."]


def _total_cost(context: Context, now: Quarter) -> list[str]:
    """Return what one more unit of outcome cost, where the outcome has no value in money."""
    row, numbers, panel = now.total, context.numbers, context.inputs.panel
    if not math.isfinite(float(row["cpia_mean"])):
        return []
    high = f"to {numbers.ratio(row['cpia_upper'])}" if math.isfinite(row["cpia_upper"]) else "or more"
    span = f"({numbers.ratio(row['cpia_lower'])} {high})"
    return [
        f"An incremental unit of {panel.outcome_unit} cost {numbers.ratio(row['cpia_mean'])} {span} {panel.currency}."
    ]


def _sides(context: Context, now: Quarter) -> list[str]:
    """Return which channels paid in the quarter; those mixed with demand are not among them."""
    sides: dict[Position, list[str]] = {"above": [], "below": [], "around": []}
    for row in records(now.rows):
        if not row["caution"] and math.isfinite(row["roi_lower"]) and math.isfinite(row["roi_upper"]):
            sides[position(row["roi_lower"], row["roi_upper"], context.inputs.break_even)].append(
                str(row["channel"])
            )
    return [f"{listing(names)} {_SIDES[side][len(names) > 1]}." for side, names in sides.items() if names]


def _assumed_sentence(context: Context, rows: Sequence[Record]) -> str:
    """Return what is to be said of channels whose return is mostly assumed, instead of whether they paid."""
    read, one = listing([ratio_with_span(context, row) for row in rows]), len(rows) == 1
    return (
        f"{listing([str(row['channel']) for row in rows])} {'is' if one else 'are'} mostly assumed: of the model's {read} "
        f"most may lie below the lowest level that {'it was' if one else 'they were'} ever at, where no data can tell it from "
        "the baseline."
    )


def _mixed_sentences(context: Context, now: Quarter) -> list[str]:
    """Return what is to be said of channels whose spend follows demand, instead of what they returned."""
    rows = [row for row in records(now.rows) if row["caution"] and math.isfinite(row["roi_mean"])]
    said = []
    for caution in dict.fromkeys(str(row["caution"]) for row in rows):
        mine = [row for row in rows if row["caution"] == caution]
        if MIXED not in caution:
            said.append(_assumed_sentence(context, mine))
            continue
        read = listing([ratio_with_span(context, row) for row in mine])
        names, one = listing([str(row["channel"]) for row in mine]), len(mine) == 1
        said.append(
            f"{names} {'is' if one else 'are'} {caution}: the model's {read} {'is' if one else 'are'} not what "
            f"{'it' if one else 'they'} earned, because {'its' if one else 'their'} spend follows demand and no experiment has "
            f"measured {'it' if one else 'them'}."
        )
    return said


def move_sentences(context: Context) -> list[str]:
    """Return which channels get more money in the proposed plan, which less, and which stay."""
    rows = [row for row in records(context.inputs.table("plan_channels")) if row["channel"] != TOTAL]
    more = sorted((row for row in rows if row["change"] > 0), key=lambda row: -row["change"])
    less = sorted((row for row in rows if row["change"] < 0), key=lambda row: row["change"])
    same = [str(row["channel"]) for row in rows if row["change"] == 0]
    said = [
        f"{word}: {listing([_move(context, row) for row in kept])}."
        for word, kept in (("More", more), ("Less", less))
        if kept
    ]
    return said + ([f"As before: {listing(same)}."] if same and len(same) < len(rows) else [])


def _move(context: Context, row: Record) -> str:
    sign = "+" if row["change"] > 0 else ""
    return f"{row['channel']} {sign}{context.money(row['change'])} (to {context.money(row['proposed'])})"


def probability(context: Context, value: float) -> str:
    """Return a probability as per cent; one that rounds to none or all is said to be below or above the last step.

    Parameters
    ----------
    context : Context
        For how numbers are written.
    value : float
        Between 0 and 1.

    Returns
    -------
    str
    """
    return (
        "over 99\u00a0%"
        if value > 0.995
        else "under 1\u00a0%"
        if value < 0.005
        else context.numbers.percent(value)
    )


def recommendation(context: Context, row: Record) -> str:
    """Return what to do with the budget and why, in a sentence.

    Parameters
    ----------
    context : Context
    row : Record
        Of ``plan_certificate``.

    Returns
    -------
    str
    """
    gain, better = with_span(context, row, "gain", str(row["unit"])), probability(context, row["better"])
    aim = row["objective"]
    if row["recommendation"] == "change":
        return f"Change the plan: the gain in {aim} is put at {gain}; the proposed budget is better with {better} probability."
    return f"No change: the best plan found is ahead by {gain} in {aim}, and better at all with {better} probability."


def quoted(text: object) -> str:
    """Return a sentence of a table with what it marks as code in the quotes of a page."""
    return re.sub(r"`([^`]*)`", "“\\1”", str(text))


def gain_words(context: Context, row: Record) -> str:
    """Return gain with its interval and the probability that the plan is better, from the certificate.

    Parameters
    ----------
    context : Context
    row : Record
        Of ``plan_certificate``.

    Returns
    -------
    str
    """
    gain = with_span(context, row, "gain", str(row["unit"]))
    better = probability(context, row["better"])
    draws, chance = context.numbers.plain(row["draws_unused"]), float(row["by_chance"])
    words = (
        f"On {draws} draws that the search has not used, the best plan found is ahead of the current one by {gain} in "
        f"{row['objective']}; it is better with {better} probability."
    )
    if math.isfinite(chance):
        alone = probability(context, chance)
        words += (
            f" Were the current plan the best, chance would show as clear a gain with {alone} probability."
        )
    return words
