"""A sheet to draw on: lines, areas, boxes, dots and words as inline SVG."""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from reports.charts.palette import INK, PAPER

WIDE, SMALL = 820, 330
"""Widths of sheets in pixels: across the page, and one of several small charts."""
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
    """Return a name as it can stand in a chart: control and line-breaking characters as spaces, at most `limit` characters.

    Parameters
    ----------
    text : object
        Its ``str`` is taken.
    limit : int, default 26
        Characters, the mark of what was cut off included.

    Returns
    -------
    str
        Not escaped for HTML.
    """
    kept = _UNPRINTABLE.sub(" ", str(text)).strip()
    return kept if len(kept) <= limit else kept[: limit - 1].rstrip() + "…"


class Sheet:
    """A drawing of `width` x `height` pixels; y counts from the top, as in SVG."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._parts: list[str] = []

    def line(
        self, points: Iterable[Point], colour: str, width: float = 1.0, dash: str = "", opacity: float = 1.0
    ) -> None:
        """Draw a line through finite points; it breaks where one is not finite.

        Parameters
        ----------
        points : iterable of Point
            Pixels.
        colour : str
            As SVG writes it.
        width : float, default 1.0
            Pixels.
        dash : str, default ""
            Pixels drawn and left out, in turn; empty for a whole line.
        opacity : float, default 1.0
            Between 0 and 1.
        """
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
        """Fill between two lines over the same places, where both are finite; a rim parts it from its neighbours.

        Parameters
        ----------
        upper, lower : sequence of Point
            Pixels, one for one.
        colour : str
            As SVG writes it.
        opacity : float, default 1.0
            Between 0 and 1.
        rim : bool, default False
            Whether a thin line of the paper's colour goes round.
        """
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
        """Draw a filled box between two opposite corners; with a title it answers to the pointer.

        Parameters
        ----------
        one, other : Point
            Pixels; nothing is drawn where one is not finite.
        colour : str
            As SVG writes it.
        opacity : float, default 1.0
            Between 0 and 1.
        title : str, default ""
            Shown under the pointer.
        corner : float, default 0
            Radius, pixels.
        rim : bool, default False
            Whether a thin line of the paper's colour goes round.
        """
        if not all(map(math.isfinite, (*one, *other))):
            return
        look = f'fill="{colour}"{_opacity(opacity)}' + (f' rx="{corner}"' if corner else "")
        look += f' stroke="{PAPER}"' if rim else ""
        self._mark(f"rect {_place(one, other)} {look}", title)

    def strip(self, one: Point, other: Point, title: str) -> None:
        """Let the box between two opposite corners show `title` under the pointer, and nothing else.

        Parameters
        ----------
        one, other : Point
            Pixels.
        title : str
            Escaped before it is written.
        """
        self._mark(f'rect {_place(one, other)} fill="none" pointer-events="all"', title)

    def dot(self, centre: Point, radius: float, colour: str, title: str = "", *, rim: bool = True) -> None:
        """Draw a dot, with a rim that parts it from a line below.

        Parameters
        ----------
        centre : Point
            Pixels; nothing is drawn where it is not finite.
        radius : float
            Pixels.
        colour : str
            As SVG writes it.
        title : str, default ""
            Shown under the pointer.
        rim : bool, default True
        """
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
        """Write `text` with its base line at `place`; align is start, middle or end; `solid` keeps clear what lies behind.

        Parameters
        ----------
        place : Point
            Pixels.
        text : str
            Escaped, and cut at 120 characters.
        size : float, default 12
            Pixels.
        colour : str, optional
            As SVG writes it.
        align : {"start", "middle", "end"}, default "start"
        bold, solid : bool, default False
        """
        look = ' font-weight="700"' if bold else ""
        look += f' stroke="{PAPER}" stroke-width="4" paint-order="stroke"' if solid else ""
        self._parts.append(
            f'<text x="{_number(place[0])}" y="{_number(place[1])}" font-size="{size}" fill="{colour}" '
            f'text-anchor="{align}"{look}>{escape(printable(text, 120))}</text>'
        )

    def key(self, place: Point, colour: str, text: str) -> None:
        """Write an entry of a key at `place`: a coloured square, and the name in ink.

        Parameters
        ----------
        place : Point
            Pixels: left end of the text's base line.
        colour : str
            As SVG writes it.
        text : str
            Escaped before it is written.
        """
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
