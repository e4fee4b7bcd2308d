"""Labelled draws are the tables' numbers before they are summarised."""

from typing import Any

import numpy as np

from mixproof.aggregates.panel import Panel
from mmm.analyse import analyse
from mmm.config import MmmConfig
from mmm.effects.labelled import effect_draws


def test_draws_are_what_the_tables_summarise(demo: tuple[Panel, MmmConfig, Any]) -> None:
    panel, config, tree = demo
    effects, tables = effect_draws(tree, panel, config), analyse(tree, panel, config).tables
    channels = tables["channels"].set_index("channel").loc[panel.channels]
    for name in ("roi", "mroi", "half_life"):
        column = channels["half_life" if name == "half_life" else f"{name}_mean"]
        np.testing.assert_allclose(effects[name].mean("sample"), column.astype(float), rtol=1e-9)
    media = effects["contribution"].sum("date").sel(component=panel.channels).mean("sample")
    np.testing.assert_allclose(media, channels["contribution_mean"], rtol=1e-9)
    fitted = tables["fit"].groupby("date")["expected_mean"].sum()
    np.testing.assert_allclose(effects["contribution"].sum("component").mean("sample"), fitted, rtol=1e-9)
    assert list(effects["date"].values) == list(fitted.index.values)
    by_geo = effects["contribution_by_geo"].sum("geo")
    np.testing.assert_allclose(by_geo, effects["contribution"].sum("date"), rtol=1e-9)


def test_fewer_draws_when_asked_for(demo: tuple[Panel, MmmConfig, Any]) -> None:
    panel, config, tree = demo
    effects = effect_draws(tree, panel, config, draws=10)
    assert effects.sizes["sample"] == 10
    assert np.isnan(effects["roi"].sel(channel="newsletter")).all()
    assert set(effects["kind"].values) == {"baseline", "treatment", "organic", "paid"}
