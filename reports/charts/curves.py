"""Small charts of one channel each: response to spend, and carryover over time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.axes import Axes

from reports.charts.boxes import upright
from reports.charts.canvas import SMALL, Canvas, axis_title, tick_format
from reports.charts.palette import INK, MUTED
from reports.frames import Record, records


@dataclass(frozen=True, slots=True)
class Axis:
    """Label of an axis, and how its numbers are written: in full, and at its ticks."""

    label: str
    write: Callable[[float], str]
    tick: Callable[[float], str]


def response(curve: pd.DataFrame, colour: str, axes_of: tuple[Axis, Axis], top: float, key: str) -> Markup:
    """Return a response curve with its interval: solid where spend was observed, dashed below and beyond.

    Parameters
    ----------
    curve : DataFrame
        Rows of the table ``response`` of one channel.
    axes_of : pair of Axis
        Spend and outcome.
    top : float
        Largest outcome shown; the same for all channels, so that heights compare.
    """
    curve = curve.sort_values("spend").reset_index(drop=True)
    spend, mean = curve["spend"].to_numpy(float), curve["outcome_mean"].to_numpy(float)
    inside = curve["observed"].to_numpy(bool)
    canvas = Canvas(key, SMALL, 240)
    axes = canvas.axes(50, 28, 14, 48)
    axes.fill_between(
        spend, curve["outcome_lower"], curve["outcome_upper"], color=colour, alpha=0.16, linewidth=0
    )
    low, high = (spend[inside].min(), spend[inside].max()) if inside.any() else (spend.max(), spend.max())
    axes.plot(*_between(spend, mean, (low, high)), color=colour, linewidth=2.6)
    for start, end in ((spend.min(), low), (high, spend.max())):
        if end > start:
            axes.axvspan(start, end, color="#f1f3f6", zorder=0, linewidth=0)
            axes.plot(
                *_between(spend, mean, (start, end)), color=colour, linewidth=2.2, linestyle=(0, (4, 2.5))
            )
    if high < spend.max():
        axes.annotate(
            "not observed",
            (1, 0),
            xycoords="axes fraction",
            xytext=(-5, 5),
            textcoords="offset points",
            ha="right",
            fontsize=10,
            color=MUTED,
        )
    now = int(np.argmin(np.abs(curve["multiplier"].to_numpy(float) - 1)))
    axes.plot(
        spend[now], mean[now], "o", color=colour, markersize=9, markeredgecolor="white", markeredgewidth=1.5
    )
    axes.annotate(
        "now", (spend[now], mean[now]), xytext=(0, 9), textcoords="offset points", ha="center", fontsize=11
    )
    axes.set_xlim(min(0.0, spend.min()), spend.max() * 1.02 or 1)
    axes.set_ylim(min(0.0, float(curve["outcome_lower"].min())), top)
    _finish(canvas, axes, axes_of)
    for left, right, row in _slices(spend, curve):
        span = f"{axes_of[1].write(row['outcome_lower'])} to {axes_of[1].write(row['outcome_upper'])}"
        level = f"{axes_of[0].write(row['spend'])} ({row['multiplier']:.2f} times the present level)"
        canvas.area(axes, f"{level} brings {axes_of[1].write(row['outcome_mean'])} ({span})", x=(left, right))
    return canvas.svg(f"Response curve from {axes_of[1].write(mean[0])} to {axes_of[1].write(mean[-1])}")


def carryover(
    curve: pd.DataFrame, colour: str, axes_of: tuple[Axis, Axis], half_life: float, key: str
) -> Markup:
    """Return the share of the effect that arrives at each lag, as bars with intervals and a mark at the half-life."""
    curve = curve.sort_values("lag").reset_index(drop=True)
    lag, mean = curve["lag"].to_numpy(float), curve["weight_mean"].to_numpy(float)
    canvas = Canvas(key, SMALL, 212)
    axes = canvas.axes(46, 28, 14, 46)
    bars = upright(axes, lag, mean, 0.72, facecolor=colour, alpha=0.75, linewidth=0)
    axes.vlines(lag, curve["weight_lower"], curve["weight_upper"], color=INK, linewidth=1.3)
    for bar, row in zip(bars, records(curve), strict=True):
        write = axes_of[1].write
        canvas.tip(
            bar,
            f"lag {row['lag']}: {write(row['weight_mean'])} ({write(row['weight_lower'])} to {write(row['weight_upper'])})",
        )
    top = float(np.nanmax([curve["weight_upper"].max(), 0.05])) * 1.12
    axes.set(xlim=(-0.7, lag.max() + 0.7), ylim=(0, top))
    axes.grid(visible=False, axis="x")
    if np.isfinite(half_life):
        axes.axvline(half_life, color=INK, linewidth=1.2, linestyle=(0, (4, 3)))
        late = half_life > 0.55 * lag.max()
        axes.annotate(
            "half-life",
            (half_life, 0.93),
            xycoords=("data", "axes fraction"),
            xytext=(-6 if late else 6, 0),
            textcoords="offset points",
            ha="right" if late else "left",
            fontsize=11,
            color=MUTED,
        )
    _finish(canvas, axes, axes_of)
    return canvas.svg(
        "; ".join(f"lag {int(a)}: {axes_of[1].write(b)}" for a, b in zip(lag, mean, strict=True))
    )


def _between(spend: np.ndarray, mean: np.ndarray, ends: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Return the part of a curve between two levels, both included."""
    part = (spend >= ends[0]) & (spend <= ends[1])
    return spend[part], mean[part]


def _finish(canvas: Canvas, axes: Axes, axes_of: tuple[Axis, Axis]) -> None:
    for which, axis in zip(("x", "y"), axes_of, strict=True):
        tick_format(axes, which, axis.tick, 4)
    axes.set_xlabel(axes_of[0].label, labelpad=5, fontsize=11)
    axis_title(canvas, axes, axes_of[1].label)


def _slices(positions: np.ndarray, rows: pd.DataFrame) -> Iterator[tuple[float, float, Record]]:
    """Yield left end, right end and row of the strip around each position."""
    middles = (positions[1:] + positions[:-1]) / 2
    edges = np.concatenate([[positions[0]], middles, [positions[-1]]])
    yield from zip(edges[:-1], edges[1:], records(rows), strict=True)
