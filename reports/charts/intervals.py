"""Points with their intervals, one row each: the chart for comparing channels."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from reports.charts.canvas import NARROW, Canvas, printable, tick_format
from reports.charts.palette import INK, MUTED
from reports.charts.rows import label, margins


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


def intervals(rows: Sequence[Row], scale: Scale, key: str, width: int) -> Markup:
    """Return a dot-and-interval chart of `rows`, top row first; a row without a finite interval has words only."""
    narrow = width <= NARROW
    row_height = 56 if narrow else 42
    top, bottom = (26 if scale.reference is not None else 8), 48
    canvas = Canvas(key, width, top + bottom + row_height * max(len(rows), 1))
    left, right = margins(width)
    axes = canvas.axes(left, top, right, bottom)
    positions = np.arange(len(rows))[::-1].astype(float)
    low, high = _limits(rows, scale)
    axes.set(xlim=(low, high), ylim=(-0.5, max(len(rows), 1) - 0.5), yticks=[])
    axes.grid(visible=False, axis="y")
    tick_format(axes, "x", scale.write, 4 if narrow else 6)
    axes.set_xlabel(scale.label, labelpad=8)
    if scale.reference is not None:
        axes.axvline(scale.reference, color=INK, linewidth=1.2, linestyle=(0, (4, 3)), zorder=1)
        axes.annotate(
            scale.reference_label,
            (scale.reference, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, 6),
            textcoords="offset points",
            ha=_side(scale.reference, low, high),
            fontsize=11,
            color=MUTED,
        )
    elif low <= 0 <= high:
        axes.axvline(0, color="#9aa4b1", linewidth=1.2, zorder=1)
    for row, y in zip(rows, positions, strict=True):
        shift = -0.14 if narrow else 0.0
        if np.isfinite([row.point, row.lower, row.upper]).all():
            axes.plot([row.lower, row.upper], [y + shift] * 2, color=row.colour, linewidth=7, alpha=0.35)
            axes.plot([row.point], [y + shift], "o", color=row.colour, markersize=10, markeredgecolor="white")
            canvas.area(axes, f"{row.name}: {row.words}", y=(y - 0.5, y + 0.5))
        label(canvas, _pixel(canvas, y, len(rows), top, bottom), row.name, row.words, row.note)
    return canvas.svg("; ".join(f"{printable(row.name)}: {row.words}" for row in rows))


def _pixel(canvas: Canvas, y: float, rows: int, top: float, bottom: float) -> float:
    return bottom + (y + 0.5) / max(rows, 1) * (canvas.height - top - bottom)


def _side(reference: float, low: float, high: float) -> str:
    place = (reference - low) / (high - low)
    return "left" if place < 0.15 else "right" if place > 0.85 else "center"


def _limits(rows: Sequence[Row], scale: Scale) -> tuple[float, float]:
    ends = [end for row in rows for end in (row.lower, row.upper, row.point) if np.isfinite(end)]
    ends += [0.0] if scale.from_zero else []
    ends += [scale.reference] if scale.reference is not None else []
    low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
    room = 0.04 * ((high - low) or 1.0)
    return (low - room if low < 0 or not scale.from_zero else low - room / 2), high + room
