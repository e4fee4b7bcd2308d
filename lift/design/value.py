"""The expected value of a test before it is run: how much better the decision after it is than the one before it."""

from math import erf, exp, pi, sqrt

from lift.design.config import PriorLift


def value_of_test(prior: PriorLift, se: float) -> float:
    """Return the expected gain per year from deciding after the test instead of now, in money.

    Parameters
    ----------
    prior : PriorLift
    se : float
        Standard error of the relative lift that the test will give.

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
