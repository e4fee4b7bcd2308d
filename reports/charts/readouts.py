"""What an experiment measured beside what a model says of the same, readout by readout, on one axis."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reports.charts.frame import Frame, limits
from reports.charts.palette import FAINT, MUTED
from reports.charts.sheet import WIDE, Sheet, Write, printable

LEFT, RIGHT, TOP, BOTTOM, HEIGHT = 62, 14, 34, 40, 300
"""Pixels around the frame, and of the whole sheet."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One source at one readout: its point, its interval, colour and name."""

    point: float
    lower: float
    upper: float
    colour: str
    source: str


def readouts(names: Sequence[str], marks: Sequence[Sequence[Mark]], write: Write, unit: str) -> Markup:
    """Return a chart of readouts in their order, the sources of each side by side with their intervals.

    Parameters
    ----------
    names : sequence of str
        Of the readouts, below the axis.
    marks : sequence of sequence of Mark
        Sources of each readout, the same in the same order.
    write : Write
    unit : str
        Of the axis.

    Returns
    -------
    Markup
        One ``<svg>`` element.
    """
    sheet = Sheet(WIDE, HEIGHT)
    values = [value for group in marks for mark in group for value in (mark.point, mark.lower, mark.upper)]
    frame = Frame(
        sheet, LEFT, TOP, WIDE - RIGHT, HEIGHT - BOTTOM, (0.0, float(len(names))), limits(values, zero=True)
    )
    frame.title(unit)
    frame.grid(write.tick)
    frame.level(0.0, FAINT)
    every = max(1, math.ceil(len(names) / 8))
    said = []
    for place, (name, group) in enumerate(zip(names, marks, strict=True)):
        if place % every == 0:
            sheet.write(
                (frame.at(place + 0.5, 0)[0], HEIGHT - BOTTOM + 18), printable(name, 14), 11, MUTED, "middle"
            )
        for k, mark in enumerate(group):
            x = place + (k + 1) / (len(group) + 1)
            span = f"{write.amount(mark.lower)} to {write.amount(mark.upper)}"
            words = f"{mark.source}, {name}: {write.amount(mark.point)} ({span})"
            sheet.line(frame.path((x, x), (mark.lower, mark.upper)), mark.colour, 4, opacity=0.45)
            sheet.dot(frame.at(x, mark.point), 4.5, mark.colour, words)
            said.append(words)
    for k, mark in enumerate(marks[0] if marks else ()):
        sheet.key((LEFT + k * (WIDE - LEFT) / len(marks[0]), HEIGHT - 4), mark.colour, mark.source)
    return sheet.svg("; ".join(said))
