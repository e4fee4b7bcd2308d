"""The command as users meet it: codes, messages, speed."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from workflow.cli import app, main
from workflow.commands import COMMANDS

ROOT = Path(__file__).parents[2]
RUNNER = CliRunner()
SLOW_IMPORTS = {
    "pandas",
    "numpy",
    "pymc",
    "pytensor",
    "duckdb",
    "xarray",
    "pydantic",
    "matplotlib",
    "numba",
    "scipy",
}
CONFIG = """\
name: brand
data:
  frequency: weekly
  currency: EUR
  tables: [{file: FILE, date: week}]
  outcome: {column: revenue, kind: revenue}
  channels: [{name: tv, spend: tv_spend}]
"""

USAGE = {
    "unknown command": ["frobnicate"],
    "unknown option": ["run", "x.yaml", "--fast"],
    "no config": ["run"],
    "seed below zero": ["simulate", "demo", "--seed", "-1"],
    "missing config": ["run", "missing.yaml"],
    "missing config, check": ["check", "missing.yaml"],
    "no run folder": ["verify", "missing"],
    "unknown world": ["simulate", "atlantis"],
}


def call(*arguments: str) -> Result:
    """Run the command line in this process."""
    return RUNNER.invoke(app, list(arguments))


@pytest.mark.parametrize("case", USAGE)
def test_a_wrong_command_line_is_2_without_traceback(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = call(*USAGE[case])
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "case", ["unknown command", "unknown option", "no config", "seed below zero", "missing config"]
)
def test_a_wrong_command_line_is_told_to_machines_too(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["mixproof", *USAGE[case], "--json"])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    record = json.loads(said.out)
    assert ended.value.code == record["exit_code"] == 2
    assert record["faults"][0]["what"]
    assert said.err == ""


def test_help_names_every_command() -> None:
    result = call("--help")
    assert result.exit_code == 0
    for command in COMMANDS:
        assert f"  {command.__name__} " in result.output


@pytest.mark.parametrize("arguments", [["-h"], ["run", "-h"]])
def test_the_short_option_for_help_is_there_for_every_command(arguments: list[str]) -> None:
    long = [argument.replace("-h", "--help") for argument in arguments]
    assert call(*arguments).exit_code == 0
    assert call(*arguments).output == call(*long).output


def test_it_runs_as_a_module_and_completes_in_a_shell() -> None:
    module = [sys.executable, "-m", "mixproof"]
    said = subprocess.run([*module, "-h"], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "  run " in said.stdout
    completed = subprocess.run(
        [sys.executable, "-c", "from workflow.cli import app; app(prog_name='mixproof')"],
        env=os.environ
        | {"_MIXPROOF_COMPLETE": "complete_bash", "COMP_WORDS": "mixproof ver", "COMP_CWORD": "1"},
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert completed.stdout.split() == ["verify", "version"]


def test_help_is_quick_and_imports_nothing_heavy() -> None:
    code = "import sys; sys.argv=['mixproof','--help']\nfrom workflow.cli import main\n"
    code += "try: main()\nexcept SystemExit: print('MODULES', *sys.modules)"
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        seconds.append(time.perf_counter() - started)
        loaded = {name.split(".")[0] for name in done.stdout.split("MODULES ")[1].split()}
        assert not loaded & SLOW_IMPORTS
    assert min(seconds) < 2.0  # 0.13 s on a machine at rest; the bound allows for one that is not


def test_version() -> None:
    versions = json.loads(call("version", "--json").stdout)["versions"]
    assert versions["python"] == ".".join(map(str, sys.version_info[:3]))
    assert {"mixproof", "pymc", "numpy"} <= set(versions)
    assert "python" in call("--version").stdout


def test_faults_of_a_config_come_all_at_once_for_people_and_machines(tmp_path: Path) -> None:
    path = tmp_path / "brand.yaml"
    path.write_text(CONFIG + "seed: x\nmmn: {}\n", encoding="utf-8")
    people, machines = call("check", str(path)), call("check", str(path), "--json")
    assert people.exit_code == machines.exit_code == 2
    assert people.stdout == ""
    record = json.loads(machines.stdout)
    assert record["exit_code"] == 2
    assert [fault["where"] for fault in record["faults"]] == ["brand.yaml:8 seed", "brand.yaml:9 mmn"]
    for fault in record["faults"]:
        assert fault["where"] in people.stderr


PATHS = ["../secret.csv", "/etc/passwd", "~/x.csv", "a\\b.csv", "/proc/self/environ", "/dev/zero"]
PATHS += ["https://example.org/x.csv", "s3://bucket/x.csv", "link.csv", "pipe.csv", "folder/../../secret.csv"]


@pytest.mark.parametrize("file", PATHS)
@pytest.mark.parametrize("folder", ["config's own", "--data"])
def test_a_config_cannot_point_outside_the_data_folder(file: str, folder: str, tmp_path: Path) -> None:
    """Torture lines 14 to 17."""
    (tmp_path / "secret.csv").write_text("week,revenue,tv_spend\n2024-01-01,77777,1\n", encoding="utf-8")
    inside = tmp_path / "inside"
    (inside / "folder").mkdir(parents=True)
    (inside / "link.csv").symlink_to(tmp_path / "secret.csv")
    os.mkfifo(inside / "pipe.csv")
    place = inside if folder == "config's own" else tmp_path / "elsewhere"
    place.mkdir(exist_ok=True)
    config = place / "brand.yaml"
    config.write_text(CONFIG.replace("FILE", json.dumps(file)), encoding="utf-8")
    started = time.perf_counter()
    result = call("check", str(config), *([] if place == inside else ["--data", str(inside)]))
    assert result.exit_code == 2, result.output
    assert "77777" not in result.output
    assert "Traceback" not in result.output
    assert time.perf_counter() - started < 10  # a FIFO or /dev/zero would block for ever


@pytest.mark.parametrize(
    ("arguments", "code"), [(["--help"], 0), (["run", "nothere.yaml"], 2), (["bogus"], 2)]
)
def test_the_process_ends_with_the_command_s_code_and_all_its_words(arguments: list[str], code: int) -> None:
    program = "from workflow.cli import program; program()"
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == code
    assert done.stdout + done.stderr
    if arguments[0] == "run":
        assert done.stderr.rstrip().endswith("`mixproof init TABLE` drafts a config from a table.")


WINDOWS = """
import sys
import typer  # the real one of this machine
for name in ("fcntl", "resource", "pwd", "grp", "termios"):
    sys.modules[name] = None
sys.platform = "win32"
from workflow.cli import program
program()
"""


def test_windows_is_refused_in_one_sentence() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", WINDOWS], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.count("\n") == 1
    assert "WSL" in ended.stderr
