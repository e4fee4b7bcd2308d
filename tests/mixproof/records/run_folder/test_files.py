"""Files: private, whole, safely named, and honest about a full disk."""

import errno
import os
from pathlib import Path

import pytest

from mixproof.errors import IntegrityError, ResourceError
from mixproof.records.run_folder.files import (
    disk_faults,
    is_safe_name,
    list_files,
    replace_private,
    settle,
    sha256,
    write_private,
)

NAMES = [
    ("a", True),
    ("tables/a.csv", True),
    ("größe/ü.csv", True),
    ("..a/b..", True),
    ("", False),
    (".", False),
    ("..", False),
    ("../a", False),
    ("a/../b", False),
    ("a//b", False),
    ("/a", False),
    ("a/", False),
    ("./a", False),
    ("a\\b", False),
    ("C:/a", False),
    ("a\x00", False),
]


@pytest.mark.parametrize(("name", "safe"), NAMES)
def test_safe_names_stay_inside(name: str, safe: bool) -> None:
    assert is_safe_name(name) is safe


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o777])
def test_files_and_folders_are_private_whatever_the_umask(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        write_private(tmp_path / "a" / "b" / "c", "x")
    finally:
        os.umask(before)
    assert [p.stat().st_mode & 0o777 for p in (tmp_path / "a", tmp_path / "a/b", tmp_path / "a/b/c")] == [
        0o700,
        0o700,
        0o600,
    ]


def test_settling_makes_foreign_files_private(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir(mode=0o777)
    (tmp_path / "open" / "file").write_text("x")
    (tmp_path / "open" / "file").chmod(0o666)
    settle(tmp_path)
    assert (tmp_path / "open").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "open" / "file").stat().st_mode & 0o777 == 0o600


def test_replacing_is_whole_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = replace_private(tmp_path / "file", "old")

    def fails(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match="full"):
        replace_private(file, "new")
    assert file.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_link_is_neither_written_through_nor_read(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("x")
    (tmp_path / "link").symlink_to("target")
    for action in (lambda path: write_private(path, "y"), sha256):
        with pytest.raises(OSError, match="link"):
            action(tmp_path / "link")
    assert (tmp_path / "target").read_text() == "x"
    with pytest.raises(IntegrityError, match="link"):
        list_files(tmp_path)


def test_devices_are_not_listed(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(IntegrityError, match="device"):
        list_files(tmp_path)


def _from(cause: BaseException) -> BaseException:
    error = ValueError("a library's own")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "x"),
        OSError(errno.EDQUOT, "x"),
        _from(OSError(errno.ENOSPC, "x")),
        RuntimeError(os.strerror(errno.ENOSPC)),
    ],
)
def test_a_full_disk_is_recognised_however_wrapped(error: Exception) -> None:
    with pytest.raises(ResourceError) as full, disk_faults("here"):
        raise error
    assert (full.value.exit_code, full.value.faults[0].where) == (6, "here")


@pytest.mark.parametrize("error", [OSError(errno.EACCES, "x"), ValueError("x"), KeyboardInterrupt()])
def test_other_errors_pass(error: BaseException) -> None:
    with pytest.raises(type(error)), disk_faults("here"):
        raise error
