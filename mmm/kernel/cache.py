"""Where the machine code of the kernel is kept: a folder a version of its source, so that none is ever stale.

Numba judges a cached function by the time stamp of its own file alone; here functions and constants come from several.
"""

import hashlib
import importlib
import os
import platform
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

from mmm.kernel.functions import FUNCTIONS, PARTS

PRIORS = Path(__file__).parents[1] / "problem" / "priors.py"
"""Its numbers are compiled in: a kernel with yesterday's would be another model."""


def use_own_cache() -> None:
    """Keep compiled kernels in the user's cache folder, under the hash of the sources; leave a folder set by the user."""
    import numba

    folder = cache_folder()
    if folder is not None:
        numba.config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]  # numba makes it at run time


def cache_folder() -> Path | None:
    """Return the folder of this version of the kernel; None where the user has set one, or none can be written."""
    return None if os.environ.get("NUMBA_CACHE_DIR") else _own_folder()


def missing_parts() -> list[str]:
    """Return the parts of the kernel to compile into the cache, without importing the compiler; none where none is kept."""
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    folder = Path(chosen) if chosen else _own_folder()
    return [part for part in PARTS if folder is not None and not _has(folder, part)]


def compile_part(part: str) -> str:
    """Compile a part of the kernel into the cache, and return its name; for a process that does nothing else.

    What the part calls of other parts is called by name, and is not there: they are being compiled elsewhere.
    """
    signature = importlib.import_module("mmm.kernel.entries.c_function")
    for name, (module, entry) in FUNCTIONS.items():
        if name not in PARTS[part]:
            stub = ModuleType(module)
            setattr(stub, entry.removesuffix("_entry"), signature.nowhere(name, signature.PASS))
            sys.modules[module] = stub
    for name in PARTS[part]:
        importlib.import_module(FUNCTIONS[name][0])
    return part


def _has(folder: Path, part: str) -> bool:
    python = (
        f"py{sys.version_info.major}{sys.version_info.minor}"  # as numba names what it compiled for this one
    )
    places = [(FUNCTIONS[name][0].rpartition(".")[2], FUNCTIONS[name][1]) for name in PARTS[part]]
    names = [f"*/{module}.{entry}-*.{python}*.nbi" for module, entry in places]
    return all(next(folder.glob(name), None) is not None for name in names)


def _processor() -> str:
    """Return what this processor can do: machine code made for more would end the program."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return f"{platform.machine()} {platform.processor()}"
    said = [line for line in lines if line.startswith(("model name", "flags", "Features", "CPU part"))]
    return " ".join(sorted(set(said)))


def _own_folder() -> Path | None:
    """Return the folder of this version of the kernel, the first that can be written; None where none can."""
    digest = hashlib.sha256(f"{version('numba')} {_processor()}".encode())
    for source in [*sorted(Path(__file__).parent.rglob("*.py")), PRIORS]:
        digest.update(source.read_bytes())
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    for parent in (base, Path(tempfile.gettempdir()) / f"mixproof-{os.getuid()}"):
        folder = parent / "mixproof" / f"kernel-{digest.hexdigest()[:16]}"
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    return None
