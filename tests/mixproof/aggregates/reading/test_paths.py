"""T14-T17: only ordinary files inside the data folder."""

import os
import time

import pytest

from mixproof.aggregates.reading.paths import safe_path
from mixproof.errors import ConfigError, DataError

UNSAFE = ["../../etc/passwd", "/etc/passwd", "~/t.csv", "a\\b.csv", "sub/../../t.csv", "https://x.org/t.csv",
          "s3://b/t.csv", "C:/t.csv", "file:///etc/passwd", "/proc/self/environ", "/dev/zero", "t\x00.csv",
          "\udcff.csv"]  # fmt: skip


@pytest.mark.parametrize("file", UNSAFE)
def test_unsafe_path_is_refused(tmp_path, file):
    with pytest.raises(ConfigError) as raised:
        safe_path(tmp_path, file)
    assert raised.value.faults[0].code == "unsafe-path"


def test_links_out_of_the_folder_are_refused(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    (tmp_path / "outside.csv").write_text("a\n1\n")
    (folder / "link.csv").symlink_to(tmp_path / "outside.csv")
    (folder / "proc.csv").symlink_to("/proc/self/environ")
    (folder / "inside.csv").write_text("a\n1\n")
    (folder / "fine.csv").symlink_to(folder / "inside.csv")
    for name in ("link.csv", "proc.csv"):
        with pytest.raises(ConfigError):
            safe_path(folder, name)
    assert safe_path(folder, "fine.csv") == (folder / "inside.csv").resolve()


def test_pipe_and_folder_are_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    start = time.monotonic()
    for name in ("pipe.csv", "folder.csv"):
        with pytest.raises(ConfigError) as raised:
            safe_path(tmp_path, name)
        assert raised.value.faults[0].code == "not-a-file"
    assert time.monotonic() - start < 1


@pytest.mark.parametrize("file", ["nothing.csv", "read_csv('/etc/passwd')"])  # T25
def test_missing_file_is_a_fault_of_the_data(tmp_path, file):
    with pytest.raises(DataError) as raised:
        safe_path(tmp_path, file)
    assert raised.value.faults[0].code == "file-missing"
