"""Parts of the kernel that are missing are compiled in processes of their own, and waited for before sampling."""

import os
from pathlib import Path

import pytest

from workflow import lazy
from workflow import run as stages
from workflow.sampling import head_start as ahead


@pytest.fixture
def missing(world, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two parts are missing; compiling one writes who did it."""

    def compile_part(part: str) -> str:
        (world.folder / part).write_text(str(os.getpid()))
        return part

    monkeypatch.setitem(lazy.FUNCTIONS, "missing_parts", lambda: ["forward", "back"])
    monkeypatch.setitem(lazy.FUNCTIONS, "compile_part", compile_part)
    monkeypatch.setattr(ahead.os, "cpu_count", lambda: 2)
    folder: Path = world.folder
    return folder


def test_each_part_is_compiled_in_a_process_of_its_own_before_sampling(world, missing: Path) -> None:
    there: list[bool] = []
    fit = world.fit
    world.fit = lambda *a, **k: there.append((missing / "back").exists()) or fit(*a, **k)
    world.hooks["report"] = lambda run: there.append((missing / "back").exists())
    assert stages.run(world.config, output=world.runs).exit_code == 0
    who = {(missing / part).read_text() for part in ("forward", "back")}
    assert len(who) == 2 and str(os.getpid()) not in who
    assert all(there) and there


def test_a_single_processor_does_it_in_its_turn(
    world, missing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead.os, "cpu_count", lambda: 1)
    assert stages.run(world.config, output=world.runs).exit_code == 0
    assert not (missing / "back").exists()


def test_a_compiler_that_fails_leaves_it_to_the_sampler(
    world, missing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What fails in a process of its own is done again where it was waited for, and only then is a fault."""
    here = os.getpid()
    done: list[str] = []

    def compile_part(part: str) -> str:
        if os.getpid() != here:
            raise OSError("no space left")
        done.append(part)
        return part

    monkeypatch.setitem(lazy.FUNCTIONS, "compile_part", compile_part)
    assert stages.run(world.config, output=world.runs).exit_code == 0
    assert done == ["forward", "back"]


def test_a_check_compiles_nothing(world, missing: Path) -> None:
    stages.check(world.config)
    assert not (missing / "back").exists()
