"""Stopping when asked to: Ctrl-C ends with 130 and SIGTERM with 143, after cleaning up."""

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from types import FrameType

PRIVATE = 0o077
"""Mask of what others may do with files that are made."""
TERMINATED = 128 + signal.SIGTERM


class Terminated(SystemExit):
    """The process was asked to end (SIGTERM); leaves with exit code 143 when nobody catches it."""

    def __init__(self) -> None:
        super().__init__(TERMINATED)


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """Let SIGINT raise `KeyboardInterrupt` and SIGTERM raise `Terminated` while the block runs.

    Handlers belong to the main thread; in another thread the block runs with those that are there.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {
        signal.SIGINT: signal.signal(signal.SIGINT, signal.default_int_handler),
        signal.SIGTERM: signal.signal(signal.SIGTERM, _terminate),
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def private_umask() -> Iterator[None]:
    """Make every file that any library creates in the block readable by its owner only."""
    before = os.umask(PRIVATE)
    try:
        yield
    finally:
        os.umask(before)


def _terminate(number: int, frame: FrameType | None) -> None:
    raise Terminated
