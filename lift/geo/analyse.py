"""The analysis of a geo experiment from end to end: data, cells, money, evidence, findings."""

import hashlib
from dataclasses import replace
from typing import Any

import numpy as np

from lift.experiment import Context, ExperimentResult, PoolInput
from lift.geo.cell import analyse_cell
from lift.geo.config import Cell, Geo
from lift.geo.data.experiment_data import GeoTest, cell_setting, read_test
from lift.geo.data.setting import CellAnswer, Setting
from lift.geo.evidence import geo_evidence
from lift.geo.picture import picture_tables
from lift.geo.rows import Labels, labels, lift_rows, model_rows, page_facts, period_rows
from lift.geo.trust.checks import findings
from mixproof.records.verdict import Finding


def analyse_geo(experiment: Geo, context: Context) -> ExperimentResult:
    """Return rows, evidence and findings of a geo experiment.

    Parameters
    ----------
    experiment : Geo
    context : Context

    Raises
    ------
    ConfigError, DataError, PrivacyError
        With every fault of the experiment's data.
    """
    test = read_test(experiment, context.folder)
    level = context.level_of(experiment)
    words = labels(test, context.currency)
    analysed: list[tuple[Cell, Setting, CellAnswer]] = []
    rows: list[dict[str, Any]] = []
    periods: list[dict[str, Any]] = []
    found: list[Finding] = []
    cells: list[Any] = []
    for cell in experiment.cells:
        setting, units = cell_setting(test, cell, level, context.seed)
        answer = analyse_cell(setting)
        analysed.append((cell, setting, answer))
        rows += lift_rows(test, cell, setting, answer, words)
        rows += model_rows(test, cell, setting, answer, words)
        rows += _test_only(test, cell, setting, words)
        periods += period_rows(test, cell, setting, answer, words)
        found += findings(test, cell, setting, answer)
        cells.append(page_facts(test, cell, setting, answer, units))
    found += _multiplicity(experiment.name, analysed)
    section_hash = hashlib.sha256(experiment.model_dump_json().encode()).hexdigest()
    return ExperimentResult(
        rows=rows,
        evidence=(geo_evidence(test, analysed, words, level, section_hash),),
        findings=tuple(found),
        tables={"lift_periods": periods, **picture_tables(experiment.name, cells)},
        pool=tuple(item for entry in analysed for item in _pool(test, words, rows, entry[0])),
        page={"cells": cells, "design": experiment.design, "excluded": list(experiment.excluded)},
    )


def _test_only(test: GeoTest, cell: Cell, setting: Setting, words: Labels) -> list[dict[str, Any]]:
    """Return the increment of the test alone, where a cool-down is part of the main answer."""
    if not test.cooldown:
        return []
    last = test.split + test.test
    spend = None if setting.spend is None else setting.spend[:, :last]
    shorter = replace(setting, outcome=setting.outcome[:, :last], spend=spend, compare=False)
    first = lift_rows(test, cell, shorter, analyse_cell(shorter), words)[0]
    return [{**first, "role": "comparison", "method": f"{first['method']}, test without cool-down"}]


def _multiplicity(name: str, analysed: list[tuple[Cell, Setting, CellAnswer]]) -> list[Finding]:
    """Return what Holm's correction over cells leaves of the p-values."""
    if len(analysed) < 2:
        return []
    p = np.array([answer.effect.p_value for _, _, answer in analysed])
    order = np.argsort(p, kind="stable")
    adjusted = np.minimum(1.0, np.maximum.accumulate(p[order] * (p.size - np.arange(p.size))))
    parts = [f"{analysed[i][0].name} {value:.3g}" for i, value in zip(order, adjusted, strict=True)]
    text = f"{p.size} cells were tested; p-values for all together (Holm): {', '.join(parts)}."
    return [Finding("several_cells", "pass", text, float(adjusted.min()), None, name)]


def _pool(test: GeoTest, words: Labels, rows: list[dict[str, Any]], cell: Cell) -> list[PoolInput]:
    """Return relative lift and iROAS for pooling, where the cell treats one channel and the interval is bounded."""
    channels = cell.channels or test.section.channels
    if len(channels) != 1:
        return []
    return [
        PoolInput(
            test.section.name,
            channels[0],
            row["estimand"],
            row["estimate"],
            row["se"],
            row["unit"],
            test.section.end,
        )
        for row in rows
        if row["arm"] == cell.name
        and row["role"] == "primary"
        and row["estimand"] in ("relative_lift", "iroas")
        if np.isfinite(row["se"]) and row["se"] > 0
    ]
