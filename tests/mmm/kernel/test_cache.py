"""Compiled kernels lie in a folder of their own for each version of their sources."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numba
import pytest

from mmm.kernel import cache


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")
    return tmp_path


def chosen() -> str:
    cache.use_own_cache()
    return str(numba.config.CACHE_DIR)


def test_the_folder_is_known_by_the_sources(free: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = chosen()
    assert Path(first).is_dir()
    assert Path(first).parent == free / "cache" / "mixlift"
    assert Path(first).stat().st_mode & 0o077 == 0
    assert chosen() == first
    copy = free / "sources"
    shutil.copytree(Path(cache.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(cache, "__file__", str(copy / "cache.py"))
    assert chosen() == first
    (copy / "noise.py").write_text((copy / "noise.py").read_text() + "\n# another version\n")
    assert chosen() != first


def test_prior_numbers_are_part_of_the_version(free: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are compiled in: a kernel with yesterday's numbers would be another model."""
    first = chosen()
    other = free / "priors.py"
    other.write_text("TAIL_FLOOR = 3.0\n")
    monkeypatch.setattr(cache, "PRIORS", other)
    assert chosen() != first


def test_a_folder_set_by_the_user_is_left(free: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(free / "mine"))
    assert chosen() == ""


def test_a_cache_that_cannot_be_written_is_passed_over(free: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (free / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(free / "file"))
    monkeypatch.setattr(cache.tempfile, "gettempdir", lambda: str(free))
    assert chosen().startswith(str(free / "mixlift-"))


def test_what_is_missing_is_known_without_the_compiler(free: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cache.missing_parts() == ["forward", "back"]
    inside = Path(chosen()) / "kernel_0123"
    inside.mkdir()
    (inside / "back.back_entry-23.py39.nbi").write_bytes(b"")
    (inside / "turn.turn_entry-14.py39.nbi").write_bytes(b"")
    assert cache.missing_parts() == ["forward", "back"]  # another Python's
    python = f"py{sys.version_info.major}{sys.version_info.minor}"
    (inside / f"back.back_entry-23.{python}.nbi").write_bytes(b"")
    assert cache.missing_parts() == ["forward", "back"]
    (inside / f"turn.turn_entry-14.{python}.nbi").write_bytes(b"")
    assert cache.missing_parts() == ["forward"]
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(free / "elsewhere"))
    assert cache.missing_parts() == ["forward", "back"]


def test_nothing_is_missing_where_nothing_can_be_kept(free: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (free / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(free / "file"))
    monkeypatch.setattr(cache.tempfile, "gettempdir", lambda: str(free / "file"))
    assert cache.missing_parts() == []


def test_a_compiled_part_is_no_longer_missing(tmp_path: Path) -> None:
    """In a process of its own, as the first run on a machine does it; the names of numba's files are as expected."""
    script = "from mmm.kernel import cache; print(cache.missing_parts(), cache.compile_part('back'), cache.missing_parts())"
    environment = dict(os.environ) | {"XDG_CACHE_HOME": str(tmp_path)}
    environment.pop("NUMBA_CACHE_DIR", None)
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == "['forward', 'back'] back ['forward']\n"
