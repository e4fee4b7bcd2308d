"""Holdout design: how many people, what split, what it costs, and whether it is worth running."""

from dataclasses import dataclass
from math import erf, exp, pi, sqrt

import numpy as np
from scipy import special

from lift.design.config import HoldoutPlan, PriorLift

SHARES: tuple[float, ...] = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)
"""Holdout shares considered when none is given."""
_SIMULATED_ORDERS = 2.0e7


@dataclass(frozen=True, slots=True)
class HoldoutOption:
    """One split of the available people.

    Parameters
    ----------
    holdout_share : float
    users_needed : float
        People in both arms for the wanted power; may exceed those available.
    mde : float
        Smallest relative lift, among the people compared, found with the wanted power by all available people.
    power : float
        Probability of finding the expected lift with all available people, normal theory.
    cost : float
        Expected profit forgone in the holdout with all available people, less the media not bought for it.
    control_converters : float
        Converters expected in the holdout: the real sample size.
    """

    holdout_share: float
    users_needed: float
    mde: float
    power: float
    cost: float
    control_converters: float


@dataclass(frozen=True, slots=True)
class HoldoutDesign:
    """The plan's answer.

    Parameters
    ----------
    options : tuple of HoldoutOption
    best : HoldoutOption
    delivered_power : float
        Power of `best` in simulated tests with skewed orders, by the test that the analysis uses.
    false_positives : float
        Share of simulated tests without an effect that call one, two-sided.
    value : float or None
        Expected value of running per year; None without a prior.
    run : bool
    reasons : tuple of str
    """

    options: tuple[HoldoutOption, ...]
    best: HoldoutOption
    delivered_power: float
    false_positives: float
    value: float | None
    run: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """The people who are compared, after dilution: how many of those assigned, how they convert, what lift they show.

    Parameters
    ----------
    share : float
        Compared people per assigned person: 1, or the exposed share with ghost exposures.
    rate : float
        Conversion rate of a compared person without treatment.
    lift : float
        Relative lift among the compared.
    """

    share: float
    rate: float
    lift: float


def compared(plan: HoldoutPlan) -> Compared:
    """Return whom the test compares and what lift they show.

    Notes
    -----
    A lift among the exposed is diluted by people who never see the ad: it acts on the share of conversions that come
    from the exposed, ``q = e r / (e r + 1 - e)`` for exposed share e and rate ratio r.
    """
    e, r = plan.exposed_share, plan.exposed_rate_ratio
    exposed_part = e * r / (e * r + 1 - e)
    if plan.ghost_exposures:
        lift = plan.expected_lift if plan.lift_on == "exposed" else plan.expected_lift / exposed_part
        return Compared(e, plan.conversion_rate * exposed_part / e, lift)
    lift = plan.expected_lift * exposed_part if plan.lift_on == "exposed" else plan.expected_lift
    return Compared(1.0, plan.conversion_rate, lift)


def design_holdout(plan: HoldoutPlan, seed: int) -> HoldoutDesign:
    """Return options, the cheapest that reaches the power, its simulated power, and whether to run.

    Parameters
    ----------
    plan : HoldoutPlan
    seed : int

    Returns
    -------
    HoldoutDesign
        An option for each holdout share, the chosen one, and the value of running it.
    """
    who = compared(plan)
    shares = SHARES if plan.holdout_share is None else (plan.holdout_share,)
    options = tuple(_option(plan, who, share) for share in shares)
    enough = [option for option in options if option.power >= plan.power]
    best = (
        min(enough, key=lambda o: (o.cost, o.holdout_share))
        if enough
        else max(options, key=lambda o: o.power)
    )
    delivered, false = simulated_power(plan, who, best.holdout_share, seed)
    value = (
        None if plan.prior is None else value_of_test(plan.prior, _relative_se(plan, who, best.holdout_share))
    )
    reasons = _reasons(plan, best, delivered, value)
    return HoldoutDesign(options, best, delivered, false, value, not reasons, reasons)


def _variances(plan: HoldoutPlan, who: Compared) -> tuple[float, float, float]:
    """Return mean without treatment, and variance per person without and with it."""
    p0, p1 = who.rate, min(1.0, who.rate * (1 + who.lift))
    if plan.outcome == "conversions":
        return p0, p0 * (1 - p0), p1 * (1 - p1)
    size, second = plan.order_value, plan.order_value**2 * (1 + plan.order_variation**2)
    return p0 * size, p0 * second - (p0 * size) ** 2, p1 * second - (p1 * size) ** 2


def _option(plan: HoldoutPlan, who: Compared, share: float) -> HoldoutOption:
    mean, v0, v1 = _variances(plan, who)
    z = float(special.ndtri((1 + plan.level) / 2) + special.ndtri(plan.power))
    # Per assigned person of both arms; the holdout has `share` of them.
    unit = (v0 / share + v1 / (1 - share)) / who.share
    effect = who.lift * mean
    se = float(np.sqrt(unit / plan.users))
    profit = plan.margin * plan.order_value * who.rate * who.lift * who.share - plan.media_cost_per_user
    return HoldoutOption(
        holdout_share=share,
        users_needed=float(np.ceil(z**2 * unit / effect**2)),
        mde=z * se / mean,
        power=_power(effect / se, plan.level),
        cost=share * plan.users * profit,
        control_converters=share * plan.users * who.share * who.rate,
    )


def _power(effect_over_se: float, level: float) -> float:
    z = float(special.ndtri((1 + level) / 2))
    return float(special.ndtr(effect_over_se - z) + special.ndtr(-effect_over_se - z))


def _relative_se(plan: HoldoutPlan, who: Compared, share: float) -> float:
    mean, v0, v1 = _variances(plan, who)
    return float(np.sqrt((v0 / share + v1 / (1 - share)) / who.share / plan.users)) / mean


def value_of_test(prior: PriorLift, se: float) -> float:
    """Return the expected gain per year from deciding after the test instead of now, in money.

    Parameters
    ----------
    prior : PriorLift
    se : float
        Standard error of the relative lift that the test will give.

    Returns
    -------
    float
        In the money of `prior.yearly_outcome_value`, at least 0.

    Notes
    -----
    The media are kept when the expected lift exceeds the break-even lift. With a normal prior and a normal test the
    posterior mean is normal with standard deviation ``s^2 / sqrt(s^2 + se^2)``, and the value is the usual normal loss.

    References
    ----------
    Raiffa, H. and Schlaifer, R. (1961). Applied Statistical Decision Theory, chapter 5.
    """
    spread = prior.sd**2 / sqrt(prior.sd**2 + se**2)
    distance = abs(prior.mean - prior.break_even_lift) / spread
    density = exp(-(distance**2) / 2) / sqrt(2 * pi)
    beyond = (1 - erf(distance / sqrt(2))) / 2
    return prior.yearly_outcome_value * spread * (density - distance * beyond)


def simulated_power(plan: HoldoutPlan, who: Compared, share: float, seed: int) -> tuple[float, float]:
    """Return the share of simulated tests that find the expected lift, and of those without lift that find one.

    Parameters
    ----------
    plan : HoldoutPlan
    who : Compared
    share : float
        Holdout share.
    seed : int

    Returns
    -------
    tuple of float
        Power, and the share of false positives, each of 400 to 4,000 simulated tests.

    Notes
    -----
    Orders are log-normal with the stated variation. The test is the score test for counts and the pooled-moment test for
    revenue, both two-sided, as in the analysis; Welch's test would look more powerful and be wrong under skew.
    """
    random = np.random.default_rng(seed)
    n0 = max(2, round(plan.users * who.share * share))
    n1 = max(2, round(plan.users * who.share * (1 - share)))
    orders = (n0 + n1) * who.rate if plan.outcome == "revenue" else 1.0
    tests = int(np.clip(_SIMULATED_ORDERS / max(orders, 1.0), 400, 4000))
    z = float(special.ndtri((1 + plan.level) / 2))
    found = []
    for lift in (who.lift, 0.0):
        s0, q0 = _arm_sums(plan, random, n0, who.rate, tests)
        s1, q1 = _arm_sums(plan, random, n1, min(1.0, who.rate * (1 + lift)), tests)
        total = n0 + n1
        variance = (q0 + q1) / total - ((s0 + s1) / total) ** 2
        with np.errstate(divide="ignore", invalid="ignore"):
            statistic = (s1 / n1 - s0 / n0) / np.sqrt(variance * (1 / n0 + 1 / n1))
        found.append(float((np.abs(np.nan_to_num(statistic)) > z).mean()))
    return found[0], found[1]


def _arm_sums(
    plan: HoldoutPlan, random: np.random.Generator, users: int, rate: float, tests: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return sums and sums of squares of many simulated arms."""
    converters = random.binomial(users, rate, tests)
    if plan.outcome == "conversions" or plan.order_variation == 0:
        size = 1.0 if plan.outcome == "conversions" else plan.order_value
        return converters * size, converters * size**2
    sigma2 = np.log1p(plan.order_variation**2)
    sums = np.empty((2, tests))
    for i, count in enumerate(converters):
        orders = random.lognormal(np.log(plan.order_value) - sigma2 / 2, np.sqrt(sigma2), count)
        sums[:, i] = orders.sum(), (orders**2).sum()
    return sums[0], sums[1]


def _reasons(
    plan: HoldoutPlan, best: HoldoutOption, delivered: float, value: float | None
) -> tuple[str, ...]:
    """Return why the test should not be run; empty when it should."""
    found = []
    if best.power < plan.power:
        found.append(
            f"with {plan.users:,} people the best split finds the expected lift with probability {best.power:.0%}; "
            f"{plan.power:.0%} is asked for, and {best.users_needed:,.0f} people would be needed"
        )
    elif delivered < plan.power - 0.05:
        found.append(
            f"skewed orders bring the power down to {delivered:.0%} in simulated tests ({best.power:.0%} by normal theory)"
        )
    if plan.most_cost is not None and best.cost > plan.most_cost:
        found.append(f"withholding would cost {best.cost:,.0f}, more than the {plan.most_cost:,.0f} allowed")
    if value is not None and value < max(best.cost, 0.0):
        found.append(
            f"its expected value of {value:,.0f} a year is below the cost of withholding of {best.cost:,.0f}"
        )
    return tuple(found)
