"""From origins to tables, on forecasts whose numbers are known beforehand."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from scipy import stats

from mmm.backtest.frame import Frame, set_frame
from mmm.backtest.importance import equal
from mmm.backtest.leave_future_out import Fit, Origin
from mmm.backtest.results import forecasts_table, origins_table
from mmm.config import MmmConfig
from mmm.forecast.paths import Forecaster, forecaster
from mmm.prior.draws import prior_draws
from mmm.problem.problem import build_problem
from tests.mmm.random_panels import Shape, random_panel

CONFIG = MmmConfig.model_validate({"likelihood": {"family": "normal"}, "backtest": {"origins": 4}})
SPREAD = 0.25


@pytest.fixture(scope="module")
def frame() -> Frame:
    return set_frame(build_problem(random_panel(Shape(geos=2, dates=40), seed=2), CONFIG))


def _certain(frame: Frame) -> Forecaster:
    """Return forecasts of 1 model outcome with one spread, whatever the draw, unrelated from period to period."""
    draws = prior_draws(frame.problem, 3)
    flat = {"noise": np.full_like(draws.arrays["noise"], SPREAD), "autocorrelation": np.zeros(draws.count)}
    plain = forecaster(frame.problem, replace(draws, arrays=draws.arrays | flat), frame.first)
    ones = np.ones_like(plain.total)
    return replace(plain, total=ones, ahead=replace(plain.ahead, location=ones, spread=SPREAD * ones))


def _origins(frame: Frame) -> list[Origin]:
    shared, nothing = _certain(frame), xr.Dataset()
    weights = equal(shared.draws.count)
    first, second = (int(date) for date in frame.forecasts[:2])
    fit = Fit(first, False, nothing, nothing)
    return [
        Origin(0, first, fit, -np.inf, weights, shared),
        Origin(1, second, fit, 0.3, weights, shared),
    ]


def test_origins_say_which_fit_served_them(frame: Frame) -> None:
    table, dates = origins_table(frame, _origins(frame)), frame.problem.panel.data["date"].values
    assert table["first"].tolist() == [dates[date] for date in frame.forecasts[:2]]
    assert table["fitted_before"].nunique() == 1
    assert table["fitted"].tolist() == [True, False] and not table["warm"].any()
    assert np.isnan(table["k_hat"][0]) and table["k_hat"][1] == 0.3
    assert table["effective_draws"].tolist() == pytest.approx([_certain(frame).draws.count] * 2)


def test_forecasts_are_quantiles_of_the_paths(frame: Frame) -> None:
    table = forecasts_table(frame, _origins(frame), 3, seed=4)
    assert table.groupby("first").size().tolist() == [2 * 3, 2 * 3]
    unit = frame.problem.scaling.outcome[[frame.problem.panel.geos.index(geo) for geo in table["geo"]]]
    for name, chance in (("lower_90", 0.05), ("lower_50", 0.25), ("median", 0.5), ("upper_90", 0.95)):
        wanted = 1 + SPREAD * stats.norm.ppf(chance)
        assert (table[name] / unit).to_numpy() == pytest.approx(wanted, abs=6 * SPREAD * 0.033)
    ranks = table.loc[table["step"] == 1]
    expected = stats.norm.cdf(ranks["actual"] / unit[ranks.index], 1, SPREAD)
    np.testing.assert_allclose(ranks["rank"], expected, rtol=1e-8)
    assert table.loc[table["step"] > 1, "rank"].isna().all()


def test_naive_forecasts_stand_beside(frame: Frame) -> None:
    table, outcome = forecasts_table(frame, _origins(frame), 1, seed=4), frame.problem.outcome
    first = int(frame.forecasts[0])
    assert table["last_value"].tolist()[:2] == outcome[:, first - 1].tolist()
    assert table["actual"].tolist()[:2] == outcome[:, first].tolist()
