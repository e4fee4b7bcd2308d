"""The likelihood is found again after it was multiplied with a prior."""

import numpy as np
import pytest
from scipy import stats

from mmm.checks.data_alone import data_alone
from mmm.checks.thresholds import CONFLICT_TAIL
from mmm.config import QuantilePrior
from mmm.problem.priors import DEFAULT_ROI, ShiftedLogNormal, shifted_lognormal

AT = (np.arange(4000) + 0.5) / 4000
NEARLY_NORMAL = ShiftedLogNormal(np.log(1001.0), 1 / 1001.0, 1000.0)
"""Normal(1, 1) but for a skew of 0.003."""
USUAL = shifted_lognormal(DEFAULT_ROI.roi or QuantilePrior(median=1.0, upper=4.0, worthless=0.1))


def product(law: ShiftedLogNormal, middle: float, error: float) -> np.ndarray:
    """Return quantiles of the product of a prior and a normal likelihood, from a fine grid of the prior's score."""
    score = np.linspace(-12, 12, 400_001)
    value = np.exp(law.mu + law.sigma * score) - law.shift
    log = -0.5 * score**2 - 0.5 * ((value - middle) / error) ** 2
    below = np.cumsum(np.exp(log - log.max()))
    return np.interp(AT, below / below[-1], value)


@pytest.mark.parametrize(("middle", "error"), [(3.0, 0.5), (-4.0, 2.0), (1.0, 1.0), (1.2, 0.05)])
def test_normal_prior_and_likelihood_have_a_closed_form(middle: float, error: float) -> None:
    precision = 1 + error**-2
    draws = stats.norm((1 + middle / error**2) / precision, precision**-0.5).ppf(AT)
    found = data_alone(draws, NEARLY_NORMAL)
    assert found.estimate == pytest.approx(middle, abs=0.02 * max(1, abs(middle)))
    assert found.error == pytest.approx(error, rel=0.03)
    z = (middle - 1) / np.sqrt(1 + error**2)
    assert found.tail == pytest.approx(stats.norm.cdf(-abs(z)), abs=3e-3)
    assert middle == 1.0 or found.side == ("more" if middle > 1 else "less")


@pytest.mark.parametrize(
    ("middle", "error", "conflict"),
    [
        (-1.5, 0.3, True),  # the prior allows nothing below -0.7
        (2.0, 0.4, False),
        (0.3, 0.5, False),
        (100.0, 5.0, True),
        (1.0, 3.0, False),
        (-5.0, 0.2, True),  # only a slope is left to see
    ],
)
def test_a_likelihood_beyond_the_usual_prior_is_a_conflict(
    middle: float, error: float, conflict: bool
) -> None:
    draws = product(USUAL, middle, error)
    found = data_alone(draws, USUAL)
    assert (found.tail <= CONFLICT_TAIL) == conflict
    assert not conflict or found.side == ("more" if middle > 1 else "less")
    if not conflict:
        assert found.estimate == pytest.approx(middle, abs=0.15 * max(error, 1))


def test_draws_of_the_prior_itself_say_nothing() -> None:
    value = np.exp(USUAL.mu + USUAL.sigma * stats.norm.ppf(AT)) - USUAL.shift
    found = data_alone(value, USUAL)
    assert found.tail > 0.2 and found.error > 5 * value.std()
    assert data_alone(np.full(10, 2.0), USUAL).tail == 0.5


@pytest.mark.parametrize("middle", [-0.6, 0.0, 1.0, 50.0])
@pytest.mark.parametrize("spread", [1e-9, 1e-4, 0.01])
def test_chains_that_hardly_move_are_their_own_likelihood(middle: float, spread: float) -> None:
    found = data_alone(middle + spread * stats.norm.ppf(AT), USUAL)
    assert found.estimate == pytest.approx(middle, abs=3 * spread)
    below = stats.norm.cdf((np.log(middle + USUAL.shift) - USUAL.mu) / USUAL.sigma)
    assert found.tail == pytest.approx(min(below, 1 - below), abs=1e-3)
