"""Points with their intervals, one row each: the chart for comparing channels."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reports.charts.frame import Frame
from reports.charts.palette import FAINT, INK, MUTED
from reports.charts.sheet import WIDE, Sheet, printable

LEFT, RIGHT = 184, 188
"""Pixels beside the rows of a chart, for names and numbers."""
HEIGHT = 42
"""Of a row, in pixels."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its name, the point with its interval, and the words for it."""

    name: str
    point: float
    lower: float
    upper: float
    colour: str
    words: str
    """Point and interval as written beside the row."""
    note: str = ""
    """Under the name, small: a group's members, say."""
    tick: float = math.nan
    """What the point is held against, drawn as an upright stroke; NaN for nothing."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The common axis of all rows."""

    label: str
    write: Callable[[float], str]
    reference: float | None = None
    reference_label: str = ""
    from_zero: bool = True


def intervals(rows: Sequence[Row], scale: Scale) -> Markup:
    """Return a dot-and-interval chart, top row first; a row without a finite interval has words only.

    Parameters
    ----------
    rows : sequence of Row
    scale : Scale
        The axis that all rows share, in their unit.

    Returns
    -------
    Markup
        One ``<svg>`` element.
    """
    top = 26 if scale.reference is not None else 8
    sheet = Sheet(WIDE, top + HEIGHT * max(len(rows), 1) + 48)
    frame = Frame(sheet, LEFT, top, WIDE - RIGHT, sheet.height - 48, _limits(rows, scale), (0.0, 1.0))
    frame.marks(scale.write, 6, scale.label)
    if scale.reference is not None:
        frame.upright(scale.reference, INK, 1.2, "4 3")
        x = frame.at(scale.reference, 0)[0]
        sheet.write((x, top - 7), scale.reference_label, 11, MUTED, _side(frame, x))
    elif frame.x[0] <= 0 <= frame.x[1]:
        frame.upright(0, FAINT)
    for place, row in enumerate(rows):
        middle = top + HEIGHT * (place + 0.5)
        if all(map(math.isfinite, (row.point, row.lower, row.upper))):
            ends = [(frame.at(end, 0)[0], middle) for end in (row.lower, row.upper)]
            sheet.line(ends, row.colour, 7, opacity=0.35)
            if math.isfinite(row.tick):
                x = frame.at(row.tick, 0)[0]
                sheet.line([(x, middle - 11), (x, middle + 11)], INK, 2.4)
            sheet.dot((frame.at(row.point, 0)[0], middle), 5, row.colour)
            edges = ((frame.left, middle - HEIGHT / 2), (frame.right, middle + HEIGHT / 2))
            sheet.strip(*edges, f"{row.name}: {row.words}")
        label(sheet, middle, row.name, row.words, row.note)
    return sheet.svg("; ".join(f"{printable(row.name)}: {row.words}" for row in rows))


def label(sheet: Sheet, middle: float, name: str, words: str, note: str = "") -> None:
    """Write the name and the note at the left of a row, and its numbers at the right.

    Parameters
    ----------
    sheet : Sheet
    middle : float
        Pixels from the top of the sheet to the middle of the row.
    name, words, note : str
    """
    room = 22 - sum(letter in "mwMW" for letter in name[:22])  # letters half as wide again as the others
    sheet.write((LEFT - 14, middle + (-3 if note else 4)), printable(name, room), 13, INK, "end", bold=True)
    if note:
        sheet.write((LEFT - 14, middle + 12), printable(note, 34), 10, MUTED, "end")
    sheet.write((sheet.width - RIGHT + 14, middle + 4), words, 12.5)


def _side(frame: Frame, x: float) -> str:
    place = (x - frame.left) / (frame.right - frame.left)
    return "start" if place < 0.15 else "end" if place > 0.85 else "middle"


def _limits(rows: Sequence[Row], scale: Scale) -> tuple[float, float]:
    shown = [end for row in rows for end in (row.lower, row.upper, row.point, row.tick)]
    ends = [end for end in shown if math.isfinite(end)]
    ends += [0.0] if scale.from_zero else []
    ends += [scale.reference] if scale.reference is not None else []
    low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
    room = 0.04 * ((high - low) or 1.0)
    return (low - room if low < 0 or not scale.from_zero else low - room / 2), high + room
