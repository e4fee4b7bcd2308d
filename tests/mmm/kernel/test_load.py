"""The kernel is compiled once, and never lost to a folder that cannot keep it."""

import ctypes
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numba.core.caching
import numba.core.config
import numpy as np
import pytest

import mmm
from mmm.kernel import load
from tests.mmm.kernel import small_functions as small

PROGRAM = """
from mmm.kernel import load
from tests.mmm.kernel import test_load as tests
load.LOG_DENSITY, load.KEPT_DRAW, load._BY_OTHER = tests.small.LOG_DENSITY, tests.small.KEPT_DRAW, (tests.small.HALF,)
load.of_every_model = tests.few_parts
print(*tests.answered())
"""
BESIDE = (
    "import sys; sys.path[:] = {path!r}; from mmm.kernel import load; from tests.mmm.kernel import small_functions as small; "
    "load._BY_OTHER = (small.HALF,); load.compile_beside({folder!r})"
)


def few_parts() -> tuple[load.Part, ...]:
    """Small functions in the place of the kernel's, of which some call others by their name."""
    return small.LOG_DENSITY, small.KEPT_DRAW, small.HALF


def answered() -> tuple[float, bool]:
    """Return what the kept draw of 84 is, and whether all code came from the cache."""
    functions, doubles = load.kernel_functions(), ctypes.POINTER(ctypes.c_double)
    point, out = np.array([84.0]), np.empty(1)
    functions.kept_draw.ctypes(1, 1, point.ctypes.data_as(doubles), out.ctypes.data_as(doubles), None)
    return out[0], all(made.cache_hits for made in load._MADE.values())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and a kernel of small functions that this process does not have yet."""
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    numba.core.config.reload_config()  # numba reads a changed environment when it next compiles, over what was set since
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(load, "LOG_DENSITY", small.LOG_DENSITY)
    monkeypatch.setattr(load, "KEPT_DRAW", small.KEPT_DRAW)
    monkeypatch.setattr(load, "_BY_OTHER", (small.HALF,))
    monkeypatch.setattr(load, "of_every_model", few_parts)
    monkeypatch.setattr(load, "_BESIDE", BESIDE)
    monkeypatch.setattr(load, "_MADE", {})
    return tmp_path


def anew(monkeypatch: pytest.MonkeyPatch) -> bool:
    """Return whether a process that has none of the functions found them in its cache; their number must be right."""
    monkeypatch.setattr(load, "_MADE", {})
    number, cached = answered()
    assert number == 42.0
    return cached


def compile_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have everything compiled by this process from now on, as on a machine with one processor."""
    monkeypatch.setattr(load, "_compiling_beside", lambda folder, lock: None)


def elsewhere() -> tuple[bool, str]:
    """Return whether another process found the code in its cache, and what it said; its number must be right."""
    path = {"PYTHONPATH": str(Path(mmm.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, **path},
        capture_output=True,
        text=True,
        check=True,
    )
    number, cached = done.stdout.split()
    assert float(number) == 42.0
    return cached == "True", done.stderr


def test_code_is_compiled_once_and_a_flipped_bit_has_it_compiled_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert anew(monkeypatch) is False
    assert elsewhere() == (True, "")
    code = next(folder.glob("mixproof/kernel-*/*/*log_density*.nbc"))
    raw = bytearray(code.read_bytes())
    raw[len(raw) // 2] ^= 1
    code.write_bytes(bytes(raw))
    compile_alone(monkeypatch)
    assert anew(monkeypatch) is False
    assert "was damaged; it is deleted and compiled again" in caplog.text
    assert anew(monkeypatch) is True


def full(*args: Any, **kwargs: Any) -> None:
    """Stand for a disk that is full by the time the code is there."""
    raise OSError(28, "No space left on device")


def no_more(folder: Path) -> None:
    """Stand for a process that has no file descriptor left to open the folder with."""
    raise OSError(24, "Too many open files")


@pytest.mark.parametrize(
    ("owner", "name", "trouble"),
    [(numba.core.caching.IndexDataCacheFile, "save", full), (load, "opened", no_more)],
    ids=["full disk", "no file descriptors"],
)
def test_where_code_cannot_be_kept_it_stays_in_memory(
    folder: Path, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, trouble: Any
) -> None:
    compile_alone(monkeypatch)  # another process would have a disk and descriptors of its own
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(owner, name, trouble)
        assert anew(monkeypatch) is False
    assert anew(monkeypatch) is False
    assert anew(monkeypatch) is True
