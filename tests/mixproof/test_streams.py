"""Standard streams that are closed, full or no longer read: each in a process of its own, which must end well."""

import subprocess
import sys
from pathlib import Path

import pytest

CLOSED = {">&-": 0, "2>&-": 0, ">&- 2>&- <&-": 0, "| head -c 0": 0, "> /dev/full": 6, "2> /dev/full": 0}


@pytest.mark.parametrize("streams", CLOSED)
def test_a_command_ends_with_its_own_code(streams: str, tmp_path: Path) -> None:
    command = f"set -o pipefail; {sys.executable} -m mixproof schema {streams}"
    ended = subprocess.run(
        ["bash", "-c", command], check=False, capture_output=True, text=True, cwd=tmp_path, timeout=120
    )
    assert ended.returncode == CLOSED[streams]
    assert "Traceback" not in ended.stderr
    assert ("could not be written" in ended.stderr) == (streams == "> /dev/full")
