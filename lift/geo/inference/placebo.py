"""The one inference of geo experiments: p-value and interval come from one inversion, so they always agree.

The hypothesis is that the test changed the treated geos' total by ``h``, spread over them by their size before the
test. Under it the outcome without the test is known, and every other set of geos that might have been treated can be
analysed as if it had been. All estimators here are linear in the outcome, so a set's studentised effect under ``h``
is ``(a - h b) / s``; where the counts of ``|.|`` at least as large as the observed one change is found exactly.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy import special

from lift.geo.estimators.donors import Floats

Shape = Literal["interval", "empty", "unbounded"]
_TIE = 1e-9
"""Relative tolerance within which two statistics count as equal; a tie counts against the effect."""


@dataclass(frozen=True, slots=True)
class Inference:
    """Point, p-value of "no effect", and the interval that agrees with it.

    Parameters
    ----------
    point, lower, upper : float
        Ends are infinite where the set is unbounded, NaN where it is empty.
    level : float
    p_value : float
        Below ``1 - level`` exactly when 0 lies outside the interval.
    minimum_p : float
        The smallest p-value this many references can give.
    references : int
        Reference sets or shifts compared with the observed one.
    shape : {"interval", "empty", "unbounded"}
    widened : float
        Factor by which the certificate widened the interval; 1 when it did not.
    one_sided : bool
        Whether effects of one direction alone were tested, as declared before the test.
    """

    point: float
    lower: float
    upper: float
    level: float
    p_value: float
    minimum_p: float
    references: int
    shape: Shape
    widened: float = 1.0
    one_sided: bool = False

    def covers(self, value: float) -> bool:
        """Return whether `value` lies in the set."""
        return bool(self.lower <= value <= self.upper)

    @property
    def words(self) -> str:
        """What the reader must know about the set's form; empty for an ordinary interval."""
        if self.shape == "empty":
            return "no constant effect fits the data at this level: the effect changed during the test"
        if self.shape == "interval":
            return ""
        if self.one_sided and not self.says_nothing:
            end = "lower" if self.lower == -np.inf else "upper"
            return f"one-sided, as declared before the test: the interval has no {end} end"
        if self.minimum_p > 1 - self.level:
            return (
                f"the interval is unbounded: with {self.references} references no p-value can be "
                f"below {self.minimum_p:.3g}, so nothing can be ruled out at this level"
            )
        if self.says_nothing:
            return "the interval is unbounded: the data cannot rule out values however low or high"
        side, far = ("below", "low") if self.lower == -np.inf else ("above", "high")
        return f"the interval is unbounded {side}: the data cannot rule out values however {far}"

    @property
    def says_nothing(self) -> bool:
        """Whether the interval has no end on either side."""
        return self.lower == -np.inf and self.upper == np.inf


@dataclass(frozen=True, slots=True)
class Reference:
    """The observed statistic ``(a - h b) / s`` in entry 0 and those of the reference sets after it.

    Parameters
    ----------
    effect, slope, scale : numpy.ndarray, shape (sets,)
        a, b and s of each set.
    """

    effect: Floats
    slope: Floats
    scale: Floats


def p_value_of(effect: Floats, scale: Floats, widen: float = 1.0, side: int = 0) -> Floats:
    """Return the share of sets whose studentised effect is at least that of set 0, along the last axis.

    Parameters
    ----------
    effect : numpy.ndarray, shape (..., sets)
        Set 0 is the observed one.
    scale : numpy.ndarray, shape (..., sets)
        Error scale of each set, above 0.
    widen : float, default 1.0
        Factor, at least 1, on the statistics of the other sets.
    side : {0, 1, -1}, default 0
        0 compares sizes; 1 and -1 look for effects above and below zero alone.

    Returns
    -------
    numpy.ndarray, shape (...,)
        At least 1 / sets.
    """
    statistic = (side * effect if side else np.abs(effect)) / scale
    others, own = statistic[..., 1:] * widen, statistic[..., :1]
    reached = others >= own * (1 - _TIE * np.sign(own))
    return (1 + reached.sum(axis=-1)) / (1 + others.shape[-1])


def invert_effect(reference: Reference, level: float, widen: float = 1.0, side: int = 0) -> Inference:
    """Return the set of total effects that the references do not reject.

    Parameters
    ----------
    reference : Reference
        `slope` of set 0 is not zero.
    level : float
        Confidence level, between 0 and 1.
    widen : float
        Factor, at least 1, on the reference statistics.
    side : {0, 1, -1}, default 0
        As in `p_value_of`; the interval then has one end.

    Returns
    -------
    Inference
        In the outcome's unit, a total over the test.
    """
    a, b = reference.effect, reference.slope
    s = reference.scale / np.r_[1.0, np.full(a.size - 1, widen)]
    with np.errstate(divide="ignore", invalid="ignore"):
        crossings = np.concatenate(
            [(a[1:] * s[0] + sign * a[0] * s[1:]) / (b[1:] * s[0] + sign * b[0] * s[1:]) for sign in (-1, 1)]
        )

    def p_of(h: Floats) -> Floats:
        return p_value_of(a - h[:, None] * b, np.broadcast_to(s, (h.size, s.size)), side=side)

    ends = float(p_value_of(b, s, side=side)), float(p_value_of(-b, s, side=side))
    found = invert(p_of, crossings, float(a[0] / b[0]), ends, level, a.size - 1, bool(side))
    return replace(found, widened=widen)


def invert_ratio(effect: Floats, scale: Floats, level: float, widen: float = 1.0, side: int = 0) -> Inference:
    """Return the set of ratios theta for which outcome minus theta times spend shows no effect.

    It is Fieller's construction with the references' own distribution in place of the normal one.

    Parameters
    ----------
    effect : numpy.ndarray, shape (2, sets)
        Effects on outcome and on spend; set 0 is the observed one.
    scale : numpy.ndarray, shape (sets, 2, 2)
        Quadratic forms of the error scale of (outcome, spend).
    level, widen : float
        As in `invert_effect`.
    side : {0, 1, -1}, default 0
        Direction in which the effect on the outcome is looked for.

    Returns
    -------
    Inference
        In units of outcome per unit of spend.

    References
    ----------
    Fieller, E. C. (1954). Some Problems in Interval Estimation. JRSS B 16, 175-185.
    """
    form = np.stack([scale[:, 0, 0], -2 * scale[:, 0, 1], scale[:, 1, 1]], axis=1)
    gap = np.stack([effect[0] ** 2, -2 * effect[0] * effect[1], effect[1] ** 2], axis=1)
    crossings = np.concatenate(
        [np.zeros(0)]
        + [
            _real_roots(
                np.convolve(gap[j][::-1], form[0][::-1]) * widen**2 - np.convolve(gap[0][::-1], form[j][::-1])
            )
            for j in range(1, effect.shape[1])
        ]
    )
    floor = np.finfo(float).tiny

    def p_of(theta: Floats) -> Floats:
        powers = np.stack([np.ones_like(theta), theta, theta**2])
        spread = np.sqrt(np.maximum(form @ powers, floor)).T
        return p_value_of(effect[0] - theta[:, None] * effect[1], spread, widen, side)

    far = np.sqrt(np.maximum(form[:, 2], floor))
    ends = float(p_value_of(effect[1], far, widen, side)), float(p_value_of(-effect[1], far, widen, side))
    centre = float(effect[0, 0] / effect[1, 0]) if effect[1, 0] else float("nan")
    found = invert(p_of, crossings, centre, ends, level, effect.shape[1] - 1, bool(side))
    return replace(found, widened=widen)


def _real_roots(coefficients: Floats) -> Floats:
    """Return real roots of a polynomial, highest power first."""
    largest = np.abs(coefficients).max()
    if not largest > 0:
        return np.zeros(0)
    roots = np.roots(coefficients / largest)
    real = np.abs(roots.imag) <= 1e-7 * (1 + np.abs(roots.real))
    return np.asarray(roots.real[real], dtype=float)


def invert(
    p_of: Callable[[Floats], Floats],
    crossings: Floats,
    centre: float,
    ends: tuple[float, float],
    level: float,
    references: int,
    one_sided: bool = False,
) -> Inference:
    """Return the hull of the values whose p-value is at least ``1 - level``, and the p-value of 0 that agrees with it.

    Parameters
    ----------
    p_of : callable
        p-values of an array of hypothesised values; a step function whose steps lie at `crossings`.
    crossings : numpy.ndarray
        Where it may change; other values and non-finite ones do no harm.
    centre : float
        The point estimate; NaN where there is none (a ratio to zero).
    ends : tuple of float
        p-values far to the left and far to the right.
    level : float
    references : int
    one_sided : bool, default False
        Whether p-values are those of one direction: they rise or fall from one far end to the other.

    Returns
    -------
    Inference
        Its ends are infinite where values far out are not rejected.

    Notes
    -----
    The set need not be one piece. The hull is printed, and the p-value of 0 is the largest p-value at or beyond 0 as
    seen from the point estimate, which is what makes the two agree whatever the set looks like.
    """
    alpha = 1 - level
    points = np.unique(
        np.concatenate([crossings[np.isfinite(crossings)], [0.0], [centre] if np.isfinite(centre) else []])
    )
    middles = (points[1:] + points[:-1]) / 2
    outside = np.array([points[0] - 1 - abs(points[0]), points[-1] + 1 + abs(points[-1])])
    found = p_of(np.concatenate([points, middles, outside]))
    at, between = found[: points.size], found[points.size : -2]
    # Sets are closed: a step's end belongs to its higher side, whatever rounding says.
    at = np.maximum(at, np.maximum(np.r_[found[-2], between], np.r_[between, found[-1]]))
    if np.isfinite(centre):
        # The estimate itself is never excluded, whatever the direction that is looked for.
        at[points == centre] = np.maximum(at[points == centre], alpha) if one_sided else 1.0
    minimum = 1 / (1 + references)
    zero = float(at[points == 0.0][0])
    if not np.isfinite(centre):
        return Inference(
            centre, -np.inf, np.inf, level, 1.0, minimum, references, "unbounded", one_sided=one_sided
        )
    left, right = max(ends[0], float(found[-2])), max(ends[1], float(found[-1]))
    rises = right > left if one_sided else centre > 0
    if rises:
        zero = max(zero, left, float(at[points <= 0].max()))
    elif one_sided or centre < 0:
        zero = max(zero, right, float(at[points >= 0].max()))
    accepted = points[at >= alpha - 1e-12]
    lower = -np.inf if left >= alpha - 1e-12 else float(accepted.min())
    upper = np.inf if right >= alpha - 1e-12 else float(accepted.max())
    shape: Shape = "interval" if np.isfinite(lower) and np.isfinite(upper) else "unbounded"
    return Inference(
        centre, lower, upper, level, min(zero, 1.0), minimum, references, shape, one_sided=one_sided
    )


def invert_by_search(
    p_at: Callable[[float], float], centre: float, step: float, level: float, references: int
) -> Inference:
    """Return the same as `invert` for p-values whose steps are not known beforehand, by grid and bisection.

    Parameters
    ----------
    p_at : callable
        The p-value of one hypothesised value.
    centre : float
        The point estimate, from which the search begins.
    step : float
        Order of magnitude of the interval.
    level : float
    references : int

    Returns
    -------
    Inference
        Its shape is "empty" where every value is rejected, and its ends are then NaN.
    """
    seen: dict[float, float] = {}

    def p_of(value: float) -> float:
        if value not in seen:
            seen[value] = p_at(value)
        return seen[value]

    for value in [*(centre + step * k / 4 for k in range(-16, 17)), 0.0]:
        p_of(value)
    alpha = 1 - level - 1e-12
    best = max(seen, key=lambda value: (seen[value], -abs(value - centre)))
    minimum = 1 / (1 + references)
    if seen[best] < alpha:
        nan = float("nan")
        return Inference(centre, nan, nan, level, _beyond_zero(seen, best), minimum, references, "empty")
    ends = [_search_end(p_of, seen, best, side * step, alpha) for side in (-1, 1)]
    accepted = [value for value, p in seen.items() if p >= alpha]
    lower = float(min(accepted)) if ends[0] else -np.inf
    upper = float(max(accepted)) if ends[1] else np.inf
    p_zero = _beyond_zero(seen, best)
    if lower <= 0 <= upper:
        p_zero = max(p_zero, 1 - level)
    shape: Shape = "interval" if ends[0] and ends[1] else "unbounded"
    return Inference(centre, lower, upper, level, p_zero, minimum, references, shape)


def _beyond_zero(seen: dict[float, float], best: float) -> float:
    """Return the largest p-value at or beyond 0, as seen from the value with the largest of all."""
    if best == 0:
        return seen[0.0]
    return max(p for value, p in seen.items() if value * best <= 0)


def _search_end(
    p_of: Callable[[float], float], seen: dict[float, float], best: float, step: float, alpha: float
) -> bool:
    """Return whether acceptance ends on the side of `step`, having looked up values close around its end."""
    accepted = [value for value, p in seen.items() if p >= alpha and (value - best) * step >= 0]
    inside = max(accepted, key=lambda value: abs(value - best))
    reach = step / 2
    outside = inside + reach
    while p_of(outside) >= alpha:
        inside, reach = outside, reach * 2
        outside = inside + reach
        if abs(reach) > 4000 * abs(step):
            return False
    for _ in range(14):
        middle = (inside + outside) / 2
        if p_of(middle) >= alpha:
            inside = middle
        else:
            outside = middle
    return True


def normal_error(found: Inference) -> float:
    """Return the standard error of a normal with the same interval; NaN where no end tells it."""
    ends = np.array([found.lower, found.upper])
    if np.isfinite(ends).all():
        return float((ends[1] - ends[0]) / 2 / special.ndtri((1 + found.level) / 2))
    if found.one_sided and np.isfinite(ends).any():
        return float(abs(ends[np.isfinite(ends)][0] - found.point) / special.ndtri(found.level))
    return float("nan")


def standard_error(effect: Inference, statistic: Floats, scale: float) -> float:
    """Return the standard error of a normal with the same interval; from the references' spread where it is unbounded.

    Parameters
    ----------
    effect : Inference
    statistic : numpy.ndarray
        Studentised effects, the treated set first.
    scale : float
        The treated set's scale.

    Returns
    -------
    float
        In the unit of `effect`; infinite where there is nothing to read it from.
    """
    se = normal_error(effect)
    if not np.isfinite(se):
        spread = np.median(np.abs(statistic[1:])) / special.ndtri(0.75) if statistic.size > 1 else np.inf
        se = float(scale * spread)
    return se
