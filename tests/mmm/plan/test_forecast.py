"""Forecasts of plans: the current plan is what was bought a year before, and plans differ by their media alone."""

import numpy as np
import pandas as pd
import xarray as xr

from mmm.config import MmmConfig
from mmm.plan.config import PlanConfig
from mmm.plan.forecast import forecast_plans, media_path, money_of
from mmm.plan.window import build_window
from mmm.prior.draws import prior_draws
from mmm.problem.problem import build_problem
from tests.mmm.random_panels import Shape, random_panel

PANEL = random_panel(Shape(geos=2, dates=70, paid=2, organic=1))
CONFIG = MmmConfig.model_validate({"baseline": {"seasonality": {"yearly": 0}, "drift": {"kind": "none"}}})
PLAN = PlanConfig.model_validate({"start": "2024-05-20", "periods": 4})
"""Two periods after the panel ends."""


def test_the_current_plan_is_what_was_bought_a_year_before() -> None:
    window = build_window(build_problem(PANEL, CONFIG), PLAN)
    found = media_path(window, window.current, 6, "current")
    np.testing.assert_allclose(found.exposure, PANEL.data["exposure"].values[:, 18:24], rtol=1e-9)
    np.testing.assert_allclose(found.spend[..., :2], PANEL.data["spend"].values[:, 18:24, :2], rtol=1e-12)
    assert np.isnan(found.spend[..., 2]).all() and found.said == "as in the current plan"


def test_plans_differ_by_what_their_money_brings() -> None:
    problem = build_problem(PANEL, CONFIG)
    window = build_window(problem, PLAN)
    names = pd.MultiIndex.from_product(
        [PANEL.geos, window.dates, window.channels], names=["geo", "period", "channel"]
    )
    budget = pd.DataFrame({"current": window.current.ravel()}, index=names).reset_index()
    budget["proposed"] = budget["current"] * np.where(budget["channel"] == "paid 0", 0.0, 1.0)
    assert (money_of(window, budget, "proposed")[..., 0] == 0).all()
    draws = prior_draws(problem, 3)
    variables = {
        name: (("chain", "draw", *draws.dims[name]), np.moveaxis(values, -1, 0)[None])
        for name, values in draws.arrays.items()
    }
    coords = {dim: list(labels) for dim, labels in draws.labels.items()}
    posterior = xr.DataTree.from_dict({"posterior": xr.Dataset(variables, coords=coords)})
    tables = forecast_plans(posterior, PANEL, CONFIG, PLAN, budget)
    total = tables["forecast_total"].set_index(["plan", "geo"])
    now, less = total.loc["current", "mean"], total.loc["proposed", "mean"]
    first = tables["forecast_channels"].set_index(["plan", "channel"])["contribution_mean"]
    lost = first.loc["current", "paid 0"] - first.loc["proposed", "paid 0"]
    np.testing.assert_allclose(now.loc["all geos"] - less.loc["all geos"], lost, rtol=1e-9)
    np.testing.assert_allclose(first.loc["current", "paid 1"], first.loc["proposed", "paid 1"])
    assert total.loc[("current", "all geos"), "spend"] > total.loc[("proposed", "all geos"), "spend"]
    assert set(tables["forecast"]["date"]) == set(window.dates)
