"""Commands that write files for a user: whole, once, and never over what is there."""

import json
from pathlib import Path

from typer.testing import CliRunner, Result

from workflow.cli import app

RUNNER = CliRunner()


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
