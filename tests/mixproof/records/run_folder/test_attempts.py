"""Attempts at runs: each is noted with how it ended, whoever ends it, and a cut line loses no other."""

import json
import os
import stat
from pathlib import Path

import pytest

from mixproof.errors import DataError, Fault
from mixproof.records.run_folder import attempts as module
from mixproof.records.run_folder.attempts import ATTEMPTS, attempted, attempts
from mixproof.records.run_folder.lock import hold

ENDS: dict[str, tuple[BaseException | None, tuple[str, str]]] = {
    "published": (None, ("published", "run-7")),
    "faulty data": (
        DataError([Fault("date-gap", "t", "w", "r"), Fault("restated", "t", "w", "r")]),
        ("failed", "date-gap, restated"),
    ),
    "a fault of the tool": (ValueError("secret"), ("failed", "ValueError")),
    "stopped by hand": (KeyboardInterrupt(), ("stopped", "KeyboardInterrupt")),
    "asked to end": (SystemExit(143), ("stopped", "SystemExit")),
}


@pytest.mark.parametrize("name", ENDS, ids=str)
def test_how_an_attempt_ended_is_kept(name: str, tmp_path: Path) -> None:
    error, expected = ENDS[name]
    try:
        with attempted(tmp_path, "group") as trying:
            trying.run_id = "run-7"
            if error is not None:
                raise error
    except BaseException as raised:
        assert raised is error
    assert [(each.outcome, each.said) for each in attempts(tmp_path)] == [expected]
    assert "secret" not in (tmp_path / ATTEMPTS).read_text()
    assert stat.S_IMODE((tmp_path / ATTEMPTS).stat().st_mode) == 0o640


def test_a_beginning_without_an_end_was_killed_unless_somebody_holds_the_lock(tmp_path: Path) -> None:
    began = json.dumps({"began": "2026-01-01T00:00:00+00:00"})
    (tmp_path / ATTEMPTS).write_text(f"{began}\n{began}\n")
    assert [(each.outcome, each.said) for each in attempts(tmp_path)] == [("failed", "killed")] * 2
    with hold(tmp_path / ".lock"):
        assert [each.outcome for each in attempts(tmp_path)] == ["failed", "running"]


def test_lines_that_were_cut_or_changed_lose_no_other(tmp_path: Path) -> None:
    (tmp_path / ATTEMPTS).write_bytes(
        b'{"began": "2026-01-01T00\n[]\n{"ended": 3}\n\xff\n{"began": "2026-01-02"}\n{"beg'
    )
    with attempted(tmp_path, "owner") as trying:
        trying.run_id = "run-1"
    assert [(each.outcome, each.said) for each in attempts(tmp_path)] == [("published", "run-1")]


def test_a_file_that_has_grown_large_keeps_its_newer_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGEST", 2_000)
    for number in range(60):
        with attempted(tmp_path, "owner") as trying:
            trying.run_id = f"run-{number}"
    assert (tmp_path / ATTEMPTS).stat().st_size < 2_500
    assert attempts(tmp_path)[-1].said == "run-59"


def test_a_link_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("kept")
    (tmp_path / ATTEMPTS).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError), attempted(tmp_path, "owner"):
        pass
    assert (tmp_path / "elsewhere").read_text() == "kept" and (tmp_path / ATTEMPTS).is_symlink()


@pytest.mark.parametrize("kind", ["folder", "link", "pipe"])
def test_what_is_no_file_of_attempts_is_said_and_never_waited_for(kind: str, tmp_path: Path) -> None:
    place = tmp_path / ATTEMPTS
    if kind == "folder":
        place.mkdir()
    elif kind == "link":
        place.symlink_to(tmp_path / "elsewhere")
    else:
        os.mkfifo(place)
    with pytest.raises(OSError):
        attempts(tmp_path)
    with pytest.raises(OSError), attempted(tmp_path, "owner"):
        pass
    assert not (tmp_path / "elsewhere").exists()


def test_a_line_that_is_nested_without_end_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / ATTEMPTS).write_text("[" * 200_000 + '\n{"began": "2026-01-01T00:00:00+00:00"}\n')
    assert [each.outcome for each in attempts(tmp_path)] == ["failed"]
