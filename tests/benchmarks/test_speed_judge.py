"""The judge of every tool's draws, on draws whose quality is known."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

SOURCE = Path(__file__).parents[2] / "benchmarks" / "speed_judge.py"


@pytest.fixture(scope="module")
def judge() -> ModuleType:
    """Load the file itself: studies are no part of the installed packages."""
    spec = importlib.util.spec_from_file_location("speed_judge", SOURCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["speed_judge"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def independent() -> np.ndarray:
    """Draws of two channels, four chains of 400."""
    return np.random.default_rng(3).standard_normal((2, 4, 400))


def test_the_worst_channel_counts(judge: ModuleType, independent: np.ndarray) -> None:
    stuck = independent.copy()
    stuck[1, 0] += 5.0  # one chain of one channel is elsewhere
    assert judge.quality(independent).r_hat < 1.01
    assert judge.quality(independent).ess > 1000
    assert judge.quality(stuck).r_hat > 1.5
    assert judge.draws_until(stuck, 400, 1.01) is None
    stuck[1, 0] = 0.0  # and never moves
    assert judge.quality(stuck).ess == 0


def test_time_is_even_over_tuning_and_drawing(judge: ModuleType, independent: np.ndarray) -> None:
    clock = {"posterior": 30.0, "sampling": 10.0, "tune": 600}
    needed = judge.draws_until(independent, 400, 1.05)
    assert 100 <= needed <= 200  # 400 of four chains whose draws are independent
    reached = judge.seconds_until(independent, 400, 1.05, **clock)
    assert reached == pytest.approx(20.0 + 10.0 * (600 + needed) / 1000)
    assert judge.seconds_until(independent, 10_000, 1.05, **clock) is None
