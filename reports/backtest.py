"""The page of a backtest: forecasts against what came, scores against naive forecasts, and where the model was fitted."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from reports.charts.series import fit
from reports.charts.sheet import Write
from reports.experiment_inputs import write_page
from reports.inputs import Record, RunFolder, provenance_of, records
from reports.numbers import MISSING, Numbers
from reports.page import Block, Column, Facts, Figure, Section, Table, Text
from reports.render import Head, render_page
from reports.wording.run import listing, verdict_sentence

_MOST_GEOS = 6
"""More charts than this are not looked at; the table has all geos."""
_FINDINGS = {"backtest_coverage", "backtest_skill", "backtest_weights"}


def write_backtest(run: RunFolder, locale: str | None = None) -> list[Path]:
    """Return the path of the page written for the backtest of a run: ``report/backtest.html``.

    Parameters
    ----------
    run : RunFolder
    locale : str, optional
        How numbers are written; default what the run's configuration names under ``report``.

    Returns
    -------
    list of pathlib.Path
        One path.
    """
    numbers = Numbers(locale or dict(run.config.get("report") or {}).get("locale") or "en")
    source, panel = provenance_of(run.manifest), dict(run.manifest["panel"])
    forecasts, origins = _dated(run.table("backtest")), _dated(run.table("backtest_origins"))
    unit = str(panel["outcome_unit"])
    sections = [
        _scores(run, numbers, unit),
        _forecasts(forecasts, numbers, unit),
        _origins(origins, numbers),
        _method(),
        _files(source.inputs, source.config_hash, f"runs/{source.name}/{source.run_id}"),
    ]
    span = " to ".join(numbers.day(end) for end in (forecasts["date"].min(), forecasts["date"].max()))
    head = Head(
        kind="Backtest",
        title=source.name,
        meta=" · ".join(
            [str(panel["outcome_name"]), span, f"{len(origins)} origins", f"run {source.run_id}"]
        ),
        answers=_answers(run, numbers),
        verdict=run.verdict,
        grade_sentence=verdict_sentence(run.verdict),
        intervals="Every forecast was made without the outcomes of its period and of those after it.",
        run_id=source.run_id,
        version=source.versions.get("mixproof", ""),
    )
    return [write_page(Path(run.path) / "report", "backtest.html", render_page(head, sections))]


def _answers(run: RunFolder, numbers: Numbers) -> list[str]:
    """Return against which naive forecasts the model is shown to be closer one step ahead, and against which it is not."""
    rows = [
        row
        for row in records(run.table("backtest_scores"))
        if row["steps"] == 1 and row["forecaster"] != "model"
    ]
    better = [row for row in rows if row["skill_lower"] > 0]
    names = listing([f"“{row['forecaster']}” by {numbers.percent(row['skill'])}" for row in better])
    others = listing([f"“{row['forecaster']}”" for row in rows if not row["skill_lower"] > 0])
    said = [f"One period ahead, forecasts were closer than {names}."] if better else []
    return said + (
        [f"One period ahead, forecasts are not shown to be closer than {others}."] if others else []
    )


def _scores(run: RunFolder, numbers: Numbers, unit: str) -> Section:
    columns = [
        Column("Forecaster", number=False),
        Column("Steps"),
        Column("Forecasts"),
        Column("Mean absolute error", unit),
        Column("CRPS", unit),
        Column("In 50 %"),
        Column("In 90 %"),
        Column("elpd"),
        Column("Model's skill over it", "90 % interval"),
    ]
    rows = [
        (
            str(row["forecaster"]),
            "1" if row["steps"] == 1 else f"1 to {row['steps']}",
            numbers.plain(row["forecasts"]),
            numbers.compact(row["mae"]),
            numbers.compact(row["crps"]),
            _share(numbers, row["coverage_50"]),
            _share(numbers, row["coverage_90"]),
            _elpd(numbers, row),
            _skill(numbers, row),
        )
        for row in records(run.table("backtest_scores"))
    ]
    note = (
        "Skill is the share by which the model's mean absolute error is smaller, over the same forecasts. It is claimed only "
        "where its whole interval lies above zero. CRPS compares whole forecasts, intervals included; for a single number it "
        "is the absolute error. elpd is the sum of log predictive densities with its standard error over origins."
    )
    said = [finding.sentence for finding in run.verdict.findings if finding.check in _FINDINGS]
    blocks: list[Block] = [Text(said, bullets=True), Table("Scores", columns, rows, note)]
    return Section("scores", "Scores", "How good the forecasts were", blocks)


def _forecasts(frame: pd.DataFrame, numbers: Numbers, unit: str) -> Section:
    """Return forecasts one step ahead against what came, a chart a geo."""
    ahead = frame[frame["step"] == 1].rename(
        columns={"median": "predicted_mean", "lower_90": "predicted_lower", "upper_90": "predicted_upper"}
    )
    ahead = ahead.assign(residual=ahead["actual"] - ahead["predicted_mean"])
    geos = list(dict.fromkeys(ahead["geo"]))
    blocks: list[Block] = []
    for geo in geos[:_MOST_GEOS]:
        rows = ahead[ahead["geo"] == geo].sort_values("date").reset_index(drop=True)
        write = Write(numbers.compact, numbers.tick, numbers.day)
        svg = fit(rows, write, "90\u00a0% interval")
        caption = (
            f"One period ahead, in {unit}. Line: median of the forecast; lower part: actual minus forecast."
        )
        blocks.append(Figure(str(geo) if len(geos) > 1 else "Forecast and actual", svg, caption))
    if len(geos) > _MOST_GEOS:
        blocks.append(Text([f"Shown are {_MOST_GEOS} of {len(geos)} geos; the table backtest has all."]))
    return Section("forecasts", "Forecasts", "What was forecast, and what came", blocks)


def _origins(frame: pd.DataFrame, numbers: Numbers) -> Section:
    columns = [
        Column("First period not known", number=False),
        Column("Fit", number=False),
        Column("Pareto k tried"),
        Column("Effective draws"),
        Column("Log density"),
        Column("Monte-Carlo error"),
    ]
    rows = [
        (
            numbers.day(row["first"]),
            _fit(row) if row["fitted"] else f"reweighted, fitted before {numbers.day(row['fitted_before'])}",
            numbers.plain(row["k_hat"], 2) if row["k_hat"] == row["k_hat"] else MISSING,
            numbers.plain(row["effective_draws"], 0),
            numbers.plain(row["log_density"], 2),
            numbers.plain(row["monte_carlo_error"], 3),
        )
        for row in records(frame)
    ]
    return Section(
        "origins", "Origins", "Where the model was fitted", [Table("Origins", columns, rows, folded=True)]
    )


def _fit(row: Record) -> str:
    return "fitted, from the draws before" if row["warm"] else "fitted"


def _method() -> Section:
    lines = [
        "Each origin knows the outcomes before its first period, and no later one. Media, controls and treatments of the "
        "periods that are forecast are taken as planned: a forecast says what the outcome would be under that plan.",
        "Units and priors are those of the time before the first origin. All origins share them, so that a fit can serve "
        "later origins: its draws are weighted by how well they forecast what came in between. Where the weights cannot be "
        "trusted (Pareto k), the model is fitted again.",
        "Naive forecasts know no model: the last outcome, and the outcome a year before.",
    ]
    return Section("method", "Method", "How the past was forecast", [Text(lines)])


def _files(inputs: Mapping[str, str], config_hash: str, folder: str) -> Section:
    run = [("Configuration, SHA-256", config_hash), ("Verify with", f"mixproof verify {folder}")]
    blocks: list[Block] = [Facts("The run", run, code=True)]
    if inputs:
        blocks.append(Facts("Inputs, SHA-256", sorted(inputs.items()), code=True))
    return Section("provenance", "Provenance", "Where the numbers come from", blocks)


def _share(numbers: Numbers, value: float) -> str:
    return numbers.percent(value) if value == value else MISSING


def _elpd(numbers: Numbers, row: Record) -> str:
    if row["elpd"] != row["elpd"]:
        return MISSING
    return f"{numbers.plain(row['elpd'], 1)} ± {numbers.plain(row['elpd_error'], 1)}"


def _skill(numbers: Numbers, row: Record) -> str:
    if row["skill"] != row["skill"]:
        return MISSING
    if row["skill_lower"] == float("-inf"):
        return f"{numbers.percent(row['skill'])} (too few origins)"
    return f"{numbers.percent(row['skill'])} ({numbers.percent(row['skill_lower'])} to {numbers.percent(row['skill_upper'])})"


def _dated(frame: pd.DataFrame) -> pd.DataFrame:
    frame = frame.copy()
    for name in ("first", "date", "fitted_before"):
        if name in frame.columns:
            frame[name] = pd.to_datetime(frame[name])
    return frame
