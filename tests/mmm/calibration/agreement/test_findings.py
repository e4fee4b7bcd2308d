"""Two sentences, never one: the model against a test, and a test against other tests."""

import numpy as np
import pytest

from mmm.calibration.agreement.conflict import Measured, conflict
from mmm.calibration.agreement.findings import conflict_finding, refit_finding, tension_finding
from mmm.calibration.agreement.tension import tension

MODEL = {
    "disagrees": (10.0, 1.0, 2.0, 0.5, "warning", "The model disagrees with autumn"),
    "agrees": (10.0, 1.0, 9.5, 0.5, "pass", "would have been seen"),
    "cannot tell": (10.0, 4.0, 2.0, 9.0, "note", "is not told"),
    "nothing was measured": (0.0, 4.0, 0.1, 1.0, "note", "many times the measured effect"),
}


@pytest.mark.parametrize("name", MODEL)
def test_model_against_test(name: str) -> None:
    value, se, mean, sd, status, words = MODEL[name]
    measured = Measured(np.array([value]), np.array([[se**2]]), np.zeros(1))
    draws = mean + sd * np.random.default_rng(0).normal(size=(4000, 1))
    finding = conflict_finding("autumn", value, conflict(measured, draws))
    assert finding.status == status
    assert words in finding.sentence
    assert finding.subject == "autumn"
    assert "may be a bad test" not in finding.sentence


TESTS = {
    "agree": ([10.0, 11.0], "pass", "agree with each other"),
    "contradict": ([10.0, 30.0], "warning", "a and b cannot both be right"),
    "one outvoted": ([10.0, 30.0, 11.0], "warning", "b disagrees with the other tests of video"),
}


@pytest.mark.parametrize("name", TESTS)
def test_test_against_tests(name: str) -> None:
    values, status, words = TESTS[name]
    tests = [Measured(np.array([value]), np.eye(1), np.zeros(1)) for value in values]
    found = tension(tests, [np.array([10.0])] * len(values))
    finding = tension_finding("video", "abc"[: len(values)], found)
    assert finding.status == status
    assert words in finding.sentence
    assert ("not to be booked" in finding.sentence) == (status == "warning")
    assert "model disagrees" not in finding.sentence


def test_a_refit_is_asked_for() -> None:
    finding = refit_finding("autumn", 0.91)
    assert "0.91" in finding.sentence
    assert "calibrate.refit" in finding.sentence
