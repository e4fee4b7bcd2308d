"""The process that samples: if it runs out of memory or crashes, the run survives to say so.

It is started before anything is read and before the libraries that take long to import, so that both processes import
theirs side by side. It gets its job through a pipe; the posterior comes back through the same pipe as soon as it is
there, while the process still writes it to disk.
"""

import contextlib
import ctypes
import multiprocessing
import os
import signal
import traceback
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from mixproof import errors
from mixproof.console import code_places
from mixproof.errors import Fault, MixproofError, ResourceError
from mixproof.records.faults import FAULTS
from mixproof.shortage import memory_is_limited, shortage
from workflow.progress import megabytes
from workflow.signals import PRIVATE

Send = Callable[[Mapping[str, Any]], None]
_POLL_SECONDS = 0.1
_ENDED_FOR_WANT = frozenset(map(int, (signal.SIGKILL, signal.SIGABRT, signal.SIGBUS)))
"""Signals by which a process ends that gets no more memory: from the system, or from libraries that give up."""
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
_FAMILIES = {
    kind.family: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, MixproofError)
}


class SamplerError(RuntimeError):
    """The sampling process failed by a fault of the tool; the message holds its traceback.

    Parameters
    ----------
    message : str
    elsewhere : sequence of str
        Where in the sampling process's code it failed, for the log of a fault.
    """

    def __init__(self, message: str, elsewhere: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.elsewhere = tuple(elsewhere)


class SamplingProcess:
    """A copy of this process that gets ready, waits for a job, does it, and ends.

    For Linux only: forking is not safe with the system libraries of other platforms.

    Parameters
    ----------
    prepare : callable
        Imports and compiles what the job will need, given what sends messages. What fails in it fails again in the job.
    do : callable
        Does the job, given it and what sends messages; those with the key ``progress`` go to who watches, the first
        other one is the job's answer.
    """

    def __init__(self, prepare: Callable[[Send], object], do: Callable[[Any, Send], None]) -> None:
        context = multiprocessing.get_context("fork")  # a spawned one would run the user's own script again
        self._pipe, theirs = context.Pipe()
        self._memory: int | None = None
        self._used = 0
        self._ended = False
        self._process = context.Process(target=_work, args=(prepare, do, theirs, self._pipe, os.getpid()))
        self._process.start()
        theirs.close()

    def begin(self, job: object, memory: int | None) -> None:
        """Hand over the job; the process may hold `memory` bytes, None for all there are.

        Parameters
        ----------
        job : object
            What the process is to do; it is pickled.
        memory : int or None
            Bytes.
        """
        self._memory = memory
        with contextlib.suppress(OSError):  # a process that has ended already is asked why
            self._pipe.send(job)

    def answer(self, watch: Send) -> Mapping[str, Any] | None:
        """Return the next message that is not of progress, or None when the process has ended well.

        Raises
        ------
        MixproofError
            What the job raised.
        ResourceError
            Memory ran out.
        SamplerError
            The process failed by a fault of the tool.
        """
        while not self._ended:
            if self._pipe.poll(_POLL_SECONDS):
                try:
                    message = self._pipe.recv()
                except (EOFError, OSError):
                    self._raise_for_code()
                    return None
                if "progress" not in message:
                    return self._sound(message)
                watch(message["progress"])
            self._used = max(self._used, _resident(self._process.pid))
            if self._memory is not None and self._used > self._memory:
                self.stop()
                self._sound({"memory": True})
        return None

    def stop(self) -> None:
        """End the process, whatever it does: an unfinished chain is lost, finished ones are kept."""
        if not self._ended:
            self._process.kill()
            self._process.join()
            self._ended = True

    def __enter__(self) -> Self:
        """Return the process; leaving the block ends it, whatever it does."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()
        self._pipe.close()

    def _sound(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the message, or raise what the child could not raise here itself."""
        if "family" in message:
            raise _FAMILIES[message["family"]](Fault(**fault) for fault in message["faults"])
        if "memory" in message:
            allowed = f", {megabytes(self._memory)} allowed" if self._memory is not None else ""
            raise ResourceError(_fault("memory-spent", f"It held {megabytes(self._used)}{allowed}."))
        if "crash" in message:
            raise SamplerError(f"the sampling process failed:\n{message['crash']}", message["places"])
        return message

    def _raise_for_code(self) -> None:
        """Take note that the process has ended; raise where it did not do so of its own accord."""
        self._process.join()
        self._ended = True
        code = self._process.exitcode
        ended_by = -(code or 0)
        if ended_by in _ENDED_FOR_WANT or (ended_by == signal.SIGSEGV and memory_is_limited()):
            raise ResourceError(_fault("sampler-killed", f"It held {megabytes(self._used)}."))
        if code:
            raise SamplerError(f"the sampling process ended with code {code}")


def _work(
    prepare: Callable[[Send], object],
    do: Callable[[Any, Send], None],
    pipe: Connection,
    other_end: Connection,
    parent: int,
) -> None:
    """Do the work of the new process."""
    other_end.close()  # else the pipe would stay open when the parent is gone
    _die_with(parent)  # two fits must not share chains
    os.umask(PRIVATE)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches both; the parent decides
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        with contextlib.suppress(Exception):
            prepare(pipe.send)
        do(pipe.recv(), pipe.send)
    except MixproofError as error:
        pipe.send({"family": error.family, "faults": [fault.as_dict() for fault in error.faults]})
    except MemoryError:
        pipe.send({"memory": True})
    except BaseException as error:
        lacking = shortage(error, "fit")
        if lacking is not None:
            pipe.send({"family": ResourceError.family, "faults": [lacking.as_dict()]})
        else:
            pipe.send({"crash": traceback.format_exc(), "places": code_places(error)})


def _die_with(parent: int) -> None:
    """Ask the system to end this process when its parent is killed."""
    ctypes.CDLL(None, use_errno=True).prctl(_DIE_WITH_PARENT, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def _resident(child: int | None) -> int:
    """Return the bytes of memory that a process holds, 0 where the system does not say."""
    try:
        pages = Path(f"/proc/{child}/statm").read_text(encoding="ascii").split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def _fault(code: str, more: str) -> Fault:
    _, meaning, remedy = FAULTS[code]
    return Fault(code, "fit", f"{meaning} {more}", remedy)
