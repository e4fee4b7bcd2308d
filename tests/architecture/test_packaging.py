"""Packaging: exact pins, no addresses, typed packages."""

import re
import subprocess
import tomllib
from itertools import chain

import pytest

from tests.architecture.source import PACKAGES, ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PIN = re.compile(r"([a-z0-9-]+)==([0-9][^ ;]*)( ; .+)?")
PINS = {
    match[1]: match[2]
    for text in PROJECT["tool"]["uv"]["constraint-dependencies"]
    if (match := PIN.fullmatch(text))
}
HASHED = re.compile(
    r"^([a-z0-9-]+)==([^ \n]+)(?: ; [^\n]+?)? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)",
    re.MULTILINE,
)
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def _name(requirement: str) -> str:
    return re.split(r"[<>=!~\[; ]", requirement)[0].lower().replace(".", "-").replace("_", "-")


def test_every_constraint_is_an_exact_pin() -> None:
    assert len(PINS) == len(PROJECT["tool"]["uv"]["constraint-dependencies"]) > 50


@pytest.mark.parametrize(
    "name",
    [*map(_name, [*PROJECT["project"]["dependencies"], *chain(*PROJECT["dependency-groups"].values())])],
)
def test_every_dependency_is_pinned(name: str) -> None:
    assert name in PINS


def test_the_lock_has_the_same_pins_and_a_hash_for_each() -> None:
    blocks = HASHED.findall(LOCK)
    assert {name: version for name, version, _ in blocks} == {name: PINS[name] for name, _, _ in blocks}
    assert {_name(text) for text in PROJECT["project"]["dependencies"]} <= {name for name, _, _ in blocks}
    lines = [line for line in LOCK.splitlines() if line and not line.startswith(("#", " "))]
    assert len(lines) == len(blocks)


def test_no_address_is_recorded() -> None:
    assert "://" not in LOCK
    assert "://" not in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_the_base_is_lean() -> None:
    heavy = {
        "jax",
        "torch",
        "tensorflow",
        "pymc-marketing",
        "pymc-extras",
        "google-meridian",
        "causalpy",
        "dask",
        "pyspark",
    }
    assert not heavy & set(PINS)


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_are_typed_and_shipped(package: str) -> None:
    assert (ROOT / package / "py.typed").is_file()
    assert package in PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert package in PROJECT["tool"]["importlinter"]["root_packages"]


def test_resolutions_with_addresses_stay_out_of_the_repository() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert "uv.lock" not in listed
    assert not [name for name in listed if name.startswith(("runs/", ".venv/"))]
