"""A sheet drawn by hand: lines, areas and words as inline SVG, for pages that must be there at once.

The page of an experiment has few and simple marks. Importing the drawing library of the other charts takes longer than
analysing a holdout, so these marks are written out directly, in the same sizes, colours and hover titles.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from reports.charts.palette import INK, MUTED
from reports.charts.sizes import printable

_GRID = "#e9edf2"
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
Point = tuple[float, float]


class Sheet:
    """A drawing of `width` x `height` pixels; y counts from the top, as in SVG."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._parts: list[str] = []

    def line(self, points: Sequence[Point], colour: str, width: float = 1.0, dash: str = "") -> None:
        """Draw a line through finite points; it breaks where one is not finite."""
        style = f'fill="none" stroke="{colour}" stroke-width="{width}" stroke-linejoin="round"'
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        for run in _finite_runs(points):
            self._parts.append(f'<polyline points="{_points(run)}" {style}{dashed}/>')

    def area(self, upper: Sequence[Point], lower: Sequence[Point], colour: str, opacity: float) -> None:
        """Fill between two lines over the same places, where both are finite."""
        pairs = [
            (a, b) for a, b in zip(upper, lower, strict=True) if math.isfinite(a[1]) and math.isfinite(b[1])
        ]
        if len(pairs) > 1:
            outline = [a for a, _ in pairs] + [b for _, b in reversed(pairs)]
            self._parts.append(
                f'<polygon points="{_points(outline)}" fill="{colour}" fill-opacity="{opacity}"/>'
            )

    def box(
        self,
        corner: Point,
        size: Point,
        colour: str,
        *,
        opacity: float = 1.0,
        title: str = "",
        round_: float = 0,
    ) -> None:
        """Draw a filled box from its upper left corner; with a title it answers to the pointer."""
        place = f'x="{corner[0]:.1f}" y="{corner[1]:.1f}" width="{max(size[0], 0):.1f}" height="{max(size[1], 0):.1f}"'
        look = f'fill="{colour}" fill-opacity="{opacity}"' + (f' rx="{round_}"' if round_ else "")
        if title:
            words = escape(printable(title, 400))
            self._parts.append(f'<rect class="tip" {place} {look}><title>{words}</title></rect>')
        else:
            self._parts.append(f"<rect {place} {look}/>")

    def dot(self, centre: Point, radius: float, colour: str, title: str = "") -> None:
        """Draw a dot with a white rim."""
        words = f"<title>{escape(printable(title, 400))}</title>" if title else ""
        mark = ' class="tip"' if title else ""
        place = f'cx="{centre[0]:.1f}" cy="{centre[1]:.1f}" r="{radius}"'
        self._parts.append(f'<circle{mark} {place} fill="{colour}" stroke="#fff">{words}</circle>')

    def write(
        self,
        place: Point,
        text: str,
        size: float = 12,
        colour: str = INK,
        align: str = "start",
        *,
        bold: bool = False,
    ) -> None:
        """Write `text` with its base line at `place`; align is start, middle or end."""
        weight = ' font-weight="700"' if bold else ""
        self._parts.append(
            f'<text x="{place[0]:.1f}" y="{place[1]:.1f}" font-size="{size}" fill="{colour}" text-anchor="{align}"{weight}>'
            f"{escape(printable(text, 120))}</text>"
        )

    def svg(self, label: str) -> Markup:
        """Return the sheet as one ``<svg>`` element that scales with the page; `label` is read to those who cannot see it."""
        head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:.0f} {self.height:.0f}" role="img"'
        return Markup("\n".join([f'{head} aria-label="{escape(label)}">', *self._parts, "</svg>"]))


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

    def path(self, xs: Sequence[float], ys: Sequence[float]) -> list[Point]:
        """Return the pixels of several points."""
        return [self.at(x, y) for x, y in zip(xs, ys, strict=True)]

    def grid(self, write: Callable[[float], str], most: int = 5) -> None:
        """Draw level lines with their values at the left."""
        for value in ticks(*self.y, most):
            y = self.at(self.x[0], value)[1]
            self.sheet.line([(self.left, y), (self.right, y)], _GRID)
            self.sheet.write((self.left - 7, y + 4), write(value), 11.5, MUTED, "end")

    def marks(self, write: Callable[[float], str], most: int = 6) -> None:
        """Draw upright lines with their values below."""
        for value in ticks(*self.x, most):
            x = self.at(value, self.y[0])[0]
            self.sheet.line([(x, self.top), (x, self.bottom)], _GRID)
            self.sheet.write((x, self.bottom + 18), write(value), 11.5, MUTED, "middle")


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Return round values between `low` and `high`, at most about `most` steps apart."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return []
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(s for s in (*(power * n for n in _STEPS), power * 20) if s >= rough * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [n * step for n in range(first, last + 1)]


def limits(values: Sequence[float], *, zero: bool = False, room: float = 0.06) -> Point:
    """Return from and to around the finite values, with some room; `zero` takes zero in."""
    kept = [value for value in values if math.isfinite(value)] + ([0.0] if zero else [])
    if not kept:
        return (0.0, 1.0)
    low, high = min(kept), max(kept)
    pad = room * (high - low) or abs(high) * 0.1 or 1.0
    return low - pad, high + pad


def _finite_runs(points: Sequence[Point]) -> list[list[Point]]:
    runs: list[list[Point]] = [[]]
    for point in points:
        if math.isfinite(point[0]) and math.isfinite(point[1]):
            runs[-1].append(point)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if len(run) > 1]


def _points(points: Sequence[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
