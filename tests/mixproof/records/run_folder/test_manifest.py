"""The manifest: what is written is read back, whatever differs is refused, and numbers are said as JSON can."""

import json
from pathlib import Path

import numpy as np
import pytest

from mixproof.errors import IntegrityError
from mixproof.records.run_folder.manifest import FORMAT, parse, serialise, source_hash, versions

CONTENT = {
    "format": FORMAT,
    "name": "demo",
    "run_id": "1",
    "config_hash": "0" * 64,
    "inputs": {},
    "artefacts": {"tables/a.csv": "1" * 64},
    "tables": {},
    "verdict": {},
}


def written(**changed: object) -> bytes:
    return serialise(CONTENT | changed).encode()


def test_what_is_written_is_read_back() -> None:
    assert parse(written(name="größe"), "manifest.json") == CONTENT | {"name": "größe"}
    assert written() == serialise(dict(reversed(list(CONTENT.items())))).encode()  # in one order of keys


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (np.float64(1.5), 1.5),
        (np.int64(3), 3),
        (float("nan"), None),
        (np.float64("inf"), None),
        ((1, [np.bool_(True)]), [1, [True]]),
        ({1: "a"}, {"1": "a"}),
    ],
)
def test_numbers_are_said_as_json_can(value: object, said: object) -> None:
    assert json.loads(written(more=value))["more"] == said


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"format": FORMAT + 1}, "this version reads format"),
        ({"name": 3}, "`name` is missing or of another kind"),
        ({"artefacts": {"../a": "0"}}, "lead out of the run folder"),
        ({"tables": {"/a": []}}, "lead out of the run folder"),
    ],
)
def test_another_shape_is_refused(changed: dict[str, object], why: str) -> None:
    with pytest.raises(IntegrityError, match=why):
        parse(written(**changed), "manifest.json")


@pytest.mark.parametrize(
    "harm",
    [
        lambda raw: raw.replace(b"demo", b"demp"),
        lambda raw: raw + b"\n",
        lambda raw: raw.replace(b"\n ", b"\n  ", 1),
    ],
    ids=["a letter", "a line", "a space"],
)
def test_any_change_is_refused(harm) -> None:
    with pytest.raises(IntegrityError):
        parse(harm(written()), "manifest.json")


def test_versions_leave_out_what_is_not_installed() -> None:
    assert set(versions(["numpy", "no-such-package"])) == {"numpy"}


def test_the_hash_of_sources_sees_names_and_contents(tmp_path: Path) -> None:
    folder = tmp_path / "code"
    folder.mkdir()
    (folder / "a.py").write_text("1")
    seen = [source_hash([folder])]
    (folder / "notes.txt").write_text("not code")
    assert source_hash([folder]) == seen[0]
    (folder / "a.py").write_text("2")
    seen.append(source_hash([folder]))
    (folder / "a.py").rename(folder / "b.py")
    seen.append(source_hash([folder]))
    assert len(set(seen)) == 3
