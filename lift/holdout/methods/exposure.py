"""Effect on those who were really exposed, without ever comparing people who saw the ad with people who did not."""

import math

from lift.holdout.methods.interval import Answer, normal_answer
from lift.holdout.methods.revenue import fieller_ratio
from lift.moments import Moments


def complier_effect(treated: Moments, control: Moments, outcome: str, *, level: float) -> Answer:
    """Return the effect per exposed person: the difference of arms over the difference of their exposure shares.

    Parameters
    ----------
    treated, control : Moments
        With variables `outcome` and ``exposed`` and their cross sum; the control's exposed are those who saw the
        treatment all the same (two-sided non-compliance).
    outcome : str
    level : float

    Returns
    -------
    Answer
        In the outcome's unit per exposed person. The set inverts H0: ITT - tau x (difference of exposure) = 0, so it
        holds for weak exposure too, where it becomes unbounded, and its p-value is that of no effect at all.

    References
    ----------
    Anderson & Rubin (1949), Annals of Mathematical Statistics 20:46; Imbens & Angrist (1994), Econometrica 62:467.
    """
    gap = treated.mean(outcome) - control.mean(outcome)
    exposure = treated.mean("exposed") - control.mean("exposed")
    v_gap = v_exposure = covariance = 0.0
    for arm in (treated, control):
        v_gap += arm.variance(outcome) / arm.users
        v_exposure += arm.variance("exposed") / arm.users
        covariance += arm.covariance(outcome, "exposed") / arm.users
    answer = fieller_ratio(gap, exposure, v_gap, v_exposure, covariance, level=level)
    return Answer(
        point=answer.point,
        lower=answer.lower,
        upper=answer.upper,
        p_value=answer.p_value,
        se=answer.se,
        level=level,
        method="CACE, Anderson-Rubin",
        note=answer.note,
        excluded=answer.excluded,
    )


def effect_on_realised_exposure(difference: Answer, exposed_share: float) -> Answer:
    """Return the effect per exposed person of this very arm: the difference over its realised exposure share.

    For tables without cross sums of exposure and outcome: the share is a fact of this arm, not an estimate of a
    market's, so scaling changes neither test nor p-value.

    Parameters
    ----------
    difference : Answer
        Effect per person of the arm.
    exposed_share : float
        Exposed people of the arm over all its people, above 0.

    Returns
    -------
    Answer
        In the outcome's unit per exposed person.
    """
    return difference.scaled(1 / exposed_share)


def ghost_difference(treated: Moments, control: Moments, outcome: str, *, level: float) -> Answer:
    """Return the effect per predicted-exposed person: would-be-exposed of the treated arm minus those of the control.

    Parameters
    ----------
    treated, control : Moments
        People who were, or would have been, exposed.
    outcome : str
        Name of the variable.
    level : float
        Confidence level.

    Returns
    -------
    Answer
        In the outcome's unit per predicted-exposed person.

    References
    ----------
    Johnson, Lewis & Nubbemeyer (2017), Journal of Marketing Research 54:867.
    """
    gap = treated.mean(outcome) - control.mean(outcome)
    variance = treated.variance(outcome) / treated.users + control.variance(outcome) / control.users
    return normal_answer(gap, math.sqrt(variance), level=level, method="ghost exposures, difference of means")
