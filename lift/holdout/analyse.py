"""A holdout from its table to rows, findings and evidence."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from typing import Any

from lift.experiment import Context, ExperimentResult, PoolInput
from lift.holdout.comparisons import bayes_rows, comparison_rows
from lift.holdout.config import Holdout
from lift.holdout.description import arm_rows, cohort_rows
from lift.holdout.evidence import holdout_evidence
from lift.holdout.health import holdout_findings, raise_if_alike, raise_if_mostly_noise
from lift.holdout.methods.several import holm, together_at
from lift.holdout.primary import Question, noise_share, questions_of
from lift.holdout.rows import Setting, exposure_rows, primary_rows
from lift.holdout.table import HoldoutData, read_holdout

Row = dict[str, Any]


def analyse_holdout(experiment: Holdout, context: Context) -> ExperimentResult:
    """Return everything a holdout proves.

    Parameters
    ----------
    experiment : Holdout
    context : Context

    Returns
    -------
    ExperimentResult
        Rows of ``lift``, ``lift_arms`` and ``lift_periods``; one evidence an outcome.

    Raises
    ------
    ConfigError, DataError, PrivacyError
        The path or the table break their contract; nothing is analysed then.
    """
    # 1. The sums, each person counted once.
    data = read_holdout(experiment, context.folder, context.currency)
    experiment = experiment.model_copy(update={"noise_sd": data.noise_sd})
    raise_if_alike(experiment, data)
    raise_if_mostly_noise(experiment, data)
    level = context.level_of(experiment)
    rows: list[Row] = []
    evidence = []
    loadings: dict[str, float] = {}
    method = ""
    hashes = {
        "config": hashlib.sha256(experiment.model_dump_json().encode()).hexdigest(),
        experiment.table: data.sha256,
    }
    # 2. One question an outcome and arm, answered by one method and then by others.
    for outcome in ("conversion", "revenue"):
        if outcome not in data.table.variables:
            continue
        questions = questions_of(experiment, data, outcome)
        method = questions[0].difference_at(level).method
        loadings = {item.arm.name: item.loading for item in questions}
        rows += outcome_rows(experiment, context, data, questions)
        evidence.append(holdout_evidence(experiment, data, questions, level, context.currency, hashes))
    # 3. Whether the people may be compared at all.
    return ExperimentResult(
        rows=rows,
        evidence=tuple(evidence),
        findings=tuple(holdout_findings(experiment, data, method)),
        tables={"lift_arms": arm_rows(experiment, data), "lift_periods": cohort_rows(experiment, data)},
        pool=_pool(experiment, rows, loadings),
    )


def outcome_rows(
    experiment: Holdout, context: Context, data: HoldoutData, questions: Sequence[Question]
) -> list[Row]:
    """Return all rows of one outcome, every arm answered together with the others.

    Parameters
    ----------
    experiment : Holdout
    context : Context
    data : HoldoutData
    questions : sequence of Question, shape (treated arm,)

    Returns
    -------
    list of dict of str to object
        Rows of `lift.tables.LIFT`, adjusted for several arms as the YAML asks.
    """
    level = context.level_of(experiment)
    single, together = together_at(experiment.multiplicity, level, [item.loading for item in questions])
    rows: list[Row] = []
    adjusted = holm([item.difference_at(level).p_value for item in questions])
    for item, holm_p in zip(questions, adjusted, strict=True):
        setting = Setting(experiment, item.arm, context.currency, level, single, together)
        primary = [*primary_rows(setting, item), *exposure_rows(setting, item, data)]
        share = noise_share(experiment, data.table, item.arm.name)
        if share:
            words = f"{share:.0%} of the variance is the privacy noise of the counts"
            for row in (row for row in primary if row["se"] > 0):  # money that was spent is exact
                row["note"] = "; ".join(filter(None, [row["note"], words]))
        if len(questions) > 1:
            single_p = item.difference_at(level).p_value
            words = f"alone p = {single_p:.4g}; Holm over {len(questions)} arms p = {holm_p:.4g}"
            primary[0]["note"] = "; ".join(filter(None, [primary[0]["note"], words]))
        rows += [*primary, *comparison_rows(setting, item, data), *bayes_rows(setting, item)]
    return rows


def _pool(experiment: Holdout, rows: Sequence[Row], loadings: Mapping[str, float]) -> tuple[PoolInput, ...]:
    """Return the primary lifts and returns for pooling: revenue where there is revenue, else conversions."""
    outcomes = {row["outcome"] for row in rows}
    wanted = "revenue" if "revenue" in outcomes else experiment.outcome
    found = []
    for row in rows:
        poolable = row["role"] == "primary" and row["estimand"] in ("relative_lift", "iroas")
        if poolable and row["outcome"] == wanted and math.isfinite(row["se"]) and row["se"] > 0:
            arm = row["arm"]
            found.append(
                PoolInput(
                    experiment.name,
                    row["channel"],
                    row["estimand"],
                    row["estimate"],
                    row["se"],
                    row["unit"],
                    experiment.end,
                    wanted,
                    arm,
                    {other: loadings[arm] * own for other, own in loadings.items() if other != arm},
                )
            )
    return tuple(found)
