"""Charts of an experiment: what happened against what would have, the effect added up, the placebo tests, the answers."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from markupsafe import Markup

from reports.charts.frame import Frame, limits, ticks
from reports.charts.palette import ACCENT, ALERT, BASELINE, INK, MUTED, SHADE, TEST
from reports.charts.sheet import WIDE, Sheet, Write, printable
from reports.inputs import records


@dataclass(frozen=True, slots=True)
class Answer:
    """A row of the chart of answers: its name, the point with its interval, and the words for it."""

    name: str
    point: float
    lower: float
    upper: float
    words: str
    colour: str = ACCENT


def paths(rows: pd.DataFrame, write: Write, unit: str) -> Markup:
    """Return actual outcome against the counterfactual, with the days of test and cool-down shaded.

    Parameters
    ----------
    rows : DataFrame
        Rows of ``lift_periods`` of one arm, in order of time.

    Returns
    -------
    Markup
        Inline SVG.
    """
    sheet, frame = _sheet(rows, 312, [*rows["actual"], *rows["counterfactual"]])
    _shade(frame, rows)
    frame.grid(write.tick)
    places = range(len(rows))
    sheet.line(frame.path(places, rows["counterfactual"]), ACCENT, 2, "5 3.5")
    sheet.line(frame.path(places, rows["actual"]), INK, 1.8)
    _days(frame, rows, write)
    sheet.write((frame.left, 16), f"▬ actual {unit}", 12)
    sheet.write((frame.left + 150, 16), "╌ without the treatment", 12, ACCENT)
    said = [
        f"{write.day(row['date'])}: actual {write.amount(row['actual'])}, "
        f"without {write.amount(row['counterfactual'])}, difference {write.amount(row['effect'])}"
        for row in records(rows)
    ]
    frame.strips(places, said)
    return sheet.svg(f"Actual {unit} and what it would have been over {len(rows)} periods")


def cumulative(rows: pd.DataFrame, reach: float, write: Write, unit: str) -> Markup:
    """Return the effect added up since the test began, with a band of `reach` standard errors.

    Parameters
    ----------
    rows : DataFrame
        Rows of ``lift_periods`` of one arm from the start of the test on.
    reach : float
        Standard errors on each side.

    Returns
    -------
    Markup
        Inline SVG.
    """
    total = rows["cumulative"].to_numpy(float)
    spread = reach * rows["cumulative_se"].to_numpy(float)
    sheet, frame = _sheet(rows, 262, [*total, *(total - spread), *(total + spread), 0.0])
    _shade(frame, rows)
    frame.grid(write.tick)
    places = range(len(rows))
    frame.level(0, INK, 1)
    sheet.area(frame.path(places, total + spread), frame.path(places, total - spread), ACCENT, 0.17)
    sheet.line(frame.path(places, total), ACCENT, 2.4)
    _days(frame, rows, write)
    sheet.write((4, 16), unit, 11, MUTED)
    said = [
        f"by {write.day(row['date'])}: {write.amount(row['cumulative'])}"
        + (f" ± {write.amount(half)}" if math.isfinite(half) else "")
        for row, half in zip(records(rows), spread, strict=True)
    ]
    frame.strips(places, said)
    return sheet.svg(f"Cumulative effect in {unit}, ending at {write.amount(total[-1])}")


def placebo(statistics: Sequence[float], observed: float) -> Markup:
    """Return a histogram of placebo statistics with a mark at the treated set's.

    Parameters
    ----------
    statistics : sequence of float
        Effects of the placebo sets over their typical errors before the test.
    observed : float
        The treated set's.

    Returns
    -------
    Markup
        Inline SVG.
    """
    values = np.asarray(statistics, float)
    low, high = limits([*values, observed, -observed], zero=True)
    edges = np.linspace(low, high, 41)
    counts, _ = np.histogram(values, edges)
    sheet = Sheet(WIDE, 230)
    frame = Frame(sheet, 46, 34, WIDE - 14, 182, (low, high), (0.0, float(counts.max()) * 1.15 or 1.0))
    frame.grid(lambda value: f"{value:g}", 4)
    frame.marks(lambda value: f"{value:g}".replace("-", "\u2212"))
    for count, left, right in zip(counts, edges[:-1], edges[1:], strict=True):
        if count:
            (x, y), (end, foot) = frame.at(left, float(count)), frame.at(right, 0.0)
            extreme = min(abs(left), abs(right)) >= abs(observed)
            title = f"{count} sets of geos between {left:.2f} and {right:.2f}"
            sheet.box((x + 0.5, y), (end - 0.5, foot), ALERT if extreme else BASELINE, title=title)
    x = frame.at(observed, 0.0)[0]
    sheet.line([(x, frame.top - 4), (x, frame.bottom)], INK, 2)
    side = "start" if x < WIDE * 0.6 else "end"
    sheet.write(
        (x + (6 if side == "start" else -6), frame.top + 6),
        f"treated: {observed:.2f}",
        12,
        INK,
        side,
        bold=True,
    )
    middle = (frame.left + frame.right) / 2
    sheet.write((middle, 222), "effect in typical errors before the test", 11.5, MUTED, "middle")
    sheet.write((4, 16), "sets of geos", 11, MUTED)
    return sheet.svg(f"{values.size} placebo tests; the treated set stands at {observed:.2f}")


def answers(rows: Sequence[Answer], tick: Callable[[float], str], label: str) -> Markup:
    """Return points with their intervals, one row each; an open end runs to the edge as an arrow.

    Parameters
    ----------
    rows : sequence of Answer
        Each with its name, point, ends and words.
    tick : callable
        How values of the axis are written.
    label : str
        Below the axis.

    Returns
    -------
    Markup
        Inline SVG.
    """
    height, left, right = 36, 270, WIDE - 190
    sheet = Sheet(WIDE, 18 + height * len(rows) + 52)
    span = limits([end for row in rows for end in (row.point, row.lower, row.upper)], zero=True)
    frame = Frame(sheet, left, 14, right, 18 + height * len(rows), span, (0.0, 1.0))
    frame.marks(tick, 5, label)
    frame.upright(0.0, INK, 1.2, "4 3")
    for place, row in enumerate(rows):
        y = frame.top + height * (place + 0.5)
        _answer(frame, row, y)
        sheet.write((left - 16, y + 4), printable(row.name, 40), 12, INK, "end", bold=place == 0)
        sheet.write((right + 14, y + 4), row.words, 12.5)
    return sheet.svg("; ".join(f"{row.name}: {row.words}" for row in rows))


def _answer(frame: Frame, row: Answer, y: float) -> None:
    if math.isnan(row.lower) or math.isnan(row.upper):
        return  # an empty set has words only
    low, high = (
        min(max(frame.at(end, 0.0)[0], frame.left), frame.right)
        if math.isfinite(end)
        else (frame.left if end < 0 else frame.right)
        for end in (row.lower, row.upper)
    )
    title = f"{row.name}: {row.words}"
    frame.sheet.box((low, y - 3.5), (high, y + 3.5), row.colour, opacity=0.35, title=title, corner=3)
    frame.sheet.dot((frame.at(row.point, 0.0)[0], y), 5.5, row.colour, title)


def _sheet(rows: pd.DataFrame, height: int, values: Sequence[float]) -> tuple[Sheet, Frame]:
    sheet = Sheet(WIDE, height)
    across = (0.0, float(max(len(rows) - 1, 1)))
    return sheet, Frame(sheet, 62, 40, WIDE - 14, height - 38, across, limits(values))


def _shade(frame: Frame, rows: pd.DataFrame) -> None:
    phases = list(rows["phase"])
    for phase, colour, word in (("test", TEST, "test"), ("cooldown", SHADE, "cool-down")):
        places = [i for i, name in enumerate(phases) if name == phase]
        if places:
            ends = (max(places[0] - 0.5, frame.x[0]), min(places[-1] + 0.5, frame.x[1]))
            left, right = (frame.at(end, 0)[0] for end in ends)
            frame.sheet.box((left, frame.top), (right, frame.bottom), colour)
            if right - left > 46:
                frame.sheet.write(((left + right) / 2, frame.top - 6), word, 11, MUTED, "middle")


def _days(frame: Frame, rows: pd.DataFrame, write: Write) -> None:
    """Write some of the days below: as many as fit, none over another."""
    frame.foot()
    last = len(rows) - 1
    for value in ticks(0, last, 6) or [0.0]:
        place = round(value)
        if place <= last:
            x = frame.at(place, frame.y[0])[0]
            align = "start" if place == 0 else "end" if last - place < 0.04 * last else "middle"
            frame.sheet.write(
                (x, frame.bottom + 19), write.day(str(rows["date"].iloc[place])), 11.5, MUTED, align
            )
