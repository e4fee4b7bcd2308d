"""Names of users as names of files."""

import pytest

from mixproof.records.run_folder.files import is_safe_name
from mixproof.records.run_folder.naming import MAX_LENGTH, file_stem, numbered_stems

CASES = [
    ("video go-dark", "video-go-dark"),
    ("Überall & überhaupt", "uberall-uberhaupt"),
    ("../../etc/passwd", "etc-passwd"),
    ("<img src=x onerror=1>", "img-src-x-onerror-1"),
    ("\u202etv\x00", "tv"),
    ("📺", "x"),
    ("", "x"),
]


@pytest.mark.parametrize(("name", "stem"), CASES)
def test_file_stem(name: str, stem: str) -> None:
    assert file_stem(name) == stem
    assert is_safe_name(file_stem(name))


def test_long_names_are_cut_and_still_told_apart() -> None:
    first, second = numbered_stems(["a" * 300, "a" * 299])
    assert first != second
    assert len(first) == MAX_LENGTH + 3
    assert numbered_stems(["x"] * 100)[-1] == "100-x"
