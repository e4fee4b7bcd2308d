"""The folder of the state: private, one key, whole or not used, and safe to be killed in."""

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from mixproof.aggregates.events.config import StateOptions
from mixproof.aggregates.events.state.books import Books
from mixproof.aggregates.events.state.folder import (
    DONE,
    MANIFEST,
    Manifest,
    Part,
    commit,
    fingerprint_of,
    finish_cells,
    named,
    program_of,
    pseudonym_key,
    read_manifest,
    state_folder,
    state_lock,
)
from mixproof.errors import ConfigError, DataError, LockError
from tests.mixproof.aggregates.events.market import section

PART = Part("content", "a.parquet", 3, 4, 1)
STATE = Manifest("mine", "program", "2025-01-05", {"web": {"t.csv": PART}}, "cells-1", Books("2025-01-01"))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    found = state_folder(StateOptions(), tmp_path)
    (found / "rows" / PART.part).write_bytes(b"rows")
    (found / STATE.cells).mkdir()
    (found / STATE.cells / "media_cells.parquet").write_bytes(b"sums")
    finish_cells(found / STATE.cells)
    commit(found, STATE)
    return found


def test_what_is_committed_is_read_and_private(place: Path) -> None:
    assert read_manifest(place, "mine") == STATE
    assert stat.S_IMODE(place.stat().st_mode) == stat.S_IMODE((place / "rows").stat().st_mode) == 0o700
    assert stat.S_IMODE((place / MANIFEST).stat().st_mode) == 0o600


@pytest.mark.parametrize("lost", ("rows/a.parquet", f"cells-1/{DONE}", "cells-1/media_cells.parquet"))
def test_what_is_not_whole_is_worked_out_anew_and_books_are_kept(place: Path, lost: str) -> None:
    (place / lost).unlink()
    found = read_manifest(place, "mine")
    assert found is not None and (found.program, found.books) == ("", STATE.books)
    assert found.parts == ({"web": {}} if lost.startswith("rows") else STATE.parts)


def test_a_part_that_was_cut_short_is_read_again(place: Path) -> None:
    (place / "rows" / PART.part).write_bytes(b"row")
    found = read_manifest(place, "mine")
    assert found is not None and found.parts == {"web": {}}


def test_what_a_killed_process_left_is_removed_and_never_used(place: Path) -> None:
    for left in ("rows/b.parquet", "rows/c.parquet.new"):
        (place / left).touch()
    (place / "cells-2").mkdir()
    assert read_manifest(place, "mine") == STATE
    commit(place, replace(STATE, end="2025-01-12"))
    assert sorted(path.name for path in (place / "rows").iterdir()) == [PART.part]
    assert [path.name for path in place.glob("cells-*")] == [STATE.cells]


BROKEN = ("", "[]", "{}", '{"schema": "other"}')


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_manifest_is_told(place: Path, text: str) -> None:
    (place / MANIFEST).write_text(text)
    with pytest.raises(DataError, match=r"state\.json"):
        read_manifest(place, "mine")


def test_a_manifest_that_leads_elsewhere_is_broken(place: Path) -> None:
    record = json.loads((place / MANIFEST).read_text()) | {"cells": "../elsewhere"}
    (place / MANIFEST).write_text(json.dumps(record))
    with pytest.raises(DataError, match=r"state\.json"):
        read_manifest(place, "mine")


def test_another_key_is_named(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match="not the one that the state was made with"):
        read_manifest(place, "other")
    options = StateOptions()
    for key in (None, "k" * 31):
        monkeypatch.delenv(options.key, raising=False) if key is None else monkeypatch.setenv(
            options.key, key
        )
        with pytest.raises(DataError, match=options.key):
            pseudonym_key(options)
    monkeypatch.setenv(options.key, "k" * 32)
    assert pseudonym_key(options) == "k" * 32
    assert fingerprint_of("k" * 32) != fingerprint_of("k" * 33)


@pytest.mark.parametrize("folder", (".", "../x", "/tmp/x", "a/../../x"))
def test_the_folder_stays_inside_the_data(tmp_path: Path, folder: str) -> None:
    with pytest.raises(ConfigError, match="inside the data folder"):
        state_folder(StateOptions(folder=folder), tmp_path)


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").touch()
    with pytest.raises(ConfigError, match="Something else"):
        state_folder(StateOptions(folder="mine"), tmp_path)


def test_one_process_at_a_time(tmp_path: Path) -> None:
    config = section(state={})
    with state_lock(config, tmp_path), pytest.raises(LockError), state_lock(config, tmp_path):
        pass
    with state_lock(section(), tmp_path), state_lock(section(), tmp_path):
        assert True


def test_names_and_programs_differ_where_rows_could() -> None:
    assert named("a", "b") != named("ab") != named("a b")
    same = program_of(section(state={}))
    assert same == program_of(section(memory="1GB", end="2026-01-11", state={"closed_through": "2025-02-02"}))
    assert same != program_of(section(bot_score_below=0.4))


def test_rows_of_messages_that_are_lost_stop_the_stream(place: Path) -> None:
    commit(place, replace(STATE, parts={"web": {"topic touches 0:0": replace(PART, content="")}}))
    assert read_manifest(place, "mine") is not None
    (place / "rows" / PART.part).write_bytes(b"row")
    with pytest.raises(DataError, match="Rows of messages are missing or cut short"):
        read_manifest(place, "mine")
