"""What the past lets expect, against closed forms: series made of known carryover, season and noise."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy.signal import lfilter

from workflow.compare.expected import days_of, expected_credit, expected_sales, fall, series, spread_of

WEEKS, NEW = 120, 8
CHANGED = np.arange(WEEKS) >= WEEKS - NEW
DAYS = pd.date_range("2024-01-01", periods=WEEKS, freq="W-MON")


def made_panel(spend: np.ndarray) -> Any:
    data = xr.Dataset(
        {"spend": (("geo", "date", "channel"), spend[None, :, None])}, {"date": DAYS, "channel": ["tv"]}
    )
    return SimpleNamespace(data=data, channels=("tv",), frequency="weekly")


def test_a_fall_is_told_in_logarithms_and_in_what_its_past_has_strayed() -> None:
    rng = np.random.default_rng(1)
    seen = np.exp(rng.normal(0, 0.05, WEEKS))
    seen[CHANGED] *= 0.5
    size, clear = fall(seen, np.ones(WEEKS), CHANGED)
    assert size == pytest.approx(np.log(0.5), abs=0.06)
    assert clear == pytest.approx(abs(size) / spread_of(seen, np.ones(WEEKS), CHANGED))
    assert clear > 10


def test_what_was_likely_has_not_fallen() -> None:
    likely = np.where(CHANGED, 0.2, 1.0)
    assert fall(3 * likely, likely, CHANGED) == (pytest.approx(0.0), pytest.approx(0.0))


@pytest.mark.parametrize("changed", [np.zeros(WEEKS, bool), np.ones(WEEKS, bool), np.arange(WEEKS) >= 9])
def test_without_a_past_nothing_has_moved(changed: np.ndarray) -> None:
    assert fall(np.arange(1.0, WEEKS + 1), np.ones(WEEKS), changed) == (0.0, 0.0)
    assert spread_of(np.arange(1.0, WEEKS + 1), np.ones(WEEKS), changed) == 1.0


def test_credit_is_expected_of_media_carried_over_and_saturating() -> None:
    spend = np.where(np.arange(WEEKS) % 9 < 4, 100.0, 0.0)
    truth = 3 * lfilter([1.0], [1.0, -0.6], spend) ** 0.7 + 5
    seen = np.where(CHANGED, 0.0, truth)  # what is not learnt from does not matter
    found = expected_credit(seen, made_panel(spend), "tv", pd.Index(DAYS.strftime("%Y-%m-%d")), CHANGED)
    assert found == pytest.approx(truth, rel=1e-6)


def test_credit_of_a_channel_that_the_panel_does_not_know_is_expected_to_stay() -> None:
    seen = np.where(CHANGED, 0.0, 7.0)
    found = expected_credit(seen, made_panel(np.ones(WEEKS)), "email", pd.Index(DAYS), CHANGED)
    assert found == pytest.approx(np.full(WEEKS, 7.0))


def test_sales_are_expected_of_trend_season_and_media() -> None:
    rng, time = np.random.default_rng(2), np.arange(WEEKS) / 52
    panel = made_panel(rng.uniform(0, 100, WEEKS))
    media = lfilter([1.0], [1.0, -0.5], series(panel, "exposure", "tv")) ** 0.7
    truth = 1000 + 50 * time + 80 * np.sin(2 * np.pi * time) + 4 * media
    seen = np.where(CHANGED, 0.7 * truth, truth)
    found = expected_sales(panel, seen, CHANGED, np.ones(WEEKS, bool))
    assert found == pytest.approx(truth, rel=1e-9)
    assert days_of(panel)[0] == np.datetime64("2024-01-01")
