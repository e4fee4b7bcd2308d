"""Sections to one self-contained HTML page: no network, everything escaped, a policy against whatever else."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from mixproof.records.verdict import RESULTS, Grade, Verdict
from mixproof.text import writable
from reports.charts.palette import dark_rules
from reports.context import Context, unit_note
from reports.page import Section
from reports.wording.run import GRADE_TITLES, WATERMARK, grade_sentence, headline

TEMPLATES = Path(__file__).parent / "templates"
_ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
# Compiled with the import, which a run does while it samples; a page imports the blocks.
_PAGE, _ = (_ENVIRONMENT.get_template(f"{name}.html.j2") for name in ("page", "blocks"))
_TONES = {Grade.REPORTABLE: "good", Grade.WITH_WARNINGS: "warn", Grade.NOT_REPORTABLE: "bad"}


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above and below the sections of a page.

    Parameters
    ----------
    kind, title, meta : str
        What sort of page it is, what it is about, and the line under that.
    answers : sequence of str
        What the page says, in a sentence or a few; the verdict below says how far to trust it.
    verdict : Verdict
    grade_sentence : str
        What the grade means for whoever wants to use the numbers.
    intervals : str
        How intervals are to be read.
    run_id, version : str
    """

    kind: str
    title: str
    meta: str
    answers: Sequence[str]
    verdict: Verdict
    grade_sentence: str
    intervals: str
    run_id: str
    version: str
    grade_title: str = ""
    """The grade in words of the page's own; default those of every result."""
    reasons: bool = True
    """Whether the banner names the findings behind the grade; a page that has them further down may leave them out there."""
    tone: str = ""
    """``good``, ``warn`` or ``bad``; default what the grade gives."""


def template(name: str) -> Template:
    """Return the template called `name`, which escapes everything that is not marked as safe."""
    return _ENVIRONMENT.get_template(f"{name}.html.j2")


def render(context: Context, sections: Sequence[Section]) -> str:
    """Return the page of a media-mix summary as HTML text.

    Parameters
    ----------
    context : Context
        What the page shows and how.
    sections : sequence of Section
        In the order of the page.

    Returns
    -------
    str
        One file that needs no other.
    """
    inputs, numbers = context.inputs, context.numbers
    panel, source = inputs.panel, inputs.provenance
    geos = "national" if len(panel.geos) == 1 else f"{len(panel.geos)} geos"
    span = f"{numbers.day(panel.start)} to {numbers.day(panel.end)}"
    head = Head(
        kind="Media-mix summary",
        title=source.name,
        meta=f"{panel.outcome_name} · {span} · {panel.frequency} · {geos} · run {source.run_id}",
        answers=[headline(context)],
        verdict=inputs.verdict,
        grade_sentence=grade_sentence(context),
        intervals=unit_note(context),
        run_id=source.run_id,
        version=source.versions.get("mixproof", ""),
    )
    return render_page(head, sections)


def render_page(head: Head, sections: Sequence[Section]) -> str:
    """Return a page as HTML text.

    Every user's string goes through autoescape; the only markup taken as it is are the charts, which escape what they
    hold, and the style and script files beside the templates. The script is allowed by its hash, so that nothing else
    can run.

    Parameters
    ----------
    head : Head
        Title, verdict and grade.
    sections : sequence of Section
        In the order of the page.

    Returns
    -------
    str
        One file that needs no other.
    """
    script = (TEMPLATES / "page.js").read_text(encoding="utf-8")
    grade = head.verdict.grade
    page = _PAGE.render(
        head=head,
        sections=sections,
        tone=head.tone or _TONES[grade],
        grade=head.grade_title or GRADE_TITLES[grade],
        watermark=watermark(grade),
        policy=_policy(script),
        results=RESULTS,
        style=Markup(_style()),
        script=Markup(script),
    )
    return writable(page)


def watermark(grade: Grade) -> str:
    """Return the words that mark a result that may not be reported; empty for the others."""
    return WATERMARK if grade is Grade.NOT_REPORTABLE else ""


def _style() -> str:
    """Return the style of pages, with the rules that exchange the colours of charts on a dark screen."""
    style = (TEMPLATES / "style.css").read_text(encoding="utf-8")
    return f"{style}@media screen and (prefers-color-scheme: dark) {{\n{dark_rules()}\n}}\n"


def _policy(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    rules = (
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        f"script-src 'sha256-{digest}'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    )
    return "; ".join(rules)
