"""The kernel is compiled once a version of all that it is made of, and never lost to a folder that cannot keep it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import mmm
from mmm.config import MmmConfig
from mmm.kernel import load
from mmm.kernel.compiled import build_kernel
from mmm.kernel.entries.kept_draw import kept_draw
from mmm.kernel.entries.log_density import log_density
from mmm.kernel.load import compiled_from, kernel_key
from mmm.problem.problem import build_problem
from tests.mmm.random_panels import Shape, random_panel

PROGRAM = """
import ctypes, json, sys
import numpy as np
from mmm.kernel.load import kernel_functions

buffer, point = np.load(sys.argv[1]), np.load(sys.argv[2])
gradient, value = np.empty(len(point)), np.empty(1)
functions = kernel_functions()
place = [array.ctypes.data_as(ctypes.POINTER(ctypes.c_double)) for array in (point, gradient, value)]
functions.log_density.ctypes(len(point), *place, buffer.ctypes.data)
print(json.dumps([value[0], gradient.tolist(), functions.cached]))
"""


class Elsewhere:
    """Computes the density in another process, with a cache folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.cache = folder / "cache"
        self._files = [folder / "buffer.npy", folder / "point.npy"]
        self._kernel = build_kernel(
            build_problem(random_panel(Shape(geos=2, paid=2, dates=60), seed=3), MmmConfig())
        )
        for file, numbers in zip(self._files, (self._kernel.buffer, self._kernel.layout.centre), strict=True):
            np.save(file, numbers)

    def run(self, before: str = "", **environment: str) -> tuple[bool, str]:
        """Return whether the code was there already, and what was said; the numbers must be those of this process."""
        kept = dict(os.environ) | {
            "XDG_CACHE_HOME": str(self.cache),
            "PYTHONPATH": str(Path(mmm.__file__).parents[1]),
        }
        kept.pop("NUMBA_CACHE_DIR", None)
        done = subprocess.run(
            [sys.executable, "-c", before + PROGRAM, *map(str, self._files)],
            env=kept | environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        value, gradient, cached = json.loads(done.stdout)
        expected, slope = self._kernel.log_density(self._kernel.layout.centre)
        assert value == pytest.approx(expected, rel=1e-12)
        np.testing.assert_allclose(gradient, slope, rtol=1e-12, atol=1e-12 * np.abs(slope).max())
        return cached, done.stderr

    @property
    def code(self) -> Path:
        """The compiled log-density."""
        return next(self.cache.glob("mixproof/kernel-*/*/log_density.log_density-*.nbc"))


def test_code_is_compiled_once_and_a_flipped_bit_has_it_compiled_again(tmp_path: Path) -> None:
    elsewhere = Elsewhere(tmp_path)
    assert elsewhere.run() == (False, "")
    assert elsewhere.run() == (True, "")
    raw = bytearray(elsewhere.code.read_bytes())
    raw[len(raw) // 2] ^= 1
    elsewhere.code.write_bytes(bytes(raw))
    cached, said = elsewhere.run()
    assert not cached and "was damaged; it is deleted and compiled again" in said
    assert elsewhere.run() == (True, "")


FULL = """
import numba.core.caching
def full(*args, **kwargs): raise OSError(28, "No space left on device")
numba.core.caching.IndexDataCacheFile.save = full
"""
"""A disk that is full by the time the code is there."""


def test_a_full_disk_leaves_the_code_in_memory(tmp_path: Path) -> None:
    elsewhere = Elsewhere(tmp_path)
    assert elsewhere.run(before=FULL) == (False, "")


def test_the_key_covers_every_file_that_is_compiled() -> None:
    files, constants = compiled_from(log_density, kept_draw)
    package = Path(mmm.__file__).parent
    maths = {
        path for path in (package / "kernel" / "maths").glob("*.py") if path.name not in ("__init__.py",)
    }
    entries = {
        package / "kernel" / "entries" / f"{name}.py" for name in ("log_density", "kept_draw", "coordinates")
    }
    assert maths | entries | {package / "kernel" / "buffer" / "header.py"} <= files
    assert any(each.startswith("mmm.kernel.maths.likelihood.TAIL_FLOOR=") for each in constants)
    assert any("fastmath" in each for each in constants)


def _altered(monkeypatch: pytest.MonkeyPatch, what: str, tmp_path: Path) -> None:
    if what == "a source file":
        found = compiled_from(log_density, kept_draw)
        copy = tmp_path / "noise.py"
        source = next(path for path in found[0] if path.name == "noise.py")
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
