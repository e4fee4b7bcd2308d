"""One chart of a run's page by its name, to be shown in a notebook or saved."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup, escape

from mixproof.errors import ConfigError, Fault
from reports.context import Context
from reports.inputs import RunFolder, read_inputs, with_marks
from reports.numbers import Numbers
from reports.page import Figure, Grid
from reports.sections.summary import NAMED_CHARTS
from reports.wording.run import WATERMARK


@dataclass(frozen=True, slots=True)
class Drawing:
    """One drawing: its title, its ``<svg>`` element, and how it is to be read."""

    title: str
    svg: Markup
    caption: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart that shows itself in a notebook.

    Parameters
    ----------
    title : str
    drawings : tuple of Drawing
        One, or one for each channel or geo.
    caption : str
        How it is to be read.
    mark : str
        What every copy of it must say, empty where the run is reportable.
    """

    title: str
    drawings: tuple[Drawing, ...]
    caption: str
    mark: str

    def _repr_svg_(self) -> str | None:
        return self.svg() if len(self.drawings) == 1 else None

    def _repr_html_(self) -> str:
        mark = (
            Markup('<p style="color:#b42318"><strong>{}</strong></p>').format(self.mark) if self.mark else ""
        )
        return str(
            Markup(
                "<figure style='margin:0;max-width:60em'><strong>{}</strong>{}{}<figcaption>{}</figcaption></figure>"
            ).format(self.title, mark, Markup("").join(map(self._drawn, self.drawings)), self.caption)
        )

    def _drawn(self, drawing: Drawing) -> Markup:
        if len(self.drawings) == 1:
            return drawing.svg
        box = "<div style='display:inline-block;width:330px;vertical-align:top'><em>{}</em>{}<small>{}</small></div>"
        return Markup(box).format(drawing.title, drawing.svg, drawing.caption)

    def svg(self) -> str:
        """Return the chart as an SVG document, marked where the run is not reportable.

        Raises
        ------
        ValueError
            There are several drawings: choose one by its name, or save them as HTML.
        """
        if len(self.drawings) > 1:
            names = ", ".join(drawing.title for drawing in self.drawings)
            raise ValueError(
                f"{self.title} are {len(self.drawings)} drawings: choose one of {names}, or save as .html"
            )
        text = str(self.drawings[0].svg)
        if "xmlns=" not in text.partition(">")[0]:  # inside a page the name of the language is known
            text = text.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
        if not self.mark:
            return text
        look = 'x="50%" y="55%" text-anchor="middle" font-size="28" fill="#b42318" fill-opacity="0.4"'
        body, _, _ = text.rpartition("</svg>")
        return f"{body}<text {look}>{escape(self.mark)}</text></svg>"

    def save(self, path: Path | str) -> Path:
        """Return the file after writing the chart to it, as ``.svg`` or ``.html``.

        Raises
        ------
        ValueError
            The name ends in something else, or an SVG file is asked for of several drawings.
        """
        file = Path(path)
        writers: dict[str, Callable[[], str]] = {".svg": self.svg, ".html": self._repr_html_}
        if file.suffix.lower() not in writers:
            raise ValueError(f"{file.name!r} should end in .svg or .html")
        file.write_text(writers[file.suffix.lower()]() + "\n", encoding="utf-8", newline="\n")
        return file


_OF_RETURNS, _OF_COSTS = ("roi", "mroi"), ("outcome_per_spend", "cpia")
"""The section on returns draws the former where the outcome has a value in money, else the latter."""


def charts_of(run: RunFolder) -> tuple[str, ...]:
    """Return the names of the charts that a run has; none where it fitted no model."""
    if "channels" not in run.tables:
        return ()
    absent = _OF_COSTS if run.table("channels")["roi_mean"].notna().any() else _OF_RETURNS
    return tuple(name for name in NAMED_CHARTS if name not in absent)


def draw_chart(run: RunFolder, name: str, part: str | None = None) -> Chart:
    """Return a chart of a run's summary page.

    Parameters
    ----------
    run : RunFolder
    name : str
        A key of `reports.sections.summary.NAMED_CHARTS`.
    part : str, optional
        The channel or geo whose drawing is wanted, where the page has one for each; default all of them.

    Returns
    -------
    Chart

    Raises
    ------
    ConfigError
        ``chart-unknown``: the run has no such chart, or the chart has no such part.
    """
    known = charts_of(run)
    if name not in known:
        raise _unknown("chart", name, known)
    inputs = with_marks(read_inputs(run))
    locale = dict(inputs.config.get("report") or {}).get("locale")
    build, place = NAMED_CHARTS[name]
    section = build(Context.of(inputs, Numbers(locale or "en")))
    drawn = [block for block in section.blocks if isinstance(block, Figure | Grid)] if section else []
    if len(drawn) <= place:
        raise _unknown("chart", name, [other for other in known if other != name])
    block, mark = drawn[place], WATERMARK if inputs.marked else ""
    if isinstance(block, Figure):
        if part is not None:
            raise _unknown(f"part of {name}", part, ())
        return Chart(block.title, (Drawing(block.title, block.svg, ""),), block.caption, mark)
    drawings = {panel.title: Drawing(panel.title, panel.svg, panel.caption) for panel in block.panels}
    if part is None:
        return Chart(block.title, tuple(drawings.values()), block.caption, mark)
    if part not in drawings:
        raise _unknown(f"part of {name}", part, drawings)
    return Chart(
        f"{block.title}: {part}", (drawings[part],), f"{drawings[part].caption} {block.caption}", mark
    )


def _unknown(what: str, name: str, known: Iterable[str]) -> ConfigError:
    there = ", ".join(known)
    remedy = f"There are: {there}." if there else "There is none."
    return ConfigError(Fault("chart-unknown", name, f"The run has no {what} of this name.", remedy))
