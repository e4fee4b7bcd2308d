import numpy as np
import pytest

from mmm.checks.extrapolation import judge

CASES = [
    (np.linspace(0, 2, 101), [], "observed from"),
    (np.linspace(0.7, 1.3, 101), ["never observed below"], "curve"),
    (np.r_[np.zeros(10), np.ones(90)], ["never observed above"], "curve"),
    (np.full(50, 3.0), ["never observed below", "never observed above"], "100%"),
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
