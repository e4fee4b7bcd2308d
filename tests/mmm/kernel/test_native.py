"""Machine code linked without its compiler: the same numbers, and the compiler where it cannot be had.

This process may have compiled anew what another has kept, and two compilations need not round the last bit alike.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import mmm.kernel.entries.preconditioned
from mmm.config import MmmConfig
from mmm.kernel.cache import cache_folder
from mmm.kernel.compiled import KernelModel, build_kernel
from mmm.kernel.entries.log_density import log_density
from mmm.kernel.functions import FUNCTIONS
from mmm.problem.problem import build_problem
from tests.mmm.random_panels import Shape, random_panel

ROOT = Path(__file__).parents[3]
IN_OTHER_PROCESS = """
import json, sys
import numpy as np
from mmm.kernel.native import log_density, native_function

native_function("mixproof_expand")
buffer, point = np.load(sys.argv[1]), np.load(sys.argv[2])
gradient = np.empty(len(point))
print(json.dumps([log_density(buffer, point, gradient), gradient.tolist(), "numba" in sys.modules]))
"""
Given = tuple[KernelModel, np.ndarray]


@pytest.fixture
def model() -> Given:
    kernel = build_kernel(build_problem(random_panel(Shape(geos=2, paid=2, dates=60), seed=3), MmmConfig()))
    return kernel, kernel.layout.centre + 0.1 * np.random.default_rng(5).standard_normal(kernel.layout.size)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A copy of the kernel's cache, with every object file in it."""
    folder = cache_folder()
    if folder is None:
        pytest.skip("the cache folder is the user's own, or none can be written")
    assert mmm.kernel.entries.preconditioned.whitened_entry.address  # compiled by now
    assert {f"{name}.o" for name in FUNCTIONS} <= {path.name for path in folder.iterdir()}
    copy = tmp_path / "mixproof" / folder.name
    shutil.copytree(folder, copy)
    return copy


def elsewhere(given: Given, cache: Path) -> tuple[float, list[float], bool]:
    """Return density and gradient as another process computes them, and whether that imported the compiler."""
    files = [str(cache / f"{name}.npy") for name in ("buffer", "point")]
    for file, numbers in zip(files, (given[0].buffer, given[1]), strict=True):
        np.save(file, numbers)
    environment = dict(os.environ) | {"XDG_CACHE_HOME": str(cache), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", IN_OTHER_PROCESS, *files]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    value, gradient, compiler = json.loads(done.stdout)
    return value, gradient, compiler


def by_compiler(kernel: KernelModel, point: np.ndarray) -> tuple[float, list[float]]:
    gradient = np.empty(len(point))
    return log_density(kernel.buffer, point, gradient), gradient.tolist()


def check(model: Given, cache: Path, compiler: bool) -> None:
    value, gradient, imported = elsewhere(model, cache)
    expected, slope = by_compiler(*model)
    assert imported == compiler
    assert value == pytest.approx(expected, rel=1e-12)
    np.testing.assert_allclose(gradient, slope, rtol=1e-12, atol=1e-12 * np.abs(slope).max())


def test_linked_code_gives_the_numbers_of_compiled_code_without_the_compiler(
    model: Given, kept: Path
) -> None:
    check(model, kept.parents[1], compiler=False)


def test_damaged_code_is_not_linked(model: Given, kept: Path) -> None:
    """It would end the process: a byte is enough."""
    raw = bytearray((kept / "mixproof_turn.o").read_bytes())
    raw[-1] ^= 1
    (kept / "mixproof_turn.o").write_bytes(bytes(raw))
    check(model, kept.parents[1], compiler=True)


def test_code_that_is_missing_is_taken_from_the_compiler(model: Given, kept: Path) -> None:
    (kept / "mixproof_expand.o").unlink()
    check(model, kept.parents[1], compiler=True)
