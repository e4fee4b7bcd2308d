"""The pages of experiments, one each, and the workbook of all of them, made from a run folder alone.

Without a media-mix model, and so without a summary, triangulation has a page of its own.
"""

from pathlib import Path

from mixproof.records.run_folder.naming import numbered_stems
from reports.experiment_inputs import ExperimentPage, read_experiments, texts, write_page
from reports.experiment_workbook import write_experiment_workbook
from reports.inputs import RunFolder, provenance_of
from reports.numbers import Numbers
from reports.render import Head, render_page
from reports.sections.experiment import EXPERIMENT
from reports.sections.triangulation import section
from reports.wording.experiment import headlines
from reports.wording.run import verdict_sentence

_KINDS = {"holdout": "Holdout", "geo": "Geo experiment", "imported": "Imported experiment"}


def write_experiments(run: RunFolder, locale: str | None = None) -> list[Path]:
    """Return the paths of the pages and the workbook written for the experiments of a run.

    Parameters
    ----------
    run : RunFolder
        A run folder (`mixproof.records.run.Run`), published or about to be.
    locale : str, optional
        How numbers and dates are written; default what the run's configuration names under ``report``.

    Returns
    -------
    list of Path
        ``report/experiment-NN-NAME.html`` for each experiment and ``report/experiments.xlsx``. The same run gives the
        same bytes.
    """
    configured = dict(run.config.get("report") or {}).get("locale")
    numbers = Numbers(locale or configured or "en")
    pages = list(read_experiments(run, numbers))
    folder = Path(run.path) / "report"
    written = [
        write_page(folder, f"experiment-{stem}.html", _html(page))
        for stem, page in zip(numbered_stems([page.name for page in pages]), pages, strict=True)
    ]
    return [*written, write_experiment_workbook(run, pages, folder / "experiments.xlsx")]


def _html(page: ExperimentPage) -> str:
    sections = [section for build in EXPERIMENT if (section := build(page)) is not None]
    return render_page(_head(page), sections)


def _head(page: ExperimentPage) -> Head:
    section, numbers = page.section, page.numbers
    days = [numbers.day(section[key]) for key in ("start", "end") if section.get(key)]
    parts = [" + ".join(page.channels), " to ".join(days), f"run {page.source.run_id}"]
    level = numbers.percent(float(page.tables["lift"]["level"].iloc[0]))
    return Head(
        kind=_KINDS[page.kind],
        title=page.name,
        meta=" · ".join(part for part in parts if part),
        answers=headlines(page),
        verdict=page.verdict,
        grade_sentence=verdict_sentence(page.verdict),
        intervals=(
            f"Intervals are {level} confidence intervals: of many such tests, {level} of the intervals hold the true effect. "
            "p is the chance of a result at least as far from “no effect” if there were none."
        ),
        run_id=page.source.run_id,
        version=page.source.versions.get("mixproof", ""),
    )


def write_triangulation(run: RunFolder, locale: str | None = None) -> list[Path]:
    """Return the path of the page, none where the run has a summary that holds it.

    Parameters
    ----------
    run : RunFolder
        A run folder (`mixproof.records.run.Run`), published or about to be.
    locale : str, optional
        How numbers and dates are written; default what the run's configuration names under ``report``.

    Returns
    -------
    list of Path
    """
    if run.config.get("data"):
        return []
    configured = dict(run.config.get("report") or {}).get("locale")
    numbers = Numbers(locale or configured or "en")
    currency = str((run.config.get("lift") or run.config["attribution"])["currency"])
    found = section(texts(run.table("triangulation")), numbers, currency)
    source = provenance_of(run.manifest)
    head = Head(
        kind="Triangulation",
        title=source.name,
        meta=f"run {source.run_id}",
        answers=["Experiments and attribution, side by side."],
        verdict=run.verdict,
        grade_sentence=verdict_sentence(run.verdict),
        intervals=(
            "Intervals are those of the sources: confidence intervals of experiments, prediction intervals of calibrated "
            "credit."
        ),
        run_id=source.run_id,
        version=source.versions.get("mixproof", ""),
    )
    return [
        write_page(
            Path(run.path) / "report",
            "triangulation.html",
            render_page(head, [found] if found else []),
        )
    ]
