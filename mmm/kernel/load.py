"""The kernel's C functions, compiled once a machine and version, and taken from numba's cache afterwards.

Compiling takes ten times as long as anything else in a small run. So a second process compiles all but the way back into
the cache meanwhile (`_compiling_beside`), and this one takes it from there.
"""

import contextlib
import hashlib
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import llvmlite.binding
import numba
import numba.core.config

from mmm.kernel.code_folder import SEAL, find_folder, opened
from mmm.kernel.entries import halves, kept_draw, log_density
from mmm.kernel.maths.compile_options import FAST

OWN = f"{__name__.partition('.')[0]}."
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
    """The C functions as numba made them: ``.address`` is for the sampler, ``.ctypes`` is called from Python.

    Parameters
    ----------
    log_density, kept_draw
        What `mmm.kernel.entries.log_density` and `mmm.kernel.entries.kept_draw` have under these names.
    halves : tuple
        What the log-density calls: machine code lives as long as the object that numba made.
    """

    log_density: Any
    kept_draw: Any
    halves: tuple[Any, ...]

    @property
    def cached(self) -> bool:
        """Whether none had to be compiled."""
        return all(function.cache_hits for function in (*self.halves, self.log_density, self.kept_draw))


_KNOWN: list[KernelFunctions] = []
"""What this process has, once it has asked."""


def kernel_functions(meanwhile: Callable[[], object] = lambda: None) -> KernelFunctions:
    """Return the C functions; where no folder is safe to keep them in, or keeping fails, they are compiled in memory.

    Parameters
    ----------
    meanwhile : callable
        Called before anything is compiled here, while a second process compiles, if there is one.

    Returns
    -------
    KernelFunctions
        The same ones whenever a process asks.
    """
    if _KNOWN:
        return _KNOWN[0]
    found = folder = None
    # A full disk or too few file descriptors must not cost the run, which needs the functions alone.
    with contextlib.suppress(OSError):
        folder = find_folder(kernel_key())
    if folder is not None:
        with contextlib.suppress(OSError, RuntimeError), opened(folder) as lock, _cache_in(folder):
            beside = None if (folder / SEAL).exists() else _compiling_beside(folder, lock)
            try:
                meanwhile()
                found = _compile(True, beside)
            finally:  # also where this is interrupted: it would go on writing, and the next run would wait for it
                if beside is not None:
                    beside.kill()
                    beside.wait()
    _KNOWN.append(found or _compile(False))
    return _KNOWN[0]


def kernel_is_kept() -> bool:
    """Return whether the functions have been compiled before, so that `kernel_functions` is a matter of a moment."""
    folder = find_folder(kernel_key())
    return folder is not None and (folder / SEAL).exists()


def _compile(cache: bool, beside: subprocess.Popen[bytes] | None = None) -> KernelFunctions:
    """Return the C functions; each is linked by its name to those that call it.

    Parameters
    ----------
    cache : bool
        Whether numba keeps them.
    beside : subprocess.Popen, optional
        A process that compiles all but the way back into the cache. Whatever becomes of it, what it has not done is done
        here.
    """
    backward = _c_function(halves.backward, halves.SIGNATURE, cache)
    if beside is not None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            beside.wait(PATIENCE_SECONDS)
    return _compile_others(backward.address, cache, backward)


def _compile_others(backward: int, cache: bool, *kept: Any) -> KernelFunctions:
    """Return the C functions, given the address of the way back and what must live as long as they do."""
    forward = _c_function(halves.forward, halves.SIGNATURE, cache)
    llvmlite.binding.add_symbol(halves.FORWARD_NAME, forward.address)
    llvmlite.binding.add_symbol(halves.BACKWARD_NAME, backward)
    density = _c_function(log_density.log_density, log_density.SIGNATURE, cache)
    llvmlite.binding.add_symbol(log_density.NAME, density.address)
    draw = _c_function(kept_draw.kept_draw, kept_draw.SIGNATURE, cache)
    return KernelFunctions(density, draw, (forward, *kept))


def _c_function(function: Callable[..., Any], signature: Any, cache: bool) -> Any:
    return numba.cfunc(signature, cache=cache, error_model="numpy", fastmath=FAST)(function)


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
    """Compile all but the way back into numba's cache in `folder`, which is locked for this process.

    Code in the cache knows what it calls by its name alone, so any address will do for the way back: nothing is run here.
    """
    with _cache_in(Path(folder)):
        _compile_others(llvmlite.binding.address_of_symbol("malloc"), cache=True)


@contextlib.contextmanager
def _cache_in(folder: Path) -> Iterator[None]:
    """Let numba keep what is compiled meanwhile in `folder`; others' functions are kept where they were."""
    before = numba.core.config.CACHE_DIR  # type: ignore[attr-defined]  # numba makes it at run time
    numba.core.config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]
    try:
        yield
    finally:
        numba.core.config.CACHE_DIR = before  # type: ignore[attr-defined]


def kernel_key() -> str:
    """Return what tells versions of the kernel apart: all that it is compiled from, the compiler and the processor."""
    files, constants = compiled_from(
        halves.forward, halves.backward, log_density.log_density, kept_draw.kept_draw
    )
    versions = [platform.python_version(), *(version(name) for name in ("numba", "llvmlite", "numpy"))]
    digest = hashlib.sha256("\n".join([_processor(), *versions, *sorted(constants)]).encode())
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def compiled_from(*functions: Callable[..., Any]) -> tuple[set[Path], set[str]]:
    """Return the source files of functions and of all that they call, and the constants they read, as ``name=value``.

    Numba compiles global names in by their value. They are looked up as it does, so that no list of files is kept by hand.

    Raises
    ------
    TypeError
        A global name is neither of these: what is compiled in cannot be told.
    """
    files: set[Path] = set()
    constants: set[str] = set()
    seen: set[int] = set()
    waiting: list[Any] = list(functions)
    while waiting:
        value = waiting.pop()
        function = getattr(value, "py_func", getattr(value, "_defn", value))
        if id(function) in seen:
            continue
        seen.add(id(function))
        files.add(Path(function.__code__.co_filename))
        constants.add(f"{_name(function)}{_enclosed(function)}: {_options(value)}")
        for name, found in _read_by(function):
            if isinstance(found, bool | int | float | str | tuple | None):
                constants.add(f"{function.__module__}.{name}={found!r}")
            elif isinstance(found, type) and found.__module__.startswith(OWN):
                files.add(Path(str(sys.modules[found.__module__].__file__)))
            elif str(getattr(found, "__module__", "")).startswith(OWN):
                waiting.append(found)
            elif not isinstance(found, ModuleType) and not type(found).__module__.startswith("numba."):
                raise TypeError(f"{function.__module__}: what {name} is compiled in as cannot be told")
    return files, constants


def _name(function: Any) -> str:
    """Return module and name of a function, or the text of another value."""
    plain = getattr(function, "py_func", function)
    return f"{plain.__module__}.{plain.__qualname__}" if hasattr(plain, "__qualname__") else repr(plain)


def _enclosed(function: Any) -> list[str]:
    """Return what a function made inside another reads of it: several have one name, and their order is told by this alone."""
    names, cells = function.__code__.co_freevars, function.__closure__ or ()
    return [f"{name}={_name(cell.cell_contents)}" for name, cell in zip(names, cells, strict=True)]


def _options(value: Any) -> str:
    """Return the compile options of a function, empty where its callers decide."""
    options = getattr(value, "targetoptions", {})
    return str(
        sorted((name, sorted(given) if isinstance(given, set) else given) for name, given in options.items())
    )


def _read_by(function: Any) -> Iterator[tuple[str, Any]]:
    """Yield the names that a function reads from around it, and what they stand for."""
    codes = [function.__code__]
    for code in codes:
        codes.extend(part for part in code.co_consts if isinstance(part, CodeType))
        for name in code.co_names:
            if name in function.__globals__:
                yield name, function.__globals__[name]
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        yield name, cell.cell_contents


def _processor() -> str:
    """Return what this processor can do: machine code made for more would end the program."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return f"{platform.machine()} {platform.processor()}"
    said = [line for line in lines if line.startswith(("model name", "flags", "Features", "CPU part"))]
    return " ".join(sorted(set(said)))
