"""The rules that fuzzed inputs are held to: a good folder keeps them, and what breaks one is named."""

import subprocess
import sys
from pathlib import Path

import pytest
import typer

from benchmarks import fuzz


def folder() -> fuzz.Files:
    """Return the good folder."""
    config = fuzz.YAML.replace("FILE", "t.csv").encode()
    return {"c.yaml": config, "t.csv": fuzz.table().to_csv(index=False).encode()}


def test_a_good_folder_keeps_the_rules() -> None:
    # in a process of its own: memory is that of the whole process, here all tests before this one
    commands = [["check", "c.yaml"], ["init", "t.csv", "--force"]]
    program = (
        "from benchmarks import fuzz; from tests.benchmarks.test_fuzz import folder; "
        f"print([fuzz.broken(folder(), command) for command in {commands!r}])"
    )
    root = Path(fuzz.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "['', '']"


def test_what_breaks_a_rule_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    app = typer.Typer()

    @app.command()
    def check(path: str) -> None:
        """Say what moves the terminal, open what is not ours, and end as a fault of the tool does."""
        print("\x1b[31mred")
        fuzz.OPENED.append("/etc/passwd")
        raise typer.Exit(70)

    @app.command()
    def init(path: str) -> None:
        """Be a second command, so that both are asked for by name."""

    monkeypatch.setattr(fuzz, "app", app)
    rule = fuzz.broken(folder(), ["check", "c.yaml"])
    assert all(words in rule for words in ("code 70", "opened ['/etc/passwd']", "\\x1b"))


@pytest.mark.parametrize("path", ["/etc/passwd", "/tmp/other/t.csv", "/root/.ssh/id"])
def test_only_the_folder_and_the_code_may_be_opened(path: str, tmp_path) -> None:
    assert not fuzz._own(path, tmp_path)
    assert fuzz._own(str(tmp_path / "t.csv"), tmp_path)
    assert fuzz._own(f"{sys.prefix}/lib/x.py", tmp_path)
