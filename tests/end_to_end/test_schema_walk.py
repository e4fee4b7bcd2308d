"""Every value of every literal in the schema is walked as a user does: by the command, in a process of its own.

Values of one section meet pairwise, sections are combined as they come. Rows are generated from the schema itself, so
that a value is walked from the day it exists; where it cannot be, the first test says so. The walk itself takes minutes
of two cores: it has a mark and a step of its own (``pytest -m walk --dist worksteal``).
"""

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mixproof.errors import DataError
from tests.end_to_end.walk.attribution import ATTRIBUTIONS, attribution
from tests.end_to_end.walk.doubts import doubts
from tests.end_to_end.walk.events import EVENTS, events
from tests.end_to_end.walk.experiments import LIFTS, lift, plans
from tests.end_to_end.walk.media_mix import MEDIA_MIX, media_mix, on_pymc
from tests.end_to_end.walk.privacy import PRIVACY, privacy
from tests.end_to_end.walk.rows import Row, literals, pairwise, values, walked
from workflow.config import DataConfig, load_config
from workflow.run import check

ROOT = Path(__file__).parents[2]
COMMAND = "import sys; sys.argv[0] = 'mixproof'\nfrom workflow.cli import main\nmain()"
ELSEWHERE = {("Holdout", "day_means", "calendar"): "is refused by the contract of holdouts"}
"""Values that no run can end well with, and why."""
OF_THE_MODEL = {"media-share-implausible"}
"""What is doubted of priors and data together, once nothing is left to be doubted of the data."""
WALK = [
    ("run", on_pymc, 0),
    *(("run", media_mix, number) for number in range(MEDIA_MIX)),
    ("run", doubts, 0),
    *(("lift", lift, number) for number in range(LIFTS)),
    *(("lift", attribution, number) for number in range(ATTRIBUTIONS)),
    ("design", plans, 0),
    *(("run", events, number) for number in range(EVENTS)),
    *(("run", privacy, number) for number in range(PRIVACY)),
]
"""Command, what writes the config, its number; the longest run first."""
NAMES = [f"{make.__name__} {number}" for _, make, number in WALK]


def written(folder: Path, make: Callable[[Path, int], Row], number: int) -> Path:
    """Return the YAML of a walk, written with its tables."""
    path = folder / "walk.yaml"
    # JSON is YAML, without aliases
    path.write_text(json.dumps(make(folder, number), indent=1), encoding="utf-8")
    return path


def test_every_value_of_every_literal_is_walked(tmp_path: Path) -> None:
    configs = [load_config(written(tmp_path, make, number)) for _, make, number in WALK]
    found = {value for config in configs for value in walked(config)}
    assert literals() - found == set(ELSEWHERE)


def test_every_doubt_that_can_be_accepted_is_one(tmp_path: Path) -> None:
    config = written(tmp_path, doubts, 0)
    accepted = check(config)
    row = doubts(tmp_path, 0)
    row["data"]["accept"] = []
    config.write_text(json.dumps(row), encoding="utf-8")
    with pytest.raises(DataError) as refused:
        check(config)
    codes = {fault.code for fault in refused.value.faults}
    assert codes == set(values(DataConfig, "accept")) - OF_THE_MODEL
    assert all(any(code in sentence for sentence in accepted.sentences) for code in codes)


def test_rows_hold_every_pair_that_may_stand_together() -> None:
    table = {"a": (1, 2, 3), "b": ("x", "y"), "c": (True, False)}
    rows = pairwise(table, lambda row: (row["a"], row["b"]) != (1, "x"))
    for one, other in itertools.combinations(table, 2):
        seen = {(row[one], row[other]) for row in rows}
        forbidden = {(1, "x")} if other == "b" else set()
        assert seen == set(itertools.product(table[one], table[other])) - forbidden
    assert len(rows) < 10


@pytest.mark.walk
@pytest.mark.parametrize(("command", "make", "number"), WALK, ids=NAMES)
def test_the_walk_ends_with_an_answer(
    command: str, make: Callable[[Path, int], Row], number: int, tmp_path: Path
) -> None:
    config = written(tmp_path, make, number)
    arguments = [command, str(config), "--output", str(tmp_path / "runs"), "--quiet"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    started = [sys.executable, "-c", COMMAND, *arguments]
    done = subprocess.run(started, env=environment, capture_output=True, text=True, timeout=280)
    assert done.returncode in (0, 5), done.stderr[-3000:]
