"""Bars: the waterfall from baseline to total, contributions by period, and the make-up of the outcome."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from markupsafe import Markup

from reports.charts.boxes import level, upright
from reports.charts.canvas import NARROW, SMALL, Canvas, axis_title, key_entry, printable, tick_format
from reports.charts.palette import BASELINE, INK, ink_on
from reports.charts.rows import label, margins
from reports.frames import records


@dataclass(frozen=True, slots=True)
class Write:
    """How bars write their values: in full, and at ticks."""

    amount: Callable[[float], str]
    tick: Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the waterfall, with its words and its colour."""

    name: str
    size: float
    colour: str
    words: str


def waterfall(
    steps: Sequence[Step], total: str, write: Write, axis_label: str, key: str, width: int
) -> Markup:
    """Return a horizontal waterfall: each step starts where the one above it ended; the last bar is the sum.

    Parameters
    ----------
    steps : sequence of Step
        In stacking order, in the outcome's unit.
    total : str
        Name and words of the closing bar, for example ``"Total|104 M EUR"``.
    """
    narrow = width <= NARROW
    row_height = 46 if narrow else 32
    sizes = np.array([step.size for step in steps])
    ends = np.cumsum(sizes)
    title, words = total.split("|", 1)
    rows = [*steps, Step(title, float(ends[-1]), INK, words)]
    starts = np.concatenate([[0.0], ends[:-1], [0.0]])
    canvas = Canvas(key, width, 62 + row_height * len(rows))
    left, right = margins(width)
    axes = canvas.axes(left, 8, right, 50)
    positions = np.arange(len(rows))[::-1].astype(float)
    shift, thickness = (-0.2, 0.42) if narrow else (0.0, 0.66)
    low, high = min(0.0, float(starts.min()), float(ends.min())), max(float(ends.max()), float(starts.max()))
    axes.set(ylim=(-0.5, len(rows) - 0.5), yticks=[], xlim=(low * 1.03, high * 1.03 or 1))
    axes.grid(visible=False, axis="y")
    tick_format(axes, "x", write.tick, 4 if narrow else 6)
    axes.set_xlabel(axis_label, labelpad=8)
    for row, y, start in zip(rows, positions, starts, strict=True):
        (bar,) = level(axes, [y + shift], [row.size], thickness, [start], facecolor=row.colour, linewidth=0)
        canvas.tip(bar, f"{row.name}: {row.words}")
        label(canvas, 50 + (y + 0.5) * row_height, row.name, row.words)
    for y, end in zip(positions[:-1], ends, strict=True) if not narrow else ():
        axes.plot(
            [end, end],
            [y + shift - thickness / 2, y + shift - 1 + thickness / 2],
            color="#9aa4b1",
            linewidth=1,
        )
    return canvas.svg("; ".join(f"{row.name}: {row.words}" for row in rows))


def by_period(rows: pd.DataFrame, colour: str, write: Write, axis_label: str, key: str) -> Markup:
    """Return one channel's contribution in each period, as bars with intervals.

    Parameters
    ----------
    rows : DataFrame
        Rows of the table ``contributions`` of one component and one grain, in order of time.
    """
    canvas = Canvas(key, SMALL, 212)
    axes = canvas.axes(50, 28, 8, 30)
    places = np.arange(len(rows))
    bars = upright(axes, places, rows["contribution_mean"], 0.7, facecolor=colour, alpha=0.78, linewidth=0)
    axes.vlines(places, rows["contribution_lower"], rows["contribution_upper"], color=INK, linewidth=1.4)
    axes.axhline(0, color=INK, linewidth=0.8)
    for bar, row in zip(bars, records(rows), strict=True):
        span = f"{write.amount(row['contribution_lower'])} to {write.amount(row['contribution_upper'])}"
        canvas.tip(bar, f"{row['period']}: {write.amount(row['contribution_mean'])} ({span})")
    step = -(-len(rows) // 5)
    axes.set_xticks(places[::step], [printable(p, 8) for p in rows["period"].iloc[::step]], fontsize=10.5)
    axes.grid(visible=False, axis="x")
    tick_format(axes, "y", write.tick, 4)
    axis_title(canvas, axes, axis_label)
    return canvas.svg(
        "; ".join(f"{r['period']}: {write.amount(r['contribution_mean'])}" for r in records(rows))
    )


def make_up(shares: pd.DataFrame, colours: Mapping[str, str], write: Write, key: str, width: int) -> Markup:
    """Return one stacked bar a period with the share of each part in the outcome.

    Parameters
    ----------
    shares : DataFrame
        One row a period in order of time, one column a part; fractions, baseline first.
    """
    narrow = width <= NARROW
    row_height = 30
    legend = 22 * (-(-len(shares.columns) // (2 if narrow else 5))) + 8
    canvas = Canvas(key, width, legend + 34 + row_height * len(shares))
    axes = canvas.axes(82, legend, 20, 30)
    positions = np.arange(len(shares))[::-1].astype(float)
    up, down = np.zeros(len(shares)), np.zeros(len(shares))
    for name in shares.columns:
        values = shares[name].to_numpy(float)
        starts = np.where(values >= 0, up, down)
        look = {"facecolor": colours.get(name, BASELINE), "edgecolor": "white"}
        bars = level(axes, positions, values, 0.74, starts, **look)
        up, down = up + np.clip(values, 0, None), down + np.clip(values, None, 0)
        for bar, period, value, y, start in zip(bars, shares.index, values, positions, starts, strict=True):
            canvas.tip(bar, f"{period}, {name}: {write.amount(value)}")
            if value > (0.13 if narrow else 0.05):
                ink = ink_on(colours.get(name, BASELINE))
                axes.text(
                    start + value / 2,
                    y,
                    write.amount(value),
                    ha="center",
                    va="center",
                    fontsize=11,
                    color=ink,
                )
    axes.set(ylim=(-0.5, len(shares) - 0.5), xlim=(min(0.0, float(down.min())), max(1.0, float(up.max()))))
    axes.set_yticks(positions, [printable(p, 10) for p in shares.index], color=INK)
    axes.grid(visible=False, axis="y")
    tick_format(axes, "x", write.tick, 5)
    columns = 2 if narrow else 5
    for i, name in enumerate(shares.columns):
        x = 10 + (i % columns) * (width - 20) / columns
        y = canvas.height - 16 - 22 * (i // columns)
        key_entry(canvas, (x, y), colours.get(name, BASELINE), printable(name, 18 if narrow else 20))
    return canvas.svg(f"Share of each part in the outcome over {len(shares)} periods")
