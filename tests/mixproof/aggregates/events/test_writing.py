"""The folder of aggregates says what its tables were made of, and is not taken for others."""

import stat
from pathlib import Path

import pandas as pd
import pytest

from mixproof.aggregates.events import writing
from mixproof.aggregates.events.aggregate import Aggregates
from mixproof.aggregates.events.tables import DEAD_LETTERS, INGESTION
from mixproof.aggregates.events.writing import (
    RECORD,
    aggregates_folder,
    input_files,
    keep,
    kept,
    key_of,
    recall,
)
from mixproof.errors import ConfigError, DataError
from tests.mixproof.aggregates.events.market import section

ROW = {
    "source": "web",
    "day": "2025-01-06",
    "measure": "rows",
    "value": 5.0,
    "baseline": float("nan"),
    "status": "",
}
FOUND = Aggregates(
    {"media": pd.DataFrame({"date": ["2025-01-06"], "touches": [5]})},
    INGESTION.frame([ROW]),
    DEAD_LETTERS.frame([]),
)


def test_what_is_kept_is_recalled_under_its_key_alone(tmp_path: Path) -> None:
    place = tmp_path / "aggregates"
    keep(FOUND, place, "one")
    assert kept(place, "one") and not kept(place, "two")
    ingestion, letters = recall(place, "one")
    pd.testing.assert_frame_equal(ingestion, FOUND.ingestion)
    assert letters.empty
    with pytest.raises(DataError, match="mixproof aggregate"):
        recall(place, "two")


def test_a_table_that_was_changed_is_not_current(tmp_path: Path) -> None:
    keep(FOUND, tmp_path, "one")
    (tmp_path / "media.csv").write_text("date,touches\n2025-01-06,6\n")
    assert not kept(tmp_path, "one")


def test_tables_of_before_go_and_only_the_owner_reads(tmp_path: Path) -> None:
    place = tmp_path / "aggregates"
    keep(Aggregates({"old": FOUND.tables["media"]}, FOUND.ingestion, FOUND.dead_letters), place, "one")
    keep(FOUND, place, "two")
    assert {path.name for path in place.iterdir()} == {
        "media.csv",
        "ingestion.csv",
        "dead_letters.csv",
        RECORD,
    }
    assert {stat.S_IMODE(path.stat().st_mode) for path in place.iterdir()} == {0o600}
    assert stat.S_IMODE(place.stat().st_mode) == 0o700


UNSAFE = ["/abs", "../up", "~/home", ".", "a/../../b", "s3://bucket/x"]


@pytest.mark.parametrize("name", UNSAFE)
def test_the_folder_stays_inside_the_data(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError):
        aggregates_folder(section(folder=name), tmp_path)


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "aggregates").mkdir()
    (tmp_path / "aggregates" / "notes.txt").write_text("mine")
    with pytest.raises(ConfigError, match="stands there already"):
        aggregates_folder(section(), tmp_path)
    (tmp_path / "link").symlink_to("/")
    with pytest.raises(ConfigError, match="through a link"):
        aggregates_folder(section(folder="link/x"), tmp_path)


def test_a_pattern_names_every_file_in_order_and_the_key_tells_them_apart(tmp_path: Path) -> None:
    touches = section().model_dump(mode="json")["touches"][0]
    config = section(
        touches=[{**touches, "file": "day-*.csv"}],
        conversions=[
            {
                **touches,
                "name": "shop",
                "file": "one.csv",
                "columns": {"event": "a", "time": "b", "person": "c"},
            }
        ],
        costs=[],
        links=None,
        rates=None,
        experiments=[],
    )
    for name in ("day-2.csv", "day-1.csv", "one.csv", "other.csv"):
        (tmp_path / name).write_text("a\n")
    assert input_files(config, tmp_path) == ["day-1.csv", "day-2.csv", "one.csv"]
    keys = {
        key_of(config, {"one.csv": "1"}),
        key_of(config, {"one.csv": "2"}),
        key_of(section(), {"one.csv": "1"}),
    }
    assert len(keys) == 3


def test_a_write_that_is_killed_is_seen_and_can_be_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = section()
    place = aggregates_folder(config, tmp_path)
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(writing, "sha256", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        writing.keep_texts({"media": "date\n"}, place, "key")
    assert not kept(place, "key")
    assert aggregates_folder(config, tmp_path) == place
    writing.keep_texts({"media": "date\n"}, place, "key")
    assert kept(place, "key")
