"""The summary of a media-mix run: one page and one workbook, made from its run folder alone."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from markupsafe import Markup

from mixproof.forked import Beside, in_turn
from reports.context import Context
from reports.inputs import RunFolder, read_inputs
from reports.numbers import Numbers
from reports.page import Written
from reports.render import render, write_out
from reports.sections.summary import BESIDE, SUMMARY, Builder
from reports.workbook import write_workbook


def write_summary(run: RunFolder, locale: str | None = None, *, beside: Beside = in_turn) -> list[Path]:
    """Return the paths of the page and the workbook written for a media-mix run.

    Parameters
    ----------
    run : RunFolder
        A run folder (`mixproof.records.run.Run`), published or about to be.
    locale : str, optional
        How numbers and dates are written, for example ``"en"`` or ``"de"``; sentences are English. Default: what the run's
        configuration names under ``report``.
    beside : callable
        How to do one half beside the other; default one after the other.

    Returns
    -------
    list of Path
        ``report/summary.html`` and ``report/summary.xlsx`` inside the run folder. The same run gives the same bytes.

    Raises
    ------
    KeyError
        The run lacks its panel facts or the table ``channels``: a fault of the writer of the folder.
    """
    inputs = read_inputs(run)
    configured = dict(inputs.config.get("report") or {}).get("locale")
    context = Context.of(inputs, Numbers(locale or configured or "en"))
    folder = Path(run.path) / "report"
    folder.mkdir(parents=True, exist_ok=True)
    page, workbook = folder / "summary.html", folder / "summary.xlsx"
    # Charts take most of the time.
    here = [builder for builder in SUMMARY if builder not in BESIDE]
    with beside(lambda: _pack(_sections(context, BESIDE))) as rest:
        built = dict(zip(here, _sections(context, here), strict=True))
        write_workbook(context, workbook)
        built |= dict(zip(BESIDE, _unpack(rest()), strict=True))
    there = [section for section in map(built.__getitem__, SUMMARY) if section is not None]
    page.write_text(render(context, there), encoding="utf-8", newline="\n")
    return [page, workbook]


def _sections(context: Context, builders: Sequence[Builder]) -> list[Written | None]:
    """Return what each builder builds, written out; None where the run has nothing for it."""
    grade = context.inputs.verdict.grade
    built = [build(context) for build in builders]
    return [None if section is None else write_out(section, grade) for section in built]


def _pack(sections: Sequence[Written | None]) -> str:
    return json.dumps([None if section is None else asdict(section) for section in sections])


def _unpack(text: str) -> list[Written | None]:
    """Return the sections that `_pack` packed; their markup was escaped when it was written out."""
    return [
        None if each is None else Written(**each | {"body": Markup(each["body"])})
        for each in json.loads(text)
    ]
