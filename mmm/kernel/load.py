"""The kernel's C functions, compiled once a machine and version, and taken from numba's cache afterwards.

Compiling takes longer than anything else in a small run. So a second process compiles half of the parts that every model needs
(`mmm.kernel.entries.parts`) into the cache meanwhile (`_compiling_beside`), and this one takes them from there. What only some
models need is compiled when one first asks for it (`addresses`).
"""

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numba
import numba.core.config

from mmm.kernel.buffer.header import Head
from mmm.kernel.code_folder import SEAL, find_folder, opened
from mmm.kernel.entries.parts import KEPT_DRAW, LOG_DENSITY, STEPS, Part, of_default_families, of_every_model
from mmm.kernel.maths.compile_options import FAST
from mmm.kernel.version_key import kernel_key

PATIENCE_SECONDS = 300
"""After which the second process is given up."""
_BESIDE = """
import sys
sys.path[:] = {path!r}
from mmm.kernel.load import compile_beside
compile_beside({folder!r})
"""


@dataclass(frozen=True, slots=True)
class KernelFunctions:
    """What the sampler calls, as numba made it: ``.address`` is for the sampler, ``.ctypes`` is called from Python.

    Parameters
    ----------
    log_density, kept_draw
        What `mmm.kernel.entries.log_density` and `mmm.kernel.entries.kept_draw` have under these names.
    """

    log_density: Any
    kept_draw: Any


_BY_OTHER = (
    *(STEPS[step] for step in (Head.CALL_LIKELIHOOD, Head.CALL_EXPECTATION_BACK, Head.CALL_MEDIA_BACK)),
    *of_default_families(),
)
"""What a second process compiles: half of the work."""
_MADE: dict[Part, Any] = {}
"""The parts that this process has, as numba made them: machine code lives as long as they do."""


def kernel_functions(meanwhile: Callable[[], object] = lambda: None) -> KernelFunctions:
    """Return what the sampler calls; with it, all parts that every model needs are there.

    Parameters
    ----------
    meanwhile : callable
        Called before anything is compiled here, while a second process compiles, if there is one.

    Returns
    -------
    KernelFunctions
        The same ones whenever a process asks.
    """
    if LOG_DENSITY not in _MADE:
        _make(of_every_model(), meanwhile)
    return KernelFunctions(_MADE[LOG_DENSITY], _MADE[KEPT_DRAW])


def addresses(parts: Iterable[Part]) -> dict[Part, int]:
    """Return where in this process parts are, and those of every model; what is not in the cache is compiled.

    Parameters
    ----------
    parts : iterable of Part
        What the model needs beyond the parts of every model.

    Returns
    -------
    dict of Part to int
        For as long as the process lives.
    """
    kernel_functions()
    wanted = [*of_every_model(), *parts]
    missing = [part for part in wanted if part not in _MADE]
    if missing:
        _make(missing)
    return {part: _MADE[part].address for part in wanted}


def kernel_is_kept() -> bool:
    """Return whether the functions have been compiled before, so that `kernel_functions` is a matter of a moment."""
    folder = find_folder(kernel_key())
    return folder is not None and (folder / SEAL).exists()


def _make(parts: Iterable[Part], meanwhile: Callable[[], object] = lambda: None) -> None:
    """Compile parts, or take them from the cache; where no folder is safe, or keeping fails, they are made in memory."""
    folder = None
    # A full disk or too few file descriptors must not cost the run, which needs the functions alone.
    with contextlib.suppress(OSError):
        folder = find_folder(kernel_key())
    if folder is not None:
        with contextlib.suppress(OSError, RuntimeError), opened(folder) as lock, _cache_in(folder):
            beside = None if (folder / SEAL).exists() else _compiling_beside(folder, lock)
            try:
                meanwhile()
                _compile(parts, True, beside)
            finally:  # also where this is interrupted: it would go on writing, and the next run would wait for it
                if beside is not None:
                    beside.kill()
                    beside.wait()
    _compile(parts, False)


def _compile(parts: Iterable[Part], cache: bool, beside: subprocess.Popen[bytes] | None = None) -> None:
    """Compile the parts that this process does not have yet.

    Parameters
    ----------
    parts : iterable of Part
    cache : bool
        Whether numba keeps them.
    beside : subprocess.Popen, optional
        A process that compiles `_BY_OTHER` into the cache. Whatever becomes of it, what it has not done is done here.
    """
    missing = [part for part in parts if part not in _MADE]
    for part in missing:
        if beside is None or part not in _BY_OTHER:
            _MADE[part] = _c_function(part, cache)
    if beside is not None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            beside.wait(PATIENCE_SECONDS)
        _compile(missing, cache)


def _c_function(part: Part, cache: bool) -> Any:
    return numba.cfunc(part.signature, cache=cache, error_model="numpy", fastmath=FAST)(part.function)


def _compiling_beside(folder: Path, lock: int) -> subprocess.Popen[bytes] | None:
    """Return a process that compiles into `folder`; None where there is no second processor for it.

    It holds the descriptor of the folder's lock too: if this process is killed, nobody reads what it still writes.
    """
    if len(os.sched_getaffinity(0) if sys.platform == "linux" else ()) < 2 or not sys.executable:
        return None
    program = _BESIDE.format(path=sys.path, folder=str(folder))
    return subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(lock,),
    )


def compile_beside(folder: str) -> None:
    """Compile one half of the parts into numba's cache in `folder`, which is locked for this process."""
    with _cache_in(Path(folder)):
        _compile(_BY_OTHER, cache=True)


@contextlib.contextmanager
def _cache_in(folder: Path) -> Iterator[None]:
    """Let numba keep what is compiled meanwhile in `folder`; others' functions are kept where they were."""
    before = numba.core.config.CACHE_DIR  # type: ignore[attr-defined]  # numba makes it at run time
    numba.core.config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]
    try:
        yield
    finally:
        numba.core.config.CACHE_DIR = before  # type: ignore[attr-defined]
