"""Credit in arms that were never treated: exact intervals, and which rows are counted."""

import pandas as pd
import pytest
from scipy import stats

from lift.attribution.factors.over_credit import over_credit, over_credit_findings, over_credit_rows
from mixproof.records.evidence import ArmPopulation
from tests.lift.attribution.factors.evidence_cases import evidence, rows

ARMS = (ArmPopulation("held", "control", 1000.0), ArmPopulation("treated", "treated", 4000.0))


def in_arms(control: float, treated: float) -> pd.DataFrame:
    """Return weekly credit of search in both arms, and outside of arms."""
    arms = (rows({"search": control}, arm="held"), rows({"search": treated, "video": 9.0}, arm="treated"))
    return pd.concat([rows({"search": 500.0}), *arms], ignore_index=True)


def test_credit_per_person_of_the_control_over_the_treated() -> None:
    (found,) = over_credit_rows(in_arms(10.0, 80.0), [evidence(100.0, 10.0, arms=ARMS)], 0.9)
    # four of the twelve weeks are those of the test
    assert (found["credited_control"], found["credited_treated"]) == (40.0, 320.0)
    assert found["over_credit"] == pytest.approx(0.5)
    assert found["lower"] < 0.5 < found["upper"]
    (said,) = over_credit_findings([found])
    assert said.status == "warning"
    assert "50%" in said.sentence


def test_the_interval_is_that_of_the_share_of_counts() -> None:
    _, low, high = over_credit((7.0, 50.0), (100.0, 100.0), 0.9)
    for end, tail in ((low, 0.05), (high, 0.95)):
        share = end / (1 + end)
        at_least = stats.binom.sf(6, 57, share) if tail == 0.05 else stats.binom.cdf(7, 57, share)
        assert at_least == pytest.approx(0.05, rel=1e-6)


@pytest.mark.parametrize("counts", [(0.0, 90.0), (3.0, 0.0)])
def test_empty_arms(counts: tuple[float, float]) -> None:
    point, low, high = over_credit(counts, (1000.0, 4000.0), 0.9)
    if counts[0] == 0:
        assert (point, low) == (0.0, 0.0)
        assert 0 < high < 0.2
    else:
        assert high == float("inf")
        assert low > 1


def test_nothing_without_arms_or_people() -> None:
    plain = rows({"search": 500.0})
    assert list(over_credit_rows(plain, [evidence(100.0, 10.0, arms=ARMS)], 0.9)) == []
    assert list(over_credit_rows(in_arms(1.0, 9.0), [evidence(100.0, 10.0)], 0.9)) == []
