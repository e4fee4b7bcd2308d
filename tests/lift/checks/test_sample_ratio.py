import math

import numpy as np
import pytest
from scipy import stats

from lift.checks.sample_ratio import check, mixture_evidence, sample_ratio

COUNTS = [([500, 2000], [0.2, 0.8]), ([100, 110, 95], [1 / 3, 1 / 3, 1 / 3]), ([10, 0], [0.5, 0.5])]


@pytest.mark.parametrize(("counts", "shares"), COUNTS)
def test_chi_square_is_scipys(counts, shares) -> None:
    expected = stats.chisquare(counts, np.array(shares) * sum(counts))
    found = sample_ratio(counts, shares)
    assert (found.chi_square, found.p_value) == (
        pytest.approx(expected.statistic),
        pytest.approx(expected.pvalue),
    )


def test_evidence_is_the_dirichlet_multinomial_ratio() -> None:
    counts, shares = np.array([30, 90]), np.array([0.2, 0.8])
    marginal = stats.dirichlet_multinomial.logpmf(counts, 10 * shares, 120)
    null = stats.multinomial.logpmf(counts, 120, shares)
    assert mixture_evidence(counts, shares, 10.0) == pytest.approx(marginal - null)


def test_evidence_keeps_its_promise_at_any_time() -> None:
    """2,000 honest tests looked at 200 times: evidence of 20 : 1 is ever reached by fewer than 5 %."""
    generator = np.random.default_rng(14)
    arrivals = generator.multinomial(50, [0.2, 0.8], size=(2000, 200)).cumsum(axis=1)
    ever = 0
    for walk in arrivals:
        ever += any(mixture_evidence(counts, [0.2, 0.8], 100.0) >= math.log(20) for counts in walk[::8])
    assert ever / 2000 < 0.05


VERDICTS = [
    ([2000, 8000], ["pass"]),
    ([1800, 8200], ["failure"]),
]


@pytest.mark.parametrize(("counts", "statuses"), VERDICTS)
def test_verdicts(counts, statuses) -> None:
    found = check("test", counts, [0.2, 0.8], [])
    assert [finding.status for finding in found] == statuses
    assert all(finding.subject == "test" for finding in found)


def test_one_bad_day_is_a_warning() -> None:
    cells = [[200.0, 800.0]] * 9 + [[100.0, 900.0]]
    found = check("test", [1900, 8100], [0.19, 0.81], [*cells])
    assert [finding.status for finding in found] == ["pass", "warning"]


def test_a_stratum_that_was_not_assigned_is_a_failure() -> None:
    found = check("test", [5150, 5000], [0.5, 0.5], [[5000, 5000], [150, 0]])[1]
    assert found.status == "failure" and "150/0" in found.sentence
    assert found.value == pytest.approx(2 * 1.7e-34, rel=0.05)
