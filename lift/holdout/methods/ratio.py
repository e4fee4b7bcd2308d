"""Ratio metrics: revenue per order, per session, per anything that is itself counted per person."""

import math

from lift.holdout.methods.interval import Answer, agree, normal_answer
from lift.holdout.methods.revenue import MeanSums, log_lift
from lift.moments import Moments


def ratio_lift(treated: Moments, control: Moments, above: str, below: str, *, level: float) -> Answer:
    """Return the relative lift of sum(above) / sum(below), by the delta method on the log of the two ratios.

    Parameters
    ----------
    treated, control : Moments
        With the cross sum of both variables; people are the unit of assignment, so numerator and denominator vary together.
    above, below : str
        Variables of the numerator and the denominator.
    level : float

    References
    ----------
    Deng, Knoblich & Lu (2018), KDD, section 4.
    """
    logs, variance = [], 0.0
    for arm in (treated, control):
        ratio = arm.total(above) / arm.total(below)
        spread = (
            arm.variance(above) - 2 * ratio * arm.covariance(above, below) + ratio**2 * arm.variance(below)
        )
        variance += max(spread, 0.0) / (arm.users * arm.mean(above) ** 2)
        logs.append(math.log(ratio))
    gap = logs[0] - logs[1]
    on_log = normal_answer(gap, math.sqrt(variance), level=level, method="log ratio of ratios (delta method)")
    return agree(on_log.mapped(math.expm1, math.exp(gap) * math.sqrt(variance)), 0.0)


def order_value_lift(treated: MeanSums, control: MeanSums, *, level: float) -> Answer:
    """Return the relative lift of revenue per converter; `n` of both arms counts converters.

    Converters of the two arms are not the same kind of people once the treatment makes more of them buy, so this
    describes the two groups of buyers and is no effect on a person.
    """
    return log_lift(treated, control, level=level)


def order_variation(arm: MeanSums) -> float:
    """Return the coefficient of variation of revenue among converters, `n` counting converters."""
    if arm.n < 2 or arm.s <= 0:
        return math.nan
    return math.sqrt(arm.variance_of_mean * arm.n) / arm.mean
