"""Revenue per converter: how it varies, and how it differs between arms."""

import math

from lift.holdout.methods.interval import Answer
from lift.holdout.methods.revenue import MeanSums, log_lift
from lift.moments import Moments


def orders(arm: Moments) -> MeanSums:
    """Return the sums of revenue among an arm's converters."""
    return MeanSums(arm.total("conversion"), arm.total("revenue"), arm.product("revenue", "revenue"))


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
