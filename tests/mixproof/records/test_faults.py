"""Faults of run folders: each says what is wrong and what to do, and is met where its mechanism is."""

import errno
from pathlib import Path

import pytest

from mixproof.catalogue import EXIT_CODES
from mixproof.errors import ResourceError
from mixproof.records.faults import FAULTS
from mixproof.records.run_folder.files import disk_faults

GONE = [errno.ENOENT, errno.EROFS, errno.EACCES]


@pytest.mark.parametrize("code", FAULTS)
def test_each_has_a_family_and_two_sentences(code: str) -> None:
    family, meaning, remedy = FAULTS[code]
    assert family in EXIT_CODES
    assert meaning.endswith(".")
    assert remedy.endswith(".")


@pytest.mark.parametrize("number", GONE)
def test_an_output_that_is_taken_away_is_no_fault_of_the_tool(number: int, tmp_path: Path) -> None:
    with pytest.raises(ResourceError) as gone, disk_faults(str(tmp_path)):
        raise OSError(number, "x", str(tmp_path / "demo" / "table.csv"))
    assert [fault.code for fault in gone.value.faults] == ["output-gone"]
    with pytest.raises(OSError, match="x"), disk_faults(str(tmp_path)):
        raise OSError(number, "x", "/elsewhere/table.csv")
