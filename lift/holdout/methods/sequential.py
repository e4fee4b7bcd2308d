"""Looking before the end: planned looks with a spent error, and confidence sequences that hold at any time."""

import math
from collections.abc import Callable, Sequence

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from lift.holdout.methods.interval import Answer, agree
from lift.moments import Array

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(160)


def spent_error(fraction: float, alpha: float) -> float:
    """Return the error of both sides spent up to an information fraction: O'Brien-Fleming kind, alpha / 2 a side.

    Parameters
    ----------
    fraction : float
        Information so far over that of the planned end, above 0 and at most 1.
    alpha : float
        Two-sided error over all looks.

    Returns
    -------
    float
        Two-sided; `alpha` at a fraction of 1.

    References
    ----------
    Lan & DeMets (1983), Biometrika 70:659, alpha*_1.
    """
    return float(4 * ndtr(ndtri(alpha / 4) / math.sqrt(fraction)))


def obrien_fleming_bounds(fractions: Sequence[float], alpha: float) -> list[float]:
    """Return the two-sided critical value of the z statistic at each look.

    Parameters
    ----------
    fractions : sequence of float
        Information at each look over that of the planned end, rising, at most 1.
    alpha : float
        Two-sided error over all looks.

    Returns
    -------
    list of float
        One a look, falling.

    Notes
    -----
    The density of the score process among paths that have not crossed is carried from look to look on a grid; each
    bound is the value at which the crossing probability equals the error newly spent.

    References
    ----------
    Armitage, McPherson & Rowe (1969), Journal of the Royal Statistical Society A 132:235; Lan & DeMets (1983).
    """
    bounds: list[float] = []
    spent, before = 0.0, 0.0
    nodes, mass = np.zeros(1), np.ones(1)
    for fraction in fractions:
        target = max(spent_error(fraction, alpha) - spent, 0.0)
        step = math.sqrt(fraction - before)
        edge = _edge(nodes, mass, step, target)
        bounds.append(edge / math.sqrt(fraction))
        fresh = edge * _NODES
        density = _normal((fresh[:, None] - nodes[None, :]) / step) @ mass / step
        nodes, mass = fresh, density * edge * _WEIGHTS
        spent, before = spent + target, fraction
    return bounds


def group_sequential_answer(point: float, se: float, fractions: Sequence[float], *, level: float) -> Answer:
    """Return the repeated confidence interval at the last of the looks taken, and the p-value that goes with it.

    The p-value is the smallest error for which the bound of this look is crossed, found by inverting the bounds.

    Parameters
    ----------
    point, se : float
        The estimate at the last look, with its ordinary standard error.
    fractions : sequence of float
        Information at each look taken over that of the planned end, rising, at most 1.
    level : float
        Confidence level over all planned looks.

    Returns
    -------
    Answer
        In the unit of `point`.

    References
    ----------
    Jennison & Turnbull (1989), Journal of the Royal Statistical Society B 51:305.
    """
    critical = obrien_fleming_bounds(fractions, 1 - level)[-1]
    statistic = abs(point / se) if se > 0 else math.inf

    def beyond(log_alpha: float) -> float:
        return statistic - obrien_fleming_bounds(fractions, math.exp(log_alpha))[-1]

    low, high = -30.0, math.log(0.999)
    p_value = 1.0 if beyond(high) < 0 else math.exp(_root(beyond, low, high))
    half = critical * se
    look = f"look {len(fractions)} at {fractions[-1]:.0%} of the plan"
    method = f"group sequential, Lan-DeMets O'Brien-Fleming, {look}"
    return agree(Answer(point, point - half, point + half, p_value, se, level, method), 0.0)


def always_valid_answer(
    point: float, se: float, *, users: float, planned_users: float, level: float
) -> Answer:
    """Return an asymptotic confidence sequence at its present end: it may be looked at any time, as often as wanted.

    Parameters
    ----------
    point, se : float
        The estimate with its ordinary standard error.
    users : float
        People so far, all arms.
    planned_users : float
        People at the planned end: the mixture is tuned to be narrowest there.
    level : float

    Returns
    -------
    Answer
        In the unit of `point`.

    References
    ----------
    Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas (2024), Annals of Statistics 52:2613, theorem 2.2 and equation 12.
    """
    alpha = 1 - level
    tuned = (-2 * math.log(alpha) + math.log(-2 * math.log(alpha) + 1)) / planned_users
    scale = users * se * se
    spread = users * tuned
    half = math.sqrt(scale * 2 * (spread + 1) / (users * spread) * math.log(math.sqrt(spread + 1) / alpha))
    # The same inequality |point| > half, solved for alpha with the tuning held.
    exponent = math.inf if se == 0 else point * point * users * spread / (2 * scale * (spread + 1))
    p_value = min(1.0, math.sqrt(spread + 1) * math.exp(-exponent)) if point != 0 else 1.0
    method = f"always valid, asymptotic confidence sequence tuned to {planned_users:,.0f} people"
    return agree(Answer(point, point - half, point + half, p_value, se, level, method), 0.0)


def _edge(nodes: Array, mass: Array, step: float, target: float) -> float:
    """Return the edge which the process leaves with probability `target` in its next step, both sides together."""

    def stays(edge: float) -> float:
        outside = ndtr((nodes - edge) / step) + ndtr((-edge - nodes) / step)
        # On the log scale the function is nearly quadratic, also where the target is one in a million.
        return math.log(target) - math.log(max(float(mass @ outside), 1e-300))

    return _root(stays, 0.0, 10.0)


def _root(rising: Callable[[float], float], low: float, high: float) -> float:
    """Return the root of a rising function between two points, the nearer of the two where it has none there."""
    if rising(low) >= 0:
        return low
    return high if rising(high) <= 0 else float(brentq(rising, low, high, xtol=1e-13))


def _normal(value: Array) -> Array:
    return np.exp(-0.5 * value * value) / math.sqrt(2 * math.pi)
