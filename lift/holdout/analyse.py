"""A holdout from its table to rows, findings and evidence."""

import hashlib
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from lift.experiment import Context, ExperimentResult, PoolInput
from lift.faults import fault
from lift.holdout.config import Holdout
from lift.holdout.evidence import holdout_evidence
from lift.holdout.health import holdout_findings
from lift.holdout.interval import Answer
from lift.holdout.primary import Question, question
from lift.holdout.ratio import order_variation
from lift.holdout.revenue import MeanSums
from lift.holdout.rows import Setting, bayes_rows, comparison_rows, exposure_rows, primary_rows
from lift.holdout.several import bonferroni, bonferroni_level, dunnett, dunnett_level, holm
from lift.holdout.table import HoldoutData, read_holdout
from mixlift.errors import ConfigError, DataError
from mixlift.records.evidence import Evidence

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
    _check_currency(experiment, context)
    data = read_holdout(experiment, context.folder)
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
        rows += _outcome_rows(experiment, context, data, questions)
        increments = [item.increment_at(level) for item in questions]
        evidence.append(holdout_evidence(experiment, data, questions, increments, context.currency, hashes))
    return ExperimentResult(
        rows=rows,
        evidence=tuple(evidence),
        findings=tuple(holdout_findings(experiment, data, method)),
        tables={"lift_arms": _arm_rows(experiment, data), "lift_periods": _cohort_rows(experiment, data)},
        pool=_pool(experiment, rows),
        page={
            "kind": "holdout",
            "withheld_from": experiment.control.name,
            "control_share": experiment.control.share,
        },
    )


def _check_currency(experiment: Holdout, context: Context) -> None:
    """Raise where the table's money is not the section's."""
    if experiment.table_currency not in (None, context.currency):
        from_yaml = f"The table is in {experiment.table_currency}, the section in {context.currency}."
        raise DataError(fault("holdout-unit", f"{experiment.name}: table_currency", from_yaml))
    if experiment.columns.revenue is None and experiment.revenue_method != "auto":
        what = f"revenue_method is {experiment.revenue_method}, but no revenue column is named."
        raise ConfigError(fault("holdout-column", f"{experiment.name}: columns.revenue", what))


def _outcome_rows(
    experiment: Holdout, context: Context, data: HoldoutData, questions: Sequence[Question]
) -> list[Row]:
    """Return all rows of one outcome, every arm answered together with the others."""
    level = context.level_of(experiment)
    loadings = [item.loading for item in questions]
    several = experiment.multiplicity if len(questions) > 1 else "none"
    single = level
    if several == "dunnett":
        single = dunnett_level(level, loadings)
    elif several == "bonferroni":
        single = bonferroni_level(level, len(questions))

    def together(answer: Answer) -> Answer:
        if several == "dunnett":
            return dunnett(answer, level, loadings)
        return bonferroni(answer, level, len(questions)) if several == "bonferroni" else answer

    rows: list[Row] = []
    adjusted = holm([item.difference_at(level).p_value for item in questions])
    for item, arm, holm_p in zip(questions, experiment.arms, adjusted, strict=True):
        setting = Setting(experiment, arm.name, context.currency, level, single, together)
        primary = [*primary_rows(setting, item), *exposure_rows(setting, item, data)]
        if len(questions) > 1:
            single_p = item.difference_at(level).p_value
            words = f"alone p = {single_p:.4g}; Holm over {len(questions)} arms p = {holm_p:.4g}"
            primary[0]["note"] = "; ".join(filter(None, [primary[0]["note"], words]))
        rows += [*primary, *comparison_rows(setting, item, data), *bayes_rows(setting, item)]
    return rows


def _arm_rows(experiment: Holdout, data: HoldoutData) -> list[Row]:
    """Return the rows of ``lift_arms``."""
    rows = []
    for name in data.table.arms:
        arm = data.table.arm(name)
        converters = arm.total("conversion")
        revenue = arm.total("revenue") if "revenue" in arm.variables else math.nan
        squares = arm.product("revenue", "revenue") if "revenue" in arm.variables else math.nan
        orders = MeanSums(converters, revenue, squares)
        rows.append(
            {
                "experiment": experiment.name,
                "arm": name,
                "role": "control" if name == experiment.control.name else "treated",
                "users": arm.users,
                "converters": converters,
                "conversion_rate": converters / arm.users,
                "revenue": revenue,
                "revenue_per_user": revenue / arm.users,
                "revenue_per_converter": revenue / converters if converters else math.nan,
                "order_variation": order_variation(orders) if math.isfinite(revenue) else math.nan,
                "exposed": arm.total("exposed") if "exposed" in arm.variables else math.nan,
            }
        )
    return rows


def _cohort_rows(experiment: Holdout, data: HoldoutData) -> list[Row]:
    """Return the rows of ``lift_periods``: converters of each entry cohort against what the control's rate implies."""
    if len(data.table.days) < 2:
        return []
    at = data.table.variables.index("conversion")
    users, converters = data.table.users.sum(axis=1), data.table.sums[..., at].sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = np.where(users > 0, converters / users, 0.0)
        variance = np.where(users > 0, rate * (1 - rate) / users, 0.0)
    rows = []
    for place, arm in enumerate(data.table.arms[1:], start=1):
        expected = users[place] * rate[0]
        effect = converters[place] - expected
        spread = np.sqrt(np.cumsum(users[place] ** 2 * (variance[place] + variance[0])))
        for day, label in enumerate(data.labels):
            rows.append(
                {
                    "experiment": experiment.name,
                    "arm": arm,
                    "date": label,
                    "phase": "cohort",
                    "actual": float(converters[place, day]),
                    "counterfactual": float(expected[day]),
                    "effect": float(effect[day]),
                    "cumulative": float(effect[: day + 1].sum()),
                    "cumulative_se": float(spread[day]),
                    "unit": experiment.outcome,
                }
            )
    return rows


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
