"""What the machine has run out of: memory, threads, processes, open files, disk; told from faults of the tool.

Libraries wrap what the system says in errors of their own, so an error and all those it was raised from are looked at,
by kind, by number and by the system's own words.
"""

import errno
import os
import resource
from collections.abc import Iterator

from mixproof.errors import Fault
from mixproof.records.faults import FAULTS

_CODES = {
    errno.ENOSPC: "disk-full",
    errno.EDQUOT: "disk-full",
    errno.EFBIG: "disk-full",
    errno.ENOMEM: "memory-out",
    errno.EMFILE: "files-out",
    errno.ENFILE: "files-out",
    errno.EAGAIN: "processes-out",
}
_WORDS = {
    **{os.strerror(number): code for number, code in _CODES.items()},
    "can't start new thread": "processes-out",
    "failed to map segment": "memory-out",
    "cannot allocate memory": "memory-out",
    "Unable to allocate": "memory-out",
    "Out of Memory Error": "memory-out",
    "std::bad_alloc": "memory-out",
    "LLVM ERROR: out of memory": "memory-out",
    "thread creation failed": "processes-out",
}
"""What libraries keep of the system's words when they turn an error into text."""
_LIMITED_MEMORY = (resource.RLIMIT_AS, resource.RLIMIT_DATA)
LEAST_MEMORY = {"-v": (resource.RLIMIT_AS, 1500 * 2**20), "-d": (resource.RLIMIT_DATA, 400 * 2**20)}
"""By the letter of `ulimit`: bytes that a command needs at least. With less, libraries end the process by a signal."""


def shortage(error: BaseException, where: str = "this machine") -> Fault | None:
    """Return the fault of the machine that an error comes from, None where it comes from none.

    Parameters
    ----------
    error : BaseException
        As it was caught, with the errors that it was raised from.
    where : str
        What ran out of it, for the message.

    Returns
    -------
    Fault or None
    """
    codes = [code for link in chain(error) if (code := _code(link))]
    if not codes:
        return None
    _, meaning, remedy = FAULTS[codes[0]]
    return Fault(codes[0], where, meaning, remedy)


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and those it was raised from, each once."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def memory_limit_too_low() -> Fault | None:
    """Return the fault of a limit under which no command can work, None where there is no such limit.

    Returns
    -------
    Fault or None
    """
    for letter, (kind, needed) in LEAST_MEMORY.items():
        allowed = resource.getrlimit(kind)[0]
        if allowed != resource.RLIM_INFINITY and allowed < needed:
            what = f"This process may use {allowed >> 20:,} MB of memory; a command needs {needed >> 20:,} MB at least."
            remedy = f"Raise the limit with `ulimit {letter} {needed >> 10}` or more; fitting a model needs several times that."
            return Fault("memory-limit", "this machine", what, remedy)
    return None


def memory_is_limited() -> bool:
    """Return whether the system gives this process less memory than the machine has: then allocations fail."""
    return any(resource.getrlimit(kind)[0] != resource.RLIM_INFINITY for kind in _LIMITED_MEMORY)


def _code(error: BaseException) -> str:
    if isinstance(error, MemoryError):
        return "memory-out"
    if isinstance(error, OSError) and error.errno in _CODES:
        return _CODES[error.errno]
    words = str(error)
    named = [code for said, code in _WORDS.items() if said in words]
    if named:
        return named[0]
    # A library that cannot be loaded into little memory fails in many ways, and says of none what it lacked.
    return "memory-out" if isinstance(error, ImportError | SystemError) and memory_is_limited() else ""
