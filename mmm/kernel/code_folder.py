"""Where the kernel's machine code is kept between runs: a folder that is the user's alone, sealed by the hashes of its files.

1. `find_folder` returns a folder for one version of the kernel; none where every place for it could be another user's.
2. `opened` locks it, compares its files with the hashes written when they were compiled, and removes them all where one
   differs: machine code runs unchecked, and one flipped bit may publish another result.
3. When what was done in it is over, new files are hashed.
"""

import contextlib
import json
import logging
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from mixproof.records.run_folder.files import PRIVATE_FILE, PRIVATE_FOLDER, replace_private, sha256

if sys.platform != "win32":
    import fcntl

SEAL, LOCK = "seal.json", ".lock"
DAMAGED = "Compiled code of the model's kernel in %s was damaged; it is deleted and compiled again."
_LOG = logging.getLogger(__name__)


def find_folder(key: str) -> Path | None:
    """Return the folder of the kernel version `key`, made where it is missing; None where there is no safe one.

    The first safe one of these is taken: in the folder that ``NUMBA_CACHE_DIR`` names, in the user's cache folder, in a
    folder of this user's under the temporary directory. Safe is what `_private_folder` says.
    """
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    user = os.environ.get("XDG_CACHE_HOME")
    parents = [Path(chosen)] if chosen else []
    with contextlib.suppress(RuntimeError):  # there is no home
        parents.append(Path(user) / "mixproof" if user else Path.home() / ".cache" / "mixproof")
    if sys.platform != "win32":
        parents.append(Path(tempfile.gettempdir()) / f"mixproof-{os.getuid()}")
    return next((folder for parent in parents if (folder := _private_folder(parent, key)) is not None), None)


def _private_folder(parent: Path, key: str) -> Path | None:
    """Return the folder of `key` in `parent`, if both are this user's and nobody else can write into them."""
    folder = parent / f"kernel-{key}"
    try:
        missing = [path for path in (folder, parent, *parent.parents) if not path.exists()]
        for path in reversed(missing):
            with contextlib.suppress(FileExistsError):  # somebody was quicker: it is looked at below
                path.mkdir(PRIVATE_FOLDER)
                path.chmod(PRIVATE_FOLDER)  # whatever the umask took away
        if _is_own(parent) and _is_own(folder) and os.access(folder, os.W_OK | os.X_OK):
            return folder
    except OSError:
        pass
    return None


def _is_own(path: Path) -> bool:
    """Return whether `path` is a folder, no link to one, that belongs to this user and that no other can write into."""
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode):
        return False
    return sys.platform == "win32" or (found.st_uid == os.getuid() and not found.st_mode & 0o022)


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[int]:
    """Hold the folder for this process alone; what is in it at the start is as it was sealed, and at the end is sealed.

    Yields
    ------
    int
        Descriptor of the lock's file: a process that has it, too, holds the folder until both have ended.

    Raises
    ------
    OSError
        The folder cannot be locked, read or written.
    """
    with (folder / LOCK).open("w") as lock:
        (folder / LOCK).chmod(PRIVATE_FILE)
        if sys.platform != "win32":
            fcntl.flock(lock, fcntl.LOCK_EX)
        sealed = _verify(folder)
        yield lock.fileno()
        if _stamps(folder) != sealed:
            _seal(folder)


def _verify(folder: Path) -> dict[str, tuple[int, int]]:
    """Return the stamps of the files, after removing them all where they are not those of the seal."""
    try:
        expected = json.loads((folder / SEAL).read_bytes())
    except FileNotFoundError:
        expected = {}
    except (OSError, ValueError):
        expected = None
    stamps = _stamps(folder)
    if {name: sha256(folder / name) for name in stamps} == expected:
        return stamps
    if (folder / SEAL).exists():  # without one a compilation was interrupted
        _LOG.warning(DAMAGED, folder)
    clear(folder)
    return {}


def clear(folder: Path) -> None:
    """Remove everything from the folder but its lock; what cannot be removed raises `OSError`."""
    (folder / SEAL).unlink(missing_ok=True)
    for path in folder.iterdir():
        if path.name == LOCK:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _stamps(folder: Path) -> dict[str, tuple[int, int]]:
    """Return size and time of change of each file in the folder, by its name relative to it."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.name not in (SEAL, LOCK) and not path.is_dir():
            status = path.lstat()
            found[path.relative_to(folder).as_posix()] = (status.st_size, status.st_mtime_ns)
    return found


def _seal(folder: Path) -> None:
    """Write down the hashes of all files, and close folders that were made by others' code."""
    for path in folder.rglob("*"):
        path.chmod(PRIVATE_FOLDER if path.is_dir() else PRIVATE_FILE)
    hashes = {name: sha256(folder / name) for name in _stamps(folder)}
    replace_private(folder / SEAL, json.dumps(hashes, indent=1, sort_keys=True))
