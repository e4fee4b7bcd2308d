"""The answer first: what to do with next quarter's money, and beside it how far that may be trusted."""

import math

from reports.context import Context
from reports.inputs import Record, records
from reports.page import Block, Cards, Section, Tile, Tiles
from reports.sections.planning.forecast import whole
from reports.wording.planning import TOTAL, gain_words, move_sentences, probability, quoted
from reports.wording.run import GRADE_TITLES, listing


def build(context: Context) -> Section | None:
    """Return the recommendation and how far it may be trusted, None where the run has no plan."""
    certificate = context.inputs.table("plan_certificate")
    if certificate.empty:
        return None
    row = records(certificate)[0]
    blocks: list[Block] = [
        Tiles(_tiles(context, row)),
        Cards((("What to do", _answer(context, row)), ("How far to trust it", _trust(context, row)))),
    ]
    return Section("answer", "Answer", "What to do next quarter", blocks)


def _tiles(context: Context, row: Record) -> list[Tile]:
    numbers, unit = context.numbers, str(row["unit"])
    days = f"{numbers.day(row['start'])} to {numbers.day(row['end'])}"
    changes = row["recommendation"] == "change"
    tiles = [Tile("Change" if changes else "No change", "recommendation", days)]
    plans = [each for each in records(context.inputs.table("plan_channels")) if each["channel"] == TOTAL]
    if plans:
        tiles.append(
            Tile(
                context.money(plans[0]["proposed"]),
                "proposed spend",
                f"current plan {context.money(plans[0]['current'])}",
            )
        )
    middle, span = numbers.triple(*(float(row[f"gain_{part}"]) for part in ("mean", "lower", "upper")))
    what = "gain over the current plan" if changes else "gain of the best plan found"
    tiles.append(Tile(f"{middle}\u00a0{unit}", what, span))
    tiles.append(
        Tile(
            probability(context, row["better"]),
            "probability that it is better",
            "on draws not used to find it",
        )
    )
    return tiles


def _answer(context: Context, row: Record) -> list[str]:
    said = move_sentences(context) if row["recommendation"] == "change" else [quoted(row["sentence"])]
    if row["test"] and row["recommendation"] != "change":
        said.append(quoted(row["test"]))
    total = context.inputs.table("forecast_total")
    if len(total):
        said.append(_forecast(context, records(whole(total))[0]))
    return said


def _forecast(context: Context, row: Record) -> str:
    panel, numbers = context.inputs.panel, context.numbers
    under = f" under the {row['plan']} plan" if row.get("plan") in ("proposed", "current") else ""
    span = numbers.span(row["lower_90"], row["upper_90"], panel.outcome_unit)
    return (
        f"Forecast {panel.outcome_name}{under}: {context.outcome(row['median'])} (90\u00a0% interval {span})."
    )


def _trust(context: Context, row: Record) -> list[str]:
    numbers = context.numbers
    grade = GRADE_TITLES[context.inputs.verdict.grade].lower()
    said = [f"The run is {grade}: see “Not known”.", gain_words(context, row)]
    if math.isfinite(row["gain_beyond_observed"]) and row["gain_beyond_observed"] > 0:
        said.append(
            f"{numbers.percent(row['gain_beyond_observed'])} of the gain comes from amounts above the largest ever "
            "spent: there the curve is the model's assumption."
        )
    if math.isfinite(row["gap"]):
        gap = f"{numbers.percent(row['gap'])}" if row["gap"] >= 0.001 else "0.1\u00a0%"
        said.append(f"No plan within these limits is ahead of the best one found by more than {gap}.")
    else:
        said.append("How far a still better plan may be ahead is not known: no bound was found.")
    marked: dict[str, list[str]] = {}
    for each in records(context.inputs.table("plan_channels")):
        for mark in filter(None, str(each["caution"]).split("; ")):
            marked.setdefault(mark, []).append(str(each["channel"]))
    said += [
        f"Planned as they are, and to be believed less ({mark}): {listing(names)}."
        for mark, names in marked.items()
    ]
    return said
