"""Conversion: difference and ratio of two proportions, by intervals that hold for small counts too.

Every function takes plain counts: `k1` converters among `n1` treated people, `k0` among `n0` of the control.
"""

import math
from collections.abc import Callable, Mapping

from scipy.special import ndtri

from lift.holdout.methods.interval import (
    Answer,
    agree,
    bisect,
    critical_value,
    normal_answer,
    two_sided_p,
)


def score_difference(
    *, k1: float, n1: float, k0: float, n0: float, level: float, noise1: float = 0.0, noise0: float = 0.0
) -> Answer:
    """Return the difference of conversion rates by Miettinen and Nurminen's score test.

    Parameters
    ----------
    k1, n1, k0, n0 : float
        Converters and people, treated and control.
    level : float
        Confidence level.
    noise1, noise0 : float, default 0
        Variance of the privacy noise in k1 and in k0; what the converters themselves vary by comes on top.

    Returns
    -------
    Answer
        Difference as a fraction of people; `se` is the unrestricted standard error.

    References
    ----------
    Miettinen & Nurminen (1985), Statistics in Medicine 4:213, equations 1 to 9 and appendix.
    """
    p1, p0 = k1 / n1, k0 / n0
    critical = critical_value(level)

    def statistic(delta: float) -> float:
        rates = _restricted_difference(k1, n1, k0, n0, delta)
        return _score(p1 - p0 - delta, *rates, n1, n0, 1.0, noise1 / n1**2 + noise0 / n0**2)

    def holds(delta: float) -> bool:
        return abs(statistic(delta)) <= critical

    point = p1 - p0
    lower = -1.0 if holds(-1.0) else bisect(holds, point, -1.0)
    upper = 1.0 if holds(1.0) else bisect(holds, point, 1.0)
    se = math.sqrt(p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0 + noise1 / n1**2 + noise0 / n0**2)
    answer = Answer(point, lower, upper, two_sided_p(statistic(0.0)), se, level, "score (Miettinen-Nurminen)")
    return agree(answer, 0.0)


def score_ratio(
    *, k1: float, n1: float, k0: float, n0: float, level: float, noise1: float = 0.0, noise0: float = 0.0
) -> Answer:
    """Return the relative lift of the conversion rate, p1 / p0 - 1, by the score test of the ratio.

    Parameters
    ----------
    k1, n1, k0, n0 : float
        Converters and people, treated and control.
    level : float
        Confidence level.
    noise1, noise0 : float, default 0
        Variance of the privacy noise in k1 and in k0; as by Fieller's theorem, the lift may then be unbounded above.

    Returns
    -------
    Answer
        Lift as a fraction. Without converters in the control the upper end is infinite; without any converter
        the set is everything from -1 up.

    References
    ----------
    Koopman (1984), Biometrics 40:513; Nam (1995), Biometrics 51:1150; variance factor N / (N - 1) as in
    Miettinen & Nurminen (1985), equation 10.
    """
    p1, p0 = k1 / n1, k0 / n0
    critical = critical_value(level)
    method = "score ratio (Koopman-Nam)"
    if k1 == 0 and k0 == 0:
        return Answer(
            math.nan,
            -1.0,
            math.inf,
            1.0,
            math.nan,
            level,
            method,
            "no arm has a conversion: any lift is possible",
        )

    def statistic(log_ratio: float) -> float:
        ratio = math.exp(log_ratio)
        noise = noise1 / n1**2 + ratio**2 * noise0 / n0**2
        return _score(p1 - ratio * p0, *_restricted_ratio(k1, n1, k0, n0, ratio), n1, n0, ratio, noise)

    def holds(log_ratio: float) -> bool:
        return abs(statistic(log_ratio)) <= critical

    far = 50.0
    # Without a conversion in one arm the ratio is 0 or infinite; the bisection starts where it is near enough.
    start = math.log(p1 / p0) if k1 > 0 and k0 > 0 else (far if k0 == 0 else -far)
    lower = 0.0 if k1 == 0 or holds(-far) else math.exp(bisect(holds, start, -far))
    upper = math.inf if k0 == 0 or holds(far) else math.exp(bisect(holds, start, far))
    point = math.inf if k0 == 0 else p1 / p0 - 1
    se = math.nan
    if k1 > 0 and k0 > 0:
        se = p1 / p0 * math.sqrt((1 - p1) / k1 + (1 - p0) / k0 + noise1 / k1**2 + noise0 / k0**2)
    note = "the control has no conversion: the lift is unbounded above" if k0 == 0 else ""
    answer = Answer(point, lower - 1, upper - 1, two_sided_p(statistic(0.0)), se, level, method, note)
    return agree(answer, 0.0)


def newcombe_difference(*, k1: float, n1: float, k0: float, n0: float, level: float) -> Answer:
    """Return the difference of conversion rates by Newcombe's hybrid of two Wilson intervals.

    The p-value is the largest level of error at which the interval still holds 0, found by bisection on the level.

    Parameters
    ----------
    k1, n1, k0, n0 : float
        Converters and people, treated and control.
    level : float
        Confidence level.

    Returns
    -------
    Answer
        Difference of rates, treated minus control, between -1 and 1.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17:873, method 10.
    """
    ends = _newcombe_ends(k1, n1, k0, n0)
    lower, upper = ends(critical_value(level))

    def holds_zero(log_p: float) -> bool:
        low, high = ends(float(-ndtri(math.exp(log_p) / 2)))
        return low <= 0 <= high

    point = k1 / n1 - k0 / n0
    p_value = 1.0 if point == 0 else math.exp(bisect(holds_zero, -700.0, 0.0))
    se = math.sqrt(k1 / n1 * (1 - k1 / n1) / n1 + k0 / n0 * (1 - k0 / n0) / n0)
    return agree(Answer(point, lower, upper, p_value, se, level, "Newcombe hybrid score"), 0.0)


def wald_difference(*, k1: float, n1: float, k0: float, n0: float, level: float) -> Answer:
    """Return the difference of conversion rates by the textbook normal interval: a comparison, poor for small counts.

    Parameters
    ----------
    k1, n1, k0, n0 : float
        Converters and people, treated and control.
    level : float
        Confidence level.

    Returns
    -------
    Answer
        Difference of rates, treated minus control.
    """
    p1, p0 = k1 / n1, k0 / n0
    se = math.sqrt(p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0)
    return normal_answer(p1 - p0, se, level=level, method="Wald")


def agresti_caffo_difference(*, k1: float, n1: float, k0: float, n0: float, level: float) -> Answer:
    """Return the difference of conversion rates after adding one success and one failure to each arm.

    Parameters
    ----------
    k1, n1, k0, n0 : float
        Converters and people, treated and control.
    level : float
        Confidence level.

    Returns
    -------
    Answer
        Difference of rates, treated minus control.

    References
    ----------
    Agresti & Caffo (2000), The American Statistician 54:280.
    """
    p1, p0 = (k1 + 1) / (n1 + 2), (k0 + 1) / (n0 + 2)
    se = math.sqrt(p1 * (1 - p1) / (n1 + 2) + p0 * (1 - p0) / (n0 + 2))
    return normal_answer(p1 - p0, se, level=level, method="Agresti-Caffo")


def log_ratio(*, k1: float, n1: float, k0: float, n0: float, level: float) -> Answer:
    """Return the relative lift p1 / p0 - 1 by the delta method on the log ratio; both arms need conversions.

    Parameters
    ----------
    k1, n1, k0, n0 : float
        Converters, at least one in each arm, and people; treated and control.
    level : float
        Confidence level.

    Returns
    -------
    Answer
        Lift as a fraction.

    References
    ----------
    Katz, Baptista, Azen & Pike (1978), Biometrics 34:469.
    """
    p1, p0 = k1 / n1, k0 / n0
    se = math.sqrt((1 - p1) / k1 + (1 - p0) / k0)
    on_log = normal_answer(math.log(p1 / p0), se, level=level, method="log ratio (delta method)")
    return agree(on_log.mapped(math.expm1, p1 / p0 * se), 0.0)


DIFFERENCES: Mapping[str, Callable[..., Answer]] = {
    "score": score_difference,
    "newcombe": newcombe_difference,
    "agresti_caffo": agresti_caffo_difference,
    "wald": wald_difference,
}
"""Every interval of the difference in conversion, by the name the YAML uses."""


def _score(gap: float, q1: float, q0: float, n1: float, n0: float, ratio: float, noise: float = 0.0) -> float:
    """Return the score statistic of gap = p1 - ratio p0 (or minus delta) at the restricted rates q1 and q0."""
    inflation = (n1 + n0) / (n1 + n0 - 1)
    variance = (q1 * (1 - q1) / n1 + ratio**2 * q0 * (1 - q0) / n0) * inflation + noise
    if variance <= 0:
        return 0.0 if abs(gap) < 1e-15 else math.copysign(math.inf, gap)
    return gap / math.sqrt(variance)


def _restricted_difference(k1: float, n1: float, k0: float, n0: float, delta: float) -> tuple[float, float]:
    """Return the most likely rates (q1, q0) under q1 - q0 = delta: the root of a cubic, in closed form."""
    n = n1 + n0
    l2 = (n1 + 2 * n0) * delta - n - (k1 + k0)
    l1 = (n0 * delta - n - 2 * k0) * delta + (k1 + k0)
    l0 = k0 * delta * (1 - delta)
    q = l2**3 / (3 * n) ** 3 - l1 * l2 / (6 * n**2) + l0 / (2 * n)
    radicand = max(l2**2 / (3 * n) ** 2 - l1 / (3 * n), 0.0)
    p = math.copysign(math.sqrt(radicand), q)
    cosine = 0.0 if p == 0 else min(max(q / p**3, -1.0), 1.0)
    angle = (math.pi + math.acos(cosine)) / 3
    q0 = 2 * p * math.cos(angle) - l2 / (3 * n)
    low, high = max(0.0, -delta), min(1.0, 1 - delta)
    q0 = min(max(q0, low), high)
    # The closed form loses digits when people are many and converters few; Newton's step in factored form regains them.
    for _ in range(3):
        rest1, rest0, other = k1 - n1 * (q0 + delta), k0 - n0 * q0, q0 + delta
        spread1, spread0 = other * (1 - other), q0 * (1 - q0)
        slope = -n1 * spread0 + rest1 * (1 - 2 * q0) - n0 * spread1 + rest0 * (1 - 2 * other)
        if slope == 0:
            break
        q0 = min(max(q0 - (rest1 * spread0 + rest0 * spread1) / slope, low), high)
    return min(max(q0 + delta, 0.0), 1.0), q0


def _restricted_ratio(k1: float, n1: float, k0: float, n0: float, ratio: float) -> tuple[float, float]:
    """Return the most likely rates (q1, q0) under q1 = ratio q0: the smaller root of a quadratic."""
    a = ratio * (n1 + n0)
    b = -(ratio * (n1 + k0) + k1 + n0)
    c = k1 + k0
    root = math.sqrt(max(b * b - 4 * a * c, 0.0))
    # 2 c / (-b + root) is the smaller root without the cancellation of (-b - root) / (2 a).
    q0 = min(2 * c / (-b + root), 1.0, 1 / ratio)
    return min(ratio * q0, 1.0), q0


def _newcombe_ends(k1: float, n1: float, k0: float, n0: float) -> Callable[[float], tuple[float, float]]:
    """Return the function critical value -> (lower, upper) of Newcombe's hybrid interval."""
    p1, p0 = k1 / n1, k0 / n0

    def ends(critical: float) -> tuple[float, float]:
        low1, high1 = _wilson(k1, n1, critical)
        low0, high0 = _wilson(k0, n0, critical)
        lower = p1 - p0 - math.hypot(p1 - low1, high0 - p0)
        upper = p1 - p0 + math.hypot(high1 - p1, p0 - low0)
        return lower, upper

    return ends


def _wilson(k: float, n: float, critical: float) -> tuple[float, float]:
    """Return Wilson's score interval of one proportion."""
    z2 = critical**2
    centre = (k + z2 / 2) / (n + z2)
    half = critical / (n + z2) * math.sqrt(k * (n - k) / n + z2 / 4)
    return max(centre - half, 0.0), min(centre + half, 1.0)
