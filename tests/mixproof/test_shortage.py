"""What the machine lacks is told from faults of the tool, however a library wraps it."""

import errno
import resource
import subprocess
import sys

import pytest

from mixproof.console import session
from mixproof.shortage import LEAST_MEMORY, memory_limit_too_low, shortage


def _raised_from(cause: BaseException) -> Exception:
    error = RuntimeError("a library's own words")
    error.__cause__ = cause
    return error


LACKING = {
    "disk": (OSError(errno.EDQUOT, "x"), "disk-full"),
    "memory": (_raised_from(MemoryError()), "memory-out"),
    "library": (ImportError("lib.so: failed to map segment from shared object"), "memory-out"),
    "files": (_raised_from(OSError(errno.EMFILE, "x")), "files-out"),
    "files, in words": (ImportError("lib.so: cannot open: Too many open files"), "files-out"),
    "threads": (RuntimeError("can't start new thread"), "processes-out"),
    "processes": (BlockingIOError(errno.EAGAIN, "x"), "processes-out"),
}


@pytest.mark.parametrize("case", LACKING)
def test_a_command_that_lacks_something_ends_with_6(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    error, code = LACKING[case]
    found = shortage(error)
    assert found is not None
    assert found.code == code
    with pytest.raises(SystemExit) as ended, session(as_json=False, quiet=True, debug=False):
        raise error
    assert ended.value.code == 6
    assert found.what in capsys.readouterr().err


@pytest.mark.parametrize("error", [ValueError("x"), ImportError("no such name"), OSError(errno.EACCES, "x")])
def test_other_errors_are_none(error: Exception) -> None:
    assert shortage(error) is None


def _lift(kind: int, allowed: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mixproof", "lift", "nowhere.yaml"]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(kind, (allowed, allowed)),
    )


def test_a_limit_under_which_libraries_crash_is_said_before_the_work() -> None:
    kind, needed = LEAST_MEMORY["-v"]
    refused = _lift(kind, needed - 2**20)
    assert refused.returncode == 6
    assert f"ulimit -v {needed >> 10}" in refused.stderr
    assert (
        _lift(kind, needed).returncode == 2
    )  # at the limit it advises, the command goes on to its own fault


def test_each_kind_of_limit_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for letter, (kind, needed) in LEAST_MEMORY.items():
        given = {kind: needed - 1}
        monkeypatch.setattr(resource, "getrlimit", lambda asked, given=given: (given.get(asked, -1),) * 2)
        fault = memory_limit_too_low()
        assert fault is not None and f"`ulimit {letter} {needed >> 10}`" in fault.remedy
        monkeypatch.setattr(resource, "getrlimit", lambda asked, given=given: (given.get(asked, -2) + 1,) * 2)
        assert memory_limit_too_low() is None
