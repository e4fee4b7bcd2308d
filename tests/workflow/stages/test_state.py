"""What stages hand on: each thing is there once it is made, and asking too early is a fault of the tool."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from mixproof.errors import IntegrityError
from mixproof.records.run_folder.output import Output
from mixproof.records.verdict import Finding, Grade, Verdict
from workflow.config import parse_config
from workflow.inputs import hash_files
from workflow.preflight import Limits
from workflow.progress import Display
from workflow.stages.state import RunState

CONFIG = parse_config("""\
name: plans
design:
  currency: EUR
  plans: [{name: a, kind: holdout, users: 10000, conversion_rate: 0.1, expected_lift: 0.1}]
""")


@pytest.fixture
def state(tmp_path: Path) -> RunState:
    return RunState(
        CONFIG, Output(tmp_path / "runs", "plans"), tmp_path, Display(None), Limits(), ExitStack()
    )


@pytest.mark.parametrize("name", ["data", "mmm", "lift", "panel", "fitted", "draft"])
def test_what_is_not_there_yet_is_named(state: RunState, name: str) -> None:
    with pytest.raises(RuntimeError, match=r"this run has no .* yet: a stage stands in the wrong place"):
        getattr(state, name)


def test_a_stage_builds_on_those_before_it_that_were_wanted(state: RunState) -> None:
    state.keys.update({"aggregate": "a", "lift": "b"})
    assert state.read_by("fit", "lift", "aggregate") == ["b", "a"]
    assert state.design == CONFIG.design


def test_the_verdict_is_that_of_all_stages(state: RunState) -> None:
    assert state.verdict.grade is Grade.REPORTABLE
    for status in ("pass", "failure", "warning"):
        state.verdicts.append(Verdict((Finding("check", status, "A sentence."),)))
    assert state.verdict.grade is Grade.NOT_REPORTABLE
    assert len(state.verdict.findings) == 3


def test_files_are_remembered_by_their_hash_and_may_not_change(state: RunState, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1")
    (key,) = state.read_files(hash_files(["a.csv", "missing.csv"], tmp_path))
    assert key == f"a.csv {state.input_hashes['a.csv']}"
    state.raise_if_changed()
    (tmp_path / "a.csv").write_text("22")
    with pytest.raises(IntegrityError):
        state.raise_if_changed()
