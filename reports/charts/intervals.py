"""Points with their intervals, one row each: the chart for comparing channels."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reports.charts.frame import Frame
from reports.charts.palette import FAINT, INK, MUTED
from reports.charts.sheet import NARROW, Sheet, printable

LEFT, RIGHT = 190, 210
"""Pixels beside the rows of a wide chart, for names and numbers."""


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


@dataclass(frozen=True, slots=True)
class Scale:
    """The common axis of all rows."""

    label: str
    write: Callable[[float], str]
    reference: float | None = None
    reference_label: str = ""
    from_zero: bool = True


def intervals(rows: Sequence[Row], scale: Scale, width: int) -> Markup:
    """Return a dot-and-interval chart, top row first; a row without a finite interval has words only.

    Parameters
    ----------
    rows : sequence of Row
    scale : Scale
        The axis that all rows share, in their unit.
    width : int
        Of the sheet, in pixels.

    Returns
    -------
    Markup
        One ``<svg>`` element.
    """
    narrow = width <= NARROW
    height = 56 if narrow else 42
    top = 26 if scale.reference is not None else 8
    sheet = Sheet(width, top + height * max(len(rows), 1) + 48)
    left, right = margins(width)
    frame = Frame(sheet, left, top, width - right, sheet.height - 48, _limits(rows, scale), (0.0, 1.0))
    frame.marks(scale.write, 4 if narrow else 6, scale.label)
    if scale.reference is not None:
        frame.upright(scale.reference, INK, 1.2, "4 3")
        x = frame.at(scale.reference, 0)[0]
        sheet.write((x, top - 7), scale.reference_label, 11, MUTED, _side(frame, x))
    elif frame.x[0] <= 0 <= frame.x[1]:
        frame.upright(0, FAINT)
    for place, row in enumerate(rows):
        middle = top + height * (place + 0.5)
        if all(map(math.isfinite, (row.point, row.lower, row.upper))):
            y = middle + (0.14 * height if narrow else 0)
            ends = [(frame.at(end, 0)[0], y) for end in (row.lower, row.upper)]
            sheet.line(ends, row.colour, 7, opacity=0.35)
            sheet.dot((frame.at(row.point, 0)[0], y), 5, row.colour)
            edges = ((frame.left, middle - height / 2), (frame.right, middle + height / 2))
            sheet.strip(*edges, f"{row.name}: {row.words}")
        label(sheet, middle, row.name, row.words, row.note)
    return sheet.svg("; ".join(f"{printable(row.name)}: {row.words}" for row in rows))


def margins(width: int) -> tuple[float, float]:
    """Return the left and right margin of charts of one row a name."""
    return (10, 14) if width <= NARROW else (LEFT, RIGHT)


def label(sheet: Sheet, middle: float, name: str, words: str, note: str = "") -> None:
    """Write the name and the note at the left of a row and its numbers at the right, or both above it on narrow sheets.

    Parameters
    ----------
    sheet : Sheet
    middle : float
        Pixels from the top of the sheet to the middle of the row.
    name, words, note : str
    """
    if sheet.width <= NARROW:
        sheet.write((10, middle - 8), printable(name, 22), 12.5, bold=True, solid=True)
        sheet.write((sheet.width - 10, middle - 8), words, 11.5, MUTED, "end", solid=True)
        return
    sheet.write((LEFT - 14, middle + (-3 if note else 4)), printable(name, 24), 13, INK, "end", bold=True)
    if note:
        sheet.write((LEFT - 14, middle + 12), printable(note, 34), 10, MUTED, "end")
    sheet.write((sheet.width - RIGHT + 18, middle + 4), words, 12.5)


def _side(frame: Frame, x: float) -> str:
    place = (x - frame.left) / (frame.right - frame.left)
    return "start" if place < 0.15 else "end" if place > 0.85 else "middle"


def _limits(rows: Sequence[Row], scale: Scale) -> tuple[float, float]:
    ends = [end for row in rows for end in (row.lower, row.upper, row.point) if math.isfinite(end)]
    ends += [0.0] if scale.from_zero else []
    ends += [scale.reference] if scale.reference is not None else []
    low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
    room = 0.04 * ((high - low) or 1.0)
    return (low - room if low < 0 or not scale.from_zero else low - room / 2), high + room
