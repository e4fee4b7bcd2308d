"""Sections to one self-contained HTML page: no network, everything escaped, a policy against whatever else."""

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from mixlift.records.verdict import Grade
from reports.context import Context, unit_note
from reports.page import Section
from reports.wording import GRADE_TITLES, WATERMARK, grade_sentence

_TEMPLATES = Path(__file__).parent / "templates"
_TONES = {Grade.REPORTABLE: "good", Grade.WITH_WARNINGS: "warn", Grade.NOT_REPORTABLE: "bad"}


def render(context: Context, sections: Sequence[Section]) -> str:
    """Return the page as HTML text.

    Every user's string goes through autoescape; the only markup taken as it is are the charts, which escape what they
    hold, and the style and script files beside the templates. The script is allowed by its hash, so that nothing else
    can run.
    """
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    script = (_TEMPLATES / "tips.js").read_text(encoding="utf-8")
    inputs = context.inputs
    return environment.get_template("summary.html.j2").render(
        inputs=inputs,
        numbers=context.numbers,
        sections=sections,
        tone=_TONES[inputs.verdict.grade],
        grade=GRADE_TITLES[inputs.verdict.grade],
        grade_sentence=grade_sentence(context),
        watermark=WATERMARK if inputs.marked else "",
        intervals=unit_note(context),
        policy=_policy(script),
        style=Markup((_TEMPLATES / "style.css").read_text(encoding="utf-8")),
        script=Markup(script),
    )


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
