"""Attempts at runs of a name: a line when one begins and a line when it ends, so that runs that failed are counted, too.

A run that fails leaves no folder. Lines hold times, run ids and fault codes, nothing of the data. One run at a time writes,
as it holds the folder's lock; whoever was killed leaves a beginning without an end.
"""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from mixproof.errors import MixproofError
from mixproof.records.run_folder.files import PRIVATE_FILE, READABLE, replace_private
from mixproof.records.run_folder.lock import hold

ATTEMPTS = ".attempts.jsonl"
"""File of the folder of all runs of a name."""
LOCK = ".lock"
"""File that the run in progress locks."""
LARGEST = 1_000_000
"""Bytes beyond which the older half is forgotten."""
Outcome = Literal["published", "failed", "stopped", "running"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at a run.

    Parameters
    ----------
    began : datetime.datetime
        UTC.
    outcome : {"published", "failed", "stopped", "running"}
        stopped: by whoever had started it. A process that was killed has failed.
    said : str
        Run id of a published run, else codes of the faults.
    """

    began: datetime
    outcome: Outcome
    said: str = ""


class Trying:
    """An attempt in progress: it takes the id of the run once that is published."""

    run_id: str = ""


@contextlib.contextmanager
def attempted(folder: Path, readers: str) -> Iterator[Trying]:
    """Hold a folder's lock while the block runs, and note the attempt: when it began, and how it ended.

    Parameters
    ----------
    folder : pathlib.Path
        Folder of all runs of a name.
    readers : str
        owner, group or everyone.

    Yields
    ------
    Trying

    Raises
    ------
    LockError
        Another run is in progress: no attempt is noted.
    """
    trying = Trying()
    with hold(folder / LOCK):
        _append(folder, {"began": _now()}, readers)
        try:
            yield trying
        except BaseException as error:
            with contextlib.suppress(OSError):  # a full disk: a beginning without an end has failed, too
                _append(folder, _end(error), readers)
            raise
        _append(folder, {"ended": _now(), "outcome": "published", "said": trying.run_id}, readers)


def attempts(folder: Path) -> list[Attempt]:
    """Return all attempts that are known, the oldest first; a line that was cut short is passed over.

    Raises
    ------
    OSError
        The file is there and cannot be read, or something else has its name.
    """
    file = folder / ATTEMPTS
    if not os.path.lexists(file):
        return []
    if file.is_symlink() or not file.is_file():
        raise OSError(f"{ATTEMPTS} is no file of its own")
    found: list[Attempt] = []
    began: datetime | None = None
    for record in _records(file):
        if "began" in record:
            found += [] if began is None else [Attempt(began, "failed", "killed")]
            began = datetime.fromisoformat(record["began"])
        elif began is not None:
            found.append(Attempt(began, record["outcome"], str(record.get("said", ""))))
            began = None
    if began is not None:
        running = _held(folder / LOCK)
        found.append(Attempt(began, "running" if running else "failed", "" if running else "killed"))
    return found


def _records(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the lines that are whole: a beginning with its time, an end with its outcome."""
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            record = json.loads(line)
            moment = datetime.fromisoformat(record["began"] if "began" in record else record["ended"])
            known = "began" in record or record["outcome"] in ("published", "failed", "stopped")
        except (ValueError, TypeError, KeyError, RecursionError):
            continue
        if known and moment.tzinfo is not None:
            yield record


def _held(lock: Path) -> bool:
    """Return whether somebody holds the lock at this moment."""
    try:
        descriptor = os.open(lock, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _end(error: BaseException) -> dict[str, str]:
    outcome: Outcome = "failed" if isinstance(error, Exception) else "stopped"
    codes = (
        ", ".join(dict.fromkeys(f.code for f in error.faults))
        if isinstance(error, MixproofError)
        else type(error).__name__
    )
    return {"ended": _now(), "outcome": outcome, "said": codes}


def _append(folder: Path, record: dict[str, str], readers: str) -> None:
    """Add a line; a file that has grown large keeps its newer half. A line that was cut short before gets its end."""
    file = folder / ATTEMPTS
    if file.is_file() and file.stat().st_size > LARGEST:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
        replace_private(file, "".join(lines[len(lines) // 2 :]))
    # O_NONBLOCK: a pipe of this name is refused, not waited for.
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    descriptor = os.open(file, flags, PRIVATE_FILE)
    with os.fdopen(descriptor, "wb") as stream:
        os.fchmod(stream.fileno(), READABLE[readers][0])
        broken = os.fstat(stream.fileno()).st_size > 0 and not _ends_whole(file)
        stream.write(f"{'\n' if broken else ''}{json.dumps(record)}\n".encode())


def _ends_whole(file: Path) -> bool:
    with file.open("rb") as stream:
        stream.seek(-1, os.SEEK_END)
        return stream.read(1) == b"\n"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
