"""Small charts of one channel each: response to spend, and carryover over time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from markupsafe import Markup

from reports.charts.frame import Frame
from reports.charts.palette import INK, MUTED, SHADE
from reports.charts.sheet import SMALL, Sheet
from reports.inputs import records


@dataclass(frozen=True, slots=True)
class Axis:
    """Label of an axis, and how its numbers are written: in full, and at its ticks."""

    label: str
    write: Callable[[float], str]
    tick: Callable[[float], str]


def response(
    curve: pd.DataFrame,
    colour: str,
    axes: tuple[Axis, Axis],
    top: float,
    marks: Mapping[str, float] | None = None,
) -> Markup:
    """Return a response curve with its interval: solid where spend was observed, dashed below and beyond.

    Parameters
    ----------
    curve : DataFrame
        Rows of the table ``response`` or ``plan_curves`` of one channel.
    colour : str
    axes : pair of Axis
        Spend and outcome.
    top : float
        Largest outcome shown; the same for all channels, so that heights compare.
    marks : mapping of str to float, optional
        Words and the spend that each stands at; default the present level, which has the multiplier 1.

    Returns
    -------
    Markup
        One ``<svg>`` element.
    """
    curve = curve.sort_values("spend").reset_index(drop=True)
    spend, mean = curve["spend"].to_numpy(float), curve["outcome_mean"].to_numpy(float)
    inside = curve["observed"].to_numpy(bool)
    first, last = float(spend.min()), float(spend.max())
    low, high = (float(spend[inside].min()), float(spend[inside].max())) if inside.any() else (last, last)
    across, up = (min(0.0, first), last * 1.02 or 1), (min(0.0, float(curve["outcome_lower"].min())), top)
    frame = _small(240, across, up)
    sheet = frame.sheet
    for start, end in ((first, low), (high, last)):
        if end > start:
            sheet.box(frame.at(start, up[0]), frame.at(end, up[1]), SHADE)
    _scales(frame, axes)
    upper, lower = (frame.path(spend, curve[f"outcome_{end}"]) for end in ("upper", "lower"))
    sheet.area(upper, lower, colour, 0.16)
    sheet.line(_between(frame, spend, mean, (low, high)), colour, 2.6)
    for start, end in ((first, low), (high, last)):
        if end > start:
            sheet.line(_between(frame, spend, mean, (start, end)), colour, 2.2, "8.8 5.5")
    if high < last:
        sheet.write((frame.right - 5, frame.bottom - 5), "not observed", 10, MUTED, "end")
    shown = sorted((marks or {"now": _present(curve)}).items(), key=lambda mark: mark[1])
    for place, (word, level) in enumerate(shown):
        x, y = frame.at(level, float(np.interp(level, spend, mean)))
        # words of two levels close together stand apart: left above, and right below the curve
        side, below = ("middle", -9) if len(shown) == 1 else (("end", -8), ("start", 15))[place]
        sheet.write((x, y + below), word, 11, INK, side, solid=True)
        sheet.dot((x, y), 4.5, INK if word == "current" else colour)
    frame.strips(spend, [_said(row, axes) for row in records(curve)])
    return sheet.svg(f"Response curve from {axes[1].write(mean[0])} to {axes[1].write(mean[-1])}")


def carryover(curve: pd.DataFrame, colour: str, axes: tuple[Axis, Axis], half_life: float) -> Markup:
    """Return the share of the effect that arrives at each lag, as bars with intervals and a mark at the half-life.

    Parameters
    ----------
    curve : DataFrame
        Rows of the table ``carryover`` of one channel.
    colour : str
    axes : pair of Axis
        Lag and share of the effect.
    half_life : float
        In lags; nothing is marked where it is not finite.

    Returns
    -------
    Markup
        One ``<svg>`` element.
    """
    curve = curve.sort_values("lag").reset_index(drop=True)
    last = float(curve["lag"].max())
    top = float(np.nanmax([curve["weight_upper"].max(), 0.05])) * 1.12
    frame = _small(238, (-0.7, last + 0.7), (0.0, top))
    sheet, write, words = frame.sheet, axes[1].write, []
    _scales(frame, axes, lines=False)
    for row in records(curve):
        lag, low, mean, high = (row[key] for key in ("lag", "weight_lower", "weight_mean", "weight_upper"))
        words.append(f"lag {lag}: {write(mean)}")
        title = f"{words[-1]} ({write(low)} to {write(high)})"
        sheet.box(frame.at(lag - 0.36, 0), frame.at(lag + 0.36, mean), colour, opacity=0.75, title=title)
        sheet.line(frame.path((lag, lag), (low, high)), INK, 1.3)
    if np.isfinite(half_life):
        frame.upright(half_life, INK, 1.2, "4 3")
        late = half_life > 0.55 * last
        x = frame.at(half_life, 0)[0] + (-6 if late else 6)
        sheet.write((x, frame.top + 10), "half-life", 11, MUTED, "end" if late else "start")
    return sheet.svg("; ".join(words))


def _small(height: float, x: tuple[float, float], y: tuple[float, float]) -> Frame:
    return Frame(Sheet(SMALL, height), 50, 28, SMALL - 14, height - 48, x, y)


def _scales(frame: Frame, axes: tuple[Axis, Axis], *, lines: bool = True) -> None:
    frame.grid(axes[1].tick, 4)
    frame.marks(axes[0].tick, 4, axes[0].label, lines=lines)
    frame.title(axes[1].label)


def _between(
    frame: Frame, spend: np.ndarray, mean: np.ndarray, ends: tuple[float, float]
) -> list[tuple[float, float]]:
    """Return the part of a curve between two levels, both included."""
    part = (spend >= ends[0]) & (spend <= ends[1])
    return frame.path(spend[part], mean[part])


def _present(curve: pd.DataFrame) -> float:
    """Return the spend of the present level."""
    return float(curve["spend"].iloc[int(np.argmin(np.abs(curve["multiplier"].to_numpy(float) - 1)))])


def _said(row: dict[str, float], axes: tuple[Axis, Axis]) -> str:
    mean, low, high = (axes[1].write(row[f"outcome_{part}"]) for part in ("mean", "lower", "upper"))
    level = axes[0].write(row["spend"])
    if "multiplier" in row:
        level += f" ({row['multiplier']:.2f} times the present level)"
    return f"{level} brings {mean} ({low} to {high})"
