"""The primary answer of an outcome at any level, chosen by the YAML and the kind of data, never by the result."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from lift.holdout.config import Arm, Holdout
from lift.holdout.methods.adjustment import (
    cuped_difference,
    lin_difference,
    merge_small,
    poststratified_difference,
)
from lift.holdout.methods.counts import DIFFERENCES, score_ratio
from lift.holdout.methods.interval import Answer
from lift.holdout.methods.revenue import (
    pooled_lift,
    realised_increment,
    sums_of,
    welch_difference,
)
from lift.holdout.methods.sequential import always_valid_answer, group_sequential_answer
from lift.holdout.spend import ArmSpend, arm_spend
from lift.holdout.table import HoldoutData
from lift.moments import Moments, MomentTable
from lift.money import Economics, economics_of

AnswerAt = Callable[[float], Answer]
"""Confidence level -> Answer."""


@dataclass(frozen=True, slots=True)
class Question:
    """One outcome of one arm: its difference per person and its relative lift, at any level, from one test.

    Parameters
    ----------
    outcome : {"conversion", "revenue"}
    arm : Arm
    spend : ArmSpend or None
        What was spent on the arm; None where unknown.
    money : Economics
        What turns the increment into money; its value is NaN where a conversion has none.
    treated, control : Moments
    difference_at, lift_at : callable
        Confidence level -> Answer.
    """

    outcome: str
    arm: Arm
    spend: ArmSpend | None
    money: Economics
    treated: Moments
    control: Moments
    difference_at: AnswerAt
    lift_at: AnswerAt

    @property
    def people(self) -> float:
        """People of the treated arm."""
        return self.treated.users

    @property
    def loading(self) -> float:
        """What the comparison owes to the shared control."""
        return loading(self.treated, self.control, self.outcome)

    def increment_at(self, level: float) -> Answer:
        """Return the increment over all people of the treated arm."""
        return self.difference_at(level).scaled(self.people)


def questions_of(experiment: Holdout, data: HoldoutData, outcome: str) -> list[Question]:
    """Return the question of each treated arm about one outcome, in the order of the YAML.

    Parameters
    ----------
    experiment : Holdout
    data : HoldoutData
    outcome : {"conversion", "revenue"}

    Returns
    -------
    list of Question
        Each with the answers at any level and what they are worth.
    """
    control = data.table.arm(experiment.control.name)
    questions = []
    for arm in experiment.arms:
        treated = data.table.arm(arm.name)
        answers = _answers(experiment, data.table, arm.name, outcome, treated, control)
        spend = arm_spend(experiment, data, arm)
        spent = None if spend is None else spend.incremental
        money = economics_of(experiment.money, revenue=outcome == "revenue", spend=spent)
        questions.append(Question(outcome, arm, spend, money, treated, control, *answers))
    return questions


def _answers(
    experiment: Holdout, table: MomentTable, arm: str, outcome: str, treated: Moments, control: Moments
) -> tuple[AnswerAt, AnswerAt]:
    """Return level -> difference per person, and level -> relative lift, of one test."""
    if outcome == "revenue" and _pooled(experiment, treated, control):
        strata = (
            _strata(experiment, table, arm) if experiment.adjustment == "stratify" else ([treated], [control])
        )

        def lift_at(level: float) -> Answer:
            ones, zeros = ([sums_of(group, "revenue") for group in side] for side in strata)
            return pooled_lift(ones, zeros, level=level, mechanism="either")

        def spread_at(level: float) -> Answer:
            return realised_increment(lift_at(level), treated.mean("revenue"))

        return spread_at, lift_at
    difference_at = _difference(experiment, table, arm, outcome)
    noise = noise_of(experiment, table, arm)
    plain_counts = outcome == "conversion" and experiment.adjustment == "none" and experiment.looks is None
    if plain_counts and experiment.count_method == "score":

        def ratio_at(level: float) -> Answer:
            return score_ratio(**counts_of(treated, control), **noise, level=level)

        return difference_at, ratio_at

    def from_difference(level: float) -> Answer:
        return _to_lift(difference_at(level), treated.mean(outcome))

    return difference_at, from_difference


def loading(treated: Moments, control: Moments, outcome: str) -> float:
    """Return what a comparison owes to the control it shares with others: sqrt(V_control / (V_arm + V_control)).

    Parameters
    ----------
    treated, control : Moments
    outcome : str

    Returns
    -------
    float
        At least 0 and at most 1.
    """
    above = control.variance(outcome) / control.users
    below = above + treated.variance(outcome) / treated.users
    return math.sqrt(above / below) if below > 0 else 0.0


def counts_of(treated: Moments, control: Moments) -> dict[str, float]:
    """Return k1, n1, k0, n0 of two arms.

    Parameters
    ----------
    treated, control : Moments
        With variable ``conversion``.

    Returns
    -------
    dict of str to float
        Converters (k) and people (n) of the treated (1) and the control (0).
    """
    return {
        "k1": treated.total("conversion"),
        "n1": treated.users,
        "k0": control.total("conversion"),
        "n0": control.users,
    }


def noise_of(experiment: Holdout, table: MomentTable, arm: str) -> dict[str, float]:
    """Return noise1 and noise0, the variance of the privacy noise in the converters of an arm and of the control.

    Parameters
    ----------
    experiment : Holdout
    table : MomentTable
    arm : str

    Returns
    -------
    dict of str to float
        Empty where there is no noise; every row of the table has its own.
    """
    if not experiment.noise_sd:
        return {}
    rows = [int((table.users[table.arms.index(name)] > 0).sum()) for name in (arm, experiment.control.name)]
    return {f"noise{1 - at}": count * experiment.noise_sd**2 for at, count in enumerate(rows)}


def noise_share(experiment: Holdout, table: MomentTable, arm: str) -> float:
    """Return which share of the variance of an arm's difference in conversion is privacy noise.

    Parameters
    ----------
    experiment : Holdout
    table : MomentTable
    arm : str

    Returns
    -------
    float
        0 without noise.
    """
    noise = noise_of(experiment, table, arm)
    if not noise:
        return 0.0
    counts = counts_of(table.arm(arm), table.arm(experiment.control.name))
    if not all(0 <= counts[f"k{side}"] <= counts[f"n{side}"] for side in (0, 1)):
        return 1.0  # No rate is below 0 or above 1: such a sum is noise alone.
    whole = DIFFERENCES["score"](**counts, **noise, level=0.95).se ** 2
    added = noise["noise1"] / counts["n1"] ** 2 + noise["noise0"] / counts["n0"] ** 2
    return added / whole if whole > 0 else 1.0


def _pooled(experiment: Holdout, treated: Moments, control: Moments) -> bool:
    """Return whether revenue is judged by the pooled-moment inversion: a rule on the kind of data, not the result."""
    if experiment.looks is not None or experiment.revenue_method == "welch":
        return False
    positive = min(treated.total("revenue"), control.total("revenue")) > 0
    return positive and experiment.adjustment in ("none", "stratify")


def _difference(experiment: Holdout, table: MomentTable, arm: str, outcome: str) -> AnswerAt:
    """Return level -> difference per person by the method that the YAML states."""
    treated, control = table.arm(arm), table.arm(experiment.control.name)
    kind = experiment.adjustment
    if kind in ("cuped", "lin") and not (
        treated.has(outcome, "covariate") and control.has(outcome, "covariate")
    ):
        kind = "none"

    def plain(level: float) -> Answer:
        if kind == "cuped":
            return cuped_difference(treated, control, outcome, "covariate", level=level).answer
        if kind == "lin":
            return lin_difference(treated, control, outcome, ["covariate"], level=level).answer
        if kind == "stratify":
            return poststratified_difference(*_strata(experiment, table, arm), outcome, level=level)
        if outcome == "conversion":
            method = "wald" if experiment.looks is not None else experiment.count_method
            noise = noise_of(experiment, table, arm)
            return DIFFERENCES[method](**counts_of(treated, control), **noise, level=level)
        return welch_difference(sums_of(treated, outcome), sums_of(control, outcome), level=level)

    looks = experiment.looks
    if looks is None:
        return plain

    def early(level: float) -> Answer:
        base = plain(level)
        if looks.kind == "group_sequential":
            found = group_sequential_answer(base.point, base.se, looks.at, level=level)
        else:
            users = float(table.users.sum())
            found = always_valid_answer(
                base.point, base.se, users=users, planned_users=looks.planned_users, level=level
            )
        return replace(found, method=f"{base.method}; {found.method}")

    return early


def _strata(experiment: Holdout, table: MomentTable, arm: str) -> tuple[list[Moments], list[Moments]]:
    """Return both arms' strata, the small ones merged."""
    ones, zeros, _ = merge_small(table.by_stratum(arm), table.by_stratum(experiment.control.name))
    return ones, zeros


def _to_lift(difference: Answer, mean: float) -> Answer:
    """Return the difference d per person as lift d / (mean - d) over what the treated would have been without it."""

    def lift(value: float) -> float:
        if value >= mean:
            return math.inf
        return -1.0 if math.isinf(value) else value / (mean - value)

    base = mean - difference.point
    se = difference.se * mean / base**2 if base > 0 else math.nan
    return difference.mapped(lift, se)
