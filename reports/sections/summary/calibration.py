"""Experiments and the model: what each measured, what the model says without it and with it, and whether they agree."""

import math

import pandas as pd

from reports.charts.palette import INK
from reports.charts.readouts import Mark, readouts
from reports.charts.sheet import Write
from reports.context import Context
from reports.inputs import Record, groups, records
from reports.page import Block, Column, Figure, Section, Table, Text

SOURCES = (
    ("measured", "measured", INK),
    ("before", "model without it", "#56b4e9"),
    ("after", "model", "#009e73"),
)
CHECKS = ("calibration_conflict", "calibration_refit", "calibration_tension")


def build(context: Context) -> Section | None:
    """Return the section on the experiments that calibrate a model, None where it has none."""
    frame = context.inputs.table("calibration")
    if frame.empty:
        return None
    said = [f.sentence for f in context.inputs.verdict.by_gravity if f.check in CHECKS]
    blocks: list[Block] = [Text(said, bullets=True)]
    for name, mine in groups(frame, "experiment"):
        blocks.append(_figure(context, name, mine))
    blocks.append(_table(context, frame))
    tension = context.inputs.table("calibration_tension")
    if len(tension):
        blocks.append(_tension(context, tension))
    return Section(
        "calibration", "Experiments", "What experiments measured, and what the model says of it", blocks
    )


def _figure(context: Context, name: str, mine: pd.DataFrame) -> Figure:
    """Return predicted and measured readouts of one experiment on one axis."""
    single = records(mine[mine["readout"] != "total"])
    marks = [
        [
            Mark(row[source], row[f"{source}_lower"], row[f"{source}_upper"], colour, words)
            for source, words, colour in SOURCES
            if not math.isnan(row[source])
        ]
        for row in single
    ]
    numbers = context.numbers
    write = Write(numbers.compact, numbers.tick)
    # days alone below the axis: the arm stands in the table
    names = [_days(context, str(row["readout"])) for row in single]
    svg = readouts(names, marks, write, str(mine["unit"].iloc[0]))
    first = single[0]
    level = numbers.percent(first["level"])
    caption = (
        f"Dots with their {level} intervals: what {name} measured, what the model says that has not seen it, and what the "
        f"model says that has seen all experiments."
    )
    if first["conflict"] == "refit":
        caption = (
            f"Dots with their {level} intervals: what {name} measured, and what the model says that has seen all experiments. "
            "What it says without this one is known only from a fit without it (calibrate.refit)."
        )
    return Figure(f"{name} ({first['channel']})", svg, caption)


def _days(context: Context, label: str) -> str:
    """Return the first day of a readout as people write it, or its whole name where it has no days."""
    _, comma, span = label.rpartition(", ")
    first, to, _ = span.partition(" to ")
    return context.numbers.day(first) if comma and to else label


def _table(context: Context, frame: pd.DataFrame) -> Table:
    numbers = context.numbers
    columns = [Column(head, number=False) for head in ("Experiment", "Channel", "Readout", "Unit")]
    columns += [
        Column(head) for head in ("Measured", "Model without it", "Model", "z", "p", "Detectable", "Weight")
    ]
    columns += [Column("Model and test", number=False)]
    body = [
        (
            str(row["experiment"]),
            str(row["channel"]),
            str(row["readout"]),
            str(row["unit"]),
            *(_with_span(context, row, source) for source, _, _ in SOURCES),
            numbers.plain(row["z"], 1) if row["z"] == row["z"] else "",
            numbers.plain(row["p"], 3) if row["p"] == row["p"] else "",
            _detectable(context, row["detectable"]),
            numbers.percent(row["weight"]) if math.isfinite(row["weight"]) else "",
            str(row["conflict"]),
        )
        for row in records(frame)
    ]
    note = (
        "Detectable: the smallest disagreement, as a share of the measured effect, that would have been said nine times in "
        "ten. Weight: how much of the uncertainty about the return the experiment took away."
    )
    return Table("Measured and predicted readouts", columns, body, note, folded=True)


def _detectable(context: Context, share: float) -> str:
    """Return the smallest disagreement that is said; nothing where that is not known."""
    return "" if math.isnan(share) else context.numbers.percent(share) if math.isfinite(share) else "no limit"


def _with_span(context: Context, row: Record, source: str) -> str:
    if math.isnan(row[source]):
        return ""
    middle, span = context.numbers.triple(*(row[f"{source}{end}"] for end in ("", "_lower", "_upper")))
    return f"{middle} ({span})"


def _tension(context: Context, frame: pd.DataFrame) -> Table:
    numbers = context.numbers
    columns = [Column("Channel", number=False), Column("Experiment", number=False)]
    columns += [Column("Multiple of the model"), Column("Against all others", "standard errors")]
    columns += [Column("Return with this test alone"), Column("Interval"), Column("Finding", number=False)]
    body = [
        (
            str(row["channel"]),
            str(row["experiment"]),
            f"{numbers.ratio(row['multiple'])} ± {numbers.ratio(row['se'])}",
            numbers.plain(row["against_rest"], 1) if math.isfinite(row["against_rest"]) else "",
            numbers.ratio(row["roi_alone"]),
            numbers.ratio_span(row["roi_alone_lower"], row["roi_alone_upper"]),
            "outvoted" if row["accused"] else "contradicts" if row["contradiction"] else "agrees",
        )
        for row in records(frame)
    ]
    return Table("Tests of one channel against each other", columns, body)
