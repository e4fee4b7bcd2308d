"""Following a remedy works: the faulty input, its fault, what the remedy says, and the fault is gone."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from mixproof.aggregates.sources import read_panel
from mixproof.errors import Fault, MixproofError
from tests.end_to_end.remedies import (
    attribution_cases,
    compare_cases,
    config_cases,
    data_cases,
    events_cases,
    file_cases,
    finance_cases,
    lift_cases,
    model_cases,
    plan_cases,
    privacy_cases,
    world_cases,
)
from tests.end_to_end.remedies.folder import CONFIG, Case, Files, national
from tests.workflow import test_followed_remedies
from workflow.config import load_config
from workflow.documentation import catalogue


def _read(path: Path) -> None:
    config = load_config(path)
    assert config.data is not None
    read_panel(config.data, path.parent)


Follow = tuple[Callable[[Path], object], Case]
FOLLOWED: list[Follow] = [
    *((load_config, case) for case in config_cases.CASES),
    *((_read, case) for case in data_cases.CASES),
    *((load_config, case) for case in file_cases.CONFIGS),
    *((_read, case) for case in file_cases.TABLES),
    *((lift_cases.lifted, case) for case in lift_cases.CASES),
    *((compare_cases.compared, case) for case in compare_cases.CASES),
    *((finance_cases.tied, case) for case in finance_cases.CASES),
    *((plan_cases.planned, case) for case in plan_cases.CASES),
    *((events_cases.opened, case) for case in events_cases.OPENED),
    *((events_cases.aggregated, case) for case in events_cases.AGGREGATED),
    *((events_cases.kept, case) for case in events_cases.KEPT),
    *((events_cases.recalled, case) for case in events_cases.RECALLED),
    *((attribution_cases.credited, case) for case in attribution_cases.CASES),
    *((does, replace(case, base=base)) for does, case, base in model_cases.CASES),
    *((privacy_cases.released, case) for case in privacy_cases.CASES),
    *((world_cases.simulated, case) for case in world_cases.CASES),
]
FOLLOWED_ELSEWHERE = {
    "release-held": "tests/workflow/compare/test_release.py",
    "release-nothing": "tests/workflow/compare/test_release.py",
    "release-canary": "tests/workflow/compare/test_release.py",
    "release-plan": "tests/workflow/compare/test_release.py",
    "scenarios-file": "tests/workflow/planner/test_page.py",
    "release-trail": "tests/workflow/compare/test_release.py",
    "health-nothing": "tests/workflow/health/test_observe.py",
    "trace-unknown": "tests/workflow/compare/test_trace.py",
    "memory-limit": "tests/mixproof/test_shortage.py",
    "disk-full": "tests/workflow/test_run_faults.py",
    "holdout-noised": "tests/lift/holdout/test_analyse_holdout.py",
    "holdout-noise": "tests/lift/holdout/test_analyse_holdout.py",
    "privacy-budget": "tests/mixproof/aggregates/people/test_noised.py",
    "privacy-extra": "tests/mixproof/aggregates/people/test_noised.py",
    "people-differs": "tests/mixproof/aggregates/people/test_protection.py",
    "people-registry": "tests/mixproof/aggregates/people/test_protection.py",
    "people-unwritable": "tests/mixproof/aggregates/people/test_protection.py",
    "planner-extra": "tests/workflow/commands/test_planner.py",
    "planner-joint": "tests/mmm/plan/test_grid.py",
    "sampler-killed": "tests/workflow/test_run_faults.py",
    "memory-spent": "tests/workflow/test_run_faults.py",
    **{case.code: "tests/workflow/test_followed_remedies.py" for case in test_followed_remedies.CASES},
    "events-memory": "tests/mixproof/aggregates/events/test_engine.py",
    "events-engine": "tests/mixproof/aggregates/events/test_engine.py",
    **dict.fromkeys(
        (
            "events-stream",
            "events-stream-broker",
            "events-stream-extra",
            "events-stream-gap",
            "events-stream-topic",
        ),
        "tests/mixproof/aggregates/events/stream/test_intake.py",
    ),
}
"""Codes whose remedy the test in another file follows: faults of commands, run folders, models and processes."""
NOT_YET = frozenset(
    (
        "calibrate-empty", "calibrate-missing", "chart-unknown", "disk-too-small",
        "evidence-geo", "files-out", "forecast-start", "forecast-unknown", "geo-design", "internal",
        "memory-out", "memory-too-small", "output-name", "plan-record-broken", "plan-record-incomplete",
        "plan-record-unlike", "processes-out", "reading-too-large", "run-without-model",
        "sampling-too-slow", "too-many-rows",
    )
)  # fmt: skip
"""Codes whose remedy no case follows; this list may only shrink."""


def _met(files: Files, folder: Path, does: Callable[[Path], object]) -> tuple[Fault, ...]:
    """Return the faults of a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    try:
        does(folder / CONFIG)
    except MixproofError as error:
        return tuple(error.faults)
    return ()


@pytest.mark.parametrize(
    ("does", "case"), FOLLOWED, ids=[f"{case.code} {case.name}".strip() for _, case in FOLLOWED]
)
def test_the_remedy_mends_the_fault(does: Callable[[Path], object], case: Case, tmp_path: Path) -> None:
    files = (case.base or national)()
    for edit in case.breaks:
        edit(files)
    told = [fault for fault in _met(files, tmp_path / "faulty", does) if fault.code == case.code]
    assert any(case.says in fault.remedy for fault in told), told
    for edit in case.mends:
        edit(files)
    assert _met(files, tmp_path / "mended", does) == ()


BASES = {case.base or national: does for does, case in reversed(FOLLOWED) if does is not load_config}


@pytest.mark.parametrize("base", BASES, ids=lambda base: base.__name__)
def test_the_folders_are_good_before_they_are_broken(base: Callable[[], Files], tmp_path: Path) -> None:
    assert _met(base(), tmp_path, BASES[base]) == ()


def test_every_code_has_a_followed_remedy_but_those_listed() -> None:
    followed = {case.code for _, case in FOLLOWED} | set(FOLLOWED_ELSEWHERE)
    assert followed <= set(catalogue())
    assert set(catalogue()) - followed == NOT_YET
