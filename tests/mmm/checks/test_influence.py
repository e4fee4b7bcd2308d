import numpy as np
import pytest
from scipy import stats

from mmm.checks.influence import judge, pareto_k

CASES = [(0, "pass"), (3, "pass"), (4, "warning"), (31, "warning"), (32, "failure")]


@pytest.mark.parametrize(("above", "status"), CASES)
def test_a_few_influential_cells_are_allowed(above: int, status: str) -> None:
    k_hat = np.where(np.arange(156) < above, 1.1, 0.9)
    finding = judge(k_hat, "2024-01-01")
    assert finding.status == status
    assert ("2024-01-01" in finding.sentence) == (above > 0)
    assert ("No single outcome" in finding.sentence) == (above == 0)


def test_what_cannot_be_told_has_no_number() -> None:
    assert "inf" not in judge(np.full(156, np.inf), "2024-01-01").sentence.replace("influence", "")


def test_pareto_k_is_the_tail_of_the_weights() -> None:
    """Weights ``u^-k`` of a uniform u have a Pareto tail of exactly that k."""
    uniform = (np.arange(20_000) + 0.5) / 20_000
    tails = np.array([0.2, 0.5, 0.9])
    found = pareto_k(tails[:, None] * np.log(uniform))
    np.testing.assert_allclose(found, tails, atol=0.08)


def test_an_outlier_is_more_influential_than_its_neighbours() -> None:
    mean = np.random.default_rng(6).normal(0, 0.3, size=2000)
    outcome = np.array([0.1, -0.2, 6.0])
    k_hat = pareto_k(stats.norm.logpdf(outcome[:, None], mean, 1.0))
    assert k_hat.argmax() == 2
