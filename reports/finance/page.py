"""The finance calibration review: what ties to the ledger and what may be booked, one page and one workbook for sign-off."""

from pathlib import Path

from reports.context import BEFORE, Context, unit_note
from reports.experiment_inputs import write_page
from reports.finance.workbook import write_finance_workbook
from reports.inputs import RunFolder, read_inputs
from reports.numbers import Numbers
from reports.render import Head, render_page
from reports.sections.finance import sections_of
from reports.wording.finance import booking_sentences
from reports.wording.run import grade_sentence


def write_finance(
    run: RunFolder, before: RunFolder | None = None, numbers: Numbers | None = None
) -> list[Path]:
    """Return the paths of the page and the workbook written for a run that has a ledger.

    Parameters
    ----------
    run : RunFolder
        A run folder (`mixproof.records.run.Run`), published or about to be, with the table ``finance_booking``.
    before : RunFolder, optional
        Last quarter's run.
    numbers : Numbers, optional
        How numbers and dates are written; default in the locale that the run's configuration names under ``report``.

    Returns
    -------
    list of Path
        ``report/finance.html`` and ``report/finance.xlsx``. The same runs give the same bytes.
    """
    inputs = read_inputs(run)
    configured = dict(inputs.config.get("report") or {}).get("locale")
    others = {} if before is None else {BEFORE: read_inputs(before)}
    context = Context.of(inputs, numbers or Numbers(configured or "en"), others)
    folder = Path(run.path) / "report"
    page = write_page(folder, "finance.html", render_page(_head(context), sections_of(context)))
    return [page, write_finance_workbook(context, folder / "finance.xlsx")]


def _head(context: Context) -> Head:
    inputs, numbers = context.inputs, context.numbers
    panel, source = inputs.panel, inputs.provenance
    periods = list(dict.fromkeys(inputs.table("finance_booking")["period"]))
    meta = [panel.outcome_name, *([f"{periods[0]} to {periods[-1]}"] if periods else [])]
    meta += [f"data {numbers.day(panel.start)} to {numbers.day(panel.end)}", f"run {source.run_id}"]
    return Head(
        kind="Finance calibration review",
        title=source.name,
        meta=" · ".join(meta),
        answers=booking_sentences(context)[:1],
        verdict=inputs.verdict,
        grade_sentence=grade_sentence(context),
        reasons=True,
        intervals=f"{unit_note(context)} Amounts of the ledger are to the cent; those of the model are rounded on this page.",
        run_id=source.run_id,
        version=source.versions.get("mixproof", ""),
    )
