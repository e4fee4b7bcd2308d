"""Old rows go, sums stay, and small parts become one."""

from pathlib import Path

import duckdb
import pytest

from mixproof.aggregates.events.state.folder import MANIFEST, Part, fingerprint_of, read_manifest
from mixproof.aggregates.events.stream.follow import follow
from mixproof.aggregates.events.stream.retention import MOST_PARTS, _to_join
from tests.mixproof.aggregates.events.stream.messages import SECRET, section

PARTS = {
    "few": ([5] * MOST_PARTS, 0),
    "many": ([5] * (MOST_PARTS + 2), MOST_PARTS + 2),
    "a large one stays": ([5] * MOST_PARTS + [1_000_000], MOST_PARTS),
    "of like size": ([5] * MOST_PARTS + [60], MOST_PARTS + 1),
}


@pytest.mark.parametrize("name", PARTS)
def test_small_parts_are_joined(name: str) -> None:
    rows, joined = PARTS[name]
    parts = {f"topic {i}": Part("", f"{i}.parquet", count, 1, 0) for i, count in enumerate(rows)}
    parts["web.jsonl"] = Part("", "web.parquet", 1, 1, 0)
    assert len(_to_join(parts, False)) == joined
    assert set(_to_join(parts, True)) == set(parts) - {"web.jsonl"}


def test_rows_older_than_the_window_are_not_kept(address: str, tmp_path: Path) -> None:
    stream = {**section(address).stream.model_dump(), "keep_days": 30}  # type: ignore[union-attr]
    follow(section(stream=stream), tmp_path, print, until_empty=True)
    assert not (tmp_path / "aggregates").exists()
    manifest = read_manifest(tmp_path / "events_state", fingerprint_of(SECRET))
    assert manifest is not None and manifest.stream.offsets
    with duckdb.connect() as connection:
        letters = connection.execute(
            f"FROM '{tmp_path}/events_state/cells-*/dead_letters.parquet'"
        ).fetchall()
    assert "older than keep_days" in {row[1] for row in letters}
    assert (tmp_path / "events_state" / MANIFEST).is_file()
