"""The shipped events give tables that every other section reads, the experiment holds its truth, and the new keys are named."""

import shutil
from pathlib import Path

import pandas as pd

from lift.analyse import analyse
from mixproof.aggregates.events.aggregate import aggregate
from mixproof.aggregates.events.writing import aggregates_folder, keep
from mixproof.aggregates.sources import read_panel
from workflow.config import load_config

CONFIGS = Path(__file__).parents[2] / "configs"


def test_from_events_to_an_experiment_that_holds_its_truth(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    for path in (CONFIGS / "data").glob("events_*"):
        shutil.copy(path, tmp_path / "data")
    config = load_config(CONFIGS / "events.yaml")
    assert config.events is not None and config.data is not None and config.lift is not None
    found = aggregate(config.events, tmp_path)
    keep(found, aggregates_folder(config.events, tmp_path), "key")
    named = found.ingestion.query("status == 'key changed'")
    assert (set(named["source"]), named["day"].min()) == ({"app"}, "2025-11-24")
    panel = read_panel(config.data, tmp_path)
    assert (len(panel.channels), int(panel.observed.sum())) == (4, 52)
    rows = analyse(config.lift, tmp_path, config.seed).tables["lift"]
    told = rows.query("estimand == 'incremental_outcome' and outcome == 'orders' and role == 'primary'").iloc[
        0
    ]
    truth = (
        pd.read_csv(tmp_path / "data" / "events_truth.csv")
        .set_index("channel")
        .loc["social", "caused_in_test"]
    )
    assert told["lower"] < truth < told["upper"]
