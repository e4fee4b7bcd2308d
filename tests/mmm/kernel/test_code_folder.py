"""Machine code is only ever taken from a folder that is this user's and nobody else's, and only as it was sealed."""

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from mmm.kernel import code_folder
from mmm.kernel.code_folder import LOCK, SEAL, find_folder, opened

pytestmark = pytest.mark.skipif(not hasattr(os, "getuid"), reason="owners and modes are those of POSIX")
OTHER = 54321


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Cache and temporary folder of a user, in a folder of the test's."""
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(code_folder.tempfile, "gettempdir", lambda: str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    return tmp_path


def test_folders_are_closed_whatever_the_umask(places: Path) -> None:
    before = os.umask(0)
    try:
        folder = find_folder("k")
        assert folder == places / "cache" / "mixproof" / "kernel-k"
        with opened(folder):
            (folder / "made" / "by").mkdir(parents=True)  # as numba makes its folders
            (folder / "made" / "by" / "numba").write_bytes(b"code")
    finally:
        os.umask(before)
    inside = [folder.parents[1], folder.parent, folder, *folder.rglob("*")]
    assert {path.name: stat.S_IMODE(path.stat().st_mode) & 0o077 for path in inside} == dict.fromkeys(
        (path.name for path in inside), 0
    )
    assert find_folder("k") == folder


def test_a_folder_named_by_the_user_comes_first(places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(places / "mine"))
    assert find_folder("k") == places / "mine" / "kernel-k"


def _no_home(places: Path) -> Path:
    (places / "cache").write_text("a file where a folder should be")
    return places / "tmp" / f"mixproof-{os.getuid()}"


def _link(path: Path) -> None:
    (path.parent / "elsewhere").mkdir(0o700)
    path.symlink_to(path.parent / "elsewhere")


def _open_to_others(path: Path) -> None:
    path.mkdir()
    path.chmod(0o777)


def _open_inside(path: Path) -> None:
    path.mkdir(0o700)
    _open_to_others(path / "kernel-k")


@pytest.mark.parametrize("make", [_link, _open_to_others, _open_inside, lambda path: path.write_text("")])
def test_a_folder_that_another_may_have_made_is_not_used(
    places: Path, make: Callable[[Path], object]
) -> None:
    make(_no_home(places))
    assert find_folder("k") is None


@pytest.mark.parametrize("theirs", ["parent", "folder"])
def test_a_folder_of_another_user_is_not_used(
    places: Path, monkeypatch: pytest.MonkeyPatch, theirs: str
) -> None:
    parent = _no_home(places)
    assert find_folder("k") == parent / "kernel-k"
    foreign = parent if theirs == "parent" else parent / "kernel-k"
    real = Path.lstat

    def owned_by_another(path: Path) -> os.stat_result:
        found = real(path)
        fields = list(found)
        fields[stat.ST_UID] = OTHER
        return os.stat_result(fields) if path == foreign else found

    monkeypatch.setattr(Path, "lstat", owned_by_another)
    assert find_folder("k") is None


def test_a_home_that_cannot_be_written_gives_way(places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.mkdir

    def read_only(path: Path, *args: int, **more: bool) -> None:
        if path.is_relative_to(places / "cache"):
            raise OSError(errno.EROFS, "Read-only file system")
        real(path, *args, **more)

    monkeypatch.setattr(Path, "mkdir", read_only)
    assert find_folder("k") == places / "tmp" / f"mixproof-{os.getuid()}" / "kernel-k"
    monkeypatch.setattr(code_folder.tempfile, "gettempdir", lambda: str(places / "cache"))
    assert find_folder("k") is None


@pytest.fixture
def sealed(places: Path) -> Path:
    folder = find_folder("k")
    assert folder is not None
    with opened(folder):
        (folder / "code").write_bytes(b"machine code")
        (folder / "index").write_bytes(b"where it is")
    return folder


def kept(folder: Path) -> list[str]:
    with opened(folder):
        return sorted(path.name for path in folder.iterdir() if path.name not in (SEAL, LOCK))


def _flip(folder: Path) -> None:
    raw = bytearray((folder / "code").read_bytes())
    raw[3] ^= 1
    (folder / "code").write_bytes(bytes(raw))


def _add(folder: Path) -> None:
    (folder / "more").write_bytes(b"")


def _cut_seal(folder: Path) -> None:
    (folder / SEAL).write_text((folder / SEAL).read_text()[:-9])


@pytest.mark.parametrize(
    ("damage", "left", "said"),
    [
        (lambda folder: None, ["code", "index"], False),
        (_flip, [], True),
        (_add, [], True),
        (lambda folder: (folder / "index").unlink(), [], True),
        (_cut_seal, [], True),
        (lambda folder: (folder / SEAL).unlink(), [], False),  # a compilation that was interrupted
    ],
)
def test_what_is_not_as_it_was_sealed_is_removed(
    sealed: Path,
    damage: Callable[[Path], object],
    left: list[str],
    said: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    damage(sealed)
    assert kept(sealed) == left
    assert ("was damaged" in caplog.text) == said
    assert kept(sealed) == left


def test_what_is_added_while_it_is_open_is_sealed(sealed: Path) -> None:
    with opened(sealed):
        (sealed / "code").write_bytes(b"other code")
    assert kept(sealed) == ["code", "index"]
