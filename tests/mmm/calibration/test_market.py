"""The panel as experiments see it: prices of the nearest active periods, and how money is divided."""

from dataclasses import replace

import numpy as np

from mmm.calibration import Market
from mmm.config import MmmConfig
from mmm.problem.pathways import pathways
from mmm.problem.scaling import scale
from tests.mmm.random_panels import Shape, random_panel


def priced() -> Market:
    """Return a market with prices 1, 2, 3, ... in its weeks, in which the first geo pauses in week 3 and the third is off."""
    panel = random_panel(Shape(geos=3, dates=8, paid=1, organic=1), seed=1)
    data = panel.data.copy(deep=True)
    data["spend"].values[:2, :, 0] = 10.0
    data["exposure"].values[:2, :, 0] = 10.0 * np.arange(1, 9)
    data["spend"].values[0, 3, 0] = data["exposure"].values[0, 3, 0] = 0.0
    data["spend"].values[2, :, 0] = data["exposure"].values[2, :, 0] = 0.0
    panel = replace(panel, data=data)
    return Market(panel, scale(panel, MmmConfig()), pathways(panel, MmmConfig()))


def test_a_price_is_the_week_s_own_or_of_the_nearest_active_ones() -> None:
    market, geo = priced(), np.array([0])
    np.testing.assert_allclose(market.per_money(geo, 0, np.array([2, 3, -5, 20])), [3.0, 4.0, 11 / 4, 6.5])
    np.testing.assert_allclose(market.per_money(np.array([2]), 0, np.array([2])), [3.0])
    assert np.isnan(market.per_money(geo, 1, np.array([2]))).all()
    assert market.costs(0) and not market.costs(1)


def test_money_is_divided_as_the_panel_s_was_and_by_size_where_nothing_was_spent() -> None:
    market = priced()
    np.testing.assert_allclose(market.shares(np.arange(3), 0), [7 / 15, 8 / 15, 0.0])
    np.testing.assert_allclose(market.shares(np.array([2]), 0), [1.0])
    np.testing.assert_allclose(market.shares(np.arange(3), 1), market.size)
    assert market.size.sum() == 1.0
