import dataclasses
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from mixproof.aggregates.panel import Panel
from mixproof.aggregates.simulate import simulate_world
from mmm.checks.demand_chasing_series import QUANTILES, series_of
from mmm.config import MmmConfig
from mmm.problem.priors import DEFAULT_ROI, DEFAULT_SHARE, shifted_lognormal
from mmm.problem.problem import build_problem


def test_series_of_the_demo_are_the_panels_sums(demo_panel: Panel) -> None:
    problem = build_problem(demo_panel, MmmConfig())
    series, data = series_of(problem), demo_panel.data
    outcome = data["outcome"].values[0]
    np.testing.assert_allclose(series.outcome, outcome / np.nanmean(outcome))
    assert series.step == 1.0
    assert list(series.known) == list(np.isfinite(outcome))
    np.testing.assert_allclose(
        series.media["video"].exposure, data["exposure"].sel(channel="video").values[0]
    )
    np.testing.assert_allclose(series.media["video"].spend, data["spend"].sel(channel="video").values[0])
    assert series.media["newsletter"].spend is None
    assert series.named.shape == (len(outcome), 2 + 12 + 2)  # level and trend, season, price and promotion


def test_effects_are_the_priors_in_fractions_of_the_outcome(demo_panel: Panel) -> None:
    problem = build_problem(demo_panel, MmmConfig())
    series, window = series_of(problem), problem.window[0]
    roi, share = shifted_lognormal(DEFAULT_ROI.roi), shifted_lognormal(DEFAULT_SHARE.share)  # type: ignore[arg-type]
    spent = demo_panel.data["spend"].sel(channel="tv").values[0, window].sum()
    per_roi = spent / demo_panel.data["outcome"].values[0, window].sum()
    np.testing.assert_allclose(series.media["tv"].effect, [roi.quantile(p) * per_roi for p in QUANTILES])
    np.testing.assert_allclose(series.media["newsletter"].effect, [share.quantile(p) for p in QUANTILES])


def test_what_nobody_named_holds_nothing_that_was_named(demo_panel: Panel) -> None:
    series = series_of(build_problem(demo_panel, MmmConfig()))
    rest = series.unnamed()
    np.testing.assert_allclose(rest.T @ rest, np.eye(rest.shape[1]), atol=1e-12)
    np.testing.assert_allclose(rest.T @ series.named[series.known], 0, atol=1e-9)
    assert rest.shape == (series.known.sum(), series.known.sum() - series.named.shape[1])


def test_a_week_with_an_unknown_geo_is_unknown(geo_panel: Panel) -> None:
    data = geo_panel.data.copy(deep=True)
    data["outcome"].values[1, 20] = np.nan
    series = series_of(build_problem(dataclasses.replace(geo_panel, data=data), MmmConfig()))
    assert list(np.flatnonzero(~series.known)) == [20]


@pytest.mark.parametrize("extra", [0, 3])
def test_days_become_weeks(as_panel: Callable[..., Panel], extra: int) -> None:
    weekly = as_panel(simulate_world("small", 2, weeks=60).scene)
    data = weekly.data.isel(date=np.repeat(np.arange(60), 7)).drop_vars("date")
    for name in ("outcome", "spend", "exposure"):
        data[name] = data[name] / 7
    data = (
        xr.concat([data, data.isel(date=slice(0, extra))], dim="date", data_vars="minimal") if extra else data
    )
    days = pd.date_range("2022-01-03", periods=420 + extra)
    daily = dataclasses.replace(weekly, data=data.assign_coords(date=days.values), frequency="daily")
    series, expected = (series_of(build_problem(panel, MmmConfig())) for panel in (daily, weekly))
    assert series.step == pytest.approx(1.0)
    np.testing.assert_allclose(series.outcome, expected.outcome)
    for name, medium in expected.media.items():
        np.testing.assert_allclose(series.media[name].exposure, medium.exposure)
        np.testing.assert_allclose(series.media[name].spend, medium.spend)
