"""A run in hostile surroundings: no writable home, no folder for temporary files, other locales; the same numbers."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = """
import json, locale, os, sys
sys.path[:0] = [{root!r}, {tests!r}]
try:
    locale.setlocale(locale.LC_ALL, "")
except locale.Error:
    pass  # the machine lacks it; the environment variables still stand
os.umask(0)
from conftest import World
from workflow import lazy
from workflow import run as stages
world = World(__import__("pathlib").Path({folder!r}))
for name in ("read_panel", "raise_if_not_computable", "kernel_is_kept", "kernel_functions", "fit", "analyse", "write_summary"):
    lazy.FUNCTIONS[name] = getattr(world, name)
from mixproof.records.run import Run
outcome = stages.run(world.config, output=world.folder / {runs!r})
run = Run.open(outcome.run_dir)
print(json.dumps([outcome.exit_code, run.manifest["artefacts"], float(run.table("numbers")["mean"].sum())]))
"""
LOCALES = ["C", "tr_TR.UTF-8", "de_DE.UTF-8"]


def test_the_same_bytes_and_private_files_in_every_surrounding(world, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o500)
    started = []
    for name in LOCALES:
        environment = {"PATH": os.environ["PATH"], "HOME": str(home), "LC_ALL": name, "OMP_NUM_THREADS": "1"}
        environment |= {"TMPDIR": "/nonexistent", "TMP": "/nonexistent", "TEMP": "/nonexistent"}
        script = SCRIPT.format(
            root=str(ROOT), tests=str(Path(__file__).parent), folder=str(world.folder), runs=f"runs-{name}"
        )
        command = [sys.executable, "-c", script]
        started.append(subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, cwd="/"))
    answers = [json.loads(process.communicate(timeout=100)[0]) for process in started]
    assert [code for code, _, _ in answers] == [0, 0, 0]
    assert answers[0] == answers[1] == answers[2]
    assert list(home.iterdir()) == []
    for name in LOCALES:
        for path in (world.folder / f"runs-{name}").rglob("*"):
            if not path.is_symlink():
                assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600)


@pytest.mark.parametrize("broken", ["file", "unwritable"])
def test_an_output_that_cannot_be_made_is_said_so(
    world, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mixproof.errors import ConfigError, ResourceError
    from workflow import run as stages

    place = world.folder / "place"
    if broken == "file":
        place.write_text("x")
        with pytest.raises(ConfigError) as refused:
            stages.run(world.config, output=place)
        assert refused.value.faults[0].code == "output-not-ours"
        assert place.read_text() == "x"
        return
    # /proc refuses new folders even to root
    with pytest.raises(ResourceError) as refused:
        stages.run(world.config, output=Path("/proc/mixproof-runs"))
    assert refused.value.faults[0].code == "output-unusable"
