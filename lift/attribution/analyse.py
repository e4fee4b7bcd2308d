"""The `attribution:` section from end to end: credit by rule, and what systems claim, in tables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lift.attribution.config import AttributionConfig
from lift.attribution.contract.read import read_system
from lift.attribution.credit.paths import Paths, read_paths
from lift.attribution.credit.rules import Credit, credit_of
from lift.attribution.factors.against import Curves, hold_against
from lift.attribution.stability import stability_findings, stability_rows
from lift.attribution.tables import TABLES
from mixproof.errors import ConfigError, DataError, MixproofError, PrivacyError
from mixproof.records.evidence import Evidence
from mixproof.records.verdict import Finding, Status, Verdict

UNATTRIBUTED_SHARE = 0.3
"""Above: so many conversions have no usable path that shares of the rest are no shares of all."""


@dataclass(frozen=True, slots=True)
class AttributionAnalysis:
    """What attribution claims.

    Parameters
    ----------
    tables : dict of str to pandas.DataFrame
        One frame for each spec of `lift.attribution.tables.TABLES`, by name.
    verdict : Verdict
    """

    tables: dict[str, pd.DataFrame]
    verdict: Verdict


def analyse_attribution(
    config: AttributionConfig,
    folder: Path,
    evidence: Sequence[Evidence] = (),
    seed: int = 1,
    curves: Curves | None = None,
) -> AttributionAnalysis:
    """Return tables and verdict of an `attribution:` section.

    Parameters
    ----------
    config : AttributionConfig
    folder : pathlib.Path
        Folder from which the section's tables are read.
    evidence : sequence of Evidence
        Experiments that calibrate the systems' credit.
    seed : int
    curves : Curves, optional
        What a media-mix model says that channels bring at other levels of spend.

    Returns
    -------
    AttributionAnalysis

    Raises
    ------
    ConfigError, DataError, PrivacyError
        As the tables' readers.
    """
    rows: dict[str, Any] = {spec.name: [] for spec in TABLES}
    findings: list[Finding] = []
    errors: list[MixproofError] = []
    try:
        if config.paths is not None:
            paths = read_paths(config.paths, folder)
            given = credit_of(paths, config)
            rows["credit"] = list(credit_rows(paths, given))
            findings += credit_findings(paths, given)
    except (DataError, ConfigError, PrivacyError) as error:
        errors.append(error)
    systems = []
    for system in config.systems:
        try:
            systems.append(read_system(system, folder, config.currency))
        except (DataError, ConfigError, PrivacyError) as error:
            errors.append(error)
    _raise_together(errors)
    if systems:
        rows["attributed"] = pd.concat([table.rows for table in systems], ignore_index=True)
        findings += [finding for table in systems for finding in table.findings]
        rows["attribution_stability"] = stability_rows(rows["attributed"], config.stability)
        findings += stability_findings(rows["attribution_stability"])
    for table in systems:
        try:
            held = hold_against(config, table.rows, evidence, seed, curves)
            for name, made in held.tables.items():
                rows[name] += made
            findings += held.findings
        except DataError as error:
            errors.append(error)
    _raise_together(errors)
    return AttributionAnalysis(
        {spec.name: spec.frame(rows[spec.name]) for spec in TABLES}, Verdict(tuple(findings))
    )


def _raise_together(errors: Sequence[MixproofError]) -> None:
    """Raise the faults of all tables at once; an identifier outweighs broken data, and broken data a wrong file name."""
    for family in (PrivacyError, DataError, ConfigError):
        if any(isinstance(error, family) for error in errors):
            raise family([fault for error in errors for fault in error.faults])


def credit_rows(paths: Paths, given: list[Credit]) -> Iterator[dict[str, Any]]:
    """Yield the rows of ``credit``: every rule's channels, then what it leaves unattributed.

    Parameters
    ----------
    paths : Paths
    given : list of Credit

    Returns
    -------
    iterator of dict
    """
    whole = paths.conversions.sum() + sum(row.conversions for row in paths.outside)
    worth = np.nan
    if paths.value is not None:
        worth = paths.value.sum() + sum(row.value for row in paths.outside)
    for credit in given:
        for k, channel in enumerate(paths.channels):
            value = np.nan if credit.value is None else float(credit.value[k])
            yield {
                "rule": credit.rule,
                "channel": channel,
                "credited": True,
                "conversions": float(credit.conversions[k]),
                "share": float(credit.conversions[k] / whole),
                "value": value,
                "value_share": value / worth if worth else np.nan,
                "effect": np.nan if credit.effect is None else float(credit.effect[k]),
                "note": credit.note,
            }
        for row in paths.outside:
            if row.conversions or row.value:
                value = np.nan if paths.value is None else row.value
                yield {
                    "rule": credit.rule,
                    "channel": row.name,
                    "credited": False,
                    "conversions": row.conversions,
                    "share": row.conversions / whole,
                    "value": value,
                    "value_share": value / worth if worth else np.nan,
                    "effect": np.nan,
                    "note": "",
                }


def credit_findings(paths: Paths, given: list[Credit]) -> Iterator[Finding]:
    """Yield what must be known before credit is read.

    Parameters
    ----------
    paths : Paths
    given : list of Credit

    Returns
    -------
    iterator of Finding
    """
    outside = sum(row.conversions for row in paths.outside)
    share = float(outside / (outside + paths.conversions.sum()))
    status: Status = "warning" if share > UNATTRIBUTED_SHARE else "pass"
    what = f"{share:.0%} of the conversions have no usable path and are left unattributed by every rule."
    yield Finding("credit_unattributed", status, what, share, UNATTRIBUTED_SHARE)
    if int(paths.lengths.max()) == 1:
        what = "Every path has one touch, so that all rules agree; check the separator."
        yield Finding("credit_paths", "warning", what)
    for credit in given:
        negative = credit.effect is not None and bool((credit.effect < 0).any())
        if negative:
            what = f"By {credit.rule}, some channels lower the rate of conversion: credit below zero is shown as it is."
            yield Finding("credit_negative", "note", what)
        if credit.note.startswith("no credit"):
            what = f"{credit.rule} gives no credit: the effects of all channels together are not above zero."
            yield Finding("credit_undefined", "warning", what)
