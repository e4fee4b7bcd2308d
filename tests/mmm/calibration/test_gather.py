"""The evidence that a model is calibrated with: from the YAML's experiments and from files, each once."""

from dataclasses import replace
from pathlib import Path

import pytest

from mixproof.errors import ConfigError, DataError
from mmm.calibration.gather import gather, recall
from mmm.config import CalibrateConfig
from tests.mmm.calibration_evidence import evidences, holdout
from tests.mmm.random_panels import Shape, random_panel

PANEL = random_panel(Shape(paid=3), seed=5)
ALL = evidences(PANEL)


def names(options: CalibrateConfig, folder: Path) -> list[str]:
    return [item.experiment for item in gather(options, ALL[:3], folder, PANEL).evidence]


def test_experiments_are_all_of_the_section_or_those_named_and_files_come_behind(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(ALL[3].to_json())
    assert names(CalibrateConfig(), tmp_path) == ["test", "joint", "holdout"]
    assert names(CalibrateConfig(experiments=("holdout",)), tmp_path) == ["holdout"]
    assert names(CalibrateConfig(experiments=(), files=("one.json",)), tmp_path) == ["statement"]


def test_of_a_holdout_the_panel_s_outcome_is_taken(tmp_path: Path) -> None:
    both = [
        replace(holdout(PANEL, "paid 0", 8, 2, 0.4, 9.0), outcome_kind=kind) for kind in ("count", "revenue")
    ]
    found = gather(CalibrateConfig(), both, tmp_path, PANEL).evidence
    assert [item.outcome_kind for item in found] == ["revenue"]
    found = gather(CalibrateConfig(), both[:1], tmp_path, PANEL).evidence
    assert [item.outcome_kind for item in found] == ["count"]  # refused later, by name


def test_files_that_are_no_evidence_and_experiments_named_twice_are_refused_together(tmp_path: Path) -> None:
    (tmp_path / "text.json").write_text("{}")
    (tmp_path / "list.json").write_text("[]")
    (tmp_path / "again.json").write_text(ALL[0].to_json())
    options = CalibrateConfig(files=("text.json", "list.json", "missing.json", "again.json"))
    with pytest.raises(DataError) as caught:
        gather(options, ALL, tmp_path, PANEL)
    assert [(fault.code, fault.where) for fault in caught.value.faults] == [
        ("calibrate-file", "calibrate.files: text.json"),
        ("calibrate-file", "calibrate.files: list.json"),
        ("calibrate-file", "calibrate.files: missing.json"),
        ("calibrate-twice", "calibrate: test"),
    ]


def test_a_run_s_evidence_is_found_again_in_its_folder(tmp_path: Path) -> None:
    for number, item in enumerate(ALL):
        (tmp_path / f"{number}.json").write_text(item.to_json())
    described = ["holdout", "test", "joint"]  # the statement came from a file
    for options, expected in (
        (CalibrateConfig(), ["holdout", "test", "joint", "statement"]),
        (CalibrateConfig(experiments=("test",)), ["test", "statement"]),
    ):
        found = recall(options, tmp_path, described, PANEL).evidence
        assert [item.experiment for item in found] == expected
    for folder in (None, tmp_path / "nowhere"):
        with pytest.raises(ConfigError, match="no evidence"):
            recall(CalibrateConfig(), folder, described, PANEL)
