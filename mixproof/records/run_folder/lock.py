"""One run at a time for each output: a lock that the kernel takes back when its holder dies."""

import contextlib
import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from mixproof.errors import Fault, LockError
from mixproof.records.faults import FAULTS
from mixproof.records.run_folder.files import PRIVATE_FILE

GRACE_SECONDS = 0.5
"""A holder that was just killed needs a moment to disappear; a living one is reported after it."""
_POLL_SECONDS = 0.02


@contextlib.contextmanager
def hold(path: Path, wait: float = GRACE_SECONDS) -> Iterator[None]:
    """Hold the lock `path` while the block runs.

    The file stays behind, as removing it would let two runs lock two files of one name. Child processes
    made by fork hold the lock too: what they write is part of the run.

    Parameters
    ----------
    path : pathlib.Path
        The lock's file, in a folder that exists.
    wait : float
        Seconds to wait for another holder.

    Raises
    ------
    LockError
        Another process holds it; names the process, its host and since when.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags, PRIVATE_FILE)
    try:
        _acquire(descriptor, path, wait)
        started = datetime.now(UTC).isoformat(timespec="seconds")
        holder = {"pid": os.getpid(), "host": socket.gethostname(), "started": started}
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(holder).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, path: Path, wait: float) -> None:
    deadline = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= deadline:
                break
        time.sleep(_POLL_SECONDS)
    _, meaning, remedy = FAULTS["output-locked"]
    raise LockError(Fault("output-locked", str(path.parent), f"{meaning} {_holder(descriptor)}", remedy))


def _holder(descriptor: int) -> str:
    """Return who holds the lock, in words; the holder may be just about to write it."""
    for _ in range(10):
        try:
            holder = json.loads(os.pread(descriptor, 1000, 0))
            return f"Process {holder['pid']} on {holder['host']} since {holder['started']}."
        except (ValueError, KeyError, TypeError):
            time.sleep(_POLL_SECONDS)
    return "It has not said who it is."
