import numpy as np
import pytest

from mmm.checks.interval_coverage import judge

UNIFORM = (np.arange(156) + 0.5) / 156
CASES = [
    (UNIFORM, "pass"),
    (0.5 + (UNIFORM - 0.5) * 0.8, "note"),
    (0.5 + (UNIFORM - 0.5) * 0.3, "note"),
    (np.where(np.arange(156) % 7 == 0, 0.001, UNIFORM), "warning"),
    (np.where(np.arange(156) % 3 == 0, 0.001, UNIFORM), "failure"),
]


SAID = [
    (140, 156, "pass", "lie in their 90%"),
    (155, 156, "note", "more than should"),
    (156, 156, "note", "more than should"),
    (128, 156, "note", "fewer than should"),
    (4990, 5000, "warning", "too wide"),
    (123, 156, "warning", "surer"),
    (2, 3, "pass", "lie in their 90%"),
]


@pytest.mark.parametrize(("inside", "cells", "status", "said"), SAID)
def test_the_sentence_does_not_contradict_its_number(inside: int, cells: int, status: str, said: str) -> None:
    finding = judge(np.where(np.arange(cells) < inside, 0.5, 0.001), 0.9)
    assert finding.status == status
    assert said in finding.sentence
    assert f"{inside / cells:.0%} of the {cells}" in finding.sentence


@pytest.mark.parametrize(("rank", "status"), CASES)
def test_too_few_inside_are_found(rank: np.ndarray, status: str) -> None:
    finding = judge(rank, 0.9)
    assert finding.status == status
    assert finding.value == np.mean((rank >= 0.05) & (rank <= 0.95))
    assert "90%" in finding.sentence


def test_too_many_inside_are_found_when_there_are_enough_to_tell() -> None:
    assert judge(0.5 + (np.linspace(0, 1, 5000) - 0.5) * 0.5, 0.9).status == "warning"


def test_a_right_model_is_left_alone() -> None:
    """Chance alone is outside the limits once in a thousand, without the slack; 200 fits raise no alarm, and few notes."""
    rng = np.random.default_rng(4)
    statuses = [judge(rng.uniform(size=156), 0.9).status for _ in range(200)]
    assert set(statuses) <= {"pass", "note"}
    assert statuses.count("note") <= 3
