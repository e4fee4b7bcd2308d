"""A run of all stages: what is published, what it is called, and what is said about it."""

import json
import stat

import pytest

from mixproof.errors import ConfigError, IntegrityError
from mixproof.records.run import Run, verify
from workflow import run as stages
from workflow.config import load_config
from workflow.stages.table import STAGES


def test_run_publishes_a_whole_folder(world) -> None:
    outcome = stages.run(world.config, output=world.runs)
    assert outcome.exit_code == 0
    run = Run.open(world.runs / "small" / "latest")
    assert run.path == outcome.run_dir
    assert verify(run.path).identical
    assert run.tables == ("columns", "numbers")
    assert run.table("numbers")["parameter"].tolist() == list("abcd")
    assert run.posterior()["posterior"]["b"].shape == (3, 100, 4)
    assert run.config["seed"] == 7
    assert list(run.manifest["inputs"]) == ["media.csv"]
    assert run.manifest["panel"]["ledger"][0]["read"] == 60
    config = load_config(world.config)
    assert set(run.manifest["stages"]) == {stage.name for stage in STAGES if stage.wanted(config)}
    assert all(seconds >= 0 for seconds in run.manifest["timings"].values())
    assert not list((world.runs / "small" / ".checkpoints").iterdir())


@pytest.mark.parametrize(("status", "code"), [("pass", 0), ("warning", 0), ("failure", 5)])
def test_a_run_that_is_not_reportable_is_published_and_marked(world, status: str, code: int) -> None:
    world.status = status
    outcome = stages.run(world.config, output=world.runs)
    assert outcome.exit_code == code
    run = Run.open(outcome.run_dir)
    assert run.verdict.grade == outcome.verdict.grade
    assert json.loads((run.path / "report" / "summary.html").read_text())[0] == str(outcome.verdict.grade)


def test_same_seed_gives_the_same_bytes(world) -> None:
    first = Run.open(stages.run(world.config, output=world.runs).run_dir)
    second = Run.open(stages.run(world.config, output=world.runs).run_dir)
    assert first.path != second.path
    assert first.manifest["artefacts"] == second.manifest["artefacts"]
    assert first.manifest["stages"] == second.manifest["stages"]


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("seed: 7", "seed: 8", {"fit", "effects", "report", "publish"}),
        ("chains: 3", "chains: 2", {"fit", "effects", "report", "publish"}),
        ("mmm:", "report: {locale: de}\nmmm:", {"report", "publish"}),
    ],
)
def test_a_stage_is_known_by_what_it_read(world, old: str, new: str, changed: set[str]) -> None:
    before = Run.open(stages.run(world.config, output=world.runs).run_dir).manifest["stages"]
    world.config.write_text(world.config.read_text().replace(old, new))
    after = Run.open(stages.run(world.config, output=world.runs).run_dir).manifest["stages"]
    assert {name for name in before if before[name] != after[name]} == changed


@pytest.mark.parametrize(("who", "file", "folder"), [("group", 0o640, 0o750), ("everyone", 0o644, 0o755)])
def test_a_run_may_be_readable_by_colleagues(world, who: str, file: int, folder: int) -> None:
    world.config.write_text(world.config.read_text() + f"report: {{readable_by: {who}}}\n")
    run_dir = stages.run(world.config, output=world.runs).run_dir
    for path in (run_dir, *run_dir.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (folder if path.is_dir() else file), path
    for above in (run_dir.parent, world.runs):
        assert stat.S_IMODE(above.stat().st_mode) == folder


def test_everything_is_private_whatever_the_umask(world, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    before = os.umask(0)
    try:
        run_dir = stages.run(world.config, output=world.runs).run_dir
        assert os.umask(0) == 0  # the caller's own umask is back
    finally:
        os.umask(before)
    for path in world.runs.rglob("*"):
        if not path.is_symlink():
            mode = stat.S_IMODE(path.stat().st_mode)
            assert mode == (0o700 if path.is_dir() else 0o600), path
    assert run_dir.is_dir()


def test_check_writes_nothing_and_says_what_a_run_needs(world) -> None:
    before = sorted(world.folder.rglob("*"))
    outcome = stages.check(world.config, output=world.runs)
    assert outcome.exit_code == 0
    assert outcome.facts["geos"] == ["national"]
    assert "MB of disk" in outcome.text()
    assert outcome.as_dict()["panel"]["periods"] == 60
    assert sorted(world.folder.rglob("*")) == before


@pytest.mark.parametrize("where", ["project", "."])
def test_output_must_not_be_an_input(world, where: str) -> None:
    before = sorted(world.folder.rglob("*"))
    with pytest.raises(ConfigError) as refused:
        stages.run(world.config, output=world.folder / where)
    assert [fault.code for fault in refused.value.faults] == ["output-is-input"]
    assert sorted(world.folder.rglob("*")) == before


def test_input_written_to_while_read_is_refused(world) -> None:
    read = world.read_panel

    def meddle(config, folder, spill):
        panel = read(config, folder)
        (folder / "media.csv").write_text("week,revenue,tv\n")
        return panel

    world.read_panel = meddle
    with pytest.raises(IntegrityError) as refused:
        stages.run(world.config, output=world.runs)
    assert refused.value.faults[0].where == "media.csv"
    assert not [path for path in (world.runs / "small").iterdir() if path.name[0] != "."]
