"""A Bayesian answer on conversion: what to believe about the lift after a sceptic has seen the counts.

Everything is quadrature on a grid; nothing is drawn.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, betaln, expit, logit, ndtr, ndtri

from lift.moments import Array

_PANELS = 2001


@dataclass(frozen=True, slots=True)
class Belief:
    """A posterior of the relative lift.

    Parameters
    ----------
    mean, lower, upper : float
        Posterior mean and equal-tailed credible interval of the lift, as a fraction.
    level : float
    positive : float
        Probability that the lift is above zero.
    pays : float
        Probability that the lift is above the break-even lift; equal to `positive` where that is zero.
    loss : float
        Expected shortfall below break-even, E[max(break-even - lift, 0)], as a fraction.
    method : str
    """

    mean: float
    lower: float
    upper: float
    level: float
    positive: float
    pays: float
    loss: float
    method: str


def sceptical_lift(
    *,
    k1: float,
    n1: float,
    k0: float,
    n0: float,
    prior_mean: float,
    prior_sd: float,
    level: float,
    break_even: float = 0.0,
) -> Belief:
    """Return the posterior of p1 / p0 - 1 with a normal prior on its logarithm.

    Parameters
    ----------
    k1, n1, k0, n0 : float
        Converters and people, treated and control.
    prior_mean, prior_sd : float
        Prior of log(p1 / p0): 0 and 0.1 to 0.2 say that most campaigns lift by a few per cent.
    level : float
    break_even : float
        Lift at which the treatment pays for itself, as a fraction.

    Returns
    -------
    Belief
        Of the lift as a fraction: mean, central credible interval, chances of a positive and a paying lift,
        expected loss.

    Notes
    -----
    The control's rate has Jeffreys' prior; it is integrated out over 61 points around its most likely value at each
    log-lift, on the logit scale.
    """
    grid = _log_lift_grid(k1, n1, k0, n0, prior_mean, prior_sd)
    log_density = -0.5 * ((grid - prior_mean) / prior_sd) ** 2 + _marginal(grid, k1, n1, k0, n0)
    weight = np.exp(log_density - log_density.max())
    method = f"Bayesian, prior normal({prior_mean:g}, {prior_sd:g}) on the log of the ratio"
    return _belief(np.expm1(grid), weight / weight.sum(), level, break_even, method)


def flat_lift(*, k1: float, n1: float, k0: float, n0: float, level: float) -> Belief:
    """Return the posterior of p1 / p0 - 1 with flat Beta(1, 1) priors on both rates: a comparison.

    Flat priors on rates say that lifts of ten thousand per cent are as likely as any; with few conversions they show.

    Parameters
    ----------
    k1, n1, k0, n0 : float
        Converters and people, treated and control.
    level : float
        Level of the credible interval.

    Returns
    -------
    Belief
        Of the lift as a fraction; its mean is infinite where the control has no converter.
    """
    a1, b1, a0, b0 = k1 + 1, n1 - k1 + 1, k0 + 1, n0 - k0 + 1
    rates, weight = _beta_nodes(a0, b0)
    positive = float(weight @ (1 - betainc(a1, b1, rates)))

    def below(lift: float) -> float:
        return float(weight @ betainc(a1, b1, np.minimum(rates * (1 + lift), 1)))

    def quantile(target: float) -> float:
        low, high = -1.0, 1.0
        while below(high) < target:
            high *= 2
        for _ in range(50):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if below(middle) < target else (low, middle)
        return 0.5 * (low + high)

    tail = (1 - level) / 2
    mean = a1 / (a1 + b1) * (a0 + b0 - 1) / (a0 - 1) - 1 if a0 > 1 else math.inf
    limits = quantile(tail), quantile(1 - tail)
    # The expected shortfall is the area under the distribution function left of zero; nothing lies left of `start`.
    start = min(quantile(1e-9), 0.0)
    nodes, mass = np.polynomial.legendre.leggauss(64)
    loss = float(sum(m * below(start * (1 - x) / 2) for x, m in zip(nodes, mass, strict=True)) * -start / 2)
    return Belief(mean, *limits, level, positive, positive, loss, "Bayesian, flat Beta(1, 1) priors")


def normal_lift(
    *, log_ratio: float, se: float, prior_mean: float, prior_sd: float, level: float, break_even: float = 0.0
) -> Belief:
    """Return the posterior of a relative lift whose logarithm was estimated with a standard error (revenue, say).

    Parameters
    ----------
    log_ratio : float
        Estimated logarithm of treated mean over control mean.
    se : float
        Its standard error.
    prior_mean, prior_sd : float
        Prior of that logarithm.
    level : float
        Level of the credible interval.
    break_even : float, default 0.0
        Lift at which the treatment pays for itself, as a fraction.

    Returns
    -------
    Belief
        Of the lift as a fraction.
    """
    precision = 1 / se**2 + 1 / prior_sd**2
    mean = (log_ratio / se**2 + prior_mean / prior_sd**2) / precision
    sd = math.sqrt(1 / precision)
    points = (np.arange(_PANELS) + 0.5) / _PANELS
    draws = np.expm1(mean + sd * ndtri(points))
    belief = _belief(draws, np.full(_PANELS, 1 / _PANELS), level, break_even, "")
    half = float(ndtri(1 - (1 - level) / 2)) * sd
    return Belief(
        mean=math.expm1(mean + sd * sd / 2),
        lower=math.expm1(mean - half),
        upper=math.expm1(mean + half),
        level=level,
        positive=float(ndtr(mean / sd)),
        pays=float(ndtr((mean - math.log1p(break_even)) / sd)) if break_even > -1 else 1.0,
        loss=belief.loss,
        method=f"Bayesian, prior normal({prior_mean:g}, {prior_sd:g}) on the log of the ratio, normal likelihood",
    )


def _log_lift_grid(k1: float, n1: float, k0: float, n0: float, prior_mean: float, prior_sd: float) -> Array:
    """Return log-lifts that cover the posterior: twelve of its standard deviations, nowhere beyond eight of the prior's."""
    estimate = math.log((k1 + 0.5) / (n1 + 1)) - math.log((k0 + 0.5) / (n0 + 1))
    precision = 1 / (1 / (k1 + 0.5) + 1 / (k0 + 0.5))
    sd = 1 / math.sqrt(precision + 1 / prior_sd**2)
    centre = (estimate * precision + prior_mean / prior_sd**2) * sd**2
    low = max(prior_mean - 8 * prior_sd, centre - 12 * sd)
    return np.linspace(low, max(min(prior_mean + 8 * prior_sd, centre + 12 * sd), low + sd), _PANELS)


def _marginal(log_lift: Array, k1: float, n1: float, k0: float, n0: float) -> Array:
    """Return the log likelihood of each log-lift, the control's rate integrated out, up to a constant."""
    rate = np.clip((k1 + k0 + 0.5) / (n0 + n1 * np.exp(log_lift) + 1), 1e-12, 1 - 1e-9)
    # No lift may push the treated rate past one.
    rate = np.minimum(rate, np.exp(-np.maximum(log_lift, 0)) * (1 - 1e-9))
    width = 1 / np.sqrt((k1 + k0 + 1) * np.maximum(1 - rate, 0.05))
    steps = np.linspace(-7, 7, 61)
    p0 = expit(logit(rate)[:, None] + width[:, None] * steps)
    log_p1 = np.log(p0) + log_lift[:, None]
    possible = log_p1 < 0
    rest = np.log1p(-np.exp(np.where(possible, log_p1, -1.0)))
    terms = (k0 + 0.5) * np.log(p0) + (n0 - k0 + 0.5) * np.log1p(-p0)
    terms = np.where(possible, terms + k1 * log_p1 + (n1 - k1) * rest, -np.inf)
    top = terms.max(axis=1)
    safe = np.where(np.isfinite(top), top, 0.0)
    total = np.log(np.exp(terms - safe[:, None]).sum(axis=1) * width)
    return np.where(np.isfinite(top), safe + total, -np.inf)


def _belief(lifts: Array, weight: Array, level: float, break_even: float, method: str) -> Belief:
    """Return the summary of a posterior given as rising points with probabilities."""
    cumulative = np.cumsum(weight) - 0.5 * weight
    tail = (1 - level) / 2
    lower, upper, zero = np.interp(tail, cumulative, lifts), np.interp(1 - tail, cumulative, lifts), 0.0
    return Belief(
        mean=float(weight @ lifts),
        lower=float(lower),
        upper=float(upper),
        level=level,
        positive=float(1 - np.interp(zero, lifts, cumulative)),
        pays=float(1 - np.interp(break_even, lifts, cumulative)),
        loss=float(weight @ np.maximum(break_even - lifts, 0)),
        method=method,
    )


def _beta_nodes(a: float, b: float) -> tuple[Array, Array]:
    """Return points and probabilities that stand for a Beta(a, b) distribution, even on the logit scale."""
    centre, width = math.log(a / b), 1 / math.sqrt(a * b / (a + b))
    rates = expit(centre + width * np.linspace(-12, 12, 601))
    density = np.exp(a * np.log(rates) + b * np.log1p(-rates) - betaln(a, b))
    return rates, density / density.sum()
