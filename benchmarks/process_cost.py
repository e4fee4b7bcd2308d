"""What a command costs: time, processor time and the most memory of its whole tree of processes. Linux only."""

import contextlib
import os
import resource
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MEMORY_SECONDS, POLL_SECONDS = 0.5, 0.02


@dataclass(frozen=True, slots=True)
class Cost:
    """What one command cost.

    Parameters
    ----------
    code : int or None
        Its exit code, negative for a signal; None when it was stopped at the limit.
    seconds, cpu : float
        From start to end, and of the processor, all processes together.
    memory : int
        Most bytes held at one time by all processes together, shared pages counted once; looked at twice a second.
    said : str
        The end of what it wrote to stderr.
    """

    code: int | None
    seconds: float
    cpu: float
    memory: int
    said: str


def run_costed(
    command: Sequence[str],
    environment: Mapping[str, str],
    folder: Path,
    limit: float,
    until: Path | None = None,
) -> Cost:
    """Return the cost of `command`, run in `folder` and stopped with all its children after `limit` seconds.

    Parameters
    ----------
    command, environment, folder
    limit : float
        Seconds.
    until : pathlib.Path, optional
        Memory is watched only until this file is there.
    """
    errors = folder / "stderr.txt"
    began = time.monotonic()
    with errors.open("wb") as stderr:
        process = subprocess.Popen(
            command,
            env=dict(environment),
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            start_new_session=True,
        )
        try:
            code, usage, most = _watch(process, began + limit, until)
        finally:
            _end(process)
    said = errors.read_text(encoding="utf-8", errors="replace")[-2000:]
    return Cost(code, time.monotonic() - began, usage.ru_utime + usage.ru_stime, most, said)


def _watch(
    process: "subprocess.Popen[bytes]", end: float, until: Path | None
) -> tuple[int | None, resource.struct_rusage, int]:
    """Return exit code (None when stopped at `end`), what was used of the processor, and the most bytes held."""
    looked, most, stopped = 0.0, 0, False
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)  # it has been waited for here
            return None if stopped else process.returncode, usage, most
        now = time.monotonic()
        if now > end and not stopped:
            stopped = True
            _end(process)
        if now - looked > MEMORY_SECONDS and not (until and until.exists()):
            looked, most = now, max(most, sum(map(_held, _tree(process.pid))))
        time.sleep(POLL_SECONDS)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the process, and whatever it has left running."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _tree(root: int) -> list[int]:
    """Return the process and all its descendants."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                # The name before the parent may hold blanks and brackets: what counts begins behind the last one.
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(int(entry.name))
    found = [root]
    for pid in found:  # grows while it is walked
        found += children.get(pid, [])
    return found


def _held(pid: int) -> int:
    """Return the bytes a process holds, its part of shared pages only; 0 when it has just ended."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
