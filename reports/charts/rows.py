"""Charts of one row a name: the name at the left and its numbers at the right, or both above the row on narrow sheets."""

from reports.charts.canvas import NARROW, Canvas, printable
from reports.charts.palette import MUTED

LEFT, RIGHT = 190, 210
"""Pixels beside the rows of a wide chart, for names and numbers."""


def margins(width: int) -> tuple[float, float]:
    """Return the left and right margin of the rows."""
    return (10, 14) if width <= NARROW else (LEFT, RIGHT)


def label(canvas: Canvas, middle: float, name: str, words: str, note: str = "") -> None:
    """Write the name, the note under it and the numbers of the row whose middle is `middle` pixels from the bottom."""
    if canvas.width <= NARROW:
        canvas.write(10, middle + 8, printable(name, 22), 12.5, bold=True, solid=True)
        canvas.write(canvas.width - 10, middle + 8, words, 11.5, MUTED, "right", solid=True)
        return
    canvas.write(LEFT - 14, middle + (3 if note else -4), printable(name, 24), 13, align="right", bold=True)
    if note:
        canvas.write(LEFT - 14, middle - 12, printable(note, 34), 10, MUTED, "right")
    canvas.write(canvas.width - RIGHT + 18, middle - 4, words, 12.5)
