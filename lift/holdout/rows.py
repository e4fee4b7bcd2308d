"""Answers about an arm of a holdout as rows of the lift tables."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from lift.holdout.config import Arm, Holdout
from lift.holdout.methods.exposure import complier_effect, effect_on_realised_exposure, ghost_difference
from lift.holdout.methods.interval import Answer
from lift.holdout.primary import Question
from lift.holdout.table import HoldoutData
from lift.money import cost_per_incremental, incremental_profit, return_on_spend
from mixproof.ratio import why_no_ratio, without_ratio

Adjust = Callable[[Answer], Answer]


@dataclass(frozen=True, slots=True)
class Setting:
    """What every row of an arm carries.

    Parameters
    ----------
    experiment : Holdout
    arm : Arm
    currency : str
    level : float
        Level that is published.
    single_level : float
        Level of each single interval, wider where several arms are answered together.
    together : callable
        Turns a single answer into one of several.
    """

    experiment: Holdout
    arm: Arm
    currency: str
    level: float
    single_level: float
    together: Adjust

    def publish(self, answer_at: Callable[[float], Answer]) -> Answer:
        """Return the answer as it is published."""
        return self.together(answer_at(self.single_level))


def primary_rows(setting: Setting, question: Question) -> Iterator[dict[str, Any]]:
    """Yield the primary rows of one outcome: per person, relative, in total, and in money.

    Parameters
    ----------
    setting : Setting
        Experiment, arm, currency and levels.
    question : Question
        One outcome of one arm.

    Yields
    ------
    dict of str to object
        Rows of `lift.tables.LIFT` with role "primary".
    """
    unit = unit_of(setting, question)
    name = "revenue_per_user_difference" if question.outcome == "revenue" else "conversion_rate_difference"
    add = writer(setting, question.outcome)
    yield add(name, setting.publish(question.difference_at), f"{unit} per person")
    without = question.control.mean(question.outcome)
    reason = why_no_ratio(
        without, f"{unit} per person of the control arm", question.treated.mean(question.outcome)
    )
    yield without_ratio(add("relative_lift", setting.publish(question.lift_at), "fraction"), reason)
    increment = setting.publish(question.increment_at)
    yield add("incremental_outcome", increment, unit)
    money = question.money
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


def exposure_rows(setting: Setting, question: Question, data: HoldoutData) -> Iterator[dict[str, Any]]:
    """Yield the effect on those exposed: by their share, and by predicted exposure where it was logged in both arms.

    Parameters
    ----------
    setting : Setting
        Experiment, arm, currency and levels.
    question : Question
        One outcome of one arm.
    data : HoldoutData
        Its predicted-exposed people, where they were logged.

    Yields
    ------
    dict of str to object
        Rows of `lift.tables.LIFT`; none without a column of exposed people.
    """
    unit = f"{unit_of(setting, question)} per exposed person"
    add = writer(setting, question.outcome)
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
        one, zero = data.ghost.arm(setting.arm.name), data.ghost.arm(setting.experiment.control.name)
        found = ghost_difference(one, zero, outcome, level=setting.level)
        yield add(
            "effect_per_predicted_exposed",
            found,
            f"{unit_of(setting, question)} per predicted-exposed person",
        )


def writer(
    setting: Setting, outcome: str, role: str = "primary"
) -> Callable[[str, Answer, str], dict[str, Any]]:
    """Return the function (estimand, answer, unit) -> row of `lift.tables.LIFT`.

    Parameters
    ----------
    setting : Setting
        Experiment, arm and currency.
    outcome : {"conversion", "revenue"}
    role : {"primary", "comparison"}, default "primary"

    Returns
    -------
    callable
        The answer's level, method and words are written along.
    """
    shared = {
        "experiment": setting.experiment.name,
        "kind": "holdout",
        "arm": setting.arm.name,
        "channel": " + ".join(setting.arm.channels or setting.experiment.channels),
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


def unit_of(setting: Setting, question: Question) -> str:
    """Return the unit of an outcome: the currency, or what converters did.

    Parameters
    ----------
    setting : Setting
        Names the currency and what converters did.
    question : Question
        One outcome of one arm.

    Returns
    -------
    str
        Shown beside the number.
    """
    return setting.currency if question.outcome == "revenue" else setting.experiment.outcome
