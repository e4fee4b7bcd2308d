"""The quarterly planning report: one page and one workbook, made from run folders alone."""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from reports.context import BEFORE, Context, unit_note
from reports.experiment_inputs import write_page
from reports.inputs import RunFolder, SummaryInputs, read_inputs, records
from reports.numbers import Numbers
from reports.planning.quarter import quarter_of
from reports.planning.workbook import write_planning_workbook
from reports.render import Head, render_page
from reports.sections.planning import sections_of
from reports.wording.planning import quarter_sentences, recommendation
from reports.wording.run import grade_sentence


def write_planning(
    run: RunFolder,
    plan: RunFolder | None = None,
    before: RunFolder | None = None,
    numbers: Numbers | None = None,
) -> list[Path]:
    """Return the paths of the page and the workbook written for a media-mix run.

    Parameters
    ----------
    run : RunFolder
        A run folder (`mixproof.records.run.Run`), published or about to be.
    plan : RunFolder, optional
        A folder with the tables of a plan that was made from the run; default those in the run itself. The report is then
        written into it.
    before : RunFolder, optional
        Last quarter's run.
    numbers : Numbers, optional
        How numbers and dates are written; default in the locale that the run's configuration names under ``report``.

    Returns
    -------
    list of Path
        ``report/planning.html`` and ``report/planning.xlsx``. The same runs give the same bytes.

    Raises
    ------
    KeyError
        A run lacks its panel facts or the table ``channels``: a fault of the writer of the folder.
    """
    inputs = read_inputs(run) if plan is None else _with_plan(read_inputs(run), plan)
    configured = dict(inputs.config.get("report") or {}).get("locale")
    others = {} if before is None else {BEFORE: read_inputs(before)}
    context = Context.of(inputs, numbers or Numbers(configured or "en"), others)
    folder = Path((plan or run).path) / "report"
    page = write_page(folder, "planning.html", render_page(_head(context), sections_of(context)))
    return [page, write_planning_workbook(context, folder / "planning.xlsx")]


def _with_plan(inputs: SummaryInputs, plan: RunFolder) -> SummaryInputs:
    """Return the inputs with the tables of a plan that has a folder of its own."""
    tables = {name: plan.table(name) for name in plan.tables}
    described = [
        frame for frame in (inputs.table("columns"), tables.pop("columns", None)) if frame is not None
    ]
    columns = pd.concat(described, ignore_index=True).drop_duplicates(["table", "column"])
    texts = {
        name: frame.fillna(dict.fromkeys(frame.select_dtypes(exclude="number"), ""))
        for name, frame in tables.items()
    }
    return replace(inputs, tables={**inputs.tables, **texts, "columns": columns})


def _head(context: Context) -> Head:
    inputs, numbers = context.inputs, context.numbers
    panel, source = inputs.panel, inputs.provenance
    now, _ = quarter_of(context)
    failed = inputs.marked
    span = f"data {numbers.day(panel.start)} to {numbers.day(panel.end)}"
    return Head(
        kind="Quarterly planning report",
        title=source.name,
        meta=" · ".join([panel.outcome_name, *([now.label] if now else []), span, f"run {source.run_id}"]),
        answers=_answers(context),
        verdict=inputs.verdict,
        grade_sentence=grade_sentence(context) if failed else _short(context),
        reasons=failed,
        intervals=f"{unit_note(context)} Amounts are rounded here; the workbook and the tables have them in full.",
        run_id=source.run_id,
        version=source.versions.get("mixproof", ""),
    )


def _short(context: Context) -> str:
    """Return what the grade means, and where its reasons stand: the answer is to be seen first."""
    sentence = grade_sentence(context)
    return f"{sentence[:-1]}; they stand under “Not known”." if sentence.endswith(":") else sentence


def _answers(context: Context) -> list[str]:
    """Return the recommendation; without a plan, what the quarter's money brought."""
    certificate = records(context.inputs.table("plan_certificate"))
    if certificate:
        return [recommendation(context, certificate[0])]
    now, before = quarter_of(context)
    return quarter_sentences(context, now, before)[1:3] if now else []
