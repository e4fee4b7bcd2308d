"""The same questions answered otherwise: other intervals, variance reduction, and what a sceptic believes."""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from lift.holdout.methods.adjustment import (
    cuped_difference,
    lin_difference,
    merge_small,
    poststratified_difference,
)
from lift.holdout.methods.bayes import Belief, flat_lift, normal_lift, sceptical_lift
from lift.holdout.methods.counts import DIFFERENCES, log_ratio
from lift.holdout.methods.interval import Answer
from lift.holdout.methods.revenue import (
    delta_lift,
    fieller_lift,
    log_lift,
    orders,
    pooled_lift,
    sums_of,
    welch_difference,
)
from lift.holdout.primary import Question, counts_of
from lift.holdout.rows import Setting, unit_of, writer
from lift.holdout.table import HoldoutData


def comparison_rows(setting: Setting, question: Question, data: HoldoutData) -> Iterator[dict[str, Any]]:
    """Yield the same questions answered by other methods, never adjusted for several arms.

    Parameters
    ----------
    setting : Setting
        Experiment, arm, currency and levels.
    question : Question
        One outcome of one arm.
    data : HoldoutData
        Read again where strata or a covariate are used.

    Yields
    ------
    dict of str to object
        Rows of `lift.tables.LIFT` with role "comparison".
    """
    if setting.experiment.noise_sd:
        return  # the other intervals take the counts as they are, and would be too narrow
    treated, control, level = question.treated, question.control, setting.level
    unit = f"{unit_of(setting, question)} per person"
    add = writer(setting, question.outcome, role="comparison")
    primary = question.difference_at(level).method
    if question.outcome == "conversion":
        counts = counts_of(treated, control)
        name = "conversion_rate_difference"
        others = [method(**counts, level=level) for method in DIFFERENCES.values()]
        if min(counts["k1"], counts["k0"]) > 0:
            yield add("relative_lift", log_ratio(**counts, level=level), "fraction")
    else:
        name = "revenue_per_user_difference"
        one, zero = sums_of(treated, "revenue"), sums_of(control, "revenue")
        others = [welch_difference(one, zero, level=level)]
        if min(one.s, zero.s) > 0:
            yield add("relative_lift", pooled_lift([one], [zero], level=level), "fraction")
            for method in (fieller_lift, delta_lift, log_lift):
                yield add("relative_lift", method(one, zero, level=level), "fraction")
            buyers = orders(treated), orders(control)
            if min(arm.n for arm in buyers) >= 2:
                words = "buyers of the two arms differ: this describes them and is no effect on a person"
                found = replace(log_lift(*buyers, level=level), note=words)
                yield add("order_value_lift", found, "fraction")
    others += _adjusted(setting, question, data)
    for other in others:
        if other.method != primary:
            yield add(name, other, unit)


def _adjusted(setting: Setting, question: Question, data: HoldoutData) -> list[Answer]:
    """Return the variance-reduced differences that the sums allow."""
    treated, control, outcome, level = question.treated, question.control, question.outcome, setting.level
    found = []
    if treated.has(outcome, "covariate") and control.has(outcome, "covariate"):
        found.append(cuped_difference(treated, control, outcome, "covariate", level=level).answer)
        found.append(lin_difference(treated, control, outcome, ["covariate"], level=level).answer)
    if len(data.table.strata) > 1:
        strata = (
            data.table.by_stratum(setting.arm.name),
            data.table.by_stratum(setting.experiment.control.name),
        )
        ones, zeros, _ = merge_small(*strata)
        found.append(poststratified_difference(ones, zeros, outcome, level=level))
    return found


def bayes_rows(setting: Setting, question: Question) -> Iterator[dict[str, Any]]:
    """Yield what to believe about the relative lift, by the sceptic and, for counts, by flat priors.

    Parameters
    ----------
    setting : Setting
        Experiment with its prior, arm, currency and levels.
    question : Question
        One outcome of one arm.

    Yields
    ------
    dict of str to object
        Rows of `lift.tables.LIFT` with credible intervals.
    """
    prior, level = setting.experiment.prior, setting.level
    even = _break_even(question)
    if setting.experiment.noise_sd:
        beliefs = _noised_belief(setting, question, even)
    elif question.outcome == "conversion":
        counts = counts_of(question.treated, question.control)
        prior_values = {"prior_mean": prior.mean, "prior_sd": prior.sd}
        beliefs = [
            sceptical_lift(**counts, **prior_values, level=level, break_even=even or 0.0),
            flat_lift(**counts, level=level),
        ]
    else:
        beliefs = _revenue_belief(setting, question, even)
    for belief in beliefs:
        yield _belief_row(setting, question.outcome, belief, even)


def _belief_row(setting: Setting, outcome: str, belief: Belief, even: float | None) -> dict[str, Any]:
    answer = Answer(belief.mean, belief.lower, belief.upper, math.nan, math.nan, belief.level, belief.method)
    note = f"P(lift > 0) = {belief.positive:.3f}"
    if even is not None and "flat" not in belief.method:
        note += f"; P(it pays, lift > {even:.4g}) = {belief.pays:.3f}; expected shortfall {belief.loss:.4g}"
    row = writer(setting, outcome, role="comparison")("relative_lift", answer, "fraction")
    return {**row, "interval": "credible", "note": note}


def _break_even(question: Question) -> float | None:
    """Return the lift over the control's rate at which the spend is earned back; None where money is unknown."""
    money = question.money
    if money.spend is None or money.margin is None or math.isnan(money.value):
        return None
    base = question.control.mean(question.outcome) * question.people * money.value * money.margin
    return money.spend / base if base > 0 else None


def _noised_belief(setting: Setting, question: Question, even: float | None) -> list[Belief]:
    """Return the sceptic's belief about counts with privacy noise, where they are well above it."""
    lift = question.lift_at(setting.level)
    if not (math.isfinite(lift.se) and lift.se > 0 and lift.point > -1):
        return []
    prior = setting.experiment.prior
    spread = {"prior_mean": prior.mean, "prior_sd": prior.sd, "level": setting.level}
    error = lift.se / (1 + lift.point)
    return [normal_lift(log_ratio=math.log1p(lift.point), se=error, break_even=even or 0.0, **spread)]


def _revenue_belief(setting: Setting, question: Question, even: float | None) -> list[Belief]:
    """Return the sceptic's belief about revenue, where its logarithm can be judged at all."""
    one, zero = sums_of(question.treated, "revenue"), sums_of(question.control, "revenue")
    if min(one.s, zero.s) <= 0:
        return []
    se = math.sqrt(one.variance_of_mean / one.mean**2 + zero.variance_of_mean / zero.mean**2)
    if se == 0:
        return []
    ratio = math.log(one.mean / zero.mean)
    prior = setting.experiment.prior
    spread = {"prior_mean": prior.mean, "prior_sd": prior.sd, "level": setting.level}
    return [normal_lift(log_ratio=ratio, se=se, break_even=even or 0.0, **spread)]
