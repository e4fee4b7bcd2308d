"""Messages end in the sums that their files would give, whoever is killed when; nothing that is due is jumped over."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from mixproof.aggregates.events.state.folder import MANIFEST, commit
from mixproof.aggregates.events.state.update import update
from mixproof.aggregates.events.stream import follow as module
from mixproof.aggregates.events.stream import retention
from mixproof.aggregates.events.stream.follow import follow
from tests.mixproof.aggregates.events.stream.conftest import MESSAGES
from tests.mixproof.aggregates.events.stream.messages import (
    KEY,
    SECRET,
    TOPICS,
    lines,
    section,
    send,
)

SUMS = ("credit_30_cells", "media_cells", "outcome_cells", "paths_30_cells", "arrived_touch", "dead_letters")
_SILENT = lambda _: None  # noqa: E731


def sums(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return the sums of a state, by relation."""
    (cells,) = (folder / "events_state").glob("cells-*")
    with duckdb.connect() as connection:
        return {
            name: connection.execute(f"SELECT * FROM '{cells / name}.parquet' ORDER BY ALL").fetchall()
            for name in SUMS
        }


def batch(folder: Path, share: float = 1.0) -> dict[str, list[tuple[object, ...]]]:
    """Return the sums of the same messages as files."""
    folder.mkdir(exist_ok=True)
    for name, topic in TOPICS.items():
        (folder / f"{name}.jsonl").write_bytes(lines(MESSAGES[topic][: int(share * len(MESSAGES[topic]))]))
    done = update(section(stream=None), folder, {})
    commit(done.place, done.manifest)
    return sums(folder)


def test_rounds_killed_at_every_stage_end_in_the_sums_of_one_run(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, folder = section(address), tmp_path / "stream"
    folder.mkdir()

    _kill_a_process(address, folder)

    class Killed(BaseException):
        pass

    def killed(*_: object, **__: object) -> None:
        raise Killed

    for where, name in (
        (module, "tidy"),
        (module, "keep_texts"),
    ):
        with monkeypatch.context() as patched, pytest.raises(Killed):
            patched.setattr(where, name, killed)
            follow(config, folder, _SILENT, until_empty=True)
    follow(config, folder, _SILENT, until_empty=True)
    assert sums(folder) == batch(tmp_path / "batch", 0.5)
    send(address, {topic: values[len(values) // 2 :] for topic, values in MESSAGES.items()})
    monkeypatch.setattr(retention, "MOST_PARTS", 1)
    follow(config, folder, _SILENT, until_empty=True)
    assert sums(folder) == batch(tmp_path / "batch")
    before = (folder / "events_state" / MANIFEST).read_bytes()
    follow(config, folder, _SILENT, until_empty=True)
    assert (folder / "events_state" / MANIFEST).read_bytes() == before
    _has_nobody(folder)


def _has_nobody(folder: Path) -> None:
    """Hold every file: private, and without an identifier or a pipe that is left."""
    for path in [folder / "events_state", *folder.rglob("*")]:
        if path.parent == folder and path.name == "aggregates":
            continue
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path
        assert path.is_dir() or path.is_file()
        if path.is_file():
            assert b"shop.example" not in path.read_bytes()
    for path in (folder / "events_state" / "rows").iterdir():
        with duckdb.connect() as connection:
            rows = connection.execute(f"SELECT CAST(COLUMNS(*) AS VARCHAR) FROM '{path}'").fetchall()
        assert not any("person-" in str(cell) or "orders-" in str(cell) for row in rows for cell in row)


def _kill_a_process(address: str, folder: Path) -> None:
    """Let a process of its own read everything, and kill it where it would replace the manifest."""
    code = (
        "import os, signal, sys; from pathlib import Path; from mixproof.aggregates.events.stream import cycle, follow; "
        "from tests.mixproof.aggregates.events.stream.messages import section; "
        "cycle.state.commit = lambda *_: os.kill(os.getpid(), signal.SIGKILL); "
        "follow.follow(section(sys.argv[1]), Path(sys.argv[2]), print, True)"
    )
    command = [sys.executable, "-c", code, address, str(folder)]
    done = subprocess.run(command, env={**os.environ, KEY: SECRET}, timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL
    assert not (folder / "events_state" / MANIFEST).exists()


def test_sums_that_are_damaged_are_made_again_under_their_name(address: str, tmp_path: Path) -> None:
    config = section(address)
    follow(config, tmp_path, _SILENT, until_empty=True)
    (damaged,) = (tmp_path / "events_state").glob("cells-*/media_cells.parquet")
    whole = sums(tmp_path)
    damaged.write_bytes(b"cut")
    follow(config, tmp_path, _SILENT, until_empty=True)
    assert sums(tmp_path) == whole
