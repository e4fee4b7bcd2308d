"""A whole backtest of a small model: its tables, its repeatability, and what is refused before anything is fitted."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from mixproof.aggregates.panel import Panel
from mixproof.errors import ConfigError, DataError
from mmm.analyse import Analysis
from mmm.backtest.analyse import backtest
from mmm.config import MmmConfig
from tests.mmm.random_panels import Shape, random_panel

SMALL: dict[str, Any] = {
    "baseline": {"seasonality": {"yearly": 0}, "drift": {"kind": "none"}},
    "likelihood": {"family": "normal"},
    "default": {"adstock": {"family": "geometric", "lags": 2}, "saturation": {"family": "none"}},
    "fit": {"chains": 2, "tune": 150, "draws": 200, "max_draws": 200},
    "backtest": {"origins": 10, "horizon": 3},
}
CONFIG = MmmConfig.model_validate(SMALL)


def panel() -> Panel:
    return random_panel(Shape(paid=1, dates=40, missing=1), seed=4)


@pytest.fixture(scope="module")
def found() -> Analysis:
    return backtest(panel(), CONFIG, 3)


def test_every_origin_looks_as_far_as_there_are_outcomes(found: Analysis) -> None:
    rows = found.tables["backtest"]
    assert rows.groupby("first").size().tolist() == [3] * 8 + [2, 1]
    assert (rows["date"] >= rows["first"]).all()
    inside = rows["lower_50"].between(rows["lower_90"], rows["upper_90"])
    assert inside.all() and (rows["lower_50"] <= rows["median"]).all()
    assert (rows["rank"].notna() == ((rows["step"] == 1) & rows["actual"].notna())).all()


def test_the_first_origin_is_fitted_and_scores_add_up(found: Analysis) -> None:
    origins, scores = found.tables["backtest_origins"], found.tables["backtest_scores"]
    assert origins["fitted"].iloc[0] and np.isnan(origins["k_hat"].iloc[0])
    assert (origins["fitted_before"] <= origins["first"]).all()
    model = scores[(scores["forecaster"] == "model") & (scores["steps"] == 1)].iloc[0]
    assert model["elpd"] == pytest.approx(origins["log_density"].sum())
    assert model["forecasts"] == found.tables["backtest"].query("step == 1")["actual"].notna().sum()


def test_noise_has_no_skill_to_claim(found: Analysis) -> None:
    said = {finding.check: finding for finding in found.verdict.findings}
    assert "Claim no forecasting skill" in said["backtest_skill"].sentence


def test_the_same_seed_gives_the_same_tables(found: Analysis) -> None:
    again = backtest(panel(), CONFIG, 3)
    for name, table in found.tables.items():
        pd.testing.assert_frame_equal(again.tables[name], table)


def with_origins(origins: int, **more: Any) -> MmmConfig:
    return MmmConfig.model_validate(SMALL | {"backtest": {"origins": origins}} | more)


def test_what_is_refused() -> None:
    with pytest.raises(ConfigError) as too_long:
        backtest(panel(), with_origins(25), 1)
    assert too_long.value.faults[0].code == "backtest-too-long"
    counts = random_panel(Shape(paid=1, dates=40, counts=True), seed=4)
    with pytest.raises(ConfigError) as uncovered:
        backtest(counts, with_origins(5, likelihood={"family": "negative_binomial"}), 1)
    assert uncovered.value.faults[0].code == "backtest-uncovered"
    late = panel()
    late.data["exposure"][{"date": slice(0, 35)}] = 0.0
    with pytest.raises(DataError) as unseen:
        backtest(late, with_origins(10), 1)
    assert unseen.value.faults[0].code == "backtest-unseen"
