"""Several arms against one holdout: critical values for all of them together, and p-values that match."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from scipy.special import ndtr, ndtri

from lift.holdout.config import Multiplicity
from lift.holdout.methods.interval import Answer, bisect

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(200)


def together_at(
    kind: Multiplicity, level: float, loadings: Sequence[float]
) -> tuple[float, Callable[[Answer], Answer]]:
    """Return how several arms are answered together.

    Parameters
    ----------
    kind : {"dunnett", "bonferroni", "none"}
    level : float
        Level at which the intervals of all arms are to hold.
    loadings : sequence of float, shape (arm,)
        What each comparison owes to the shared control; one arm alone is never widened.

    Returns
    -------
    single : float
        Level at which each arm is to be answered.
    together : callable
        Turns an answer at that level into one of several.
    """
    if len(loadings) > 1 and kind == "dunnett":
        return dunnett_level(level, loadings), lambda answer: dunnett(answer, level, loadings)
    if len(loadings) > 1 and kind == "bonferroni":
        return bonferroni_level(level, len(loadings)), lambda answer: bonferroni(answer, level, len(loadings))
    return level, lambda answer: answer


def probability_within(critical: float, loadings: Sequence[float]) -> float:
    """Return the probability that all |Z_i| <= critical, where corr(Z_i, Z_j) = loading_i x loading_j.

    The loading of an arm is sqrt(V_control / (V_arm + V_control)): what its comparison owes to the shared control.

    Parameters
    ----------
    critical : float
        Critical value, at least 0.
    loadings : sequence of float
        One an arm, at least 0 and below 1.

    Returns
    -------
    float
        Between 0 and 1.

    References
    ----------
    Dunnett (1955), Journal of the American Statistical Association 50:1096.
    """
    shares = np.asarray(loadings, float)[:, None]
    rest = np.sqrt(1 - shares**2)
    inside = ndtr((critical + shares * _NODES) / rest) - ndtr((-critical + shares * _NODES) / rest)
    return float((_WEIGHTS * inside.prod(axis=0)).sum() / math.sqrt(2 * math.pi))


def dunnett_level(level: float, loadings: Sequence[float]) -> float:
    """Return the level at which single intervals hold together at `level`.

    Parameters
    ----------
    level : float
        Level for all arms together.
    loadings : sequence of float
        One an arm; see `probability_within`.

    Returns
    -------
    float
        At least `level`, and `level` itself for one arm.
    """
    if len(loadings) == 1:
        return level
    critical = bisect(lambda c: probability_within(c, loadings) >= level, 12.0, 0.0)
    return float(2 * ndtr(critical) - 1)


def dunnett(answer: Answer, level: float, loadings: Sequence[float]) -> Answer:
    """Return a single answer, computed at `dunnett_level`, as one of several that hold together at `level`.

    Parameters
    ----------
    answer : Answer
        Of one arm, at the level of `dunnett_level`.
    level : float
        Level for all arms together.
    loadings : sequence of float
        One an arm; see `probability_within`.

    Returns
    -------
    Answer
        Same interval; the p-value is adjusted for all arms.
    """
    if len(loadings) == 1:
        return answer
    statistic = 40.0 if answer.p_value <= 0 else float(-ndtri(answer.p_value / 2))
    together = 1.0 if answer.p_value >= 1 else 1 - probability_within(statistic, loadings)
    # Rounding must not part the two inequalities p < 1 - level and p_single < 1 - single level.
    rejected = answer.p_value < 1 - answer.level
    edge = 1 - level
    p_value = min(together, math.nextafter(edge, 0.0)) if rejected else max(together, edge)
    words = f"simultaneous over {len(loadings)} arms against one control (Dunnett)"
    return replace(answer, p_value=max(p_value, 0.0), level=level, method=f"{answer.method}; {words}")


def bonferroni_level(level: float, arms: int) -> float:
    """Return the level at which `arms` single intervals hold together at `level`, whatever their correlation.

    Parameters
    ----------
    level : float
        Level for all arms together.
    arms : int
        Number of treated arms.

    Returns
    -------
    float
        At least `level`.
    """
    return 1 - (1 - level) / arms


def bonferroni(answer: Answer, level: float, arms: int) -> Answer:
    """Return a single answer, computed at `bonferroni_level`, as one of several that hold together at `level`.

    Parameters
    ----------
    answer : Answer
        Of one arm, at the level of `bonferroni_level`.
    level : float
        Level for all arms together.
    arms : int
        Number of treated arms.

    Returns
    -------
    Answer
        Same interval; the p-value is adjusted for all arms.
    """
    if arms == 1:
        return answer
    edge = 1 - level
    together = min(arms * answer.p_value, 1.0)
    rejected = answer.p_value < 1 - answer.level
    p_value = min(together, math.nextafter(edge, 0.0)) if rejected else max(together, edge)
    words = f"simultaneous over {arms} arms (Bonferroni)"
    return replace(answer, p_value=p_value, level=level, method=f"{answer.method}; {words}")


def holm(p_values: Sequence[float]) -> list[float]:
    """Return Holm's adjusted p-values, in the order given.

    References
    ----------
    Holm (1979), Scandinavian Journal of Statistics 6:65.
    """
    order = np.argsort(p_values)
    adjusted, worst = [0.0] * len(p_values), 0.0
    for rank, at in enumerate(order):
        worst = max(worst, min((len(p_values) - rank) * float(p_values[at]), 1.0))
        adjusted[at] = worst
    return adjusted
