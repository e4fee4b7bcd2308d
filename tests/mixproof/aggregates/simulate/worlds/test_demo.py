"""The demo: the shipped files are what the simulator writes, and its calendar is right."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mixproof.aggregates.simulate.simulation import simulate_world
from mixproof.aggregates.simulate.worlds.demo import HOLIDAYS, black_friday_weeks, holiday_weeks
from mixproof.aggregates.simulate.writing import write_tables

SHIPPED = Path(__file__).parents[5] / "configs" / "data"
SHIPPED_SEED = 1


@pytest.mark.parametrize("file", ["demo_media.csv", "demo_outcome.csv", "demo_truth.csv"])
def test_shipped_files_are_what_the_simulator_writes(file: str, tmp_path: Path) -> None:
    write_tables(simulate_world("demo", SHIPPED_SEED), tmp_path)
    assert (tmp_path / file).read_text() == (SHIPPED / file).read_text()


@pytest.mark.parametrize(
    ("week", "holiday"),
    [
        ("2022-04-11", "Good Friday"),  # 15 April 2022
        ("2023-04-03", "Good Friday"),  # 7 April 2023
        ("2024-05-06", "Ascension Day"),  # 9 May 2024
        ("2023-10-02", "German Unity Day"),  # 3 October 2023
    ],
)
def test_holidays_fall_in_their_weeks(week: str, holiday: str) -> None:
    dates = pd.date_range("2022-01-03", periods=156, freq="7D")
    effect = pd.Series(holiday_weeks(dates), index=dates)
    assert effect[week] == HOLIDAYS[holiday]
    assert int((effect != 0).sum()) == 9


def test_black_friday_is_the_day_after_thanksgiving() -> None:
    dates = pd.date_range("2022-01-03", periods=156, freq="7D")
    weeks = dates[black_friday_weeks(dates) == 1.0]
    assert [str(week.date()) for week in weeks] == ["2022-11-21", "2023-11-20", "2024-11-25"]


def test_spends_can_be_told_apart() -> None:
    scene = simulate_world("demo", SHIPPED_SEED).scene
    paths = np.array([m.exposure[0] for m in scene.media])
    between = np.corrcoef(paths)[np.triu_indices(len(paths), 1)]
    assert np.abs(between).max() < 0.4
