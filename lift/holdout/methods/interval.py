"""One inversion gives both p-value and interval, so that the two can never disagree."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from scipy.special import ndtr, ndtri, stdtr, stdtrit


@dataclass(frozen=True, slots=True)
class Answer:
    """A point, its interval and the p-value of "no effect", all of one test.

    Parameters
    ----------
    point, lower, upper : float
        In the estimand's unit; an unbounded side is infinite, both ends are NaN for an empty set.
    p_value : float
        Two-sided; below ``1 - level`` exactly when the value of no effect lies outside the interval.
    se : float
        Standard error of the point, NaN where the method has none.
    level : float
    method : str
    note : str
        What the set is in words where it is not a plain interval.
    degrees_of_freedom : float
        Infinite for the normal distribution.
    excluded : tuple of float, optional
        Where the set is two rays, the open interval between them that the data do exclude; `lower` and `upper` are
        infinite then.
    """

    point: float
    lower: float
    upper: float
    p_value: float
    se: float
    level: float
    method: str
    note: str = ""
    degrees_of_freedom: float = math.inf
    excluded: tuple[float, float] | None = None

    def contains(self, value: float) -> bool:
        """Return whether `value` is compatible with the data at this level."""
        if self.excluded is not None and self.excluded[0] < value < self.excluded[1]:
            return False
        return self.lower <= value <= self.upper

    @property
    def words(self) -> str:
        """What the set is in words, empty for a plain interval."""
        if self.excluded is None:
            return self.note
        low, high = self.excluded
        return f"unbounded: the set is all values up to {low:.6g} and all from {high:.6g} on"

    def mapped(self, change: Callable[[float], float], se: float = math.nan) -> "Answer":
        """Return the answer on another scale; `change` is increasing, so test and p-value stay what they are.

        Parameters
        ----------
        change : callable
            From the old scale to the new, increasing.
        se : float, optional
            Standard error on the new scale; NaN where there is none.

        Returns
        -------
        Answer
            Ends, point and excluded stretch on the new scale.
        """
        excluded = None if self.excluded is None else (change(self.excluded[0]), change(self.excluded[1]))
        return replace(
            self,
            point=change(self.point),
            lower=change(self.lower),
            upper=change(self.upper),
            se=se,
            excluded=excluded,
        )

    def scaled(self, factor: float) -> "Answer":
        """Return the answer times `factor`, which is positive and known."""
        return self.mapped(lambda value: factor * value, factor * self.se)


def critical_value(level: float, degrees_of_freedom: float = math.inf) -> float:
    """Return the two-sided critical value of the normal or Student's t distribution at `level`.

    Parameters
    ----------
    level : float
        Confidence level, between 0 and 1.
    degrees_of_freedom : float, optional
        Of Student's t; infinite for the normal.

    Returns
    -------
    float
        At 0.95 and infinite degrees of freedom: 1.96.
    """
    upper = 1 - (1 - level) / 2
    return float(ndtri(upper) if math.isinf(degrees_of_freedom) else stdtrit(degrees_of_freedom, upper))


def two_sided_p(statistic: float, degrees_of_freedom: float = math.inf) -> float:
    """Return the two-sided p-value of a standardised statistic.

    Parameters
    ----------
    statistic : float
        Estimate over its standard error.
    degrees_of_freedom : float, optional
        Of Student's t; infinite for the normal.

    Returns
    -------
    float
        Between 0 and 1.
    """
    tail = -abs(statistic)
    return float(2 * (ndtr(tail) if math.isinf(degrees_of_freedom) else stdtr(degrees_of_freedom, tail)))


def agree(answer: Answer, null: float) -> Answer:
    """Return `answer` with an end moved onto `null` where rounding alone put it on the other side.

    The interval and the p-value are the same inequality solved in two ways; in the last bits of a float the two may
    differ. The p-value decides.

    Parameters
    ----------
    answer : Answer
        With the p-value of `null`.
    null : float
        Hypothesised value, in the answer's unit.

    Returns
    -------
    Answer
        `null` lies in its interval exactly when its p-value is at least 1 - level.
    """
    inside = answer.p_value >= 1 - answer.level
    if inside == answer.contains(null) or math.isnan(answer.lower):
        return answer
    if answer.excluded is not None:
        low, high = answer.excluded
        nearer_low = null - low <= high - null
        if inside:
            return replace(answer, excluded=(null, high) if nearer_low else (low, null))
        return replace(answer, excluded=(min(low, _below(null)), max(high, _above(null))))
    if inside:
        return replace(answer, lower=min(answer.lower, null), upper=max(answer.upper, null))
    # The nearer end is the one that rounding carried across.
    if null - answer.lower <= answer.upper - null:
        return replace(answer, lower=_above(null))
    return replace(answer, upper=_below(null))


def _above(value: float) -> float:
    return math.nextafter(value, math.inf)


def _below(value: float) -> float:
    return math.nextafter(value, -math.inf)


def normal_answer(
    point: float,
    se: float,
    *,
    level: float,
    method: str,
    degrees_of_freedom: float = math.inf,
    note: str = "",
) -> Answer:
    """Return the answer of an estimate with a standard error: point -+ critical value x se, and its p-value at 0.

    A standard error of zero gives the point alone and p = 1 or 0, as the limit does.

    Parameters
    ----------
    point, se : float
        Estimate and standard error, in one unit.
    level : float
        Confidence level.
    method, note : str
        Words shown beside the answer.
    degrees_of_freedom : float, optional
        Of Student's t; infinite for the normal.

    Returns
    -------
    Answer
        In the unit of `point`.
    """
    half = critical_value(level, degrees_of_freedom) * se
    p_value = two_sided_p(point / se, degrees_of_freedom) if se > 0 else float(point == 0)
    answer = Answer(point, point - half, point + half, p_value, se, level, method, note, degrees_of_freedom)
    return agree(answer, 0.0)


def bisect(accepted: Callable[[float], bool], inside: float, outside: float) -> float:
    """Return the last float inside a set, between a point inside and a point outside it.

    Parameters
    ----------
    accepted : callable
        Whether a value lies in the set, whose edge is the only one between the two points.
    inside, outside : float

    Returns
    -------
    float
        `accepted` holds for it.

    Notes
    -----
    A root finder stops near the edge, on either side. Here the value returned is itself in the set and the next float is
    not, which is what lets an interval and its p-value agree to the last bit.
    """
    for _ in range(200):
        middle = 0.5 * (inside + outside)
        if middle in (inside, outside):
            break
        if accepted(middle):
            inside = middle
        else:
            outside = middle
    return inside
