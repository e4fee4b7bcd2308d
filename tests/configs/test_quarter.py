"""The quarter's YAML asks for everything a planning report shows, and its export is what its script makes."""

from pathlib import Path

import pandas as pd
import pytest

from benchmarks import quarter_world
from mixproof.aggregates.sources import read_panel
from workflow.config import load_config

CONFIGS = Path(__file__).parents[2] / "configs"


def test_it_has_model_experiments_attribution_and_plan_of_one_market() -> None:
    config = load_config(CONFIGS / "quarter.yaml")
    assert config.data is not None and config.mmm is not None and config.lift is not None
    assert config.calibrate is not None and config.attribution is not None and config.plan is not None
    panel = read_panel(config.data, CONFIGS)
    assert panel.paid == ["tv", "search", "social", "video", "radio"]
    assert config.mmm.margin == 0.6 and config.plan.objective == "profit"
    assert {name for scenario in config.plan.scenarios for name in scenario.times} == set(panel.paid)
    tested = {channel for each in config.lift.experiments for channel in each.channels}
    assert tested == {"search", "social"} and len(config.calibrate.experiments) == 2


def test_the_export_is_what_its_script_makes_and_every_order_is_in_it(tmp_path: Path) -> None:
    quarter_world.main(tmp_path)
    shipped = CONFIGS / "data" / "quarter_analytics.csv"
    assert (tmp_path / shipped.name).read_bytes() == shipped.read_bytes()
    frame = pd.read_csv(shipped)
    revenue = pd.read_csv(CONFIGS / "data" / "calibration.csv").set_index("date")["revenue"]
    weeks = frame.groupby("week")["orders"].sum()
    assert len(weeks) == 52 and (frame["orders"] >= 0).all()
    assert weeks.to_numpy() == pytest.approx(revenue[weeks.index].to_numpy() / quarter_world.ORDER, abs=0.51)
    lost = frame[frame["channel"] == "(consent-lost)"].set_index("week")["orders"] / weeks
    assert lost[lost.index < quarter_world.FROM].mean() == pytest.approx(
        quarter_world.CONSENT_LOST, abs=0.001
    )
    assert lost[lost.index >= quarter_world.FROM].mean() == pytest.approx(quarter_world.LATER, abs=0.001)
