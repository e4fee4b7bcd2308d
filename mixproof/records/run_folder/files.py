"""Files that only their owner can read, that are on the disk when we say so, and that are named safely."""

import contextlib
import errno
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import takewhile
from pathlib import Path, PurePosixPath

from mixproof.errors import Fault, IntegrityError, MixproofError, ResourceError
from mixproof.records.faults import FAULTS
from mixproof.shortage import chain, shortage

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
SYNCED_TOGETHER = 8
"""Files brought to the disk at a time."""
_TAKEN_AWAY = frozenset(
    {errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO, errno.ESTALE}
)


def write_private(path: Path, content: bytes | str, sync: bool = True) -> Path:
    """Return `path` after writing `content` to it, readable by its owner only.

    The folder is made when it is missing. Text is written as UTF-8 with the line ends it has. With `sync` it is
    on the disk on return; many files are faster written without, and settled together.

    Parameters
    ----------
    path : pathlib.Path
        A link is not followed.
    content : bytes or str
    sync : bool

    Returns
    -------
    pathlib.Path
    """
    make_private_folder(path.parent)
    raw = content.encode("utf-8") if isinstance(content, str) else content
    descriptor = os.open(
        path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, PRIVATE_FILE
    )
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(file.fileno(), PRIVATE_FILE)  # a file that was there already keeps its mode otherwise
        file.write(raw)
        file.flush()
        if sync:
            os.fsync(file.fileno())
    return path


def replace_private(path: Path, content: bytes | str) -> Path:
    """Return `path` after replacing it whole: a reader sees the old content or the new one, never a part.

    Parameters
    ----------
    path : pathlib.Path
    content : bytes or str

    Returns
    -------
    pathlib.Path
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        write_private(draft, content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)
    return path


def make_private_folder(path: Path) -> Path:
    """Return `path`, made with its parents when missing, each new folder for its owner only."""
    missing = list(takewhile(lambda folder: not folder.exists(), (path, *path.parents)))
    for folder in reversed(missing):
        folder.mkdir(PRIVATE_FOLDER, exist_ok=True)
        folder.chmod(PRIVATE_FOLDER)  # whatever the umask took away
    return path


def sync_folder(path: Path) -> None:
    """Bring a folder's entries to the disk: without it a rename may be forgotten when the power fails."""
    _sync(path, os.O_DIRECTORY)


def settle(folder: Path) -> None:
    """Make everything under `folder` private and durable, whoever wrote it: contents before folders."""
    found = [
        (parent, [f"{parent}/{name}" for name in names])
        for parent, _, names in os.walk(folder, topdown=False)
    ]
    # All modes first, and only those that are wrong: each change would make the disk write a file's entry once more.
    for parent, paths in found:
        for path in paths:
            _set_mode(path, PRIVATE_FILE)
        _set_mode(parent, PRIVATE_FOLDER)
    files = [path for _, paths in found for path in paths]
    # The disk serves many at once; one after the other, each would be waited for.
    with ThreadPoolExecutor(SYNCED_TOGETHER) as threads:
        list(threads.map(lambda path: _sync(path, os.O_NOFOLLOW), files))
        list(threads.map(lambda parent: _sync(parent, os.O_DIRECTORY), [parent for parent, _ in found]))


READABLE = {"owner": (PRIVATE_FILE, PRIVATE_FOLDER), "group": (0o640, 0o750), "everyone": (0o644, 0o755)}
"""Modes of files and folders by who may read them; nobody but the owner ever writes."""


def let_read(folder: Path, above: Iterable[Path], who: str) -> None:
    """Let the owner's group, or everyone, read all under a folder and come to it; private folders above it are opened too.

    Parameters
    ----------
    folder : pathlib.Path
        A finished run.
    above : iterable of pathlib.Path
        Folders on the way to it that mixproof has made; those that are not the owner's alone keep their mode.
    who : str
        A key of `READABLE`.
    """
    file_mode, folder_mode = READABLE[who]
    if who == "owner":
        return
    for parent, _, names in os.walk(folder):
        for name in names:
            _set_mode(f"{parent}/{name}", file_mode)
        _set_mode(parent, folder_mode)
    for place in above:
        if stat.S_IMODE(place.stat().st_mode) == PRIVATE_FOLDER and place.stat().st_uid == os.getuid():
            place.chmod(folder_mode)


def _set_mode(path: str, mode: int) -> None:
    if stat.S_IMODE(os.lstat(path).st_mode) != mode:
        Path(path).chmod(mode)


def _sync(path: str | Path, kind: int) -> None:
    """Bring a file, or the entries of a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY | kind | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def list_files(folder: Path) -> list[str]:
    """Return the paths of all files under `folder`, relative, with '/', sorted by name.

    Raises
    ------
    IntegrityError
        Something is neither a folder nor a regular file: links and devices are never followed.
    """
    found, odd = [], []
    for parent, folders, names in os.walk(folder, followlinks=False):
        inside = Path(parent).relative_to(folder).as_posix()
        before = "" if inside == "." else f"{inside}/"
        for name in [*folders, *names]:
            mode = os.lstat(f"{parent}/{name}").st_mode
            if stat.S_ISREG(mode):
                found.append(before + name)
            elif not stat.S_ISDIR(mode):
                odd.append(before + name)
    if odd:
        remedy = FAULTS["artefact-foreign"][2]
        raise IntegrityError(
            Fault("artefact-foreign", name, "is a link or a device, which no run holds.", remedy)
            for name in sorted(odd)
        )
    return sorted(found)


def is_safe_name(name: str) -> bool:
    """Return whether `name` is a relative path that stays inside its folder, in the one spelling we write."""
    parts = name.split("/")
    harmless = "\\" not in name and "\x00" not in name and ":" not in parts[0]
    return bool(name) and harmless and str(PurePosixPath(name)) == name and not {"", ".", ".."} & set(parts)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, as lower-case hex; a link is not followed."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextlib.contextmanager
def disk_faults(where: str) -> Iterator[None]:
    """Turn what the machine lacks, met anywhere below and however wrapped by a library, into a `ResourceError`.

    Raises
    ------
    ResourceError
        The disk is full, memory or another resource is out, or the folder `where` was removed or made read-only.
    """
    try:
        yield
    except (MixproofError, MemoryError):  # known already
        raise
    except Exception as error:
        lacking = shortage(error, where) or _lost(error, where)
        if lacking is None:
            raise
        raise ResourceError(lacking) from error


def _lost(error: BaseException, where: str) -> Fault | None:
    """Return the fault of a folder that was taken away, or closed to us, while we wrote into it."""
    for link in chain(error):
        if not isinstance(link, OSError) or link.errno not in _TAKEN_AWAY:
            continue
        if any(str(name).startswith(where) for name in (link.filename, link.filename2) if name is not None):
            _, what, remedy = FAULTS["output-gone"]
            return Fault("output-gone", where, f"{what} {link.strerror}.", remedy)
    return None
