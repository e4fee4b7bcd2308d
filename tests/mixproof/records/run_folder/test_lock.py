"""The lock: one holder, named to the others, and gone with its process."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mixproof.errors import LockError
from mixproof.records.run_folder.lock import hold

HOLDER = "import sys, time\nfrom pathlib import Path\nfrom mixproof.records.run_folder.lock import hold\n" + (
    "with hold(Path(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(60)\n"
)


@pytest.fixture
def holder(tmp_path: Path):
    """A process that holds the lock."""
    path = tmp_path / ".lock"
    root = Path(__file__).parents[3]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    command = [sys.executable, "-c", HOLDER, str(path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield path, process
    process.kill()
    process.wait()


def test_a_second_holder_is_told_who_holds_it(holder) -> None:
    path, process = holder
    began = time.monotonic()
    with pytest.raises(LockError) as refused, hold(path):
        pytest.fail("two processes hold one lock")
    assert time.monotonic() - began < 2
    what = refused.value.faults[0].what
    assert f"Process {process.pid} on {socket.gethostname()} since 20" in what
    assert refused.value.exit_code == 7


def test_a_killed_holder_holds_nothing(holder) -> None:
    path, process = holder
    process.kill()
    with hold(path):
        assert str(os.getpid()) in path.read_text()


def test_waiting_gets_the_lock_when_it_is_free(holder) -> None:
    path, process = holder
    assert str(process.pid) in path.read_text()
    process.terminate()
    with hold(path, wait=10):
        assert str(os.getpid()) in path.read_text()
    assert process.wait(10) != 0  # it was ended, and did not let go by itself


def test_locks_of_two_names_are_two_locks(holder, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    path, process = holder
    other = tmp_path / "other" / ".lock"
    with hold(other):
        assert str(os.getpid()) in other.read_text()
        assert str(process.pid) in path.read_text()
        with pytest.raises(LockError), hold(path):  # which its holder still holds
            pytest.fail("the other lock was let go")


def test_the_lock_file_is_private_and_no_link(tmp_path: Path) -> None:
    with hold(tmp_path / ".lock"):
        assert (tmp_path / ".lock").stat().st_mode & 0o777 == 0o600
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="link"), hold(tmp_path / "link"):
        pass
    assert not (tmp_path / "elsewhere").exists()
