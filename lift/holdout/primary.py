"""The primary answer of an outcome at any level, chosen by the YAML and the kind of data, never by the result."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from lift.holdout.config import Holdout
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
from lift.moments import Moments, MomentTable


@dataclass(frozen=True, slots=True)
class Question:
    """One outcome of one arm: its difference per person and its relative lift, at any level, from one test.

    Parameters
    ----------
    outcome : {"conversion", "revenue"}
    treated, control : Moments
    difference_at, lift_at : callable
        Confidence level -> Answer.
    """

    outcome: str
    treated: Moments
    control: Moments
    difference_at: Callable[[float], Answer]
    lift_at: Callable[[float], Answer]

    @property
    def people(self) -> float:
        """People of the treated arm."""
        return self.treated.users

    @property
    def loading(self) -> float:
        """What the comparison owes to the shared control: sqrt(V_control / (V_arm + V_control))."""
        above = self.control.variance(self.outcome) / self.control.users
        below = above + self.treated.variance(self.outcome) / self.treated.users
        return math.sqrt(above / below) if below > 0 else 0.0

    def increment_at(self, level: float) -> Answer:
        """Return the increment over all people of the treated arm."""
        return self.difference_at(level).scaled(self.people)


def question(experiment: Holdout, table: MomentTable, arm: str, outcome: str) -> Question:
    """Return the primary answer of `outcome` ("conversion" or "revenue") in `arm` against the control."""
    treated, control = table.arm(arm), table.arm(experiment.control.name)
    if outcome == "revenue" and _pooled(experiment, treated, control):
        strata = (
            _strata(experiment, table, arm) if experiment.adjustment == "stratify" else ([treated], [control])
        )

        def lift_at(level: float) -> Answer:
            ones, zeros = ([sums_of(group, "revenue") for group in side] for side in strata)
            return pooled_lift(ones, zeros, level=level, mechanism="either")

        def spread_at(level: float) -> Answer:
            return realised_increment(lift_at(level), treated.mean("revenue"))

        return Question(outcome, treated, control, spread_at, lift_at)
    difference_at = _difference(experiment, table, arm, outcome)
    plain_counts = outcome == "conversion" and experiment.adjustment == "none" and experiment.looks is None
    if plain_counts and experiment.count_method == "score":

        def ratio_at(level: float) -> Answer:
            return score_ratio(**counts_of(treated, control), level=level)

        return Question(outcome, treated, control, difference_at, ratio_at)

    def from_difference(level: float) -> Answer:
        return _to_lift(difference_at(level), treated.mean(outcome))

    return Question(outcome, treated, control, difference_at, from_difference)


def counts_of(treated: Moments, control: Moments) -> dict[str, float]:
    """Return k1, n1, k0, n0 of two arms."""
    return {
        "k1": treated.total("conversion"),
        "n1": treated.users,
        "k0": control.total("conversion"),
        "n0": control.users,
    }


def _pooled(experiment: Holdout, treated: Moments, control: Moments) -> bool:
    """Return whether revenue is judged by the pooled-moment inversion: a rule on the kind of data, not the result."""
    if experiment.looks is not None or experiment.revenue_method == "welch":
        return False
    positive = min(treated.total("revenue"), control.total("revenue")) > 0
    return positive and experiment.adjustment in ("none", "stratify")


def _difference(experiment: Holdout, table: MomentTable, arm: str, outcome: str) -> Callable[[float], Answer]:
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
            return DIFFERENCES[method](**counts_of(treated, control), level=level)
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
