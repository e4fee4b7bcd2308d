"""Runs that are stopped or killed, and runs that meet: no partial folder, and the next run ends as if nothing was."""

import os
import random
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mixproof.errors import LockError
from mixproof.records import run
from mixproof.records.run_folder import manifest, output
from mixproof.records.run_folder import run_draft as draft
from workflow import run as stages
from workflow.sampling import job as sampling
from workflow.stages import state as work

KILLS = 24


def published(runs: Path) -> list[Path]:
    folder = runs / "small"
    return sorted(path for path in folder.iterdir() if path.name[0].isdigit()) if folder.exists() else []


def artefacts(path: Path) -> dict[str, str]:
    """Return the artefacts of a run after checking that it is whole."""
    assert run.verify(path).identical
    return run.Run.open(path).manifest["artefacts"]


_REFERENCE: dict[str, str] = {}


def reference(world) -> dict[str, str]:
    """Return the artefacts of a run that nobody stopped; the same for every test, so made once."""
    if not _REFERENCE:
        _REFERENCE.update(artefacts(stages.run(world.config, output=world.folder / "reference").run_dir))
    return _REFERENCE


def wait_for(condition, seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.005)


def chains(world) -> list[str]:
    return sorted(path.name for path in world.runs.rglob("chain-*.npy"))


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_run_keeps_its_chains_and_the_next_one_goes_on(world, launch, number, code) -> None:
    expected = reference(world)
    world.chain_seconds = 0.4
    child = launch(lambda: stages.run(world.config, output=world.runs))
    wait_for(lambda: chains(world) == ["chain-0.npy"])
    os.kill(child, number)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == code
    assert published(world.runs) == []
    assert chains(world) == ["chain-0.npy"]
    world.hooks["chain"] = lambda n: (world.folder / f"again-{n}").touch()
    outcome = stages.run(world.config, output=world.runs)
    sampled = sorted(path.name for path in world.folder.glob("again-*"))
    assert sampled == ["again-1", "again-2"]
    assert artefacts(outcome.run_dir) == expected


def test_two_runs_of_one_output_do_not_meet(world, launch) -> None:
    world.chain_seconds = 30.0
    child = launch(lambda: stages.run(world.config, output=world.runs))
    lock = world.runs / "small" / ".lock"
    wait_for(lambda: lock.exists() and str(child) in lock.read_text())
    began = time.monotonic()
    with pytest.raises(LockError) as refused:
        stages.run(world.config, output=world.runs)
    assert time.monotonic() - began < 2
    said = refused.value.faults[0].what
    assert f"Process {child} on {os.uname().nodename} since {datetime.now(UTC):%Y-}" in said
    # another name is another output
    world.chain_seconds = 0.0
    other = world.config.with_name("other.yaml")
    other.write_text(world.config.read_text().replace("name: small", "name: other"))
    assert stages.run(other, output=world.runs).exit_code == 0
    # a holder that is killed holds nothing: no unlocking by hand
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert stages.run(world.config, output=world.runs).exit_code == 0


def test_killed_at_random_times_nothing_partial_is_left(world, launch) -> None:
    world.chain_seconds = 0.03
    began = time.monotonic()
    expected = artefacts(stages.run(world.config, output=world.folder / "reference").run_dir)
    whole = time.monotonic() - began
    times = random.Random(20240229)
    for _ in range(KILLS):
        child = launch(lambda: stages.run(world.config, output=world.runs))
        time.sleep(times.uniform(0, whole))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        for path in published(world.runs):
            assert artefacts(path) == expected
    world.chain_seconds = 0.0
    last = stages.run(world.config, output=world.runs)
    assert artefacts(last.run_dir) == expected
    assert (world.runs / "small" / "latest").resolve() == last.run_dir
    left = {path.name for path in (world.runs / "small").iterdir()} - {p.name for p in published(world.runs)}
    assert left <= {"latest", ".lock", ".checkpoints", ".attempts.jsonl"}
    assert list((world.runs / "small" / ".checkpoints").iterdir()) == []


POINTS = [
    (output.Output, "next_run_id", 0),
    (draft, "table_kinds", 0),
    (draft, "settle", 0),
    (manifest, "serialise", 0),
    (output.Output, "publish", 0),
    (output.Output, "point_latest", 1),
    (sampling, "save_posterior", 0),
    (sampling, "replace_private", 0),
    (sampling, "sync_folder", 0),
]


@pytest.mark.parametrize(("owner", "name", "complete"), POINTS, ids=[name for _, name, _ in POINTS])
def test_killed_at_each_step_of_publishing(
    world, launch, monkeypatch, owner, name: str, complete: int
) -> None:
    expected = reference(world)

    def dies(*args: object, **kwargs: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, dies)
        child = launch(lambda: stages.run(world.config, output=world.runs))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in {-signal.SIGKILL, 6}  # 6: the sampling process was killed, and the run said so
    assert [artefacts(path) for path in published(world.runs)] == [expected] * complete
    outcome = stages.run(world.config, output=world.runs)
    assert artefacts(outcome.run_dir) == expected
    assert (world.runs / "small" / "latest").resolve() == outcome.run_dir


def test_latest_is_mended_when_a_run_died_before_pointing_to_itself(world, launch, monkeypatch) -> None:
    def dies(self: output.Output, run_id: str) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with monkeypatch.context() as patch:
        patch.setattr(output.Output, "point_latest", dies)
        os.waitpid(launch(lambda: stages.run(world.config, output=world.runs)), 0)
    assert not (world.runs / "small" / "latest").exists()
    output.Output(world.runs, "small").sweep()
    assert (world.runs / "small" / "latest").resolve() == published(world.runs)[0]


def test_run_ids_are_unique_and_in_order_when_the_clock_jumps_back(world, monkeypatch) -> None:
    now = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    moments = [now, now, now - timedelta(hours=1)]

    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return moments.pop(0)

    monkeypatch.setattr(work, "datetime", Clock)
    found = [stages.run(world.config, output=world.runs).run_dir for _ in range(3)]
    assert [path.name[-4:] for path in found] == ["0001", "0002", "0003"]
    assert (world.runs / "small" / "latest").resolve() == found[-1]
    timings = run.Run.open(found[-1]).manifest["timings"]
    assert all(seconds >= 0 for seconds in timings.values())
