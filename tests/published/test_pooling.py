"""Pooling the 13 BCG trials (Colditz et al. 1994): the numbers that R's metafor prints."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lift.pooling import Pool, common_effect, random_effects

FILE = Path(__file__).parents[2].parent / "shared" / "data" / "holdout" / "bcg_trials.csv"
pytestmark = pytest.mark.skipif(not FILE.exists(), reason="the public data folder is not here")


@pytest.fixture(scope="module")
def trials() -> tuple[np.ndarray, np.ndarray]:
    frame = pd.read_csv(FILE)
    treated, control = frame["tpos"] + frame["tneg"], frame["cpos"] + frame["cneg"]
    log_ratio = np.log(frame["tpos"] / treated) - np.log(frame["cpos"] / control)
    se = np.sqrt(1 / frame["tpos"] - 1 / treated + 1 / frame["cpos"] - 1 / control)
    return log_ratio.to_numpy(), se.to_numpy()


def _pool(trials, method: str, hartung_knapp: bool = False) -> Pool:
    return random_effects(*trials, method=method, level=0.95, hartung_knapp=hartung_knapp)


def test_common_effect(trials) -> None:
    pool = common_effect(*trials, level=0.95)
    assert (pool.estimate, pool.se) == (pytest.approx(-0.43029, rel=1e-4), pytest.approx(0.04050, rel=1e-4))
    assert pool.q == pytest.approx(152.233, rel=1e-5)


CASES = [
    ("dersimonian_laird", 0.3088, -0.7141, 0.1787),
    ("paule_mandel", 0.3181, -0.7150, 0.1809),
    ("reml", 0.3132, -0.7145, 0.1798),
]


@pytest.mark.parametrize(("method", "tau2", "mean", "se"), CASES)
def test_random_effects(trials, method, tau2, mean, se) -> None:
    pool = _pool(trials, method)
    found = (round(pool.tau**2, 4), round(pool.estimate, 4), round(pool.se, 4))
    assert found == (tau2, mean, se)


def test_reml_in_full(trials) -> None:
    pool = _pool(trials, "reml")
    assert (pool.lower, pool.upper) == (pytest.approx(-1.0669, rel=1e-4), pytest.approx(-0.3622, rel=1e-4))
    assert 100 * pool.i_squared == pytest.approx(92.22, abs=5e-3)
    assert (pool.next_lower, pool.next_upper) == (
        pytest.approx(-2.0084, rel=1e-4),
        pytest.approx(0.5793, rel=1e-4),
    )


def test_hartung_knapp(trials) -> None:
    pool = _pool(trials, "reml", hartung_knapp=True)
    assert pool.se == pytest.approx(0.1808, rel=1e-4)
    assert (pool.lower, pool.upper) == (pytest.approx(-1.1084, rel=1e-4), pytest.approx(-0.3206, rel=1e-4))
