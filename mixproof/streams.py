"""Standard output and standard error, closed, full or no longer read: none of it stops a command."""

import contextlib
import errno
import os
import sys
from typing import IO, Any, cast

_STANDARD = (0, 1, 2)
_GONE = frozenset({errno.EPIPE, errno.EBADF})
"""Nobody reads any more, or nobody ever wanted to."""


class Forgiving:
    """A stream of text whose writing never fails; everything else is the stream's own.

    Parameters
    ----------
    stream : IO of str

    Attributes
    ----------
    lost : str
        What the system said when something could not be written though somebody waits for it: a full disk, say.
    """

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self.lost = ""

    def write(self, text: str) -> int:
        """Write text, or note that it could not be written."""
        self._attempt(lambda: self._stream.write(text))
        return len(text)

    def flush(self) -> None:
        """Hand on what was written, or note that it could not be."""
        self._attempt(self._stream.flush)

    def writelines(self, lines: Any) -> None:
        """Write several texts."""
        self.write("".join(lines))

    def __getattr__(self, name: str) -> Any:
        """Return what the stream has."""
        return getattr(self._stream, name)

    def _attempt(self, action: Any) -> None:
        try:
            action()
        except ValueError:  # closed
            return
        except OSError as error:
            if error.errno not in _GONE:
                self.lost = error.strerror or type(error).__name__
            self._drop()

    def _drop(self) -> None:
        """Send what is still waiting, and all that follows, nowhere."""
        with contextlib.suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)


def secure() -> None:
    """Give this process three standard streams that can be written to, whatever it was started with.

    A descriptor that was closed is opened on nothing: else the next file that is opened would get its number, and what
    libraries print would go into that file.
    """
    for number in _STANDARD:
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number, which is this one
    for name, number in (("stdout", 1), ("stderr", 2)):
        stream = getattr(sys, name)
        if stream is None:
            stream = os.fdopen(number, "w", encoding="utf-8", closefd=False)
        if isinstance(stream, Forgiving):
            continue
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(
                errors="backslashreplace"
            )  # a name must not crash a terminal that cannot show it
        setattr(sys, name, cast("IO[str]", Forgiving(stream)))


def lost(stream: object) -> str:
    """Return why something written to a stream is lost, empty where nothing is."""
    return stream.lost if isinstance(stream, Forgiving) else ""
