"""A sheet to draw on: a matplotlib figure measured in pixels, written as clean inline SVG with hover titles."""

import io
import re
import warnings
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from xml.etree import ElementTree

import matplotlib as mpl
from markupsafe import Markup
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from matplotlib.ticker import FuncFormatter, MaxNLocator

from reports.charts.palette import INK, MUTED, RULE
from reports.charts.sizes import NARROW as NARROW
from reports.charts.sizes import SMALL as SMALL
from reports.charts.sizes import WIDE as WIDE
from reports.charts.sizes import both_widths as both_widths
from reports.charts.sizes import printable as printable

_SVG = "http://www.w3.org/2000/svg"
ElementTree.register_namespace("", _SVG)
ElementTree.register_namespace(
    "xlink", "http://www.w3.org/1999/xlink"
)  # HTML knows this prefix only by this name
Span = tuple[float, float]
Measures = tuple[float, float, float]
"""Width, height and descent of a text."""
_RC: dict[Any, Any] = {
    "svg.fonttype": "none",
    "text.parse_math": False,  # a name with two dollar signs is a name
    "font.family": ["DejaVu Sans"],  # ships with matplotlib: the same measures on every machine
    "font.size": 12,
    "axes.edgecolor": RULE,
    "axes.labelcolor": MUTED,
    "axes.unicode_minus": True,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "text.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": "#e9edf2",
    "grid.linewidth": 1.0,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "xtick.labelsize": 11.5,
    "ytick.labelsize": 11.5,
}


class _Renderer(RendererSVG):
    """Writes a figure as SVG, and measures the words that charts have in common only once."""

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> Measures:
        return _measures(s, prop.copy(), ismath)  # a font's properties may change, and are its key


@lru_cache(maxsize=4096)
def _measures(text: str, font: FontProperties, ismath: Any) -> Measures:
    return text_to_path.get_text_width_height_descent(text, font, ismath)


class Canvas:
    """A figure of `width` x `height` pixels.

    Parameters
    ----------
    key : str
        Name of the chart, unique on its page; makes the identifiers inside the SVG unique and the bytes repeatable.
    width, height : int
        In pixels of the page; one point of matplotlib is one pixel.
    """

    def __init__(self, key: str, width: int, height: int) -> None:
        self.key, self.width, self.height = key, width, height
        self._tips: dict[str, str] = {}
        self._areas: list[tuple[Axes, Span | None, Span | None, str]] = []
        self.figure = Figure(figsize=(width / 72, height / 72), dpi=72, facecolor="none")

    def axes(self, left: float, top: float, right: float, bottom: float) -> Axes:
        """Return axes whose margins to the sheet's edges are given in pixels."""
        width, height = self.width - left - right, self.height - top - bottom
        with mpl.rc_context(_RC):
            axes = self.figure.add_axes(
                (left / self.width, bottom / self.height, width / self.width, height / self.height),
                facecolor="none",
            )
        axes.tick_params(pad=6)
        return axes

    def write(
        self,
        x: float,
        y: float,
        text: str,
        size: float = 12,
        colour: str = INK,
        align: str = "left",
        *,
        bold: bool = False,
        solid: bool = False,
    ) -> None:
        """Write `text` at pixels from the left and from the bottom; `solid` covers what is drawn behind it."""
        box = {"facecolor": "white", "edgecolor": "none", "pad": 1.5, "alpha": 0.85} if solid else None
        # said here and not by settings: putting all of them in place and back takes longer than the text
        self.figure.text(
            x / self.width,
            y / self.height,
            text,
            fontfamily=_RC["font.family"],
            parse_math=_RC["text.parse_math"],
            fontsize=size,
            color=colour,
            ha=align,
            fontweight="bold" if bold else "normal",
            bbox=box,
        )

    def tip(self, artist: Artist, text: str) -> None:
        """Let `artist` show `text` under the pointer."""
        gid = f"tip-{len(self._tips)}"
        artist.set_gid(gid)
        self._tips[gid] = printable(text, 400)

    def area(self, axes: Axes, text: str, x: Span | None = None, y: Span | None = None) -> None:
        """Let a part of `axes` show `text` under the pointer: from and to in data units, or all of it where None."""
        self._areas.append((axes, x, y, printable(text, 400)))

    def svg(self, label: str) -> Markup:
        """Return the sheet as one ``<svg>`` element that scales with the page; `label` is read to those who cannot see it."""
        buffer = io.StringIO()
        for axis in (axis for axes in self.figure.axes for axis in (axes.xaxis, axes.yaxis)):
            if not axis.get_label_text():  # for nothing would all ticks be laid out once more
                axis.set_label_coords(0, 0)
        with mpl.rc_context(_RC | {"svg.hashsalt": self.key}), warnings.catch_warnings():
            # a script the measuring font lacks is drawn by the reader's font all the same
            warnings.filterwarnings("ignore", message="Glyph .* missing from font")
            # savefig would lay everything out twice
            renderer = _Renderer(self.width, self.height, buffer, metadata={"Date": None, "Creator": None})
            self.figure.draw(renderer)
            renderer.finalize()
        root = ElementTree.fromstring(buffer.getvalue())
        self._clean(root, label)
        root.extend(self._rectangle(*area) for area in self._areas)
        text = ElementTree.tostring(root, encoding="unicode")
        return Markup(re.sub(r"\n\s*", "\n", text))

    def _rectangle(self, axes: Axes, x: Span | None, y: Span | None, text: str) -> ElementTree.Element:
        box = axes.bbox
        (left, bottom), (right, top) = (box.x0, box.y0), (box.x1, box.y1)
        if x is not None:
            left, right = (float(axes.transData.transform((value, 0))[0]) for value in x)
        if y is not None:
            bottom, top = (float(axes.transData.transform((0, value))[1]) for value in y)
        place = {"x": left, "y": self.height - top, "width": right - left, "height": top - bottom}
        attributes = {name: f"{value:.1f}" for name, value in place.items()}
        rectangle = ElementTree.Element(f"{{{_SVG}}}rect", {"class": "tip", "fill": "none", **attributes})
        ElementTree.SubElement(rectangle, f"{{{_SVG}}}title").text = text
        return rectangle

    def _clean(self, root: ElementTree.Element, label: str) -> None:
        """Drop what only an editor needs, add the hover titles, and let the page choose the font."""
        for parent in root.iter():
            for child in list(parent):
                if child.tag in {f"{{{_SVG}}}metadata", f"{{{_SVG}}}title"}:
                    parent.remove(child)
        for element in root.iter():
            gid = element.get("id", "")
            if gid in self._tips:
                element.set("class", "tip")
                title = ElementTree.Element(f"{{{_SVG}}}title")
                title.text = self._tips[gid]
                element.insert(0, title)
            if gid and element.tag == f"{{{_SVG}}}g":
                del element.attrib["id"]
            if style := element.get("style"):
                shorthand = re.sub(r"font: (.*?)(\d[\d.]*px)[^;]*", _font, style)
                element.set("style", re.sub(r"font-family: [^;]*(; )?", "", shorthand))
        for name in ("width", "height", "version"):
            root.attrib.pop(name, None)
        root.set("role", "img")
        root.set("aria-label", label)


def _font(match: re.Match[str]) -> str:
    weight = "bold" if "bold" in match[1] or re.search(r"\b[67]00\b", match[1]) else ""
    return f"font-size: {match[2]}" + (f"; font-weight: {weight}" if weight else "")


def tick_format(axes: Axes, which: str, write: Callable[[float], str], ticks: int = 5) -> None:
    """Let axis `which` ("x" or "y") write its ticks with `write`, at most `ticks` steps."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_major_locator(MaxNLocator(ticks, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: write(0.0 if abs(value) < 1e-12 else value)))


def key_entry(canvas: Canvas, place: tuple[float, float], colour: str, text: str) -> None:
    """Write an entry of a key at `place` (pixels from left and bottom): a coloured square, and the name in ink."""
    canvas.write(*place, "■", 13, colour)
    canvas.write(place[0] + 16, place[1], text)


def axis_title(canvas: Canvas, axes: Axes, text: str) -> None:
    """Write the vertical axis' name above it, level, from the sheet's left edge."""
    canvas.write(4, axes.bbox.y1 + 9, printable(text, 40), 11, MUTED)
