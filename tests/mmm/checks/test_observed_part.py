import numpy as np
import pytest

from mmm.checks.observed_part import judge, mostly_assumed

CASES = [
    # share of the contribution below the lowest level, draw by draw; status; in the sentence
    (np.full(100, 0.9), "warning", "90% of it (90% to 90%)"),
    (np.r_[np.full(79, 0.3), np.full(21, 0.6)], "warning", "more than half: 21%"),
    (np.r_[np.full(80, 0.3), np.full(20, 0.6)], "pass", "36% (30% to 60%)"),
    (np.zeros(100), "pass", "0% (0% to 0%)"),
]


@pytest.mark.parametrize(("share", "status", "words"), CASES)
def test_what_may_be_mostly_assumed_is_said_with_a_remedy(share: np.ndarray, status: str, words: str) -> None:
    finding = judge("tv", share)
    assert (finding.status, finding.subject) == (status, "tv")
    assert words in finding.sentence
    assert ("dark period" in finding.sentence and "experiment" in finding.sentence) == (status == "warning")
    assert mostly_assumed([finding]) == (["tv"] if status == "warning" else [])
