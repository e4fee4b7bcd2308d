"""Demand paths have the moments they promise."""

import numpy as np
import pandas as pd
import pytest

from mixproof.aggregates.simulate.demand import drift, lingering, season


def test_season_repeats_every_year_and_is_no_low_order_wave() -> None:
    dates = pd.date_range("2022-01-03", periods=156, freq="7D")
    for seed in range(10):
        path = season(np.random.default_rng(seed), dates)
        assert path.mean() == pytest.approx(0.0, abs=1e-12)
        assert path.std() == pytest.approx(1.0)
        assert np.corrcoef(path[:104], path[52:])[0, 1] > 0.9
        angle = 2 * np.pi * dates.day_of_year.to_numpy() / 365.25
        waves = np.column_stack([f(k * angle) for k in (1, 2) for f in (np.sin, np.cos)])
        left = path - waves @ np.linalg.lstsq(waves, path, rcond=None)[0]
        assert left.std() > 0.2


def test_drift_is_smooth_and_without_trend() -> None:
    for seed in range(10):
        path = drift(np.random.default_rng(seed), 156)
        assert path.std() == pytest.approx(1.0)
        assert np.diff(path).std() < 0.35
        assert np.polyfit(np.arange(156), path, 1)[0] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("memory", [0.0, 0.4, 0.9])
def test_lingering_noise_has_its_autocorrelation(memory: float) -> None:
    path = lingering(np.random.default_rng(1), 40_000, memory)
    # Standard error of a lag-one correlation over n: sqrt((1 - r^2) / n) <= .005.
    assert np.corrcoef(path[1:], path[:-1])[0, 1] == pytest.approx(memory, abs=0.025)
    assert path.std() == pytest.approx(1.0, abs=0.12)
