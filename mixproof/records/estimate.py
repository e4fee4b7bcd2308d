"""A number with its interval: the only form in which a result leaves a statistic."""

from dataclasses import dataclass
from typing import Literal

IntervalKind = Literal["credible", "confidence", "prediction"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A point with an interval of stated kind and level.

    Parameters
    ----------
    point, lower, upper : float
        In `unit`. An unbounded side is ``-inf`` or ``inf``; an empty set is ``nan`` on both sides.
    level : float
        Probability of the interval, for example ``0.9``.
    kind : {"credible", "confidence", "prediction"}
        What the interval promises.
    unit : str
        For example ``"EUR"``, ``"conversions"``, ``"EUR per EUR"``.
    """

    point: float
    lower: float
    upper: float
    level: float
    kind: IntervalKind
    unit: str
