"""T14-T17: only ordinary files inside the data folder."""

import os
import time
from pathlib import Path

import pytest

from mixproof.aggregates.reading.paths import own_folder, safe_path
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


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (".", "unsafe-path"), ("./.", "unsafe-path"), ("a/../..", "unsafe-path"), ("/tmp", "unsafe-path"),
        ("out", "unsafe-path"), ("file", "output-exists"), ("theirs", "output-exists"),
    ],
)  # fmt: skip
def test_a_folder_that_is_written_is_inside_the_data_folder_and_nobody_elses(
    tmp_path: Path, name: str, code: str
) -> None:
    data = tmp_path / "data"
    (data / "theirs").mkdir(parents=True)
    (data / "theirs" / "table.csv").write_text("a")
    (data / "file").write_text("a")
    (data / "out").symlink_to(tmp_path)
    with pytest.raises(ConfigError) as caught:
        own_folder(data, name, "events, folder", "mark.json")
    assert [fault.code for fault in caught.value.faults] == [code]
    assert "`events.folder`" in caught.value.faults[0].remedy


def test_a_folder_that_is_new_empty_or_marked_is_taken(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "mark.json").write_text("{}")
    for name in ("new", "empty", "ours"):
        assert own_folder(tmp_path, name, "events, folder", "mark.json") == tmp_path.resolve() / name
