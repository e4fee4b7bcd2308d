"""Commands that write files for a user: whole, once, and never over what is there."""

import json
import shlex
import shutil
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from workflow.cli import app
from workflow.commands import new_files
from workflow.commands.new_files import DEMO
from workflow.config import load_config
from workflow.run import check

ROOT = Path(__file__).resolve().parents[3]
RUNNER = CliRunner()
INCLUDED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"][
    "targets"
]["wheel"]["force-include"]


def call(*arguments: str) -> Result:
    """Run the command line in this process."""
    return RUNNER.invoke(app, list(arguments))


def test_schema_is_printed_or_written_once(tmp_path: Path) -> None:
    printed, target = call("schema"), tmp_path / "schema.json"
    assert json.loads(printed.stdout)["title"] == "mixproof config"
    assert call("schema", "--to", str(target)).exit_code == 0
    assert target.read_text(encoding="utf-8") == printed.stdout
    assert call("schema", "--to", str(target)).exit_code == 2
    assert call("schema", "--to", str(target), "--force").exit_code == 0
    assert call("schema", "--to", str(tmp_path / "no" / "where.json")).exit_code == 6


def test_simulate_writes_a_world_that_its_config_reads(tmp_path: Path) -> None:
    folder = tmp_path / "world"
    record = json.loads(call("simulate", "small", "--to", str(folder), "--json").stdout)
    assert {Path(name).name for name in record["files"]} == {path.name for path in folder.iterdir()}
    assert call("check", str(folder / "config.yaml"), "--quiet").exit_code == 0
    kept = (folder / "config.yaml").read_bytes()
    again = call("simulate", "small", "--to", str(folder), "--seed", "2")
    assert again.exit_code == 2
    assert "--force" in again.stderr
    assert (folder / "config.yaml").read_bytes() == kept
    assert call("simulate", "small", "--to", str(folder), "--seed", "2", "--force").exit_code == 0


def test_simulate_lists_its_worlds() -> None:
    assert {"demo", "geo", "worthless"} <= set(
        json.loads(call("simulate", "list", "--json").stdout)["worlds"]
    )


def test_init_drafts_beside_the_table_and_destroys_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "world"
    call("simulate", "small", "--to", str(folder))
    (table,) = (path for path in folder.glob("*.csv") if "truth" not in path.name)
    result = call("init", str(table), "--json")
    assert result.exit_code == 0, result.output
    record = json.loads(result.stdout)
    assert Path(record["config"]) == table.with_suffix(".yaml")
    assert record["guesses"]
    assert call("init", str(table)).exit_code == 2
    assert call("check", record["config"]).exit_code in (0, 3)


def test_init_reads_several_tables_and_its_next_command_can_be_typed(tmp_path: Path) -> None:
    folder = tmp_path / "my tables"
    call("simulate", "small", "--to", str(folder))
    tables = sorted(str(path) for path in folder.glob("*.csv"))
    draft = folder / "a draft.yaml"
    result = call("init", *tables, "--currency", "SEK", "--to", str(draft))
    assert result.exit_code == 0, result.output
    typed = shlex.split(result.stdout.splitlines()[-1].partition("then: ")[2])
    assert typed == ["mixproof", "check", str(draft)]
    assert "currency: SEK" in draft.read_text(encoding="utf-8")
    wrong = call("init", *tables, "--currency", "kronor", "--to", str(tmp_path / "b.yaml"))
    assert (wrong.exit_code, "--currency" in wrong.stderr) == (2, True)


def test_the_demo_is_copied_and_checks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = call("demo")
    assert result.exit_code == 0
    assert result.output.splitlines()[-1] == "Next: mixproof run mixproof-demo/demo.yaml"
    copied = {
        path.relative_to("mixproof-demo").as_posix()
        for path in Path("mixproof-demo").rglob("*")
        if path.is_file()
    }
    assert copied == set(DEMO)
    assert check(Path("mixproof-demo/demo.yaml")).facts["channels"][0] == "tv"


def test_the_wheel_carries_what_the_command_copies() -> None:
    assert {f"configs/{name}": f"mixproof/demo/{name}" for name in DEMO} == INCLUDED
    config = load_config(ROOT / "configs" / "demo.yaml")
    assert config.data is not None
    assert {table.file for table in config.data.tables} <= set(DEMO)


def test_an_installed_package_brings_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for source, target in INCLUDED.items():
        (tmp_path / "site" / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / source, tmp_path / "site" / target)
    monkeypatch.setattr(new_files, "_INSTALLED", tmp_path / "site")
    result = call("demo", str(tmp_path / "mine"), "--json")
    assert json.loads(result.output)["files"] == [str(tmp_path / "mine" / name) for name in DEMO]
    assert (tmp_path / "mine/demo.yaml").read_bytes() == (ROOT / "configs/demo.yaml").read_bytes()


def test_nothing_that_is_there_is_destroyed(tmp_path: Path) -> None:
    mine = tmp_path / "demo.yaml"
    mine.write_text("mine\n")
    result = call("demo", str(tmp_path))
    assert result.exit_code == 2
    assert "The folder is not empty" in result.output
    assert mine.read_text() == "mine\n"
    assert call("demo", str(tmp_path), "--force").exit_code == 0
    assert mine.read_text() != "mine\n"


def test_a_folder_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert call("demo", str(tmp_path / "file")).exit_code == 2
    assert call("demo", "/proc/mixproof-demo").exit_code == 6
