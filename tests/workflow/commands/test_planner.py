"""`mixproof planner`: a file, a server's address, and what is said where the server's packages are missing."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from workflow.commands.planner import planner
from workflow.planner import page as pages


@pytest.fixture(autouse=True)
def _page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "planner_page", lambda folder: f"<p>{folder.name}</p>")


def ended(command: Callable[[], None]) -> int:
    """Return the exit code that a command ends with."""
    with pytest.raises(SystemExit) as end:
        command()
    return int(end.value.code or 0)


def test_a_page_is_written_once_and_again_only_when_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "new" / "page.html"
    assert ended(lambda: planner(Path("run"), to=file, as_json=True)) == 0
    assert file.read_text() == "<p>run</p>" and json.loads(capsys.readouterr().out)["page"] == str(file)
    assert ended(lambda: planner(Path("other"), to=file)) == 2
    assert "give --force" in capsys.readouterr().err and file.read_text() == "<p>run</p>"
    assert ended(lambda: planner(Path("other"), to=file, force=True)) == 0
    assert file.read_text() == "<p>other</p>"


def test_missing_packages_are_named_and_a_file_needs_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    monkeypatch.delitem(sys.modules, "workflow.planner.server", raising=False)
    assert ended(lambda: planner(Path("run"))) == 2
    said = capsys.readouterr().err
    assert "pip install 'mixproof[web]'" in said and "--to" in said
    assert ended(lambda: planner(Path("run"), to=tmp_path / "page.html")) == 0


@pytest.mark.parametrize("as_json", [False, True])
def test_the_address_is_told_and_ctrl_c_is_no_fault(
    as_json: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    server = pytest.importorskip("workflow.planner.server")

    def serve(page: str, ready: Callable[[str], None]) -> None:
        ready("http://127.0.0.1:1/?token=t")
        raise KeyboardInterrupt

    monkeypatch.setattr(server, "serve", serve)
    assert ended(lambda: planner(Path("run"), as_json=as_json)) == 0
    said = capsys.readouterr().out
    assert json.loads(said) == {"address": "http://127.0.0.1:1/?token=t"} if as_json else "token=t" in said
