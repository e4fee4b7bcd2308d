"""Compiled kernels lie in a folder of their own for each version of their sources."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numba
import numpy as np
import pytest

from mmm.config import MmmConfig
from mmm.kernel import cache
from mmm.kernel.compiled import build_kernel
from mmm.kernel.functions import FUNCTIONS, PARTS
from mmm.problem.problem import build_problem
from tests.mmm.random_panels import Shape, random_panel


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
    assert Path(first).parent == free / "cache" / "mixproof"
    assert Path(first).stat().st_mode & 0o077 == 0
    assert chosen() == first
    copy = free / "sources"
    shutil.copytree(Path(cache.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(cache, "__file__", str(copy / "cache.py"))
    assert chosen() == first
    noise = copy / "maths" / "noise.py"
    noise.write_text(noise.read_text() + "\n# another version\n")
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
    assert chosen().startswith(str(free / "mixproof-"))


def test_what_is_missing_is_known_without_the_compiler(free: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cache.missing_parts() == ["forward", "others"]
    inside = Path(chosen()) / "kernel_0123"
    inside.mkdir()
    python = f"py{sys.version_info.major}{sys.version_info.minor}"
    *most, last = [place for name, place in FUNCTIONS.items() if name != "mixproof_forward"]
    for module, entry in most:
        (inside / f"{module.rpartition('.')[2]}.{entry}-23.{python}.nbi").write_bytes(b"")
    (inside / f"{last[0].rpartition('.')[2]}.{last[1]}-23.py39.nbi").write_bytes(b"")
    assert cache.missing_parts() == ["forward", "others"]  # the last is another Python's
    (inside / f"{last[0].rpartition('.')[2]}.{last[1]}-23.{python}.nbi").write_bytes(b"")
    assert cache.missing_parts() == ["forward"]
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(free / "elsewhere"))
    assert cache.missing_parts() == ["forward", "others"]


def test_nothing_is_missing_where_nothing_can_be_kept(free: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (free / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(free / "file"))
    monkeypatch.setattr(cache.tempfile, "gettempdir", lambda: str(free / "file"))
    assert cache.missing_parts() == []


def test_compiled_parts_are_no_longer_missing_and_work_together(tmp_path: Path) -> None:
    """In processes of their own, as the first run on a machine does it; the names of numba's files are as expected."""
    environment = dict(os.environ) | {"XDG_CACHE_HOME": str(tmp_path)}
    environment.pop("NUMBA_CACHE_DIR", None)

    def begin(script: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", f"from mmm.kernel import cache; print({script})"]
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)

    missing = begin("cache.missing_parts()").communicate()[0]
    assert missing == "['forward', 'others']\n"
    parts = [
        begin(f"cache.compile_part({part!r}), cache._has(cache.cache_folder(), {part!r})") for part in PARTS
    ]
    assert [part.communicate()[0] for part in parts] == ["forward True\n", "others True\n"]
    assert begin("cache.missing_parts()").communicate()[0] == "[]\n"
    density = "from mmm.kernel.native import log_density as f; import numpy as np, sys; b, p = map(np.load, sys.argv[1:3]); "
    kernel = build_kernel(build_problem(random_panel(Shape(paid=2, dates=60), seed=3), MmmConfig()))
    files = [str(tmp_path / name) for name in ("buffer.npy", "point.npy")]
    for file, numbers in zip(files, (kernel.buffer, kernel.layout.centre), strict=True):
        np.save(file, numbers)
    script = density + "g = np.empty(len(p)); print(f(b, p, g), g @ g, 'numba' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script, *files], env=environment, capture_output=True, text=True, check=True
    )
    value, square, compiler = done.stdout.split()
    expected, gradient = kernel.log_density(kernel.layout.centre)
    assert float(value) == pytest.approx(expected, rel=1e-12)
    assert float(square) == pytest.approx(gradient @ gradient, rel=1e-12)
    assert compiler == "False"
