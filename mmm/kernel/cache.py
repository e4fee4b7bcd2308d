"""Where the machine code of the kernel is kept: a folder a version of its source, so that none is ever stale.

Numba judges a cached function by the time stamp of its own file alone; here functions and constants come from several.
"""

import hashlib
import os
import tempfile
from pathlib import Path

import numba

from mmm import priors


def use_own_cache() -> None:
    """Keep compiled kernels in the user's cache folder, under the hash of the sources; leave a folder set by the user."""
    if os.environ.get("NUMBA_CACHE_DIR"):
        return
    digest = hashlib.sha256(numba.__version__.encode())
    for source in [*sorted(Path(__file__).parent.glob("*.py")), Path(priors.__file__)]:
        digest.update(source.read_bytes())
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    for parent in (base, Path(tempfile.gettempdir()) / f"mixlift-{os.getuid()}"):
        folder = parent / "mixlift" / f"kernel-{digest.hexdigest()[:16]}"
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            numba.config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]  # numba makes it at run time
            return
