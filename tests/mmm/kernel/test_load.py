"""The kernel is compiled once, and never lost to a folder that cannot keep it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import mmm

PROGRAM = """
import ctypes
import numpy as np
from mmm.kernel import load
from tests.mmm.kernel import small_functions as small

load.LOG_DENSITY, load.KEPT_DRAW, load._BY_OTHER = small.LOG_DENSITY, small.KEPT_DRAW, (small.HALF,)
load.of_every_model = lambda: (small.LOG_DENSITY, small.KEPT_DRAW, small.HALF)
load._BESIDE = (
    "import sys; sys.path[:] = {path!r}; from mmm.kernel import load; from tests.mmm.kernel import small_functions as small; "
    "load._BY_OTHER = (small.HALF,); load.compile_beside({folder!r})"
)
functions, doubles = load.kernel_functions(), ctypes.POINTER(ctypes.c_double)
point, out = np.array([84.0]), np.empty(1)
functions.kept_draw.ctypes(1, 1, point.ctypes.data_as(doubles), out.ctypes.data_as(doubles), None)
print(out[0], all(made.cache_hits for made in load._MADE.values()))
"""
"""Small functions in the place of the kernel's, of which some call others by their name."""
FULL = """
import numba.core.caching
def full(*args, **kwargs): raise OSError(28, "No space left on device")
numba.core.caching.IndexDataCacheFile.save = full
"""
"""A disk that is full by the time the code is there."""
FEW = """
import mmm.kernel.load
def no_more(folder): raise OSError(24, "Too many open files")
mmm.kernel.load.opened = no_more
"""
"""A process that has no file descriptor left to open the folder with."""


def elsewhere(folder: Path, before: str = "") -> tuple[bool, str]:
    """Return whether another process found the code in its cache, and what it said; its number must be right."""
    kept = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    more = {"XDG_CACHE_HOME": str(folder), "PYTHONPATH": str(Path(mmm.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", before + PROGRAM], env=kept | more, capture_output=True, text=True, check=True
    )
    number, cached = done.stdout.split()
    assert float(number) == 42.0
    return cached == "True", done.stderr


def test_code_is_compiled_once_and_a_flipped_bit_has_it_compiled_again(tmp_path: Path) -> None:
    assert elsewhere(tmp_path) == (False, "")
    assert elsewhere(tmp_path) == (True, "")
    code = next(tmp_path.glob("mixproof/kernel-*/*/*log_density*.nbc"))
    raw = bytearray(code.read_bytes())
    raw[len(raw) // 2] ^= 1
    code.write_bytes(bytes(raw))
    cached, said = elsewhere(tmp_path)
    assert not cached and "was damaged; it is deleted and compiled again" in said
    assert elsewhere(tmp_path) == (True, "")


@pytest.mark.parametrize("trouble", [FULL, FEW])
def test_where_code_cannot_be_kept_it_stays_in_memory(tmp_path: Path, trouble: str) -> None:
    assert elsewhere(tmp_path, trouble) == (False, "")
    assert elsewhere(tmp_path) == (False, "")
