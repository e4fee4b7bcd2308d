"""Revenue per person: difference and relative lift from counts, sums and sums of squares (non-buyers included)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from lift.holdout.methods.interval import Answer, agree, critical_value, normal_answer, two_sided_p
from lift.moments import Moments

Mechanism = Literal["value", "conversion", "either"]


@dataclass(frozen=True, slots=True)
class MeanSums:
    """Users, sum and sum of squares of one variable in one group."""

    n: float
    s: float
    q: float

    @property
    def mean(self) -> float:
        """Mean per person."""
        return self.s / self.n

    @property
    def variance_of_mean(self) -> float:
        """Squared standard error of the mean, from the sample variance."""
        return max((self.q - self.s * self.s / self.n) / (self.n - 1), 0.0) / self.n


def sums_of(moments: Moments, variable: str) -> MeanSums:
    """Return the three sums of one variable of a group.

    Parameters
    ----------
    moments : Moments
        With the sum of squares of `variable`.
    variable : str
        Name of the variable.

    Returns
    -------
    MeanSums
        People, sum and sum of squares.
    """
    return MeanSums(moments.users, moments.total(variable), moments.product(variable, variable))


def welch_difference(treated: MeanSums, control: MeanSums, *, level: float) -> Answer:
    """Return the difference of means by Welch's t with Satterthwaite's degrees of freedom.

    Parameters
    ----------
    treated, control : MeanSums
        Sums over everyone, buyers or not; at least two people each.
    level : float
        Confidence level.

    Returns
    -------
    Answer
        Money per person, treated minus control.

    Notes
    -----
    With a small control and skewed orders this calls too many null campaigns a success: mean and standard error of
    the control are low together when no large order fell into it. It is printed as comparison there.

    References
    ----------
    Welch (1947), Biometrika 34:28; Satterthwaite (1946), Biometrics Bulletin 2:110.
    """
    v1, v0 = treated.variance_of_mean, control.variance_of_mean
    denominator = v1 * v1 / (treated.n - 1) + v0 * v0 / (control.n - 1)
    freedom = (v1 + v0) ** 2 / denominator if denominator > 0 else math.inf
    gap = treated.mean - control.mean
    return normal_answer(gap, math.sqrt(v1 + v0), level=level, method="Welch t", degrees_of_freedom=freedom)


def fieller_lift(treated: MeanSums, control: MeanSums, *, level: float) -> Answer:
    """Return the relative lift of the mean, treated / control - 1, by Fieller's theorem.

    Parameters
    ----------
    treated, control : MeanSums
        Sums over everyone, buyers or not.
    level : float
        Confidence level.

    Returns
    -------
    Answer
        Lift as a fraction; unbounded where the control's mean is not away from zero.

    References
    ----------
    Fieller (1954), Journal of the Royal Statistical Society B 16:175.
    """
    m1, m0 = treated.mean, control.mean
    v1, v0 = treated.variance_of_mean, control.variance_of_mean
    ratio = fieller_ratio(m1, m0, v1, v0, 0.0, level=level, null=1.0)
    return ratio.mapped(lambda value: value - 1, ratio.se)


def fieller_ratio(
    above: float,
    below: float,
    v_above: float,
    v_below: float,
    covariance: float,
    *,
    level: float,
    null: float = 0.0,
) -> Answer:
    """Return above / below by Fieller's theorem: every ratio r for which above - r below is not away from zero.

    Parameters
    ----------
    above, below : float
        The two estimates.
    v_above, v_below, covariance : float
        Their sampling variances and covariance.
    level : float
    null : float
        The ratio to which the p-value belongs.

    Returns
    -------
    Answer
        Where `below` is not away from zero the set is unbounded: everything, or two rays with `excluded` between.
    """
    z2 = critical_value(level) ** 2
    roots = quadratic_set(
        below * below - z2 * v_below, -(above * below - z2 * covariance), above * above - z2 * v_above
    )
    gap = above - null * below
    variance = v_above + null * null * v_below - 2 * null * covariance
    p_value = two_sided_p(gap / math.sqrt(variance)) if variance > 0 else float(gap == 0)
    point = above / below if below != 0 else math.nan
    se = math.nan
    if below != 0:
        spread = v_above + point * point * v_below - 2 * point * covariance
        se = math.sqrt(max(spread, 0.0)) / abs(below)
    return agree(
        Answer(
            point=point,
            lower=roots.lower,
            upper=roots.upper,
            p_value=p_value,
            se=se,
            level=level,
            method="Fieller",
            note=roots.words,
            excluded=roots.excluded,
        ),
        null,
    )


def pooled_lift(
    treated: Sequence[MeanSums], control: Sequence[MeanSums], *, level: float, mechanism: Mechanism = "value"
) -> Answer:
    """Return the relative lift of the mean by inverting a proportional null with pooled moments.

    Parameters
    ----------
    treated, control : sequence of MeanSums
        One pair a stratum; one pair where there are no strata. Sums must be positive.
    level : float
    mechanism : {"value", "conversion", "either"}
        How a lift of r comes about: everybody's revenue times r; r times as many buyers; or either, which is the union
        of both sets. All three have one p-value, for without a lift they are one.

    Returns
    -------
    Answer
        Lift as a fraction. `se` is the half-width over the critical value, NaN where the set is unbounded.

    Notes
    -----
    Were every treated person's revenue lifted by the factor r, dividing it by r would make the arms two samples of
    one population: z(r) = (m1 / r - m0) / sqrt(v(r) (1/n0 + 1/n1)) with v(r) the variance of both together. Were r
    times as many buying, both arms' mean squares would follow from one, e = (Q0 + Q1 / r) / N in the control and r e in
    the treated. Either way the set of r with |z(r)| <= z is a quadratic in 1/r; strata add their quadratics with
    weights (N_s / N)^2. Unlike in Welch's and Fieller's, the variance does not fall with the control's mean when no
    large order fell into a small control.
    """
    if mechanism == "either":
        on_value = pooled_lift(treated, control, level=level, mechanism="value")
        on_conversion = pooled_lift(treated, control, level=level, mechanism="conversion")
        return _union(on_value, on_conversion, f"{on_value.method}, lift on value or conversion")
    z2 = critical_value(level) ** 2
    m1, m0, v11, v10, v00 = _pooled_terms(treated, control, mechanism)
    roots = quadratic_set(m1 * m1 - z2 * v11, -(m0 * m1 + z2 * v10), m0 * m0 - z2 * v00)
    lower, upper, excluded = _reciprocal(roots)
    variance = v11 + 2 * v10 + v00
    p_value = two_sided_p((m1 - m0) / math.sqrt(variance)) if variance > 0 else float(m1 == m0)
    se = (upper - lower) / (2 * math.sqrt(z2)) if math.isfinite(upper) and lower > 0 else math.nan
    method = "pooled-moment inversion" + (", stratified" if len(treated) > 1 else "")
    note = _open_sides(lower, upper)
    ratio = Answer(m1 / m0, lower, upper, p_value, se, level, method, note, excluded=excluded)
    return agree(ratio.mapped(lambda value: value - 1, se), 0.0)


def delta_lift(treated: MeanSums, control: MeanSums, *, level: float) -> Answer:
    """Return the relative lift of the mean by the delta method: symmetric, a comparison.

    Parameters
    ----------
    treated, control : MeanSums
        Sums over everyone, buyers or not; the control's mean is not zero.
    level : float
        Confidence level.

    Returns
    -------
    Answer
        Lift as a fraction.

    References
    ----------
    Deng, Knoblich & Lu (2018), KDD, section 3.
    """
    m1, m0 = treated.mean, control.mean
    se = math.sqrt(treated.variance_of_mean / m0**2 + m1**2 * control.variance_of_mean / m0**4)
    return normal_answer(m1 / m0 - 1, se, level=level, method="delta method")


def log_lift(treated: MeanSums, control: MeanSums, *, level: float) -> Answer:
    """Return the relative lift of the mean by the delta method on the logarithm; both means must be positive.

    Parameters
    ----------
    treated, control : MeanSums
        Sums over everyone, buyers or not.
    level : float
        Confidence level.

    Returns
    -------
    Answer
        Lift as a fraction.
    """
    m1, m0 = treated.mean, control.mean
    se = math.sqrt(treated.variance_of_mean / m1**2 + control.variance_of_mean / m0**2)
    on_log = normal_answer(math.log(m1 / m0), se, level=level, method="log ratio (delta method)")
    return agree(on_log.mapped(math.expm1, m1 / m0 * se), 0.0)


def orders(arm: Moments) -> MeanSums:
    """Return the sums of revenue among an arm's converters."""
    return MeanSums(arm.total("conversion"), arm.total("revenue"), arm.product("revenue", "revenue"))


def order_variation(arm: MeanSums) -> float:
    """Return the coefficient of variation of revenue among converters, `n` counting converters."""
    if arm.n < 2 or arm.s <= 0:
        return math.nan
    return math.sqrt(arm.variance_of_mean * arm.n) / arm.mean


def realised_increment(lift: Answer, treated_total: float) -> Answer:
    """Return the part of the treated arm's realised total that the treatment brought: total x (1 - 1 / (1 + lift)).

    It is the lift's own inversion on the scale of money: 0 lies in this interval exactly when it lies in that of the
    lift, and both have one p-value. An unbounded lift below gives an increment without lower end.

    Parameters
    ----------
    lift : Answer
        Relative lift, as a fraction.
    treated_total : float
        The treated arm's total, as it was.

    Returns
    -------
    Answer
        In the unit of `treated_total`.
    """

    def increment(value: float) -> float:
        if math.isinf(value):
            return treated_total
        return -math.inf if value <= -1 else treated_total * (1 - 1 / (1 + value))

    width = increment(lift.upper) - increment(lift.lower)
    bounded = math.isfinite(width) and math.isfinite(lift.upper)
    return lift.mapped(increment, width / (2 * critical_value(lift.level)) if bounded else math.nan)


@dataclass(frozen=True, slots=True)
class QuadraticSet:
    """The solutions of a x^2 + 2 b x + c <= 0; where they are two rays, the open interval between those."""

    lower: float
    upper: float
    excluded: tuple[float, float] | None = None
    words: str = ""


def quadratic_set(a: float, half_b: float, c: float) -> QuadraticSet:
    """Return the set {x : a x^2 + 2 half_b x + c <= 0}: an interval, nothing, everything, or two rays.

    Parameters
    ----------
    a, half_b, c : float
        Coefficients; `half_b` is half that of x.

    Returns
    -------
    QuadraticSet
        Ends, the stretch left out between two rays, and words where the set is no interval.
    """
    discriminant = half_b * half_b - a * c
    if a > 0:
        if discriminant < 0:
            return QuadraticSet(math.nan, math.nan, None, "empty: no value is compatible with the data")
        return QuadraticSet(*_roots(a, half_b, c, discriminant))
    words = "unbounded: the denominator is not away from zero"
    if a == 0 or discriminant <= 0:
        return QuadraticSet(-math.inf, math.inf, None, words)
    return QuadraticSet(-math.inf, math.inf, _roots(a, half_b, c, discriminant), words)


def _pooled_terms(
    treated: Sequence[MeanSums], control: Sequence[MeanSums], mechanism: Mechanism
) -> tuple[float, float, float, float, float]:
    """Return both means and the three coefficients of the pooled variance v11 u^2 + 2 v10 u + v00, u = 1 / r."""
    everyone = math.fsum(group.n for group in (*treated, *control))
    m1 = m0 = v11 = v10 = v00 = 0.0
    for one, zero in zip(treated, control, strict=True):
        n = one.n + zero.n
        weight, inflation = n / everyone, 1 / one.n + 1 / zero.n
        m1 += weight * one.mean
        m0 += weight * zero.mean
        if mechanism == "value":
            squares = inflation * one.q / n, 0.0, inflation * zero.q / n
        else:
            squares = one.q / (n * one.n), (zero.q / one.n + one.q / zero.n) / (2 * n), zero.q / (n * zero.n)
        v11 += weight**2 * (squares[0] - inflation * (one.s / n) ** 2)
        v10 += weight**2 * (squares[1] - inflation * one.s * zero.s / n**2)
        v00 += weight**2 * (squares[2] - inflation * (zero.s / n) ** 2)
    return m1, m0, v11, v10, v00


def _open_sides(lower: float, upper: float) -> str:
    """Return in words on which sides a ratio is unbounded."""
    sides = {(True, True): "above or below", (True, False): "below", (False, True): "above"}
    found = sides.get((lower == 0, math.isinf(upper)))
    return f"the sums do not bound the lift {found}" if found else ""


def _union(first: Answer, second: Answer, method: str) -> Answer:
    """Return the answer that holds what either holds; both have one point and one p-value."""
    lower, upper = min(first.lower, second.lower), max(first.upper, second.upper)
    excluded = None
    if first.excluded is not None and second.excluded is not None:
        low = max(first.excluded[0], second.excluded[0])
        high = min(first.excluded[1], second.excluded[1])
        excluded = (low, high) if low < high else None
    bounded = math.isfinite(upper) and lower > -1
    se = (upper - lower) / (2 * critical_value(first.level)) if bounded else math.nan
    answer = replace(first, lower=lower, upper=upper, excluded=excluded, se=se, method=method)
    return agree(replace(answer, note=_open_sides(1 + lower, upper)), 0.0)


def _reciprocal(roots: QuadraticSet) -> tuple[float, float, tuple[float, float] | None]:
    """Return lower, upper and excluded of r = 1 / u for the u > 0 of a set: only positive ratios mean anything."""
    low, high = roots.lower, roots.upper
    excluded = None
    if roots.excluded is not None:
        low, high = roots.excluded
        if low <= 0:  # of the two rays only u >= high is positive
            return 0.0, math.inf if high <= 0 else 1 / high, None
        low, high, excluded = 0.0, math.inf, (1 / high, 1 / low)
    # A set of u reaching down to 0 is a ratio without upper end, one without upper end a ratio reaching 0.
    return (0.0 if math.isinf(high) else 1 / high), (math.inf if low <= 0 else 1 / low), excluded


def _roots(a: float, half_b: float, c: float, discriminant: float) -> tuple[float, float]:
    """Return both roots in rising order, without subtracting nearly equal numbers."""
    far = -(half_b + math.copysign(math.sqrt(discriminant), half_b))
    roots = (far / a, c / far if far != 0 else 0.0)
    return min(roots), max(roots)
