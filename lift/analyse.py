"""The `lift` half from end to end: every experiment of the section analysed, pooled, judged and put into tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from lift.checks.overlap import overlap_faults
from lift.config import LiftConfig
from lift.experiment import Context, Experiment, ExperimentResult
from lift.kinds import ANALYSES, READERS, Analysis
from lift.next_test import next_rows
from lift.pool_tests import pool_channels
from lift.tables import TABLES
from mixproof.errors import ConfigError, DataError, Fault, MixproofError, PrivacyError
from mixproof.records.evidence import Evidence
from mixproof.records.verdict import Finding, Verdict


@dataclass(frozen=True, slots=True)
class LiftAnalysis:
    """What the experiments of a section prove.

    Parameters
    ----------
    tables : dict of str to pandas.DataFrame
        One frame for each spec of `lift.tables.TABLES`, by name.
    evidence : tuple of Evidence
        In the order of the config.
    verdict : Verdict
        Findings of all experiments; each carries its experiment as subject.
    """

    tables: dict[str, pd.DataFrame]
    evidence: tuple[Evidence, ...]
    verdict: Verdict


def analyse(config: LiftConfig, folder: Path, seed: int) -> LiftAnalysis:
    """Return tables, evidence and verdict of every experiment in `config`.

    Parameters
    ----------
    config : LiftConfig
    folder : pathlib.Path
        Folder from which the experiments' tables are read.
    seed : int
        Seed of everything that is drawn.

    Returns
    -------
    LiftAnalysis
        Every table of `lift.tables.TABLES` is there, without rows where nothing asked for it.

    Raises
    ------
    DataError, ConfigError, PrivacyError
        With the faults of all experiments together.
    """
    context = Context(folder=folder, seed=seed, level=config.level, currency=config.currency)
    results = _results(config, context)
    pooled = pool_channels(config, [item for result in results.values() for item in result.pool])
    findings = tuple(f for result in results.values() for f in result.findings) + pooled.findings
    rows = _rows(config, results)
    rows["lift_next"] = list(next_rows(rows["lift"]))
    rows["lift_pool"] = pooled.rows
    rows["lift_checks"] = [_check_row(finding) for finding in findings]
    return LiftAnalysis(
        tables={spec.name: spec.frame(rows.get(spec.name, [])) for spec in TABLES},
        evidence=tuple(item for result in results.values() for item in result.evidence),
        verdict=Verdict(findings),
    )


def read_experiments(config: LiftConfig, folder: Path, seed: int) -> Verdict:
    """Return what is known of the experiments without the analyses that take time: those of geo tests are named, not run.

    Parameters
    ----------
    config, folder, seed
        As in `analyse`.

    Returns
    -------
    Verdict
        Findings of holdouts and imports, and one ``not_analysed`` for each geo test, whose data were read and checked.

    Raises
    ------
    DataError, ConfigError, PrivacyError
        With the faults of all experiments together.
    """
    context = Context(folder=folder, seed=seed, level=config.level, currency=config.currency)
    results = _results(config, context, READERS)
    return Verdict(tuple(finding for result in results.values() for finding in result.findings))


def _results(
    config: LiftConfig, context: Context, by_kind: Mapping[type[Experiment], Analysis] = ANALYSES
) -> dict[str, ExperimentResult]:
    """Return each experiment's result by name, or raise every fault of every experiment at once."""
    faults: list[Fault] = list(overlap_faults(config.experiments))
    met: set[type[MixproofError]] = {DataError} if faults else set()
    results: dict[str, ExperimentResult] = {}
    for experiment in config.experiments:
        try:
            results[experiment.name] = by_kind[type(experiment)](experiment, context)
        except (DataError, ConfigError, PrivacyError) as error:
            faults.extend(error.faults)
            met.add(type(error))
    # One exit code for all: a person's identifier outweighs broken data, and broken data a wrong file name.
    for family in (PrivacyError, DataError, ConfigError):
        if family in met:
            raise family(faults)
    return results


def _rows(config: LiftConfig, results: Mapping[str, ExperimentResult]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of every table, the verdict of its experiment put on each row of ``lift``."""
    rows: dict[str, list[dict[str, Any]]] = {spec.name: [] for spec in TABLES}
    for experiment in config.experiments:
        result = results[experiment.name]
        grade = str(Verdict(result.findings).grade)
        rows["lift"].extend({**row, "verdict": grade} for row in result.rows)
        for name, extra in result.tables.items():
            rows[name].extend(extra)
        rows["lift_registry"].append(
            {
                "experiment": experiment.name,
                "channel": " + ".join(experiment.channels),
                "started": experiment.start.isoformat() if experiment.start else "",
                "state": "result",
                "reason": "",
            }
        )
    for test in config.registry:
        rows["lift_registry"].append(
            {
                "experiment": test.name,
                "channel": " + ".join(test.channels),
                "started": test.started.isoformat(),
                "state": test.state,
                "reason": test.reason,
            }
        )
    return rows


def _check_row(finding: Finding) -> dict[str, Any]:
    return {
        "check": finding.check,
        "status": finding.status,
        "subject": finding.subject or "",
        "value": finding.value,
        "threshold": finding.threshold,
        "sentence": finding.sentence,
    }
