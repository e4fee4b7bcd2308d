"""A number is traced to cells, rows, files and hashes: what agrees is said, what does not, too, and names are proposed."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from mixproof.errors import ConfigError, IntegrityError
from mixproof.records.verdict import Finding, Verdict
from workflow import lazy
from workflow import run as stages
from workflow.compare.trace import _rows as rows_of
from workflow.compare.trace import trace


@pytest.fixture
def run(world: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run whose table says what was spent on tv."""

    def analyse(posterior: Any, panel: Any, config: Any, **how: object) -> Any:
        spent = float(panel.data["spend"].sum())
        rows = {"channel": ["tv", "all paid channels"], "spend": [spent, spent + 1]}
        tables = {"paid_media": pd.DataFrame(rows), "numbers": pd.DataFrame({"mean": [1.0]})}
        return SimpleNamespace(tables=tables, verdict=Verdict((Finding("f", "pass", "s"),)))

    monkeypatch.setitem(lazy.FUNCTIONS, "analyse", analyse)
    return stages.run(world.config, output=world.runs).run_dir


def test_a_number_is_held_against_cells_rows_and_hashes(run: Path, world: Any) -> None:
    found = trace(run, "paid_media", "tv", world.config.parent)
    text = "\n".join(found.lines)
    assert found.agrees and "DIFFERS" not in text
    assert text.count(": agrees") == 2 and "media.csv, column tv: " in text and "the same now" in text
    assert "made by: stage fit" in text and "fingerprint" in text and "manifest " in text


def test_a_file_that_has_changed_since_is_said(run: Path, world: Any) -> None:
    file = world.config.parent / "media.csv"
    frame = pd.read_csv(file)
    frame.loc[0, "tv"] += 10
    frame.to_csv(file, index=False)
    found = trace(run, "paid_media", "channel=tv", world.config.parent)
    assert not found.agrees and any("DIFFERS" in line for line in found.lines)
    assert any("HAS CHANGED" in line for line in found.lines)
    assert trace(run, "paid_media", "1").agrees  # without --data files are not looked at


@pytest.mark.parametrize(
    ("table", "key", "near"),
    [
        ("paid_medja", "tv", "paid_media"),
        ("paid_media", "tvv", "tv"),
        ("paid_media", "chanel=tv", "channel"),
        ("paid_media", "channel=t", "tv"),
        ("paid_media", "9", "tv"),
        ("paid_media", "", "all paid channels"),
    ],
)
def test_the_nearest_names_are_proposed(table: str, key: str, near: str, run: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        trace(run, table, key)
    fault = raised.value.faults[0]
    assert fault.code == "trace-unknown" and near in fault.what
    assert "nearest" in fault.remedy and trace(run, "paid_media", "tv").agrees  # its remedy, followed


def test_no_key_is_no_value_and_a_number_beyond_the_table_is_told_its_rows(run: Path) -> None:
    for key in ("", "99", "0", "-1"):
        with pytest.raises(ConfigError) as raised:
            trace(run, "paid_media", key)
        said = raised.value.faults[0].what
        assert "its rows are 1 to 2" in said and "The nearest: all paid channels, tv." in said


def test_a_value_with_commas_can_be_named() -> None:
    frame = pd.DataFrame({"channel": ["tv, brand", "tv"], "period": ["a=1", "b"], "mark": ["", "x"]})
    for key in ("channel=tv, brand", "channel=tv, brand,period=a=1", "tv, brand", "a=1", "mark=,period=a=1"):
        assert list(rows_of(frame, "t", key).index) == [0], key


def test_a_folder_of_data_that_is_not_there_is_no_difference(run: Path, world: Any) -> None:
    with pytest.raises(ConfigError) as raised:
        trace(run, "paid_media", "tv", world.config.parent / "nowhere")
    assert raised.value.faults[0].code == "data-folder"


def test_a_damaged_run_is_refused(run: Path) -> None:
    (run / "tables" / "paid_media.csv").write_text("channel,spend\ntv,1\n")
    with pytest.raises(IntegrityError):
        trace(run, "paid_media", "tv")
