"""What an increment is worth: return on spend, profit, cost per incremental action, from one answer and its inversion."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from lift.experiment import Money
from lift.holdout.methods.interval import Answer, agree, bisect
from mixproof.ratio import why_no_ratio

AnswerAt = Callable[[float], Answer]
"""An answer at any confidence level."""


@dataclass(frozen=True, slots=True)
class Economics:
    """What turns an increment into money.

    Parameters
    ----------
    value : float
        Money per unit of outcome; 1 for revenue.
    margin : float or None
        Profit per unit of that money before media cost; None where unknown.
    spend : float or None
        Money spent because of the treatment; None where unknown.
    """

    value: float
    margin: float | None
    spend: float | None


def economics_of(money: Money, *, revenue: bool, spend: float | None) -> Economics:
    """Return what turns an increment of revenue, or of a count, into money; value is NaN where a count has none.

    Without a margin the value of a conversion is taken to be profit, as the YAML's key says.

    Parameters
    ----------
    money : Money
        The section's margin and value of a conversion.
    revenue : bool
        Whether the increment is in money already.
    spend : float or None
        Change of spend in the section's currency; None where none was stated.

    Returns
    -------
    Economics
        Value per unit of outcome, margin as a share, and spend.
    """
    if revenue:
        return Economics(1.0, money.margin, spend)
    value = money.value_per_conversion
    return Economics(math.nan if value is None else value, money.margin or 1.0, spend)


def p_value_at(null: float, answer_at: AnswerAt) -> float:
    """Return the p-value of any null value by inverting an answer over its level.

    It is the largest error at which the interval still holds `null`; so it agrees with every interval of `answer_at`.

    Parameters
    ----------
    null : float
        Value in the unit of the answer.
    answer_at : AnswerAt
        The answer at any confidence level.

    Returns
    -------
    float
        Between 1.7e-15 and 1.
    """

    def holds(log_p: float) -> bool:
        return answer_at(1 - math.exp(log_p)).contains(null)

    top, bottom = math.log(0.9999), -34.0
    if holds(top):
        return 1.0
    return math.exp(bisect(holds, bottom, top)) if holds(bottom) else math.exp(bottom)


def return_on_spend(increment: Answer, economics: Economics) -> Answer | None:
    """Return incremental value per unit of incremental spend (iROAS), None where spend did not change.

    Where spend was taken away, outcome lost per unit of spend saved is a return, too.

    The spend of an arm is a fact, so scaling keeps the increment's test; spend that is itself estimated goes through
    `lift.holdout.methods.revenue.fieller_ratio` instead.

    Parameters
    ----------
    increment : Answer
        Total increment, in units of outcome.
    economics : Economics
        Value of a unit of outcome, and the change of spend.

    Returns
    -------
    Answer or None
        Money per unit of money.
    """
    if economics.spend is None or why_no_ratio(abs(economics.spend), "the change of spend"):
        return None
    answer = increment.scaled(economics.value / abs(economics.spend))
    return answer if economics.spend > 0 else _negated(answer)


def _negated(answer: Answer) -> Answer:
    """Return an answer with its sign turned; its ends change places, its test stays."""
    hole = None if answer.excluded is None else (-answer.excluded[1], -answer.excluded[0])
    return replace(answer, point=-answer.point, lower=-answer.upper, upper=-answer.lower, excluded=hole)


def incremental_profit(increment_at: AnswerAt, economics: Economics, level: float) -> Answer | None:
    """Return margin x value x increment - spend, with the p-value of "it just paid for itself".

    Preferred to a ratio for decisions: it is bounded whenever the increment is.

    Parameters
    ----------
    increment_at : AnswerAt
        Total increment, in units of outcome, at any level.
    economics : Economics
        Value of a unit, margin and spend.
    level : float
        Confidence level.

    Returns
    -------
    Answer or None
        In the section's currency; None without a margin or a stated spend.
    """
    if economics.spend is None or economics.margin is None:
        return None
    factor, cost = economics.value * economics.margin, economics.spend
    answer = increment_at(level)
    profit = answer.mapped(lambda value: factor * value - cost, factor * answer.se)
    return agree(replace(profit, p_value=p_value_at(cost / factor, increment_at)), 0.0)


def cost_per_incremental(increment: Answer, spend: float | None) -> Answer | None:
    """Return spend per incremental unit of outcome.

    Parameters
    ----------
    increment : Answer
        Total increment, in units of outcome.
    spend : float or None
        In the section's currency.

    Returns
    -------
    Answer or None
        None where nothing was spent. Where the increment may be zero the cost has no upper end; where it may not be
        positive at all there is no cost. The p-value is the increment's: below 1 - level exactly when an infinite
        cost lies outside the set.
    """
    if spend is None or spend <= 0:
        return None
    if increment.upper <= 0:
        words = "no cost: the increment is not positive"
        return replace(
            increment, point=math.nan, lower=math.nan, upper=math.nan, se=math.nan, note=words, excluded=None
        )
    if increment.lower > 0 and increment.excluded is None:
        low, high, words = spend / increment.upper, spend / increment.lower, ""
    else:
        low, high = spend / increment.upper, math.inf
        words = "unbounded above: the increment may be zero"
    point = spend / increment.point if increment.point > 0 else math.inf
    return replace(increment, point=point, lower=low, upper=high, se=math.nan, note=words, excluded=None)
