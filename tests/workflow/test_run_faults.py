"""Disks that fill up, memory that runs out, samplers that crash: said plainly, and nothing else is harmed."""

import errno
import faulthandler
import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from mixproof.errors import ConfigError, DataError, Fault, ResourceError
from mixproof.records.run import Run, verify
from workflow import run as stages
from workflow.preflight import Limits, Need
from workflow.sampling.process import SamplerError
from workflow.stages import aggregate as reading

ROOMY = Limits(memory=10**12, disk=10**12)


def fill(disk: Path) -> None:
    """Leave no byte on the disk."""
    with (disk / "filler").open("wb", buffering=0) as file:
        for size in (2**20, 2**12):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError as error:
                assert error.errno == errno.ENOSPC


def unfinished(world, runs: Path) -> list[str]:
    return [path.name for path in (runs / "small").iterdir() if path.name.startswith(".building")]


def test_a_disk_of_two_megabytes_is_refused_before_sampling(world, small_disk) -> None:
    disk = small_disk(2)
    world.hooks["chain"] = lambda number: pytest.fail("sampled on a disk that is too small")
    with pytest.raises(ResourceError) as refused:
        stages.run(world.config, output=disk / "runs")
    assert [fault.code for fault in refused.value.faults] == ["disk-too-small"]
    assert "Estimate" in refused.value.faults[0].what


@pytest.mark.parametrize("point", ["chain", "analyse", "report"])
def test_a_disk_that_fills_up_ends_with_6_and_harms_no_earlier_run(world, small_disk, point: str) -> None:
    disk = small_disk(24)
    runs = disk / "runs"
    earlier = stages.run(world.config, output=runs, limits=ROOMY).run_dir
    world.config.write_text(world.config.read_text().replace("seed: 7", "seed: 8"))
    world.hooks[point] = lambda *_: fill(disk)
    with pytest.raises(ResourceError) as full:
        stages.run(world.config, output=runs, limits=ROOMY)
    assert full.value.faults[0].code == "disk-full"
    assert unfinished(world, runs) == []
    assert verify(earlier).identical
    assert (runs / "small" / "latest").resolve() == earlier
    # with room again the next run ends well, and samples only what the full disk did not let it keep
    (disk / "filler").unlink()
    if point != "chain":
        world.hooks["chain"] = lambda number: pytest.fail("sampled again what was kept")
    world.hooks[point] = lambda *_: None
    assert stages.run(world.config, output=runs, limits=ROOMY).exit_code == 0


def test_a_full_disk_is_recognised_through_a_library_s_own_error(world) -> None:
    def wrapped(run: Run) -> None:
        raise RuntimeError(f"workbook: {os.strerror(errno.ENOSPC)}")

    world.hooks["report"] = wrapped
    with pytest.raises(ResourceError):
        stages.run(world.config, output=world.runs)
    assert unfinished(world, world.runs) == []


def test_memory_that_cannot_suffice_is_refused_before_sampling(world) -> None:
    with pytest.raises(ResourceError) as refused:
        stages.run(world.config, output=world.runs, limits=Limits(memory=10**8))
    assert [fault.code for fault in refused.value.faults] == ["memory-too-small"]


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


LIMIT = {"bytes": 0}
"""What the child may hold; set before it is forked, so that it knows how much is too much."""


def _take(number: int) -> None:
    # A forked child maps only the pages it touches: it starts far below its parent, so it takes until it is over.
    page, hoards = os.sysconf("SC_PAGE_SIZE"), []
    while _resident() < LIMIT["bytes"] + 100 * 2**20:
        hoards.append(bytearray(100 * 2**20))
        hoards[-1][::page] = b"x" * len(hoards[-1][::page])
    time.sleep(20)


def _out_of_memory(number: int) -> None:
    raise MemoryError


def _crash(number: int) -> None:
    raise ZeroDivisionError("the sampler's own")


def _fall(number: int) -> None:
    faulthandler.disable()  # pytest's own would print pages
    os.kill(os.getpid(), signal.SIGSEGV)


def _bad_data(number: int) -> None:
    raise DataError([Fault("one", "a", "b", "c"), Fault("two", "a", "b", "c")])


CRASHES = [
    (_take, ResourceError, "memory-spent"),
    (_out_of_memory, ResourceError, "memory-spent"),
    (lambda n: os.kill(os.getpid(), signal.SIGKILL), ResourceError, "sampler-killed"),
    (_fall, SamplerError, "code -11"),
    (_crash, SamplerError, "ZeroDivisionError"),
    (_bad_data, DataError, "one,two"),
]


@pytest.mark.parametrize(("trouble", "kind", "said"), CRASHES)
def test_the_run_survives_its_sampler(world, monkeypatch, trouble, kind, said: str) -> None:
    monkeypatch.setattr(reading, "estimate", lambda panel, config: Need(0, 0))
    LIMIT["bytes"] = _resident() + 200 * 2**20
    world.hooks["chain"] = lambda number: trouble(number) if number == 1 else None
    with pytest.raises(kind) as failed:
        stages.run(world.config, output=world.runs, limits=Limits(memory=LIMIT["bytes"]))
    faults = getattr(failed.value, "faults", None)
    assert said in (",".join(fault.code for fault in faults) if faults else str(failed.value))
    if said == "memory-spent" and trouble is _take:
        assert "MB allowed" in faults[0].what
    kept = list((world.runs / "small" / ".checkpoints").rglob("chain-*.npy"))
    assert [path.name for path in kept] == ["chain-0.npy"]
    world.hooks.clear()
    assert stages.run(world.config, output=world.runs).exit_code == 0


@pytest.mark.parametrize("point", ["chain", "analyse", "report"])
def test_an_output_that_is_removed_while_a_run_samples_ends_with_6_or_whole(world, point: str) -> None:
    """Before anything but the posterior has been written there is nothing to miss: the run may still be whole."""
    world.hooks[point] = lambda *_: shutil.rmtree(world.runs / "small")
    try:
        outcome = stages.run(world.config, output=world.runs, limits=ROOMY)
    except ResourceError:
        return
    assert point == "analyse"
    assert verify(outcome.run_dir).identical


@pytest.mark.parametrize("folder", ["media.csv", "missing", "x" * 400])
def test_a_data_folder_that_is_none_is_named(world, folder: str) -> None:
    with pytest.raises(ConfigError) as refused:
        stages.check(world.config, data=world.config.parent / folder)
    assert [fault.code for fault in refused.value.faults] == ["data-folder"]
