"""Charts over time: the stacked decomposition, and the fit against actuals with its residuals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.dates import MonthLocator, YearLocator, date2num, num2date
from matplotlib.ticker import FuncFormatter

from reports.charts.boxes import upright
from reports.charts.canvas import NARROW, Canvas, key_entry, printable, tick_format
from reports.charts.palette import ACCENT, BASELINE, INK, MUTED
from reports.frames import records


@dataclass(frozen=True, slots=True)
class Write:
    """How a chart over time writes amounts, ticks and dates."""

    amount: Callable[[float], str]
    tick: Callable[[float], str]
    date: Callable[[Any], str]


def decomposition(
    parts: pd.DataFrame, colours: Mapping[str, str], write: Write, key: str, width: int
) -> Markup:
    """Return the stacked areas of posterior means over time, baseline below; parts below zero hang from the zero line.

    Parameters
    ----------
    parts : DataFrame
        One column a part in stacking order, one row a date; in the outcome's unit.
    write : Write
    """
    narrow = width <= NARROW
    legend = 22 * (-(-len(parts.columns) // 2)) if narrow else 0
    canvas = Canvas(key, width, (330 if narrow else 380) + legend)
    right = 14 if narrow else 172
    axes = canvas.axes(56 if narrow else 66, 12 + legend, right, 44)
    days = date2num(pd.DatetimeIndex(parts.index).to_pydatetime())
    up, down = np.zeros(len(parts)), np.zeros(len(parts))
    middles = []
    for name in parts.columns:
        values = parts[name].to_numpy(float)
        colour = colours.get(name, BASELINE)
        for base, piece in ((up, np.clip(values, 0, None)), (down, np.clip(values, None, 0))):
            if piece.any():
                axes.fill_between(days, base, base + piece, color=colour, linewidth=0.6, edgecolor="white")
        middles.append(float((up + np.clip(values, 0, None) / 2)[-1]))
        up, down = up + np.clip(values, 0, None), down + np.clip(values, None, 0)
    axes.set(xlim=(days[0], days[-1]), ylim=(min(0.0, float(down.min()) * 1.05), float(up.max()) * 1.05 or 1))
    _dates(axes, narrow)
    tick_format(axes, "y", write.tick, 5)
    inks = [colours.get(name, BASELINE) for name in parts.columns]
    if narrow:
        _legend(canvas, list(parts.columns), inks)
    else:
        _end_labels(canvas, axes, list(parts.columns), middles, inks)
    for strip, day, values in zip(_strips(days), parts.index, parts.to_numpy(float), strict=True):
        row = ", ".join(
            f"{name} {write.amount(value)}" for name, value in zip(parts.columns, values, strict=True)
        )
        canvas.area(axes, f"{write.date(day)}: {row}", x=strip)
    return canvas.svg(f"Stacked areas over time of {', '.join(map(str, parts.columns))}")


def fit(rows: pd.DataFrame, write: Write, words: str, key: str, width: int) -> Markup:
    """Return actual outcome against its one-step-ahead prediction with interval, and the residuals below.

    Parameters
    ----------
    rows : DataFrame
        Rows of the table ``fit`` of one geo.
    write : Write
    words : str
        Name of the interval.
    """
    narrow = width <= NARROW
    small = width < NARROW
    height = 250 if small else 380
    canvas = Canvas(key, width, height)
    left, right, below = (52, 8, 0.33) if narrow else (66, 14, 0.3)
    split = (height - 50) * below
    axes = canvas.axes(left, 34, right, 44 + split + 10)
    rest = canvas.axes(left, height - 44 - split + 8, right, 44)
    days = date2num(rows["date"].dt.to_pydatetime())
    axes.fill_between(
        days, rows["predicted_lower"], rows["predicted_upper"], color=ACCENT, alpha=0.17, linewidth=0
    )
    axes.plot(days, rows["predicted_mean"], color=ACCENT, linewidth=1.8)
    axes.plot(days, rows["actual"], "o", color=INK, markersize=2.4 if narrow else 3.4, alpha=0.85)
    thick = 0.8 * float(np.median(np.diff(days))) if len(days) > 1 else 1.0
    upright(rest, days, rows["residual"], thick, facecolor=MUTED, linewidth=0)
    rest.axhline(0, color=INK, linewidth=0.8)
    for one in (axes, rest):
        one.set_xlim(days[0], days[-1])
        _dates(one, narrow)
    axes.tick_params(axis="x", labelbottom=False)
    tick_format(axes, "y", write.tick, 5)
    tick_format(rest, "y", write.tick, 3)
    rest.annotate(
        "residual",
        (0, 1),
        xycoords="axes fraction",
        xytext=(2, -1),
        textcoords="offset points",
        fontsize=10.5,
        color=MUTED,
        va="top",
    )
    _fit_key(canvas, left, words, small)
    for (start, end), row in zip(_strips(days), records(rows), strict=True):
        text = (
            f"{write.date(row['date'])}: actual {write.amount(row['actual'])}, predicted {write.amount(row['predicted_mean'])} "
            f"({write.amount(row['predicted_lower'])} to {write.amount(row['predicted_upper'])})"
        )
        canvas.area(axes, text, x=(start, end))
    return canvas.svg(f"Actual outcome, prediction with {words}, and residuals over {len(rows)} periods")


def _fit_key(canvas: Canvas, left: float, words: str, small: bool) -> None:
    """Write the key of the fit chart above it, in the colours of the marks."""
    y = canvas.height - 16
    canvas.write(left, y, "● actual", 11.5)
    canvas.write(left + 68, y, "▬ predicted" if small else f"▬ predicted, band: {words}", 11.5, ACCENT)


def _strips(days: np.ndarray) -> Sequence[tuple[float, float]]:
    """Return left and right end of the strip around each date, for hovering."""
    if len(days) == 1:
        return [(days[0] - 0.5, days[0] + 0.5)]
    middles = (days[1:] + days[:-1]) / 2
    edges = np.concatenate([[days[0]], middles, [days[-1]]])
    return list(pairwise(edges))


def _dates(axes: Axes, narrow: bool) -> None:
    """Mark years, or months with the year under the first one of each year; few enough to be read."""
    first, last = (num2date(day) for day in axes.get_xlim())
    months = (last.year - first.year) * 12 + last.month - first.month
    most = 4 if narrow else 9
    step = next((step for step in (1, 2, 3, 6) if months / step <= most), 12)
    years = -(-months // (12 * most)) if step == 12 else 1
    locator = YearLocator(years) if step == 12 else MonthLocator(bymonth=range(1, 13, step))
    axes.xaxis.set_major_locator(locator)
    seen: set[int] = set()

    def write(value: float, position: int | None = None) -> str:
        day = num2date(value)
        if step == 12:
            return str(day.year)
        if position == 0:
            seen.clear()
        new = day.year not in seen
        seen.add(day.year)
        return f"{_MONTHS[day.month - 1]}\n{day.year}" if new else _MONTHS[day.month - 1]

    axes.xaxis.set_major_formatter(FuncFormatter(write))
    axes.grid(visible=False, axis="x")


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _end_labels(
    canvas: Canvas, axes: Axes, names: Sequence[str], middles: Sequence[float], inks: Sequence[str]
) -> None:
    """Write each part's name at its right end, pushed apart where they would touch."""
    order = np.argsort(middles, kind="stable")
    places = np.array([axes.transData.transform((0, middles[index]))[1] for index in order])
    gap, top = 18.0, axes.bbox.y1 - 4
    for i in range(1, len(places)):
        places[i] = max(places[i], places[i - 1] + gap)
    for i in range(len(places) - 1, -1, -1):  # and back down from the top
        places[i] = min(places[i], top if i == len(places) - 1 else places[i + 1] - gap)
    for index, y in zip(order, places, strict=True):
        key_entry(canvas, (axes.bbox.x1 + 10, float(y) - 4), inks[index], printable(names[index], 20))


def _legend(canvas: Canvas, names: Sequence[str], inks: Sequence[str]) -> None:
    """Write the parts' names above the chart in two columns, last part first as in the stack."""
    for i, (name, ink) in enumerate(reversed(list(zip(names, inks, strict=True)))):
        x, y = (8 if i % 2 == 0 else canvas.width / 2 + 4), canvas.height - 16 - 22 * (i // 2)
        key_entry(canvas, (x, y), ink, printable(name, 19))
