"""Where the machine code of the kernel is kept: a folder a version of its source, so that none is ever stale.

Numba judges a cached function by the time stamp of its own file alone; here functions and constants come from several.
"""

import hashlib
import importlib
import os
import tempfile
from importlib.metadata import version
from pathlib import Path

PARTS = ("forward", "back")
"""Modules whose C functions take nearly all the time of compiling, about as much each."""


def use_own_cache() -> None:
    """Keep compiled kernels in the user's cache folder, under the hash of the sources; leave a folder set by the user."""
    import numba

    if os.environ.get("NUMBA_CACHE_DIR"):
        return
    for folder in _folders():
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            numba.config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]  # numba makes it at run time
            return


def missing_parts() -> list[str]:
    """Return the parts of the kernel that this machine has still to compile, without importing the compiler."""
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    folders = [Path(chosen)] if chosen else _folders()
    return [part for part in PARTS if not any(_has(folder, part) for folder in folders)]


def compile_part(part: str) -> str:
    """Compile a part of the kernel into the cache, and return its name."""
    importlib.import_module(f"mmm.kernel.{part}")
    return part


def _has(folder: Path, part: str) -> bool:
    return next(folder.glob(f"*/{part}.{part}_entry-*.nbi"), None) is not None


def _folders() -> list[Path]:
    """Return the folders to keep this version of the kernel in, the preferred one first."""
    digest = hashlib.sha256(version("numba").encode())
    here = Path(__file__).parent
    for source in [*sorted(here.glob("*.py")), here.parent / "priors.py"]:
        digest.update(source.read_bytes())
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    parents = (base, Path(tempfile.gettempdir()) / f"mixlift-{os.getuid()}")
    return [parent / "mixlift" / f"kernel-{digest.hexdigest()[:16]}" for parent in parents]
