"""The planner's page: one file that computes in the browser what amounts of money bring, from the draws of a run.

Nothing is fetched and nothing is sent. Only the script and the style of this page may act in it, by their hashes; what a
browser reads as data holds no markup.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from mixproof.records.verdict import Verdict
from mixproof.text import writable
from reports.render import TEMPLATES, template, watermark
from reports.wording.run import GRADE_TITLES

SCRIPTS = ("planner.js", "planner_page.js")
STYLES = ("style.css", "planner.css")


def render_planner(
    grid: Mapping[str, Any],
    name: str,
    run_id: str,
    verdict: Verdict,
    *,
    version: str = "",
    locale: str = "en",
) -> str:
    """Return the planner's page as HTML text: one file that needs no other.

    Parameters
    ----------
    grid : mapping of str to object
        As `mmm.plan.grid.planner_grid` returns it.
    name, run_id : str
        Of the run that the draws are from.
    verdict : Verdict
        On the run.
    version : str, optional
        Of the toolkit that made the run.
    locale : str, optional
        In which numbers are written.

    Returns
    -------
    str
    """
    script, style = (
        "".join((TEMPLATES / file).read_text(encoding="utf-8") for file in files)
        for files in (SCRIPTS, STYLES)
    )
    kind = "Equal-tailed" if grid["interval"]["kind"] == "equal_tailed" else "Highest-density"
    page = template("planner").render(
        policy=policy(script, style),
        style=Markup(style),
        script=Markup(script),
        data=Markup(inert({**grid, "locale": locale.replace("_", "-")})),
        title=name,
        meta=f"{grid['start']} to {grid['end']} · {grid['draws']:,} draws of run {run_id}",
        currency=grid["currency"],
        unit=grid["unit"],
        valued=grid["value"] is not None,
        intervals=f"Behind an amount in brackets: {kind.lower()} interval of {grid['interval']['level']:.0%}, from the model's "
        "draws. What money brings counts the window and, through carryover, the time after it; what acts from before is the "
        "same for all plans and not counted.",
        curves="A line shows what a channel's money brings on average; dashed: the current plan. Where the ground is shaded, a "
        "geo would get more in a period than it ever got in the data, and the model only extrapolates. Geos and periods share "
        "a channel's money as in the current plan.",
        search="The search is over channels, on the draws of this page. The command “mixproof plan” also looks for the split "
        "over geos and periods, keeps every limit of the YAML, and says how far a gain may be believed.",
        again=f"Given with the run's folder, mixproof plan …/{name}/{run_id} --scenarios scenarios.yaml has the same numbers "
        "in its table plan_scenarios, beside a certificate and a forecast.",
        run_id=run_id,
        watermark=watermark(verdict.grade),
        version=version,
        grade=GRADE_TITLES[verdict.grade],
    )
    return writable(page)


def inert(data: Mapping[str, Any]) -> str:
    """Return data as JSON text that ends no element and begins no markup wherever it stands in a page.

    Parameters
    ----------
    data : mapping of str to object

    Returns
    -------
    str
    """
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def policy(script: str, style: str) -> str:
    """Return the content security policy of a page with one script and one style.

    Parameters
    ----------
    script, style : str

    Returns
    -------
    str
    """
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (script, style)]
    rules = (
        "default-src 'none'",
        f"style-src 'sha256-{digests[1]}'",
        f"script-src 'sha256-{digests[0]}'",
        "base-uri 'none'",
        "form-action 'none'",
    )
    return "; ".join(rules)
