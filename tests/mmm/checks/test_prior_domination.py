import numpy as np
import pytest
from scipy import stats

from mmm.checks.data_alone import DataAlone
from mmm.checks.prior_domination import judge, overlap

UNIT = stats.norm.ppf((np.arange(20_000) + 0.5) / 20_000)
# Two normals with equal sd, means d apart, have 2 Phi(-d / 2) in common; bins only ever add to that.
CASES = [(0.0, 1.0, 1.0), (1.0, 1.0, 2 * stats.norm.cdf(-0.5)), (2.0, 1.0, 2 * stats.norm.cdf(-1.0))]


@pytest.mark.parametrize(("mean", "sd", "expected"), CASES)
def test_overlap_is_the_common_area(mean: float, sd: float, expected: float) -> None:
    assert overlap(mean + sd * UNIT) == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize(("sd", "status"), [(1.0, "warning"), (0.8, "warning"), (0.6, "pass"), (0.1, "pass")])
def test_a_posterior_like_the_prior_is_called_an_opinion(sd: float, status: str) -> None:
    finding = judge("radio", overlap(sd * UNIT), DataAlone(1.0, 1.0, 0.4, "more"))
    assert (finding.status, finding.subject) == (status, "radio")
    assert f"{overlap(sd * UNIT):.0%}" in finding.sentence
    assert ("opinion" in finding.sentence) == (status == "warning")


@pytest.mark.parametrize(
    ("tail", "side", "words"),
    [
        (0.001, "less", "they say less than it reaches to (it gave 0.1% to what they say or less"),
        (0.01, "more", "they say more than it reaches to (it gave 1.0% to what they say or more"),
        (0.011, "less", ""),
    ],
)
@pytest.mark.parametrize("common", [0.5, 0.95])
def test_data_that_contradict_the_prior_are_said_to_and_never_called_an_opinion(
    tail: float, side: str, words: str, common: float
) -> None:
    finding = judge("radio", common, DataAlone(-3.0, 1.0, tail, side))
    assert words in finding.sentence and ("contradict" in finding.sentence) == bool(words)
    if words:
        assert (finding.status, finding.subject, "opinion" in finding.sentence) == ("warning", "radio", False)
