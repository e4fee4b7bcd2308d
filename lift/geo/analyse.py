"""The analysis of a geo experiment from end to end: data, cells, answers, evidence, findings."""

import hashlib
import math
from collections.abc import Mapping, Sequence

from lift.experiment import Context, ExperimentResult, PoolInput
from lift.geo.answers.cell_answer import AnalysedCell
from lift.geo.answers.estimands import between_cells, estimand_findings, with_estimands
from lift.geo.answers.evidence import fit_correlation, geo_evidence
from lift.geo.answers.rows import Row, lift_rows, model_rows, period_rows, picture_tables, span_rows
from lift.geo.config import Geo
from lift.geo.data.experiment_data import read_test
from lift.geo.further import analysed, secondary_outcomes, without_cooldown
from lift.geo.trust.checks import findings, multiplicity
from mixproof.records.verdict import Finding


def analyse_geo(experiment: Geo, context: Context) -> ExperimentResult:
    """Return rows, evidence and findings of a geo experiment.

    Parameters
    ----------
    experiment : Geo
    context : Context

    Returns
    -------
    ExperimentResult
        Rows of ``lift``, ``lift_periods``, ``lift_placebo``, ``lift_donors`` and ``lift_certificate``.

    Raises
    ------
    ConfigError, DataError, PrivacyError
        With every fault of the experiment's data.
    """
    # 1. The data, with every fault in them.
    test = read_test(experiment, context.folder, context.currency)
    # 2. Each cell by itself: estimate, inference, certificate.
    level = context.level_of(experiment)
    cells: list[AnalysedCell] = []
    rows: list[Row] = []
    for cell in experiment.cells:
        found = analysed(test, cell, level, context.seed)
        cells.append(found)
        own = [*lift_rows(found), *model_rows(found), *without_cooldown(found)]
        rows += with_estimands(found, own)
    # 3. What they prove, in rows, as evidence and in words.
    links = _alike(cells)
    rows += between_cells(cells, links)
    others, words = secondary_outcomes(experiment, context, cells)
    rows += others
    digest = hashlib.sha256(experiment.model_dump_json().encode()).hexdigest()
    return ExperimentResult(
        rows=rows,
        evidence=(geo_evidence(cells, digest),),
        findings=(
            *(item for found in cells for item in findings(found)),
            *(item for found in cells for item in estimand_findings(found, rows)),
            *multiplicity(cells),
            *words,
        ),
        tables={
            "lift_periods": [row for found in cells for row in period_rows(found)],
            "lift_spans": [row for found in cells for row in span_rows(found)],
            **picture_tables(cells),
        },
        pool=tuple(
            item for found, alike in zip(cells, links, strict=True) for item in _pool(found, rows, alike)
        ),
    )


def read_geo(experiment: Geo, context: Context) -> ExperimentResult:
    """Return no more than that a geo experiment's data were read and checked: a finding that says so.

    Parameters
    ----------
    experiment : Geo
    context : Context

    Returns
    -------
    ExperimentResult
        With the finding ``not_analysed``.

    Raises
    ------
    ConfigError, DataError, PrivacyError
        As `analyse_geo` does.
    """
    test = read_test(experiment, context.folder, context.currency)
    words = (
        f"read: {len(test.series.geos)} geos, {test.split} periods before the test, {test.test} in it and {test.cooldown} of "
        "cool-down; `check` does not analyse geo tests"
    )
    finding = Finding("not_analysed", "pass", words, None, None, experiment.name)
    return ExperimentResult(rows=[], evidence=(), findings=(finding,))


def _alike(cells: Sequence[AnalysedCell]) -> list[dict[str, float]]:
    """Return for each cell the correlation of its error with the others': they share donors on the days that both read."""
    link = fit_correlation(cells)
    windows = [set(range(found.test.split, found.test.split + found.setting.periods)) for found in cells]
    for i, one in enumerate(windows):
        for j, other in enumerate(windows):
            link[i, j] *= len(one & other) / (len(one) * len(other)) ** 0.5
    names = [found.cell.name for found in cells]
    return [
        {other: float(link[i, j]) for j, other in enumerate(names) if j != i} for i, _ in enumerate(names)
    ]


def _pool(found: AnalysedCell, rows: Sequence[Row], alike: Mapping[str, float]) -> list[PoolInput]:
    """Return relative lift and iROAS for pooling, where the cell treats one channel and the interval is bounded."""
    if len(found.channels) != 1:
        return []
    section = found.test.section
    return [
        PoolInput(
            section.name,
            found.channels[0],
            row["estimand"],
            row["estimate"],
            row["se"],
            row["unit"],
            section.end,
            arm=found.cell.name,
            alike=alike,
        )
        for row in rows
        if row["arm"] == found.cell.name
        and row["role"] == "primary"
        and row["estimand"] in ("relative_lift", "iroas")
        if math.isfinite(row["se"]) and row["se"] > 0
    ]
