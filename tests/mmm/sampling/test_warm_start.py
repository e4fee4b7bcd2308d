"""Beginning from an earlier posterior: where it pays, where it cannot, and that the answer stays the same."""

import numpy as np
import pytest
import xarray as xr

from mixproof.aggregates.panel import Panel
from mmm.config import MmmConfig
from mmm.fit import fit
from mmm.problem.problem import build_problem
from mmm.sampling.engine import Engine, build_engine
from mmm.sampling.warm_start import continued
from tests.mmm.random_panels import Shape, random_panel

CONFIG = MmmConfig.model_validate(
    {
        "default": {"adstock": {"family": "geometric", "lags": 2}},
        "fit": {"chains": 4, "draws": 400, "max_draws": 400},
    }
)
PANEL = random_panel(Shape(paid=2, dates=60), seed=4)
PROBLEM = build_problem(PANEL, CONFIG)


def without_last(panel: Panel, periods: int) -> Panel:
    """Return the panel as it was some periods ago."""
    data = panel.data.isel(date=slice(None, -periods))
    return Panel(data, panel.frequency, panel.currency, panel.outcome_unit, panel.outcome_kind, panel.ledger)


@pytest.fixture(scope="module")
def before() -> xr.Dataset:
    return fit(without_last(PANEL, 4), CONFIG, 3)["posterior"].to_dataset()


@pytest.fixture(scope="module")
def engine() -> Engine:
    return build_engine(PROBLEM)


def test_appended_weeks_begin_from_the_posterior_before_and_come_to_the_same_answer(
    before: xr.Dataset,
) -> None:
    cold, warm = fit(PANEL, CONFIG, 3), fit(PANEL, CONFIG, 3, earlier=before)
    assert (cold.attrs["start"], warm.attrs["start"]) == ("pilots", "earlier")
    for name in ("level", "media_value", "noise"):
        one, other = (tree["posterior"][name].values.reshape(1600, -1) for tree in (cold, warm))
        # Six standard errors of a difference of means of 100 effective draws each, which chains of 400 exceed.
        assert np.all(np.abs(one.mean(0) - other.mean(0)) < 6 * np.sqrt(2 / 100) * one.std(0)), name


def test_the_draws_depend_on_seed_and_earlier_posterior_alone(before: xr.Dataset) -> None:
    one, same = (fit(PANEL, CONFIG, 3, earlier=before) for _ in range(2))
    other = fit(PANEL, CONFIG, 3, earlier=before.isel(draw=slice(50, None)))
    assert one["posterior"].to_dataset().identical(same["posterior"].to_dataset())
    assert not one["posterior"].to_dataset().identical(other["posterior"].to_dataset())


def test_a_posterior_of_another_model_is_no_start(before: xr.Dataset, engine: Engine) -> None:
    assert continued(engine, before, 3).start == "earlier"
    strange = before.rename({name: f"other_{name}" for name in before.data_vars})
    assert continued(engine, strange, 3) is engine


def test_a_posterior_without_a_finite_number_is_no_start(before: xr.Dataset, engine: Engine) -> None:
    assert continued(engine, before * np.nan, 3) is engine
