import numpy as np
import pytest

from mmm.checks.extrapolation import judge

CASES = [
    (np.linspace(0, 2, 101), [], "between 10% and 190% of its usual level"),
    (np.linspace(0.7, 1.3, 101), [], "between 73% and 127% of its usual level"),
    (np.r_[np.zeros(10), np.ones(90)], ["above 111%"], "curve"),
    (np.full(50, 3.0), ["above 100%"], "only one period in twenty"),
    # on in three weeks of a hundred: the mean is no usual level, and nothing is "never above 0 %"
    (np.r_[np.zeros(97), np.ones(3)], ["3 of 100 periods"], "no usual level"),
]


@pytest.mark.parametrize(("carried", "warned", "said"), CASES)
def test_what_was_never_seen_is_said(carried: np.ndarray, warned: list[str], said: str) -> None:
    findings = judge("tv", carried)
    assert [f.status for f in findings] == (["warning"] * len(warned) or ["pass"])
    for finding, words in zip(findings, warned, strict=bool(warned)):
        assert words in finding.sentence
    assert all(said in f.sentence and f.subject == "tv" for f in findings)


def test_a_channel_that_never_ran_has_nothing_to_extrapolate() -> None:
    assert judge("tv", np.zeros(50)) == []
