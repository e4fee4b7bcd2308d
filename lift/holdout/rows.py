"""Answers about an arm of a holdout as rows of the lift tables."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from lift.experiment import Money
from lift.holdout.adjustment import cuped_difference, lin_difference, merge_small, poststratified_difference
from lift.holdout.bayes import Belief, flat_lift, normal_lift, sceptical_lift
from lift.holdout.config import Holdout, Sceptic, spend_by_channel
from lift.holdout.counts import DIFFERENCES, log_ratio
from lift.holdout.exposure import complier_effect, effect_on_realised_exposure, ghost_difference
from lift.holdout.interval import Answer
from lift.holdout.primary import Question, counts_of
from lift.holdout.ratio import order_value_lift
from lift.holdout.revenue import MeanSums, delta_lift, fieller_lift, log_lift, sums_of, welch_difference
from lift.holdout.table import HoldoutData
from lift.money import Economics, cost_per_incremental, incremental_profit, return_on_spend

Adjust = Callable[[Answer], Answer]


@dataclass(frozen=True, slots=True)
class Setting:
    """What every row of an arm carries.

    Parameters
    ----------
    experiment : Holdout
    arm : str
    currency : str
    level : float
        Level that is published.
    single_level : float
        Level of each single interval, wider where several arms are answered together.
    together : callable
        Turns a single answer into one of several.
    """

    experiment: Holdout
    arm: str
    currency: str
    level: float
    single_level: float
    together: Adjust

    def publish(self, answer_at: Callable[[float], Answer]) -> Answer:
        """Return the answer as it is published."""
        return self.together(answer_at(self.single_level))


def economics(experiment: Holdout, arm: str, outcome: str) -> Economics:
    """Return what turns an arm's increment into money; value is NaN where a conversion has no value."""
    section = next(item for item in experiment.arms if item.name == arm)
    channels = section.channels or experiment.channels
    run = spend_by_channel(section.spend, channels)
    without = spend_by_channel(section.spend_without, channels) or {}
    spend = None if run is None else math.fsum(run.values()) - math.fsum(without.values())
    money: Money = experiment.money
    if outcome == "revenue":
        return Economics(1.0, money.margin, spend)
    value = money.value_per_conversion
    # Without a margin the value of a conversion is taken to be profit, as the YAML's key says.
    return Economics(math.nan if value is None else value, money.margin or 1.0, spend)


def primary_rows(setting: Setting, question: Question) -> Iterator[dict[str, Any]]:
    """Yield the primary rows of one outcome: per person, relative, in total, and in money."""
    unit = _unit(setting, question)
    name = "revenue_per_user_difference" if question.outcome == "revenue" else "conversion_rate_difference"
    add = _writer(setting, question.outcome)
    yield add(name, setting.publish(question.difference_at), f"{unit} per person")
    yield add("relative_lift", setting.publish(question.lift_at), "fraction")
    increment = setting.publish(question.increment_at)
    yield add("incremental_outcome", increment, unit)
    money = economics(setting.experiment, setting.arm, question.outcome)
    if money.spend is None:
        return
    spent = Answer(money.spend, money.spend, money.spend, math.nan, 0.0, setting.level, "stated in the YAML")
    yield add("incremental_spend", spent, setting.currency)
    cost = cost_per_incremental(increment, money.spend)
    if question.outcome == "conversion" and cost is not None:
        yield add("cost_per_incremental", cost, f"{setting.currency} per {unit}")
    if math.isnan(money.value):
        return
    roas = return_on_spend(increment, money)
    if roas is not None:
        yield add("iroas", roas, f"{setting.currency} per {setting.currency}")
    profit = incremental_profit(question.increment_at, money, setting.single_level)
    if profit is not None:
        yield add("incremental_profit", setting.together(profit), setting.currency)


def comparison_rows(setting: Setting, question: Question, data: HoldoutData) -> Iterator[dict[str, Any]]:
    """Yield the same questions answered by other methods, never adjusted for several arms."""
    treated, control, level = question.treated, question.control, setting.level
    unit = f"{_unit(setting, question)} per person"
    add = _writer(setting, question.outcome, role="comparison")
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
            for method in (fieller_lift, delta_lift, log_lift):
                yield add("relative_lift", method(one, zero, level=level), "fraction")
            orders = [
                MeanSums(m.total("conversion"), m.total("revenue"), s.q)
                for m, s in ((treated, one), (control, zero))
            ]
            if min(order.n for order in orders) >= 2:
                words = "buyers of the two arms differ: this describes them and is no effect on a person"
                found = replace(order_value_lift(*orders, level=level), note=words)
                yield add("order_value_lift", found, "fraction")
    others += _adjusted(setting, question, data)
    for other in others:
        if other.method != primary:
            yield add(name, other, unit)


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
        beliefs = _revenue_belief(question, prior, level, even)
    for belief in beliefs:
        yield _belief_row(setting, question.outcome, belief, even)


def exposure_rows(setting: Setting, question: Question, data: HoldoutData) -> Iterator[dict[str, Any]]:
    """Yield the effect on those exposed: by their share, and by predicted exposure where it was logged in both arms."""
    unit = f"{_unit(setting, question)} per exposed person"
    add = _writer(setting, question.outcome)
    treated, control, outcome = question.treated, question.control, question.outcome
    if "exposed" in treated.variables and treated.total("exposed") > control.total("exposed"):
        crossed = treated.has(outcome, "exposed") and control.has(outcome, "exposed")
        if crossed:
            yield add(
                "effect_per_exposed", complier_effect(treated, control, outcome, level=setting.level), unit
            )
        elif control.total("exposed") == 0:
            share = treated.mean("exposed")
            found = effect_on_realised_exposure(setting.publish(question.difference_at), share)
            words = "exposure and outcome have no cross sums: the realised share of exposed people is taken as it is"
            yield add("effect_per_exposed", replace(found, note=found.note or words), unit)
    if data.ghost is not None and outcome in data.ghost.variables:
        one, zero = data.ghost.arm(setting.arm), data.ghost.arm(setting.experiment.control.name)
        found = ghost_difference(one, zero, outcome, level=setting.level)
        yield add(
            "effect_per_predicted_exposed", found, f"{_unit(setting, question)} per predicted-exposed person"
        )


def _writer(
    setting: Setting, outcome: str, role: str = "primary"
) -> Callable[[str, Answer, str], dict[str, Any]]:
    """Return the function (estimand, answer, unit) -> row of `lift.tables.LIFT`."""
    section = next(item for item in setting.experiment.arms if item.name == setting.arm)
    shared = {
        "experiment": setting.experiment.name,
        "kind": "holdout",
        "arm": setting.arm,
        "channel": " + ".join(section.channels or setting.experiment.channels),
        "outcome": "revenue" if outcome == "revenue" else setting.experiment.outcome,
        "role": role,
    }

    def row(estimand: str, answer: Answer, unit: str) -> dict[str, Any]:
        return {
            **shared,
            "estimand": estimand,
            "estimate": answer.point,
            "lower": answer.lower,
            "upper": answer.upper,
            "level": answer.level,
            "interval": "confidence",
            "se": answer.se,
            "p_value": answer.p_value,
            "unit": unit,
            "method": answer.method,
            "note": answer.words,
        }

    return row


def _belief_row(setting: Setting, outcome: str, belief: Belief, even: float | None) -> dict[str, Any]:
    answer = Answer(belief.mean, belief.lower, belief.upper, math.nan, math.nan, belief.level, belief.method)
    note = f"P(lift > 0) = {belief.positive:.3f}"
    if even is not None and "flat" not in belief.method:
        note += f"; P(it pays, lift > {even:.4g}) = {belief.pays:.3f}; expected shortfall {belief.loss:.4g}"
    row = _writer(setting, outcome, role="comparison")("relative_lift", answer, "fraction")
    return {**row, "interval": "credible", "note": note}


def _break_even(question: Question, money: Economics) -> float | None:
    """Return the lift over the control's rate at which the spend is earned back; None where money is unknown."""
    if money.spend is None or money.margin is None or math.isnan(money.value):
        return None
    base = question.control.mean(question.outcome) * question.people * money.value * money.margin
    return money.spend / base if base > 0 else None


def _revenue_belief(question: Question, prior: Sceptic, level: float, even: float | None) -> list[Belief]:
    """Return the sceptic's belief about revenue, where its logarithm can be judged at all."""
    one, zero = sums_of(question.treated, "revenue"), sums_of(question.control, "revenue")
    if min(one.s, zero.s) <= 0:
        return []
    se = math.sqrt(one.variance_of_mean / one.mean**2 + zero.variance_of_mean / zero.mean**2)
    if se == 0:
        return []
    ratio = math.log(one.mean / zero.mean)
    spread = {"prior_mean": prior.mean, "prior_sd": prior.sd, "level": level}
    return [normal_lift(log_ratio=ratio, se=se, break_even=even or 0.0, **spread)]


def _adjusted(setting: Setting, question: Question, data: HoldoutData) -> list[Answer]:
    """Return the variance-reduced differences that the sums allow."""
    treated, control, outcome, level = question.treated, question.control, question.outcome, setting.level
    found = []
    if treated.has(outcome, "covariate") and control.has(outcome, "covariate"):
        found.append(cuped_difference(treated, control, outcome, "covariate", level=level).answer)
        found.append(lin_difference(treated, control, outcome, ["covariate"], level=level).answer)
    if len(data.table.strata) > 1:
        strata = data.table.by_stratum(setting.arm), data.table.by_stratum(setting.experiment.control.name)
        ones, zeros, _ = merge_small(*strata)
        found.append(poststratified_difference(ones, zeros, outcome, level=level))
    return found


def _unit(setting: Setting, question: Question) -> str:
    return setting.currency if question.outcome == "revenue" else setting.experiment.outcome
