"""Compiled kernels lie in a folder of their own for each version of their sources."""

import shutil
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
    monkeypatch.setattr(cache.priors, "__file__", str(other))
    assert chosen() != first


def test_a_folder_set_by_the_user_is_left(free: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(free / "mine"))
    assert chosen() == ""


def test_a_cache_that_cannot_be_written_is_passed_over(free: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (free / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(free / "file"))
    monkeypatch.setattr(cache.tempfile, "gettempdir", lambda: str(free))
    assert chosen().startswith(str(free / "mixlift-"))
