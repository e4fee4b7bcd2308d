"""The registry: whole after any end of a process, and noticed when it is deleted, cut short, changed or begun anew."""

import contextlib
import json
import shutil
import stat
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import pandas as pd
import pytest

from mixproof.privacy.releases import registry as module
from mixproof.privacy.releases.registry import (
    ANCHOR,
    CHAIN,
    FORGOTTEN,
    KEPT,
    RELEASED,
    STORED,
    Registry,
    RegistryError,
    known_elsewhere,
    opened,
)
from mixproof.privacy.releases.release import PEOPLE, Release


def of(*people: int) -> Release:
    """Return a release of two regions."""
    rows = pd.DataFrame({"region": ["n", "s"], PEOPLE: people})
    return Release(rows, ("region",), (("region",),), {}, 10, frozenset({("s",)}))


SHOWN = of(40, 3)


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of heads, which is no real user's."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "mixproof" / "releases"


def filled(root: Path, lines: int = 3) -> Path:
    """Return the folder of a registry with some releases."""
    with opened(root) as registry:
        for number in range(lines):
            registry.append(RELEASED if not number else STORED, "buyers", "people", SHOWN)
        return registry.folder


def test_what_is_written_is_read_again_and_nobody_else_may(tmp_path: Path, state: Path) -> None:
    folder = filled(tmp_path / "runs")
    with opened(tmp_path / "runs") as registry:
        ((entry, release),) = registry.releases("people")
        assert registry.releases("others") == [] and registry.head()["length"] == 3
    assert release is not None and release.as_record() == SHOWN.as_record()
    assert entry.query["where"] == {} and entry.fingerprint == SHOWN.fingerprint() and entry.by
    for path in (*folder.rglob("*"), *state.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def delete(folder: Path) -> None:
    """Delete the registry."""
    shutil.rmtree(folder)


def cut(folder: Path) -> None:
    """Take its last line away."""
    lines = (folder / CHAIN).read_bytes().splitlines(keepends=True)
    (folder / CHAIN).write_bytes(b"".join(lines[:-1]))


def tear(folder: Path) -> None:
    """Take half of its last line away, as if the process had been killed."""
    content = (folder / CHAIN).read_bytes()
    (folder / CHAIN).write_bytes(content[:-40])


def edit(folder: Path) -> None:
    """Change a number."""
    text = (folder / CHAIN).read_text(encoding="utf-8")
    (folder / CHAIN).write_text(
        text.replace('"fewest_people": 10', '"fewest_people": 3', 1), encoding="utf-8"
    )


def begin_anew(folder: Path) -> None:
    """Put another registry, as long, in its place."""
    filled(folder.parent.parent / "other")
    shutil.rmtree(folder)
    shutil.copytree(folder.parent.parent / "other" / ".releases", folder)


def lose_rows(folder: Path) -> None:
    """Delete what a line speaks of."""
    next((folder / KEPT).iterdir()).unlink()


def change_rows(folder: Path) -> None:
    """Change what a line speaks of."""
    file = next((folder / KEPT).iterdir())
    file.write_text(file.read_text(encoding="utf-8").replace("40", "41"), encoding="utf-8")


@pytest.mark.parametrize("kept_by", ["state folder", "run folder"])
@pytest.mark.parametrize("harm", [delete, cut, tear, edit, begin_anew, lose_rows, change_rows])
def test_harm_is_noticed(tmp_path: Path, state: Path, harm: object, kept_by: str) -> None:
    folder = filled(tmp_path / "runs")
    if kept_by == "run folder":
        with opened(tmp_path / "runs") as registry:
            anchor = tmp_path / "runs" / "buyers" / "20260101T000000Z-0001" / "released" / ANCHOR
            anchor.parent.mkdir(parents=True)
            anchor.write_text(json.dumps(registry.head()), encoding="utf-8")
        shutil.rmtree(state)
    harm(folder)  # type: ignore[operator]
    with pytest.raises(RegistryError), opened(tmp_path / "runs") as registry:
        registry.releases("people")


@pytest.mark.parametrize(
    "change",
    [{"rows": [1, 2]}, {"rows": {"a": 3}}, {"folder": 7}, {"length": 0}, {"head": None}, {"length": "many"}],
    ids=str,
)
def test_an_end_that_says_nothing_is_named(tmp_path: Path, state: Path, change: dict[str, object]) -> None:
    filled(tmp_path / "runs")
    (file,) = state.rglob("*.json")
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | change), encoding="utf-8")
    with pytest.raises(RegistryError, match="cannot be read") as refused, opened(tmp_path / "runs"):
        pass
    assert str(file) in str(refused.value)


def test_a_copy_that_goes_its_own_way_is_noticed(tmp_path: Path) -> None:
    filled(tmp_path / "runs")
    shutil.copytree(tmp_path / "runs", tmp_path / "copy")
    with opened(tmp_path / "runs") as registry:
        registry.append(STORED, "buyers", "people", SHOWN)
    with pytest.raises(RegistryError, match="has lost lines"), opened(tmp_path / "copy"):
        pass


def test_rows_that_another_registry_has_released_are_known(tmp_path: Path) -> None:
    folder = filled(tmp_path / "runs")
    with opened(tmp_path / "new") as registry:
        assert known_elsewhere(registry, SHOWN.sketch()) == str(folder)
        assert (
            known_elsewhere(registry, of(41, 3).sketch()) == str(folder)
            and known_elsewhere(registry, of(41, 4).sketch()) == ""
        )


def test_a_line_that_was_cut_off_while_it_was_written_never_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = filled(tmp_path / "runs", lines=2)
    monkeypatch.setattr(module, "_keep_head", lambda registry, release: None)  # killed before it came to that
    filled(tmp_path / "runs", lines=1)
    tear(folder)
    with opened(tmp_path / "runs") as registry:
        assert len(registry.entries) == 2
        registry.append(STORED, "buyers", "people", SHOWN)
    assert len(Registry(tmp_path / "runs").entries) == 3


def test_rows_are_deleted_when_they_are_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = filled(tmp_path / "runs")
    with opened(tmp_path / "runs") as registry:
        assert registry.forget(days=1) == 0 and registry.releases("people")[0][1] is not None
        assert registry.forget(days=-1) == 1
        assert [entry.outcome for entry in registry.entries][-1] == FORGOTTEN
        ((entry, release),) = registry.releases("people")
        assert release is None and entry.query["levels"] == {"region": ["n", "s"]}
    assert list((folder / KEPT).iterdir()) == []


def _append(root: Path, name: str, told: Connection) -> None:
    for number in range(10_000):
        with opened(root) as registry:
            registry.append(RELEASED, f"{name} {number}", "people", SHOWN)
            told.send(registry.entries[-1].digest)


def test_two_writers_that_are_killed_leave_it_whole(tmp_path: Path) -> None:
    processes = get_context("fork")
    writers = []
    for name in "ab":
        ours, theirs = processes.Pipe(duplex=False)
        writer = processes.Process(target=_append, args=(tmp_path / "runs", name, theirs))
        writer.start()
        theirs.close()
        writers.append((writer, ours))
    told = {ours.recv() for _, ours in writers}
    for writer, ours in writers:
        writer.kill()
        writer.join()
        with contextlib.suppress(EOFError):
            while True:
                told.add(ours.recv())
    with opened(tmp_path / "runs") as registry:
        written = {entry.digest for entry in registry.entries}
        assert told <= written and len(told) >= 2
        assert all(release is not None for _, release in registry.releases("people"))
