"""A holdout from its table to rows, findings and evidence."""

import hashlib
import math
from collections.abc import Sequence
from typing import Any

from lift.experiment import Context, ExperimentResult, PoolInput
from lift.holdout.config import Holdout
from lift.holdout.description import arm_rows, cohort_rows
from lift.holdout.evidence import holdout_evidence
from lift.holdout.health import holdout_findings
from lift.holdout.outcome import outcome_rows
from lift.holdout.primary import question
from lift.holdout.table import read_holdout
from mixproof.records.evidence import Evidence

Row = dict[str, Any]


def analyse_holdout(experiment: Holdout, context: Context) -> ExperimentResult:
    """Return everything a holdout proves.

    Parameters
    ----------
    experiment : Holdout
    context : Context

    Raises
    ------
    ConfigError, DataError, PrivacyError
        The path or the table break their contract; nothing is analysed then.
    """
    data = read_holdout(experiment, context.folder, context.currency)
    level = context.level_of(experiment)
    outcomes = [name for name in ("conversion", "revenue") if name in data.table.variables]
    rows: list[Row] = []
    evidence: list[Evidence] = []
    hashes = {
        "config": hashlib.sha256(experiment.model_dump_json().encode()).hexdigest(),
        experiment.table: data.sha256,
    }
    method = ""
    for outcome in outcomes:
        questions = [question(experiment, data.table, arm.name, outcome) for arm in experiment.arms]
        method = questions[0].difference_at(level).method
        rows += outcome_rows(experiment, context, data, questions)
        increments = [item.increment_at(level) for item in questions]
        evidence.append(holdout_evidence(experiment, data, questions, increments, context.currency, hashes))
    return ExperimentResult(
        rows=rows,
        evidence=tuple(evidence),
        findings=tuple(holdout_findings(experiment, data, method)),
        tables={"lift_arms": arm_rows(experiment, data), "lift_periods": cohort_rows(experiment, data)},
        pool=_pool(experiment, rows),
    )


def _pool(experiment: Holdout, rows: Sequence[Row]) -> tuple[PoolInput, ...]:
    """Return the primary lifts and returns for pooling: revenue where there is revenue, else conversions."""
    outcomes = {row["outcome"] for row in rows}
    wanted = "revenue" if "revenue" in outcomes else experiment.outcome
    found = []
    for row in rows:
        poolable = row["role"] == "primary" and row["estimand"] in ("relative_lift", "iroas")
        if poolable and row["outcome"] == wanted and math.isfinite(row["se"]) and row["se"] > 0:
            single = row["channel"]
            found.append(
                PoolInput(
                    experiment.name,
                    single,
                    row["estimand"],
                    row["estimate"],
                    row["se"],
                    row["unit"],
                    experiment.end,
                    wanted,
                )
            )
    return tuple(found)
