"""What tells versions of the kernel apart: all that it is compiled from, the compiler and the processor."""

import hashlib
import platform
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from mmm.kernel.entries.parts import of_any_model

OWN = f"{__name__.partition('.')[0]}."


def kernel_key() -> str:
    """Return what tells versions of the kernel apart, as sixteen hexadecimal digits."""
    files, constants = compiled_from(*(part.function for part in of_any_model()))
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
            elif not _is_others(found):
                raise TypeError(f"{function.__module__}: what {name} is compiled in as cannot be told")
    return files, constants


def _is_others(found: Any) -> bool:
    """Return whether `found` belongs to a library, whose version tells it; a module of ours could hold anything."""
    if isinstance(found, ModuleType):
        return not found.__name__.startswith(OWN)
    return found is Any or type(found).__module__.startswith("numba.")


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
