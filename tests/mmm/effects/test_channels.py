from typing import Any

import numpy as np
import pandas as pd
import pytest

from mixproof.aggregates.panel import Panel
from mmm.config import Interval, MmmConfig
from mmm.effects.channels import _cost_per_action, channels_table, geo_channels_table
from mmm.effects.contribution import contributions
from mmm.effects.response import half_lives
from mmm.effects.return_on_spend import Returns
from mmm.problem.draws import thin
from mmm.problem.problem import build_problem


@pytest.fixture(scope="module")
def prepared(demo: tuple[Panel, MmmConfig, Any]) -> Any:
    panel, config, tree = demo
    problem, draws = build_problem(panel, config), thin(tree["posterior"].to_dataset(), 40)
    return problem, contributions(problem, draws), half_lives(problem, draws)


def test_channels_then_groups_then_treatments(prepared: Any) -> None:
    table = channels_table(*prepared, groups=((0, 3),)).set_index("channel")
    assert list(table.index) == [
        "tv",
        "search",
        "video",
        "social",
        "radio",
        "newsletter",
        "tv + social",
        "promotion",
    ]
    assert list(table["kind"]) == ["paid"] * 5 + ["organic", "group", "treatment"]
    assert table.loc["tv", "reported_as"] == table.loc["social", "reported_as"] == "only within tv + social"
    assert table.loc["search", "reported_as"] == "alone"
    assert table.loc["tv + social", "reported_as"] == "sum"
    parts = table.loc[["tv", "social"]]
    for column in ("spend", "contribution_mean", "share_mean", "carry_in_mean", "carry_out_mean"):
        assert table.loc["tv + social", column] == pytest.approx(parts[column].sum())
    # Draws add up, not ends of intervals: the sum is known better than its parts.
    width = table["contribution_upper"] - table["contribution_lower"]
    assert width["tv + social"] < width[["tv", "social"]].sum()


def test_every_number_lies_in_its_interval_and_unpaid_media_have_none(prepared: Any) -> None:
    table = channels_table(*prepared).set_index("channel")
    for name in ("contribution", "share", "roi", "mroi"):
        known = table[table[f"{name}_mean"].notna()]
        middle = "roi_median" if name == "roi" else f"{name}_mean"
        assert (known[f"{name}_lower"] <= known[f"{name}_upper"]).all()
        if name == "roi":
            assert known[middle].between(known[f"{name}_lower"], known[f"{name}_upper"]).all()
    for name in ("newsletter", "promotion"):
        assert table.loc[name, ["spend", "roi_mean", "mroi_mean", "cpia_mean"]].isna().all()
    assert pd.isna(table.loc["promotion", "half_life"])


def test_cost_per_action_inverts_the_interval_and_is_infinite_where_nothing_may_come() -> None:
    rate = np.stack(
        [np.linspace(1, 3, 201), np.linspace(-1, 3, 201), np.linspace(-3, -1, 201), np.full(201, np.nan)]
    )
    none = np.full((4, 201), np.nan)
    columns = _cost_per_action(Returns(np.ones(4), none, none, rate, none), Interval(level=0.9))
    np.testing.assert_allclose(columns["cpia_mean"], [0.5, 1.0, np.inf, np.nan])
    np.testing.assert_allclose(columns["cpia_lower"], [1 / 2.9, 1 / 2.8, np.inf, np.nan])
    np.testing.assert_allclose(columns["cpia_upper"], [1 / 1.1, np.inf, np.inf, np.nan])


def test_national_is_its_only_geo(prepared: Any) -> None:
    problem, found, half_life = prepared
    whole = channels_table(problem, found, half_life).set_index("channel")
    by_geo = geo_channels_table(problem, found).set_index("channel")
    for column in ("spend", "contribution_mean", "contribution_lower", "roi_median"):
        pd.testing.assert_series_equal(by_geo[column], whole.loc[by_geo.index, column])
