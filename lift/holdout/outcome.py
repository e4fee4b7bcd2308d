"""All rows of one outcome of a holdout: every arm against the one control, answered together."""

from collections.abc import Sequence
from typing import Any

from lift.experiment import Context
from lift.holdout.comparisons import comparison_rows
from lift.holdout.config import Holdout
from lift.holdout.methods.beliefs import bayes_rows
from lift.holdout.methods.interval import Answer
from lift.holdout.methods.several import bonferroni, bonferroni_level, dunnett, dunnett_level, holm
from lift.holdout.primary import Question
from lift.holdout.rows import Setting, exposure_rows, primary_rows
from lift.holdout.table import HoldoutData

Row = dict[str, Any]


def outcome_rows(
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
