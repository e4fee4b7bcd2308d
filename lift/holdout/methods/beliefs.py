"""A sceptic's belief about the lift, as rows of the lift tables."""

import math
from collections.abc import Iterator
from typing import Any

from lift.holdout.methods.bayes import Belief, flat_lift, normal_lift, sceptical_lift
from lift.holdout.methods.interval import Answer
from lift.holdout.methods.revenue import sums_of
from lift.holdout.primary import Question, counts_of
from lift.holdout.rows import Setting, economics, writer
from lift.money import Economics


def bayes_rows(setting: Setting, question: Question) -> Iterator[dict[str, Any]]:
    """Yield what to believe about the relative lift, by the sceptic and, for counts, by flat priors."""
    prior, level = setting.experiment.prior, setting.level
    money = economics(setting.experiment, setting.arm, question.outcome)
    even = _break_even(question, money)
    if question.outcome == "conversion":
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


def _break_even(question: Question, money: Economics) -> float | None:
    """Return the lift over the control's rate at which the spend is earned back; None where money is unknown."""
    if money.spend is None or money.margin is None or math.isnan(money.value):
        return None
    base = question.control.mean(question.outcome) * question.people * money.value * money.margin
    return money.spend / base if base > 0 else None


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
