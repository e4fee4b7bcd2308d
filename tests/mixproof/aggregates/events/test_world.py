"""A market of people: the same files for a seed, and a truth that its own rows bear out."""

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from mixproof.aggregates.events.world import CHANNELS, write_events


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("world")
    write_events(place, 8_000, seed=3)
    return place


def _count(folder: Path, text: str) -> int:
    ((found,),) = duckdb.sql(text.replace("@", f"{folder}/events_")).fetchall()
    return int(found)


def test_a_seed_is_one_market(folder: Path, tmp_path: Path) -> None:
    again = {path.name: path.read_bytes() for path in write_events(tmp_path, 8_000, seed=3)}
    assert all((folder / name).read_bytes() == content for name, content in again.items())
    other = write_events(tmp_path, 8_000, seed=4)
    assert other[0].read_bytes() != again[other[0].name]


def test_rows_repeat_come_late_and_are_made_by_machines(folder: Path) -> None:
    rows = _count(folder, "SELECT count(*) FROM '@touches.parquet'")
    events = _count(folder, "SELECT count(DISTINCT event_id) FROM '@touches.parquet'")
    assert 0.01 < rows / events - 1 < 0.03
    late = _count(folder, "SELECT count(*) FROM '@touches.parquet' WHERE ingested > ts + INTERVAL 2 DAY")
    machines = _count(folder, "SELECT count(*) FROM '@touches.parquet' WHERE bot_score > 0.5")
    assert 0.004 < late / rows < 0.02
    assert 0.02 < machines / rows < 0.04


def test_the_app_has_new_keys_from_a_day_on_that_no_link_knows(folder: Path) -> None:
    known = "SELECT count(*) FROM '@app.parquet' JOIN '@links.parquet' AS l ON l.device = '@app.parquet'.person".replace(
        "'@app.parquet'.", "a."
    )
    known = known.replace("'@app.parquet' JOIN", "'@app.parquet' AS a JOIN")
    assert _count(folder, f"{known} WHERE ts < TIMESTAMPTZ '2025-11-24 00:00:00+00'") > 500
    assert _count(folder, f"{known} WHERE ts >= TIMESTAMPTZ '2025-11-24 00:00:00+00'") == 0


def test_people_held_out_see_nothing_of_the_channel_that_is_tested(folder: Path) -> None:
    text = (
        "SELECT count(*) FROM '@touches.parquet' AS t JOIN '@links.parquet' AS l ON l.device = t.person "
        "JOIN '@assignment.parquet' AS a ON a.person = l.person WHERE a.arm = '{}' AND channel = 'social' "
        "AND ts >= TIMESTAMPTZ '2025-08-04 00:00:00+00' AND ts < TIMESTAMPTZ '2025-10-27 00:00:00+00'"
    )
    assert _count(folder, text.format("held out")) == 0
    assert _count(folder, text.format("as usual")) > 100


def test_the_truth_is_of_every_channel(folder: Path) -> None:
    truth = pd.read_csv(folder / "events_truth.csv").set_index("channel")
    assert set(truth.index) == {channel.name for channel in CHANNELS}
    assert truth.loc["direct", "caused_conversions"] == 0
    assert truth.loc["search", "caused_conversions"] > truth.loc["display", "caused_conversions"]
