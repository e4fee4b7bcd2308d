"""What is read of a folder of runs: those up to a moment, in their order, no more than asked, and what cannot be read."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mixproof.records.run_folder.attempts import ATTEMPTS
from tests.workflow.health.made_history import told
from workflow import run as stages
from workflow.health.history import read_history

LATER = timedelta(minutes=5)


@pytest.fixture
def folder(world: Any) -> Path:
    made = [stages.run(world.config, output=world.runs).run_dir for _ in range(3)]
    return made[0].parent


def test_runs_are_read_up_to_a_moment_a_run_and_a_number(folder: Path) -> None:
    now = datetime.now(UTC) + LATER
    whole = [run.run_id for run in read_history(folder, 10, now).runs]
    assert len(whole) == 3 and whole == sorted(whole)
    assert [run.run_id for run in read_history(folder, 2, now).runs] == whole[1:]
    assert [run.run_id for run in read_history(folder, 10, now, whole[1]).runs] == whole[:2]
    early = read_history(folder, 10, now - timedelta(days=1))
    assert not early.runs and not early.tries
    assert not read_history(folder / "not there", 10, now).runs


def test_what_cannot_be_read_is_named(folder: Path) -> None:
    (folder / ATTEMPTS).unlink()
    (folder / ATTEMPTS).mkdir()
    first = min(
        each for each in folder.iterdir() if (each / "manifest.json").is_file() and not each.is_symlink()
    )
    (first / "manifest.json").write_text("{}")
    found = read_history(folder, 10, datetime.now(UTC) + LATER)
    assert len(found.runs) == 2 and len(found.left_out) == 2 and first.name in found.left_out[0]
    assert "attempts" in found.left_out[1]


def test_a_period_ends_where_the_next_one_begins() -> None:
    run = told(1)
    assert run.period_end == datetime(2026, 3, 9, tzinfo=UTC) and run.moment_after(2) == datetime(
        2026, 3, 16, tzinfo=UTC
    )
    monthly = type(run)("r", run.published, {"end": "2026-01-01", "frequency": "monthly"})
    assert monthly.period_end == datetime(2026, 2, 1, tzinfo=UTC)
    assert type(run)("r", run.published).period_end is None
