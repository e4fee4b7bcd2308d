"""What changed since last quarter: what came of the plan, and the answers of that run beside those of this one."""

import math

from reports.context import BEFORE, Context
from reports.inputs import Record, SummaryInputs, keyed, records
from reports.numbers import MISSING
from reports.page import Block, Column, Section, Table, Text
from reports.planning.quarter import Quarter, quarter_of
from reports.wording.planning import TOTAL, ratio_with_span
from reports.wording.run import GRADE_TITLES, listing


def build(context: Context) -> Section | None:
    """Return what came of a plan of record, and this run held against that of last quarter; None without either."""
    earlier = context.others.get(BEFORE)
    blocks: list[Block] = _score(context)
    if earlier is not None:
        blocks.append(Text(_sentences(context, earlier), bullets=True))
        blocks.append(_answers(context, earlier))
        blocks += _plan(context, earlier)
    return Section("changes", "Changes", "What changed since last quarter", blocks) if blocks else None


def _score(context: Context) -> list[Block]:
    """Return what came of a plan of record: its outcome against the forecast, and the money of each channel."""
    outcome, channels = (
        context.inputs.table("plan_score_outcome"),
        context.inputs.table("plan_score_channels"),
    )
    if outcome.empty or channels.empty:
        return []
    numbers, panel = context.numbers, context.inputs.panel
    total = records(outcome.sort_values("periods", ascending=False, kind="stable"))[0]
    place = {"yes": "inside", "no": "outside"}.get(str(total["inside_90"]), "not to be held against")
    span = numbers.span(total["lower_90"], total["upper_90"], panel.outcome_unit)
    words = (
        f"From {numbers.day(str(total['start']))}, {context.outcome(total['actual'])} of {panel.outcome_name} came: {place} "
        f"the 90\u00a0% interval that was promised ({span}, mean {context.outcome(total['mean'])})."
    )
    columns = [
        Column("Channel", number=False),
        Column("Planned", panel.currency),
        Column("Spent", panel.currency),
    ]
    columns += [Column("Delivered"), Column("In words", number=False)]
    body = [
        [
            str(row["channel"]),
            numbers.compact(row["planned"]),
            numbers.compact(row["spent"]),
            numbers.percent(row["delivered"]),
            str(row["sentence"]),
        ]
        for row in records(channels)
    ]
    return [Text([words]), Table("What came of the plan", columns, body)]


def _sentences(context: Context, earlier: SummaryInputs) -> list[str]:
    now, numbers = context.inputs, context.numbers
    said = [
        f"That run: {earlier.provenance.name}, run {earlier.provenance.run_id}, data to {numbers.day(earlier.panel.end)}. "
        f"This one has data to {numbers.day(now.panel.end)}."
    ]
    grades = [GRADE_TITLES[each.verdict.grade].lower() for each in (earlier, now)]
    said.append(
        f"It was {grades[0]}; this one is {grades[1]}."
        if grades[0] != grades[1]
        else f"Both are {grades[0]}."
    )
    ours, theirs = ({str(name) for name in each.channels["channel"]} for each in (now, earlier))
    for names, words in ((ours - theirs, "New in the model"), (theirs - ours, "No longer in the model")):
        if names:
            said.append(f"{words}: {listing(sorted(names))}.")
    tests = [set(each.table("calibration").get("experiment", ())) for each in (now, earlier)]
    if tests[0] - tests[1]:
        said.append(f"New experiments in the model: {listing(sorted(map(str, tests[0] - tests[1])))}.")
    return said


def _answers(context: Context, earlier: SummaryInputs) -> Table:
    """Return the answer about each channel over the whole window, then and now."""
    was = keyed(earlier.reported, "channel")
    money = context.inputs.roi_known
    name = "roi" if money else "contribution"
    columns = [
        Column("Channel", number=False),
        Column(f"{'ROI' if money else 'Contribution'}, that run"),
        Column(f"{'ROI' if money else 'Contribution'}, this run"),
        Column("Intervals", number=False),
        Column("Caution", number=False),
    ]
    body = []
    shown = context.inputs.reported
    for row in records(shown[shown[f"{name}_mean"].notna()]):
        old = was.get(str(row["channel"]))
        body.append(
            [
                str(row["channel"]),
                _answer(context, old, name),
                _answer(context, row, name),
                _overlap(old, row, name),
                str(row.get("caution") or ""),
            ]
        )
    note = (
        "Over each run's whole window. Answers whose intervals overlap need no other reason than more data."
    )
    return Table("Answers then and now", columns, body, note)


def _answer(context: Context, row: Record | None, name: str) -> str:
    if row is None or not math.isfinite(row[f"{name}_mean"]):
        return MISSING
    return ratio_with_span(context, row) if name == "roi" else context.with_interval(row, name)


def _overlap(old: Record | None, new: Record, name: str) -> str:
    ends = [row[f"{name}_{end}"] for row in (old, new) if row is not None for end in ("lower", "upper")]
    if len(ends) < 4 or not all(map(math.isfinite, ends)):
        return MISSING
    return "overlap" if ends[0] <= ends[3] and ends[2] <= ends[1] else "do not overlap"


def _plan(context: Context, earlier: SummaryInputs) -> list[Block]:
    """Return what last quarter's plan proposed beside what was spent in this quarter; nothing where there was no plan."""
    plan, (now, _) = earlier.table("plan_channels"), quarter_of(context)
    if plan.empty or now is None:
        return []
    spent = _spent(context, now)
    columns = [Column("Channel", number=False), Column("Proposed", context.inputs.panel.currency)]
    columns.append(Column(f"Spent in {now.label}", context.inputs.panel.currency))
    body = [
        [
            str(row["channel"]),
            context.numbers.compact(row["proposed"]),
            context.numbers.compact(spent.get(str(row["channel"]), math.nan)),
        ]
        for row in records(plan)
    ]
    days = [str(row[end]) for row in records(earlier.table("plan_certificate")) for end in ("start", "end")]
    window = (
        f"The plan was for {context.numbers.day(days[0])} to {context.numbers.day(days[1])}." if days else ""
    )
    return [Table("Last quarter's proposal, and what was spent", columns, body, window)]


def _spent(context: Context, now: Quarter) -> dict[str, float]:
    table = context.inputs.table("paid_media_by_period")
    rows = table[(table["period"] == now.label) & (table["kind"] != "group")]
    return {
        TOTAL if row["kind"] == "total" else str(row["channel"]): float(row["spend"]) for row in records(rows)
    }
