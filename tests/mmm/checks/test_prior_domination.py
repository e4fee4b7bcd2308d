import numpy as np
import pytest
from scipy import stats

from mmm.checks.prior_domination import judge, overlap

UNIT = stats.norm.ppf((np.arange(20_000) + 0.5) / 20_000)
# Two normals with equal sd, means d apart, have 2 Phi(-d / 2) in common; bins only ever add to that.
CASES = [(0.0, 1.0, 1.0), (1.0, 1.0, 2 * stats.norm.cdf(-0.5)), (2.0, 1.0, 2 * stats.norm.cdf(-1.0))]


@pytest.mark.parametrize(("mean", "sd", "expected"), CASES)
def test_overlap_is_the_common_area(mean: float, sd: float, expected: float) -> None:
    assert overlap(mean + sd * UNIT) == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize(("sd", "status"), [(1.0, "warning"), (0.8, "warning"), (0.6, "pass"), (0.1, "pass")])
def test_a_posterior_like_the_prior_is_called_an_opinion(sd: float, status: str) -> None:
    finding = judge("radio", overlap(sd * UNIT), 0.0)
    assert (finding.status, finding.subject) == (status, "radio")
    assert f"{overlap(sd * UNIT):.0%}" in finding.sentence
    assert ("opinion" in finding.sentence) == (status == "warning")


@pytest.mark.parametrize(
    ("middle", "words"), [(-2.5, "less than expected"), (2.0, "more than expected"), (1.9, ""), (0.0, "")]
)
def test_data_that_contradict_the_prior_are_said_to(middle: float, words: str) -> None:
    finding = judge("radio", overlap(middle + 0.2 * UNIT), middle)
    assert finding.status == ("warning" if words else "pass")
    assert words in finding.sentence and ("contradict" in finding.sentence) == bool(words)
    assert finding.subject == "radio"
