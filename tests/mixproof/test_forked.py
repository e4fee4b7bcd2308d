"""Work beside other work: the same result, whatever becomes of the other process, and nothing left running."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from mixproof.forked import Beside, forked, in_turn

LONG = "ü" * 300_000
"""More than a pipe holds."""


@pytest.mark.parametrize("beside", [in_turn, forked])
def test_the_result_is_that_of_the_work(beside: Beside) -> None:
    with beside(lambda: LONG) as result:
        assert result() == LONG


@pytest.mark.parametrize("beside", [in_turn, forked])
def test_what_the_work_raises_is_raised_here(beside: Beside) -> None:
    def fail() -> str:
        raise ValueError("no such luck")

    with pytest.raises(ValueError, match="no such luck"), beside(fail) as result:
        result()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is forked")
def test_a_process_that_dies_is_replaced_by_work_done_here() -> None:
    here = os.getpid()

    def die_elsewhere() -> str:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return "done here"

    with forked(die_elsewhere) as result:
        assert result() == "done here"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is forked")
def test_a_process_that_nobody_waits_for_is_ended(tmp_path: Path) -> None:
    def sleep() -> str:
        (tmp_path / "process").write_text(str(os.getpid()))
        time.sleep(600)
        return ""

    began = time.monotonic()
    with pytest.raises(KeyError), forked(sleep):
        while not (tmp_path / "process").exists():
            time.sleep(0.01)
        raise KeyError
    assert time.monotonic() - began < 60
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
