"""The summary of a media-mix run: one page and one workbook, made from its run folder alone."""

from pathlib import Path

from reports.context import Context
from reports.inputs import RunFolder, read_inputs, with_marks
from reports.numbers import Numbers
from reports.render import render
from reports.sections.summary import SUMMARY
from reports.workbook import write_workbook


def write_summary(run: RunFolder, locale: str | None = None) -> list[Path]:
    """Return the paths of the page and the workbook written for a media-mix run.

    Parameters
    ----------
    run : RunFolder
        A run folder (`mixproof.records.run.Run`), published or about to be.
    locale : str, optional
        How numbers and dates are written, for example ``"en"`` or ``"de"``; sentences are English. Default: what the run's
        configuration names under ``report``.

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
    numbers = Numbers(locale or configured or "en")
    folder = Path(run.path) / "report"
    folder.mkdir(parents=True, exist_ok=True)
    page, workbook = folder / "summary.html", folder / "summary.xlsx"
    write_workbook(Context.of(inputs, numbers), workbook)  # its tables have a column for the caution
    context = Context.of(with_marks(inputs), numbers)
    sections = [section for build in SUMMARY if (section := build(context)) is not None]
    page.write_text(render(context, sections), encoding="utf-8", newline="\n")
    return [page, workbook]
