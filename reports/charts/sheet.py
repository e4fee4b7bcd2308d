"""A sheet to draw on: lines, areas, boxes, dots and words as inline SVG, and a frame that puts numbers on it."""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from markupsafe import Markup, escape

from reports.charts.palette import GRID, INK, MUTED, PAPER, RULE

WIDE, NARROW, SMALL = 900, 380, 330
"""Widths of sheets in pixels: across the page, across a phone, one of several small charts."""
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_UNPRINTABLE = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\ud800-\\udfff]")
"""Control characters, breaks of lines and paragraphs, halves of pairs: the categories Cc, Zl, Zp and Cs of Unicode."""
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Write:
    """How a chart writes amounts, ticks and days."""

    amount: Callable[[float], str]
    tick: Callable[[float], str]
    day: Callable[[Any], str] = str


def printable(text: object, limit: int = 26) -> str:
    """Return a name as it can stand in a chart: control and line-breaking characters as spaces, at most `limit` characters."""
    kept = _UNPRINTABLE.sub(" ", str(text)).strip()
    return kept if len(kept) <= limit else kept[: limit - 1].rstrip() + "…"


def both_widths(draw: Callable[[int], Markup]) -> tuple[Markup, Markup]:
    """Return a chart drawn for wide and for narrow screens."""
    return draw(WIDE), draw(NARROW)


class Sheet:
    """A drawing of `width` x `height` pixels; y counts from the top, as in SVG."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._parts: list[str] = []

    def line(
        self, points: Iterable[Point], colour: str, width: float = 1.0, dash: str = "", opacity: float = 1.0
    ) -> None:
        """Draw a line through finite points; it breaks where one is not finite."""
        style = f'fill="none" stroke="{colour}" stroke-width="{width}" stroke-linejoin="round"'
        style += f' stroke-dasharray="{dash}"' if dash else ""
        style += f' stroke-opacity="{opacity}"' if opacity < 1 else ""
        for run in _finite_runs(points):
            self._parts.append(f'<polyline points="{_points(run)}" {style}/>')

    def area(
        self,
        upper: Sequence[Point],
        lower: Sequence[Point],
        colour: str,
        opacity: float = 1.0,
        *,
        rim: bool = False,
    ) -> None:
        """Fill between two lines over the same places, where both are finite; a rim parts it from its neighbours."""
        pairs = [
            (a, b) for a, b in zip(upper, lower, strict=True) if math.isfinite(a[1]) and math.isfinite(b[1])
        ]
        if len(pairs) > 1:
            outline = [a for a, _ in pairs] + [b for _, b in reversed(pairs)]
            edge = f' stroke="{PAPER}" stroke-width="0.6"' if rim else ""
            self._parts.append(
                f'<polygon points="{_points(outline)}" fill="{colour}"{_opacity(opacity)}{edge}/>'
            )

    def box(
        self,
        one: Point,
        other: Point,
        colour: str,
        *,
        opacity: float = 1.0,
        title: str = "",
        corner: float = 0,
        rim: bool = False,
    ) -> None:
        """Draw a filled box between two opposite corners; with a title it answers to the pointer."""
        if not all(map(math.isfinite, (*one, *other))):
            return
        look = f'fill="{colour}"{_opacity(opacity)}' + (f' rx="{corner}"' if corner else "")
        look += f' stroke="{PAPER}"' if rim else ""
        self._mark(f"rect {_place(one, other)} {look}", title)

    def strip(self, one: Point, other: Point, title: str) -> None:
        """Let the box between two opposite corners show `title` under the pointer, and nothing else."""
        self._mark(f'rect {_place(one, other)} fill="none" pointer-events="all"', title)

    def dot(self, centre: Point, radius: float, colour: str, title: str = "", *, rim: bool = True) -> None:
        """Draw a dot, with a rim that parts it from a line below."""
        if all(map(math.isfinite, centre)):
            place = f'cx="{_number(centre[0])}" cy="{_number(centre[1])}" r="{radius}"'
            edge = f' stroke="{PAPER}" stroke-width="1.5"' if rim else ""
            self._mark(f'circle {place} fill="{colour}"{edge}', title)

    def write(
        self,
        place: Point,
        text: str,
        size: float = 12,
        colour: str = INK,
        align: str = "start",
        *,
        bold: bool = False,
        solid: bool = False,
    ) -> None:
        """Write `text` with its base line at `place`; align is start, middle or end; `solid` keeps clear what lies behind."""
        look = ' font-weight="700"' if bold else ""
        look += f' stroke="{PAPER}" stroke-width="4" paint-order="stroke"' if solid else ""
        self._parts.append(
            f'<text x="{_number(place[0])}" y="{_number(place[1])}" font-size="{size}" fill="{colour}" '
            f'text-anchor="{align}"{look}>{escape(printable(text, 120))}</text>'
        )

    def key(self, place: Point, colour: str, text: str) -> None:
        """Write an entry of a key at `place`: a coloured square, and the name in ink."""
        x, y = place
        self.box((x, y - 9), (x + 10, y + 1), colour)
        self.write((x + 16, y), text)

    def svg(self, label: str) -> Markup:
        """Return the sheet as one ``<svg>`` element that scales with the page; `label` is read to those who cannot see it."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:g} {self.height:g}" role="img"'
        )
        return Markup("\n".join([f'{head} aria-label="{escape(label)}">', *self._parts, "</svg>"]))

    def _mark(self, element: str, title: str) -> None:
        name, _, rest = element.partition(" ")
        if title:
            words = escape(printable(title, 400))
            self._parts.append(f'<{name} class="tip" {rest}><title>{words}</title></{name}>')
        else:
            self._parts.append(f"<{element}/>")


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
        """Return the pixel of a point."""
        across = (x - self.x[0]) / ((self.x[1] - self.x[0]) or 1.0)
        up = (y - self.y[0]) / ((self.y[1] - self.y[0]) or 1.0)
        return self.left + across * (self.right - self.left), self.bottom - up * (self.bottom - self.top)

    def path(self, xs: Iterable[float], ys: Iterable[float]) -> list[Point]:
        """Return the pixels of several points."""
        return [self.at(x, y) for x, y in zip(xs, ys, strict=True)]

    def grid(self, write: Callable[[float], str], most: int = 5) -> None:
        """Draw level lines with their values at the left."""
        for value in ticks(*self.y, most):
            y = self.at(self.x[0], value)[1]
            self.sheet.line([(self.left, y), (self.right, y)], GRID)
            self.sheet.write((self.left - 7, y + 4), write(value), 11.5, MUTED, "end")

    def marks(
        self, write: Callable[[float], str], most: int = 6, label: str = "", *, lines: bool = True
    ) -> None:
        """Draw upright lines with their values below, the foot of the frame, and below it what the values are."""
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
        """Draw a level line at a value."""
        self.sheet.line(self.path(self.x, (y, y)), colour, width)

    def upright(self, x: float, colour: str = INK, width: float = 1.2, dash: str = "") -> None:
        """Draw an upright line at a value."""
        self.sheet.line(self.path((x, x), self.y), colour, width, dash)

    def strips(self, places: Sequence[float] | np.ndarray, titles: Iterable[str]) -> None:
        """Let the surroundings of each place, half-way to its neighbours, show its title under the pointer."""
        middles = [(a + b) / 2 for a, b in pairwise(places)]
        alone = len(places) == 1
        starts = [self.x[0] if alone else places[0], *middles]
        ends = [*middles, self.x[1] if alone else places[-1]]
        for start, end, title in zip(starts, ends, titles, strict=True):
            left, right = (self.at(min(max(x, self.x[0]), self.x[1]), 0)[0] for x in (start, end))
            self.sheet.strip((left, self.top), (right, self.bottom), title)


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Return round values between `low` and `high`, at most about `most` steps apart."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return []
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(s for s in (*(power * n for n in _STEPS), power * 20) if s >= rough * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [n * step for n in range(first, last + 1)]


def limits(values: Iterable[float], *, zero: bool = False, room: float = 0.06) -> Point:
    """Return from and to around the finite values, with some room; `zero` takes zero in."""
    kept = [value for value in values if math.isfinite(value)] + ([0.0] if zero else [])
    if not kept:
        return (0.0, 1.0)
    low, high = min(kept), max(kept)
    pad = room * (high - low) or abs(high) * 0.1 or 1.0
    return low - pad, high + pad


def from_zero(values: Iterable[float], room: float = 0.05) -> Point:
    """Return from and to around zero and the finite values, with room only on the sides that leave zero."""
    kept = [0.0, *(float(value) for value in values if math.isfinite(value))]
    low, high = min(kept), max(kept)
    return (0.0, 1.0) if low == high else ((1 + room) * low, (1 + room) * high)


def _finite_runs(points: Iterable[Point]) -> list[list[Point]]:
    runs: list[list[Point]] = [[]]
    for point in points:
        if math.isfinite(point[0]) and math.isfinite(point[1]):
            runs[-1].append(point)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if len(run) > 1]


def _number(value: float) -> str:
    return f"{round(float(value), 1):g}"


def _points(points: Iterable[Point]) -> str:
    return " ".join(f"{_number(x)},{_number(y)}" for x, y in points)


def _place(one: Point, other: Point) -> str:
    """Return where the box between two opposite corners stands."""
    x, y = min(one[0], other[0]), min(one[1], other[1])
    width, height = abs(other[0] - one[0]), abs(other[1] - one[1])
    return f'x="{_number(x)}" y="{_number(y)}" width="{_number(width)}" height="{_number(height)}"'


def _opacity(value: float) -> str:
    return f' fill-opacity="{value}"' if value < 1 else ""
