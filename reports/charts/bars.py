"""Bars: the waterfall from baseline to total, contributions by period, and the make-up of the outcome."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import pandas as pd
from markupsafe import Markup

from reports.charts.frame import Frame, from_zero
from reports.charts.intervals import LEFT, RIGHT, label
from reports.charts.palette import BASELINE, FAINT, INK, MUTED, ink_on
from reports.charts.sheet import SMALL, WIDE, Sheet, Write, printable
from reports.inputs import records


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the waterfall, with its words and its colour."""

    name: str
    size: float
    colour: str
    words: str


def waterfall(steps: Sequence[Step], total: str, write: Write, axis_label: str) -> Markup:
    """Return a horizontal waterfall: each step starts where the one above it ended; the last bar is the sum.

    Parameters
    ----------
    steps : sequence of Step
        In stacking order, in the outcome's unit.
    total : str
        Words of the closing bar, for example ``"104 M EUR"``.
    write : Write
    axis_label : str

    Returns
    -------
    Markup
        One ``<svg>`` element.
    """
    height = 32
    ends = list(accumulate(step.size for step in steps))
    rows = [*steps, Step("Total", ends[-1], INK, total)]
    starts = [0.0, *ends[:-1], 0.0]
    sheet = Sheet(WIDE, 8 + height * len(rows) + 54)
    low, high = min(0.0, *starts, *ends), max(*starts, *ends)
    frame = Frame(
        sheet, LEFT, 8, WIDE - RIGHT, 8 + height * len(rows), (low * 1.03, high * 1.03 or 1), (0, 1)
    )
    frame.marks(write.tick, 6, axis_label)
    for place, (row, start) in enumerate(zip(rows, starts, strict=True)):
        y, half = frame.top + height * (place + 0.5), height * 0.33
        one, other = frame.at(start, 0)[0], frame.at(start + row.size, 0)[0]
        sheet.box((one, y - half), (other, y + half), row.colour, title=f"{row.name}: {row.words}")
        if place < len(steps):
            sheet.line([(other, y + half), (other, y + height - half)], FAINT)
        label(sheet, y, row.name, row.words)
    return sheet.svg("; ".join(f"{row.name}: {row.words}" for row in rows))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two amounts of one name, the range that the second may lie in (NaN for none), and the words beside them."""

    name: str
    one: float
    other: float
    lower: float
    upper: float
    colour: str
    words: str
    note: str = ""


def pairs(rows: Sequence[Pair], words: tuple[str, str], write: Write, axis_label: str) -> Markup:
    """Return two bars a row, the first grey and the second in the row's colour, with a line from least to most allowed.

    Parameters
    ----------
    rows : sequence of Pair
        Amounts in one unit.
    words : pair of str
        What the two bars are.
    write : Write
    axis_label : str

    Returns
    -------
    Markup
        One ``<svg>`` element.
    """
    height, top = 46, 30
    sheet = Sheet(WIDE, top + height * len(rows) + 48)
    kept = [end for row in rows for end in (row.one, row.other, row.lower, row.upper) if np.isfinite(end)]
    frame = Frame(sheet, LEFT, top, WIDE - RIGHT, top + height * len(rows), from_zero(kept), (0, 1))
    frame.marks(write.tick, 6, axis_label)
    sheet.key((LEFT, 16), BASELINE, words[0])
    sheet.key((LEFT + 120, 16), rows[0].colour if rows else INK, words[1])
    for place, row in enumerate(rows):
        middle = top + height * (place + 0.5)
        for value, colour, (start, end), word in (
            (row.one, BASELINE, (middle - 15, middle - 2), words[0]),
            (row.other, row.colour, (middle, middle + 13), words[1]),
        ):
            title = f"{row.name}, {word}: {write.amount(value)}"
            sheet.box((frame.at(0, 0)[0], start), (frame.at(value, 0)[0], end), colour, title=title)
        ends = [(frame.at(end, 0)[0], middle + 17) for end in (row.lower, row.upper)]
        sheet.line(ends, FAINT, 1.5)
        label(sheet, middle, row.name, row.words, row.note)
    return sheet.svg("; ".join(f"{row.name}: {row.words}" for row in rows))


def by_period(rows: pd.DataFrame, colour: str, write: Write, axis_label: str) -> Markup:
    """Return one channel's contribution in each period, as bars with intervals.

    Parameters
    ----------
    rows : DataFrame
        Rows of the table ``contributions`` of one component and one grain, in order of time.
    colour : str
    write : Write
    axis_label : str

    Returns
    -------
    Markup
        One ``<svg>`` element.
    """
    sheet = Sheet(SMALL, 212)
    ends = [*rows["contribution_mean"], *rows["contribution_lower"], *rows["contribution_upper"]]
    frame = Frame(sheet, 50, 28, SMALL - 8, 182, (-0.6, len(rows) - 0.4), from_zero(ends))
    frame.grid(write.tick, 4)
    frame.title(axis_label)
    step, words = -(-len(rows) // 5), []
    for place, row in enumerate(records(rows)):
        low, mean, high = (row[f"contribution_{part}"] for part in ("lower", "mean", "upper"))
        words.append(f"{row['period']}: {write.amount(mean)}")
        title = f"{words[-1]} ({write.amount(low)} to {write.amount(high)})"
        sheet.box(frame.at(place - 0.35, 0), frame.at(place + 0.35, mean), colour, opacity=0.78, title=title)
        sheet.line(frame.path((place, place), (low, high)), INK, 1.4)
        if place % step == 0:
            x = frame.at(place, 0)[0]
            sheet.write((x, frame.bottom + 18), printable(row["period"], 8), 10.5, MUTED, "middle")
    frame.level(0)
    return sheet.svg("; ".join(words))


def make_up(shares: pd.DataFrame, colours: Mapping[str, str], write: Write) -> Markup:
    """Return one stacked bar a period with the share of each part in the outcome.

    Parameters
    ----------
    shares : DataFrame
        One row a period in order of time, one column a part; fractions, baseline first.
    colours : mapping of str to str
        By part; what has none has the colour of the baseline.
    write : Write

    Returns
    -------
    Markup
        One ``<svg>`` element.
    """
    columns = 5
    legend = 22 * (-(-len(shares.columns) // columns)) + 8
    values = shares.to_numpy(float)
    span = (min(0.0, _sum(values, -1).min()), max(1.0, _sum(values, 1).max()))
    sheet = Sheet(WIDE, legend + 34 + 30 * len(shares))
    frame = Frame(sheet, 82, legend, WIDE - 20, legend + 30 * len(shares), span, (0, 1))
    frame.marks(write.tick, 5)
    for place, (period, row) in enumerate(zip(shares.index, values, strict=True)):
        y = frame.top + 30 * (place + 0.5)
        sheet.write((frame.left - 8, y + 4), printable(period, 10), 11.5, INK, "end")
        reached = {True: 0.0, False: 0.0}
        for name, value in zip(shares.columns, row, strict=True):
            colour, start = colours.get(name, BASELINE), reached[value >= 0]
            reached[value >= 0] += value
            one, other = frame.at(start, 0)[0], frame.at(start + value, 0)[0]
            title = f"{period}, {name}: {write.amount(value)}"
            sheet.box((one, y - 11), (other, y + 11), colour, title=title, rim=True)
            if value > 0.055:
                sheet.write(((one + other) / 2, y + 4), write.amount(value), 11, ink_on(colour), "middle")
    for i, name in enumerate(shares.columns):
        x = 10 + (i % columns) * (WIDE - 20) / columns
        colour = colours.get(name, BASELINE)
        sheet.key((x, 16 + 22 * (i // columns)), colour, printable(name, 18))
    return sheet.svg(f"Share of each part in the outcome over {len(shares)} periods")


def _sum(values: np.ndarray, sign: int) -> np.ndarray:
    """Return how far each row's parts of one sign reach together."""
    total: np.ndarray = np.where(sign * values > 0, values, 0.0).sum(axis=1)
    return total
