"""The kernel is compiled once a version of all that it is made of, and never lost to a folder that cannot keep it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import mmm
from mmm.kernel import load
from mmm.kernel.entries.halves import backward, forward
from mmm.kernel.entries.kept_draw import kept_draw
from mmm.kernel.entries.log_density import log_density
from mmm.kernel.load import compiled_from, kernel_key

PROGRAM = """
import ctypes
import numpy as np
from mmm.kernel import load
from tests.mmm.kernel import small_functions as small

load.log_density.log_density, load.kept_draw.kept_draw = small.log_density, small.kept_draw
load.halves.forward = load.halves.backward = small.half
load._BESIDE = (
    "import sys; sys.path[:] = {path!r}; from mmm.kernel import load; from tests.mmm.kernel import small_functions as small; "
    "load.log_density.log_density, load.kept_draw.kept_draw = small.log_density, small.kept_draw; "
    "load.halves.forward = small.half; load.compile_beside({folder!r})"
)
functions, doubles = load.kernel_functions(), ctypes.POINTER(ctypes.c_double)
point, out = np.array([84.0]), np.empty(1)
functions.kept_draw.ctypes(1, 1, point.ctypes.data_as(doubles), out.ctypes.data_as(doubles), None)
print(out[0], functions.cached)
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


def test_the_key_covers_every_file_that_is_compiled() -> None:
    files, constants = compiled_from(forward, backward, log_density, kept_draw)
    package = Path(mmm.__file__).parent
    maths = {
        path for path in (package / "kernel" / "maths").glob("*.py") if path.name not in ("__init__.py",)
    }
    entries = {
        package / "kernel" / "entries" / f"{name}.py"
        for name in ("halves", "log_density", "kept_draw", "coordinates")
    }
    assert maths | entries | {package / "kernel" / "buffer" / "header.py"} <= files
    assert any(each.startswith("mmm.kernel.maths.likelihood.TAIL_FLOOR=") for each in constants)
    assert any("fastmath" in each for each in constants)


def _altered(monkeypatch: pytest.MonkeyPatch, what: str, tmp_path: Path) -> None:
    if what == "a source file":
        found = compiled_from(forward, backward, log_density, kept_draw)
        copy = tmp_path / "likelihood.py"
        source = next(path for path in found[0] if path.name == "likelihood.py")
        copy.write_text(source.read_text() + "\n# another version\n")
        changed = (found[0] - {source} | {copy}, found[1])
        monkeypatch.setattr(load, "compiled_from", lambda *functions: changed)
    elif what == "a number of the priors":
        from mmm.kernel.maths import likelihood

        monkeypatch.setattr(likelihood, "TAIL_FLOOR", 3.5)
    elif what == "the processor":
        monkeypatch.setattr(load, "_processor", lambda: "another")
    else:
        monkeypatch.setattr(load, "version", lambda name: "9.9" if name == what else "1.0")


@pytest.mark.parametrize(
    "what", ["a source file", "a number of the priors", "the processor", "numba", "llvmlite"]
)
def test_the_key_changes_with(what: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    if what in ("numba", "llvmlite"):
        monkeypatch.setattr(load, "version", lambda name: "1.0")
    before = kernel_key()
    _altered(monkeypatch, what, tmp_path)
    assert kernel_key() != before


def test_a_name_that_cannot_be_told_is_no_key() -> None:
    def reads() -> object:
        return UNKNOWN

    with pytest.raises(TypeError, match="what UNKNOWN is compiled in as cannot be told"):
        compiled_from(reads)


UNKNOWN = [1.0]
