"""The sampling process: it answers, it says what went wrong in it, and it ends with whoever asked."""

import os
import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mixproof.console import log_text, write_log
from mixproof.errors import DataError, Fault, ResourceError
from workflow.sampling.process import SamplerError, SamplingProcess, Send


def nothing(send: Send) -> None:
    """Get ready for nothing."""


def fail(send: Send) -> None:
    raise ImportError("not needed after all")


def double(job: Any, send: Send) -> None:
    """Tell of progress twice, then answer, then go on as a process that writes to disk does."""
    for step in (1, 2):
        send({"progress": {"step": step}})
    send({"posterior": 2 * job, "process": os.getpid()})
    time.sleep(0.05)


def raises(error: BaseException) -> Callable[[Any, Send], None]:
    def do(job: Any, send: Send) -> None:
        raise error

    return do


@pytest.mark.parametrize("prepare", [nothing, fail])
def test_the_answer_comes_from_another_process_and_progress_before_it(
    prepare: Callable[[Send], None],
) -> None:
    seen: list[Any] = []
    with SamplingProcess(prepare, double) as process:
        process.begin(21, None)
        answer = process.answer(seen.append)
        assert answer is not None
        assert answer["posterior"] == 42
        assert answer["process"] != os.getpid()
        assert seen == [{"step": 1}, {"step": 2}]
        assert process.answer(seen.append) is None  # it has ended well
        assert process.answer(seen.append) is None


def test_what_it_says_while_it_gets_ready_is_heard() -> None:
    seen: list[Any] = []
    with SamplingProcess(lambda send: send({"progress": {"says": "compiling"}}), double) as process:
        process.begin(21, None)
        process.answer(seen.append)
    assert seen == [{"says": "compiling"}, {"step": 1}, {"step": 2}]


FAULT = Fault("one", "where", "what", "remedy")


@pytest.mark.parametrize(
    ("do", "kind", "said"),
    [
        (raises(DataError([FAULT])), DataError, "what"),
        (raises(MemoryError()), ResourceError, "memory"),
        (raises(ZeroDivisionError("its own")), SamplerError, "ZeroDivisionError: its own"),
        (lambda job, send: os.kill(os.getpid(), signal.SIGKILL), ResourceError, "held"),
        (lambda job, send: os._exit(3), SamplerError, "code 3"),
    ],
)
def test_what_goes_wrong_in_it_is_raised_here(
    do: Callable[[Any, Send], None], kind: type[Exception], said: str
) -> None:
    with SamplingProcess(nothing, do) as process, pytest.raises(kind) as raised:
        process.begin(None, None)
        process.answer(lambda progress: None)
    assert said in str(raised.value)


def test_the_log_of_a_fault_names_where_the_sampling_process_failed_and_quotes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrap(job: Any, send: Send) -> None:
        try:
            raise ZeroDivisionError("anna@example.com")
        except ZeroDivisionError as cause:
            raise ValueError("3.75") from cause

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with SamplingProcess(nothing, wrap) as process, pytest.raises(SamplerError) as raised:
        process.begin(None, None)
        process.answer(lambda progress: None)
    log = write_log(log_text(raised.value))
    assert log is not None
    text = log.read_text()
    ends = [line.split()[-1] for line in text.splitlines() if "test_process.py" in line]
    assert ends.count("wrap") == 2  # there and at its cause, in the other process
    assert (
        text.index("SamplerError")
        < text.index("builtins.ValueError")
        < text.index("builtins.ZeroDivisionError")
    )
    assert "anna" not in text and "3.75" not in text


def test_one_that_holds_too_much_is_ended(tmp_path: Path) -> None:
    def hoard(job: Any, send: Send) -> None:
        (tmp_path / "id").write_text(str(os.getpid()))
        time.sleep(60)

    with SamplingProcess(nothing, hoard) as process, pytest.raises(ResourceError, match="1 MB allowed"):
        process.begin(None, 10**6)
        process.answer(lambda progress: None)
    assert not Path(f"/proc/{(tmp_path / 'id').read_text()}").exists()


def test_leaving_the_block_ends_it_whatever_it_does(tmp_path: Path) -> None:
    def linger(job: Any, send: Send) -> None:
        send({"posterior": os.getpid()})
        time.sleep(60)

    with SamplingProcess(nothing, linger) as process:
        process.begin(None, None)
        answer = process.answer(lambda progress: None)
        assert answer is not None
    assert not Path(f"/proc/{answer['posterior']}").exists()
