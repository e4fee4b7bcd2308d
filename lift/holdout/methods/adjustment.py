"""Variance reduction from sums alone: CUPED, Lin's regression adjustment, post-stratification."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lift.holdout.methods.interval import Answer, normal_answer
from lift.moments import Array, Moments, merge

MINIMUM_USERS = 50
MINIMUM_CONVERTERS = 5


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A difference after adjustment, and the slopes that made it (treated first for arm-wise slopes)."""

    answer: Answer
    slopes: tuple[float, ...]


def cuped_difference(
    treated: Moments, control: Moments, outcome: str, covariate: str, *, level: float
) -> Adjusted:
    """Return the difference of means after subtracting one pooled slope times the covariate.

    Parameters
    ----------
    treated, control : Moments
        With the cross sum of `outcome` and `covariate`.
    outcome, covariate : str
        Names of variables; the covariate is from before the test.
    level : float
        Confidence level.

    Returns
    -------
    Adjusted
        In the outcome's unit per person, with the slope.

    References
    ----------
    Deng, Xu, Kohavi & Walker (2013), WSDM, section 3.
    """
    both = treated + control
    spread = both.variance(covariate)
    theta = both.covariance(outcome, covariate) / spread if spread > 0 else 0.0
    gap = treated.mean(outcome) - control.mean(outcome)
    gap -= theta * (treated.mean(covariate) - control.mean(covariate))
    variance = 0.0
    for arm in (treated, control):
        rest = arm.variance(outcome) + theta**2 * arm.variance(covariate)
        variance += max(rest - 2 * theta * arm.covariance(outcome, covariate), 0.0) / arm.users
    answer = normal_answer(gap, math.sqrt(variance), level=level, method="CUPED")
    return Adjusted(answer, (theta,))


def lin_difference(
    treated: Moments, control: Moments, outcome: str, covariates: Sequence[str], *, level: float
) -> Adjusted:
    """Return the difference of means after regression with its own slopes in each arm.

    Parameters
    ----------
    treated, control : Moments
        With all cross sums of `outcome` and `covariates`.
    outcome : str
    covariates : sequence of str
    level : float

    Returns
    -------
    Adjusted
        In the outcome's unit per person; slopes of the treated arm first, in the order of `covariates`.

    Notes
    -----
    Asymptotically never worse than the plain difference, also for unequal arms, where one pooled slope can hurt.
    Var = sum over arms of residual variance / n, plus (b1 - b0)' V_x (b1 - b0) / N for the centre being estimated.

    References
    ----------
    Lin (2013), Annals of Applied Statistics 7:295.
    """
    both = treated + control
    centre = np.array([both.mean(name) for name in covariates])
    means, slopes, variance = [], [], 0.0
    for arm in (treated, control):
        slope, explained = _slope(arm, outcome, covariates)
        shift = np.array([arm.mean(name) for name in covariates]) - centre
        means.append(arm.mean(outcome) - float(slope @ shift))
        slopes.append(slope)
        variance += max(arm.variance(outcome) - explained, 0.0) / arm.users
    apart = slopes[0] - slopes[1]
    variance += float(apart @ both.covariances(covariates) @ apart) / both.users
    answer = normal_answer(
        means[0] - means[1], math.sqrt(variance), level=level, method="Lin regression adjustment"
    )
    return Adjusted(answer, tuple(float(b) for slope in slopes for b in slope))


def poststratified_difference(
    treated: Sequence[Moments], control: Sequence[Moments], outcome: str, *, level: float
) -> Answer:
    """Return the difference of means, averaged over strata with the strata's share of all people as weights.

    Parameters
    ----------
    treated, control : sequence of Moments
        The same strata in the same order; each with at least two people in either arm. See `merge_small`.

    Returns
    -------
    Answer
        In the outcome's unit per person.

    References
    ----------
    Miratrix, Sekhon & Yu (2013), Journal of the Royal Statistical Society B 75:369.
    """
    everyone = math.fsum(group.users for group in (*treated, *control))
    gap, variance = 0.0, 0.0
    for one, zero in zip(treated, control, strict=True):
        weight = (one.users + zero.users) / everyone
        gap += weight * (one.mean(outcome) - zero.mean(outcome))
        variance += weight**2 * (_variance_of_mean(one, outcome) + _variance_of_mean(zero, outcome))
    method = f"post-stratified over {len(treated)} strata"
    return normal_answer(gap, math.sqrt(variance), level=level, method=method)


def merge_small(
    treated: Sequence[Moments], control: Sequence[Moments]
) -> tuple[list[Moments], list[Moments], int]:
    """Return both arms' strata after joining those too small to stand alone, and how many were joined.

    A stratum stands alone with at least 50 people and 5 converters in each arm. The others are joined into one; where
    that one is still too small it takes in the smallest of the rest. Nobody is left out, and the result does not
    depend on the strata's names or order. Strata without any people are nothing, and vanish.

    Parameters
    ----------
    treated, control : sequence of Moments
        The same strata in the same order, with variable ``conversion``.

    Returns
    -------
    tuple of (list of Moments, list of Moments, int)
        Strata of treated and control, in one order, and the number of strata that were joined.
    """
    pairs = [pair for pair in zip(treated, control, strict=True) if pair[0].users + pair[1].users > 0]
    alone = sorted((pair for pair in pairs if _large(*pair)), key=_size)
    small = [pair for pair in pairs if not _large(*pair)]
    joined = len(small)
    if small:
        rest = (merge(pair[0] for pair in small), merge(pair[1] for pair in small))
        if not _large(*rest) and alone:
            rest = (rest[0] + alone[0][0], rest[1] + alone[0][1])
            alone = alone[1:]
            joined += 1
        alone.append(rest)
    return [pair[0] for pair in alone], [pair[1] for pair in alone], joined


def _size(pair: tuple[Moments, Moments]) -> tuple[float, ...]:
    """Return what strata are ordered by: people, and their sums where people are equal; never a name or a place."""
    one, zero = pair
    return (one.users + zero.users, one.users, *one.sums.tolist(), *zero.sums.tolist())


def _large(one: Moments, zero: Moments) -> bool:
    """Return whether a stratum has enough people and converters in both arms."""
    enough_people = min(one.users, zero.users) >= MINIMUM_USERS
    if not enough_people or "conversion" not in one.variables:
        return enough_people
    return min(one.total("conversion"), zero.total("conversion")) >= MINIMUM_CONVERTERS


def _variance_of_mean(group: Moments, outcome: str) -> float:
    """Return the squared standard error of a mean; a rate's is p (1 - p) / n, as in every interval of a proportion."""
    if outcome == "conversion":
        rate = group.mean(outcome)
        return rate * (1 - rate) / group.users
    return group.variance(outcome) / group.users


def _slope(arm: Moments, outcome: str, covariates: Sequence[str]) -> tuple[Array, float]:
    """Return the least-squares slopes of `outcome` on `covariates` in one arm, and the variance they explain."""
    cross = np.array([arm.covariance(outcome, name) for name in covariates])
    # lstsq: a covariate that is constant in a small arm must give slope 0, not an error.
    slope = np.linalg.lstsq(arm.covariances(covariates), cross, rcond=None)[0]
    return slope, float(slope @ cross)
