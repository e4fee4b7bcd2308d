"""A frame on a sheet: where numbers stand, its level and upright lines, and round values to write beside them."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from reports.charts.palette import GRID, INK, MUTED, RULE
from reports.charts.sheet import Point, Sheet, printable

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Frame:
    """A part of a sheet with a scale along each side.

    Parameters
    ----------
    sheet : Sheet
    left, top, right, bottom : float
        Edges in pixels of the sheet.
    x, y : pair of float
        From and to, in units of the data.
    """

    sheet: Sheet
    left: float
    top: float
    right: float
    bottom: float
    x: Point
    y: Point

    def at(self, x: float, y: float) -> Point:
        """Return the pixel of a point.

        Parameters
        ----------
        x, y : float
            Values on the two axes.

        Returns
        -------
        Point
            Pixels; outside the frame where the values are.
        """
        across = (x - self.x[0]) / ((self.x[1] - self.x[0]) or 1.0)
        up = (y - self.y[0]) / ((self.y[1] - self.y[0]) or 1.0)
        return self.left + across * (self.right - self.left), self.bottom - up * (self.bottom - self.top)

    def path(self, xs: Iterable[float], ys: Iterable[float]) -> list[Point]:
        """Return the pixels of several points.

        Parameters
        ----------
        xs, ys : iterable of float
            Values on the two axes, one for one.

        Returns
        -------
        list of Point
            Pixels.
        """
        return [self.at(x, y) for x, y in zip(xs, ys, strict=True)]

    def grid(self, write: Callable[[float], str], most: int = 5) -> None:
        """Draw level lines with their values at the left.

        Parameters
        ----------
        write : callable
            How a value is written.
        most : int, default 5
            About how many lines.
        """
        for value in ticks(*self.y, most):
            y = self.at(self.x[0], value)[1]
            self.sheet.line([(self.left, y), (self.right, y)], GRID)
            self.sheet.write((self.left - 7, y + 4), write(value), 11.5, MUTED, "end")

    def marks(
        self, write: Callable[[float], str], most: int = 6, label: str = "", *, lines: bool = True
    ) -> None:
        """Draw upright lines with their values below, the foot of the frame, and below it what the values are.

        Parameters
        ----------
        write : callable
            How a value is written.
        most : int, default 6
            About how many lines.
        label : str, default ""
            What the values are; empty for nothing.
        lines : bool, default True
            Whether lines are drawn up from the foot.
        """
        for value in ticks(*self.x, most):
            x = self.at(value, self.y[0])[0]
            if lines:
                self.sheet.line([(x, self.top), (x, self.bottom)], GRID)
            self.sheet.write((x, self.bottom + 18), write(value), 11.5, MUTED, "middle")
        self.foot()
        if label:
            self.sheet.write(((self.left + self.right) / 2, self.bottom + 38), label, 11.5, MUTED, "middle")

    def foot(self) -> None:
        """Draw the line the frame stands on."""
        self.sheet.line([(self.left, self.bottom), (self.right, self.bottom)], RULE)

    def title(self, text: str) -> None:
        """Write the name of the upright scale above it, from the sheet's left edge."""
        self.sheet.write((4, self.top - 10), printable(text, 40), 11, MUTED)

    def level(self, y: float, colour: str = INK, width: float = 0.8) -> None:
        """Draw a level line at a value.

        Parameters
        ----------
        y : float
            Value on the upright axis.
        colour : str, optional
            As SVG writes it.
        width : float, default 0.8
            Pixels.
        """
        self.sheet.line(self.path(self.x, (y, y)), colour, width)

    def upright(self, x: float, colour: str = INK, width: float = 1.2, dash: str = "") -> None:
        """Draw an upright line at a value.

        Parameters
        ----------
        x : float
            Value on the level axis.
        colour : str, optional
            As SVG writes it.
        width : float, default 1.2
            Pixels.
        dash : str, default ""
            Pixels drawn and left out, in turn; empty for a whole line.
        """
        self.sheet.line(self.path((x, x), self.y), colour, width, dash)

    def strips(self, places: Sequence[float] | np.ndarray, titles: Iterable[str]) -> None:
        """Let the surroundings of each place, half-way to its neighbours, show its title under the pointer.

        Parameters
        ----------
        places : sequence of float or numpy.ndarray
            Values on the level axis, rising.
        titles : iterable of str
            One a place.
        """
        middles = [(a + b) / 2 for a, b in pairwise(places)]
        alone = len(places) == 1
        starts = [self.x[0] if alone else places[0], *middles]
        ends = [*middles, self.x[1] if alone else places[-1]]
        for start, end, title in zip(starts, ends, titles, strict=True):
            left, right = (self.at(min(max(x, self.x[0]), self.x[1]), 0)[0] for x in (start, end))
            self.sheet.strip((left, self.top), (right, self.bottom), title)


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Return round values between `low` and `high`, at most about `most` steps apart.

    Parameters
    ----------
    low, high : float
        Ends of the range.
    most : int, default 5
        About how many steps.

    Returns
    -------
    list of float
        Rising, inside the range; empty where the range is.
    """
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return []
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(s for s in (*(power * n for n in _STEPS), power * 20) if s >= rough * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [n * step for n in range(first, last + 1)]


def limits(values: Iterable[float], *, zero: bool = False, room: float = 0.06) -> Point:
    """Return from and to around the finite values, with some room; `zero` takes zero in.

    Parameters
    ----------
    values : iterable of float
        Those that are not finite are left out.
    zero : bool, default False
        Whether zero lies in the range whatever the values are.
    room : float, default 0.06
        Share of the range that is added at either end.

    Returns
    -------
    Point
        (0, 1) without any finite value.
    """
    kept = [value for value in values if math.isfinite(value)] + ([0.0] if zero else [])
    if not kept:
        return (0.0, 1.0)
    low, high = min(kept), max(kept)
    pad = room * (high - low) or abs(high) * 0.1 or 1.0
    return low - pad, high + pad


def from_zero(values: Iterable[float], room: float = 0.05) -> Point:
    """Return from and to around zero and the finite values, with room only on the sides that leave zero.

    Parameters
    ----------
    values : iterable of float
        Those that are not finite are left out.
    room : float, default 0.05
        Share by which an end that is not zero is moved out.

    Returns
    -------
    Point
        (0, 1) where all are zero.
    """
    kept = [0.0, *(float(value) for value in values if math.isfinite(value))]
    low, high = min(kept), max(kept)
    return (0.0, 1.0) if low == high else ((1 + room) * low, (1 + room) * high)
