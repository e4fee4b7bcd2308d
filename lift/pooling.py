"""What several tests say together, and what the next one will say: random effects, and Bayes where tests are few.

All functions take plain arrays of one estimand in one unit: `estimates` and their standard errors `ses`, shape (test,).
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri, stdtrit

from lift.moments import Array


@dataclass(frozen=True, slots=True)
class Pool:
    """A pooled statement.

    Parameters
    ----------
    estimate, se : float
        Mean over tests and its standard error (posterior mean and sd for Bayes).
    lower, upper : float
        Interval of the mean.
    next_lower, next_upper : float
        Prediction interval for the true effect of the next test; NaN where two tests or fewer cannot give one.
    level : float
    tau : float
        Standard deviation between tests.
    q : float
        Cochran's heterogeneity statistic.
    i_squared : float
        Share of the scatter that is not sampling noise, as a fraction.
    tests : int
    method : str
    """

    estimate: float
    se: float
    lower: float
    upper: float
    next_lower: float
    next_upper: float
    level: float
    tau: float
    q: float
    i_squared: float
    tests: int
    method: str


def cochran_q(estimates: Array, ses: Array) -> float:
    """Return Cochran's Q: the weighted squared distances of the tests from their common mean.

    Parameters
    ----------
    estimates, ses : numpy.ndarray, shape (test,)
        Estimates and their standard errors, all in one unit.

    Returns
    -------
    float
        Chi-square with tests - 1 degrees of freedom where all tests have one true effect.
    """
    weight = 1 / ses**2
    mean = weight @ estimates / weight.sum()
    return float(weight @ (estimates - mean) ** 2)


def tau_squared_dersimonian_laird(estimates: Array, ses: Array) -> float:
    """Return the between-test variance by the method of moments.

    Parameters
    ----------
    estimates, ses : numpy.ndarray, shape (test,)
        Estimates and their standard errors; at least two tests.

    Returns
    -------
    float
        At least 0, in the estimand's unit squared.

    References
    ----------
    DerSimonian & Laird (1986), Controlled Clinical Trials 7:177.
    """
    weight = 1 / ses**2
    scale = weight.sum() - (weight**2).sum() / weight.sum()
    return max(0.0, (cochran_q(estimates, ses) - (len(estimates) - 1)) / float(scale))


def tau_squared_paule_mandel(estimates: Array, ses: Array) -> float:
    """Return the between-test variance at which the generalised Q equals its degrees of freedom.

    Parameters
    ----------
    estimates, ses : numpy.ndarray, shape (test,)
        Estimates and their standard errors; at least two tests.

    Returns
    -------
    float
        At least 0, in the estimand's unit squared.

    References
    ----------
    Paule & Mandel (1982), Journal of Research of the National Bureau of Standards 87:377.
    """

    def excess(tau2: float) -> float:
        return cochran_q(estimates, np.sqrt(ses**2 + tau2)) - (len(estimates) - 1)

    return _root(excess, float(np.var(estimates)) + float((ses**2).max()))


def tau_squared_reml(estimates: Array, ses: Array) -> float:
    """Return the between-test variance by restricted maximum likelihood.

    Parameters
    ----------
    estimates, ses : numpy.ndarray, shape (test,)
        Estimates and their standard errors; at least two tests.

    Returns
    -------
    float
        At least 0, in the estimand's unit squared.

    References
    ----------
    Viechtbauer (2005), Journal of Educational and Behavioral Statistics 30:261, equation 11.
    """

    def score(tau2: float) -> float:
        weight = 1 / (ses**2 + tau2)
        total = weight.sum()
        mean = weight @ estimates / total
        fit = weight**2 @ (estimates - mean) ** 2
        return float(fit - total + (weight**2).sum() / total)

    return _root(score, float(np.var(estimates)) + float((ses**2).max()))


TAU_SQUARED: Mapping[str, Callable[[Array, Array], float]] = {
    "reml": tau_squared_reml,
    "paule_mandel": tau_squared_paule_mandel,
    "dersimonian_laird": tau_squared_dersimonian_laird,
}
"""Every estimator of the between-test variance, by the name the YAML uses."""


def random_effects(
    estimates: Array, ses: Array, *, method: str, level: float, hartung_knapp: bool = True
) -> Pool:
    """Return the mean over tests whose true effects differ, its interval, and the prediction interval for the next.

    Parameters
    ----------
    estimates, ses : numpy.ndarray, shape (test,)
    method : str
        A key of `TAU_SQUARED`.
    level : float
    hartung_knapp : bool
        Student's t with the scatter-based standard error, k - 1 degrees of freedom; otherwise normal.

    Returns
    -------
    Pool
        The prediction interval is NaN for fewer than three tests.

    Notes
    -----
    Hartung and Knapp's standard error is not allowed below the ordinary one: agreement by chance is no precision.
    The prediction interval is mean -+ t(k - 2) sqrt(tau^2 + se^2) with the ordinary se.

    References
    ----------
    Hartung & Knapp (2001), Statistics in Medicine 20:3875; Higgins, Thompson & Spiegelhalter (2009), Journal of the
    Royal Statistical Society A 172:137.
    """
    k = len(estimates)
    tau2 = TAU_SQUARED[method](estimates, ses) if k > 1 else 0.0
    weight = 1 / (ses**2 + tau2)
    mean = float(weight @ estimates / weight.sum())
    plain = 1 / math.sqrt(weight.sum())
    upper_tail = 1 - (1 - level) / 2
    se, critical, suffix = plain, float(ndtri(upper_tail)), ""
    if hartung_knapp and k > 1:
        scatter = float(weight @ (estimates - mean) ** 2) / (k - 1)
        se = plain * math.sqrt(max(scatter, 1.0))
        critical, suffix = float(stdtrit(k - 1, upper_tail)), ", Hartung-Knapp"
    spread = math.sqrt(tau2 + plain**2)
    reach = float(stdtrit(k - 2, upper_tail)) * spread if k > 2 else math.nan
    return Pool(
        estimate=mean,
        se=se,
        lower=mean - critical * se,
        upper=mean + critical * se,
        next_lower=mean - reach,
        next_upper=mean + reach,
        level=level,
        tau=math.sqrt(tau2),
        q=cochran_q(estimates, ses),
        i_squared=_i_squared(ses, tau2),
        tests=k,
        method=f"random effects, {method.replace('_', ' ')}{suffix}",
    )


def common_effect(estimates: Array, ses: Array, *, level: float) -> Pool:
    """Return the precision-weighted mean as if all tests had one true effect: a comparison.

    Parameters
    ----------
    estimates, ses : numpy.ndarray, shape (test,)
        Estimates and their standard errors, all in one unit.
    level : float
        Confidence level.

    Returns
    -------
    Pool
        With a spread between tests of 0; the prediction interval is that of the mean.
    """
    weight = 1 / ses**2
    mean, se = float(weight @ estimates / weight.sum()), 1 / math.sqrt(float(weight.sum()))
    half = float(ndtri(1 - (1 - level) / 2)) * se
    q, k = cochran_q(estimates, ses), len(estimates)
    share = max(0.0, 1 - (k - 1) / q) if q > 0 else 0.0
    ends = (mean - half, mean + half)
    return Pool(mean, se, *ends, *ends, level, 0.0, q, share, k, "common effect")


def bayesian_effects(
    estimates: Array,
    ses: Array,
    *,
    tau_scale: float,
    level: float,
    unreported: Array | None = None,
    threshold: float = 1.959963984540054,
) -> Pool:
    """Return the pooled mean with a half-normal prior on the spread between tests: right for few tests, two or one too.

    Parameters
    ----------
    estimates, ses : numpy.ndarray, shape (test,)
    tau_scale : float
        Scale of the half-normal prior on tau, in the estimand's unit. The mean has a flat prior.
    level : float
    unreported : numpy.ndarray, shape (test,), optional
        Standard errors of tests of which only is known that their result was not significant: each enters as "the
        estimate lay within threshold x se of zero", so that a pool of the significant ones is not biased upward.
    threshold : float
        Critical value that decided which results were written down.

    Returns
    -------
    Pool
        Posterior mean, standard deviation and central credible interval at `level`.

    Notes
    -----
    The posterior over (mean, tau) is evaluated at 401 x 81 points that follow the mean's own centre and width at each
    tau, so that precise tests with a wide prior are no trouble. With every result reported the mean given tau is
    normal in closed form, and the grid agrees with it (tests/lift/test_pooling.py).

    References
    ----------
    Röver (2020), Journal of Statistical Software 93(6); Hedges (1992), Statistical Science 7:246, for selection.
    """
    censored = np.zeros(0) if unreported is None else unreported
    taus, prior = _tau_nodes(tau_scale)
    means, log_joint = _mean_nodes(taus, estimates, ses)
    for error in censored:
        sd = np.sqrt(error**2 + taus**2)
        inside = ndtr((threshold * error - means) / sd) - ndtr((-threshold * error - means) / sd)
        log_joint = log_joint + np.log(np.maximum(inside, 1e-300))
    joint = np.exp(log_joint - log_joint.max()) * prior
    joint /= joint.sum()
    mean = float((joint * means).sum())
    se = math.sqrt(float((joint * (means - mean) ** 2).sum()))
    tau = float(joint.sum(axis=0) @ taus)
    tail = (1 - level) / 2
    ends = [_quantile(means, joint, q) for q in (tail, 1 - tail)]
    following = [_next_quantile(means, taus, joint, q) for q in (tail, 1 - tail)]
    word = f", {len(censored)} unreported as inside the noise" if len(censored) else ""
    return Pool(
        estimate=mean,
        se=se,
        lower=ends[0],
        upper=ends[1],
        next_lower=following[0],
        next_upper=following[1],
        level=level,
        tau=tau,
        q=cochran_q(estimates, ses),
        i_squared=_i_squared(ses, tau**2),
        tests=len(estimates),
        method=f"Bayesian, half-normal({tau_scale:g}) spread{word}",
    )


def faded_errors(ses: Array, ages: Array, *, tau: float, half_life: float) -> Array:
    """Return standard errors widened with age: se^2 + tau^2 (1 - rho^(2 age)).

    Parameters
    ----------
    ses : numpy.ndarray, shape (test,)
    ages : numpy.ndarray, shape (test,)
        Age of each test, in the unit of `half_life`.
    tau : float
        Standard deviation to which the effect drifts in the long run.
    half_life : float
        Age at which the effect's correlation with its old value has fallen to one half.

    Returns
    -------
    numpy.ndarray, shape (test,)

    Notes
    -----
    An Ornstein-Uhlenbeck drift: an old test fades towards what is known about the channel, not towards zero.
    """
    rho = 0.5 ** (1 / half_life)
    return np.sqrt(ses**2 + tau**2 * (1 - rho ** (2 * ages)))


def _root(falling: Callable[[float], float], high: float) -> float:
    """Return the root of a function that falls in tau^2, or 0 where it is negative from the start."""
    if falling(0.0) <= 0:
        return 0.0
    while falling(high) > 0:
        high *= 4
    return float(brentq(falling, 0.0, high, xtol=1e-300))


def _i_squared(ses: Array, tau2: float) -> float:
    """Return I^2 from tau^2 and the typical sampling variance (Higgins & Thompson 2002, equation 9)."""
    weight = 1 / ses**2
    if len(ses) < 2:
        return 0.0
    typical = (len(ses) - 1) * weight.sum() / (weight.sum() ** 2 - (weight**2).sum())
    return float(tau2 / (tau2 + typical))


def _tau_nodes(scale: float) -> tuple[Array, Array]:
    """Return spreads from 0 to five scales, dense near zero, and their half-normal prior weights."""
    x = (np.arange(81) + 0.5) / 81
    taus = 5 * scale * x**2
    return taus, x * np.exp(-0.5 * (taus / scale) ** 2)


def _mean_nodes(taus: Array, estimates: Array, ses: Array) -> tuple[Array, Array]:
    """Return means and the log posterior of reported tests, both of shape (node, tau), prior of tau left out."""
    variance = ses[:, None] ** 2 + taus**2
    precision = (1 / variance).sum(axis=0)
    centre = (estimates[:, None] / variance).sum(axis=0) / precision
    evidence = -0.5 * np.log(variance).sum(axis=0) - 0.5 * np.log(precision)
    evidence -= 0.5 * ((estimates[:, None] - centre) ** 2 / variance).sum(axis=0)
    steps = np.linspace(-10, 10, 401)[:, None]
    return centre + steps / np.sqrt(precision), evidence - 0.5 * steps**2


def _quantile(points: Array, weight: Array, target: float) -> float:
    """Return a quantile of the mean: each spread's own distribution interpolated, then mixed."""
    shares = weight.sum(axis=0)
    inside = (np.cumsum(weight, axis=0) - 0.5 * weight) / np.maximum(shares, 1e-300)
    used = [at for at in range(shares.size) if shares[at] > 1e-12]
    low, high = float(points.min()), float(points.max())
    for _ in range(45):
        middle = 0.5 * (low + high)
        below = sum(shares[at] * np.interp(middle, points[:, at], inside[:, at]) for at in used)
        low, high = (middle, high) if below < target else (low, middle)
    return 0.5 * (low + high)


def _next_quantile(means: Array, taus: Array, joint: Array, target: float) -> float:
    """Return a quantile of the next test's true effect: normal(mean, tau) mixed over the posterior."""
    low, high = float(means.min()), float(means.max())
    low, high = low - 10 * float(taus[-1]), high + 10 * float(taus[-1])
    for _ in range(45):
        middle = 0.5 * (low + high)
        below = float((joint * ndtr((middle - means) / taus)).sum())
        low, high = (middle, high) if below < target else (low, middle)
    return 0.5 * (low + high)
