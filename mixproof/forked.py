"""Work done beside other work: in a forked process where that is safe, else in its turn; the result is the same."""

import contextlib
import ctypes
import os
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import NoReturn

Work = Callable[[], str]
Beside = Callable[[Work], AbstractContextManager[Work]]
"""Takes work whose result is text, and gives a function that returns it; work begins at once, or when that is called."""
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
_HEAD = 8
"""Bytes that say how many follow."""


@contextlib.contextmanager
def in_turn(work: Work) -> Iterator[Work]:
    """Give the work itself: it is done when its result is asked for."""
    yield work


@contextlib.contextmanager
def forked(work: Work) -> Iterator[Work]:
    """Begin the work in a copy of this process and give what waits for its result.

    Where the copy fails for whatever reason, the work is done here when its result is asked for, and raises what it
    raises. For Linux and a process without threads of its own; elsewhere the same as `in_turn`.
    """
    if sys.platform != "linux":
        yield work
        return
    parent, (reader, writer) = os.getpid(), os.pipe()
    child = fork()
    if child == 0:
        os.close(reader)
        _do(work, writer, parent)
    os.close(writer)
    try:
        with os.fdopen(reader, "rb") as pipe:
            yield lambda: _result(pipe.read(), work)
    finally:
        os.kill(child, signal.SIGKILL)  # it has done its work, or nobody asks for it any more
        os.waitpid(child, 0)


def fork() -> int:
    """Return what `os.fork` does, without its warning of threads: to be called where no other thread holds a lock."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def die_with(parent: int) -> None:
    """Ask the system to end this process when its parent is killed."""
    ctypes.CDLL(None, use_errno=True).prctl(_DIE_WITH_PARENT, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def _do(work: Work, writer: int, parent: int) -> NoReturn:
    """Do the work of the child process, and end it without running anything of the parent's."""
    with contextlib.suppress(BaseException):  # a child that says nothing has failed
        die_with(parent)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches both; the parent decides
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        raw = work().encode()
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(len(raw).to_bytes(_HEAD) + raw)
    os._exit(0)


def _result(raw: bytes, work: Work) -> str:
    """Return what the child has sent, when it is whole, or else the result of the work done here."""
    whole = len(raw) >= _HEAD and len(raw) == _HEAD + int.from_bytes(raw[:_HEAD])
    return raw[_HEAD:].decode() if whole else work()
