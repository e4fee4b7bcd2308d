"""What a command says, and to whom."""

import json
import stat
from pathlib import Path

import pytest

from mixproof.console import session, write_log
from mixproof.errors import DataError, Fault, LockError, MixproofError, PrivacyError

FAULTS = (Fault("a", "x.csv spend", "First.", "Mend."), Fault("b", "x.csv date", "Second.", "Mend it too."))
ERRORS = [(DataError(FAULTS), 3), (PrivacyError(FAULTS), 4), (LockError(FAULTS[0]), 7)]


@pytest.mark.parametrize(("error", "code"), ERRORS)
@pytest.mark.parametrize("as_json", [False, True])
def test_faults_end_a_command_with_their_code(
    error: MixproofError, code: int, as_json: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended, session(as_json, quiet=True, debug=False):
        raise error
    said = capsys.readouterr()
    assert ended.value.code == code
    assert "Traceback" not in said.err
    if as_json:
        record = json.loads(said.out)
        assert record["exit_code"] == code
        assert record["faults"] == [fault.as_dict() for fault in error.faults]
        assert said.err == ""
    else:
        assert said.out == ""
        for fault in error.faults:
            assert f"what:  {fault.what}\n  where: {fault.where}\n  do:    {fault.remedy}" in said.err


def test_a_fault_of_the_tool_writes_a_log_without_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(SystemExit) as ended, session(as_json=False, quiet=False, debug=False):
        try:
            raise KeyError("jane@example.org")
        except KeyError as error:
            raise ValueError("could not convert jane@example.org") from error
    said = capsys.readouterr()
    (log,) = tmp_path.iterdir()
    text = log.read_text(encoding="utf-8")
    assert ended.value.code == 70
    assert str(log) in said.err
    assert "Traceback" not in said.err
    assert "jane" not in text + said.err + said.out
    assert "builtins.ValueError" in text
    assert "builtins.KeyError" in text
    assert "test_console.py:" in text
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_log_that_cannot_be_written_is_no_second_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/nowhere/at/all")
    assert write_log("x") is None


def test_debug_shows_the_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit), session(as_json=False, quiet=False, debug=True):
        raise DataError(FAULTS)
    assert "Traceback" in capsys.readouterr().err


def test_an_interrupt_is_130(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended, session(as_json=False, quiet=False, debug=False):
        raise KeyboardInterrupt
    assert ended.value.code == 130
    assert capsys.readouterr().err == "Interrupted.\n"


@pytest.mark.parametrize(("quiet", "said"), [(False, "a notice\n"), (True, "")])
def test_results_go_to_stdout_and_notices_to_stderr(
    quiet: bool, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended, session(as_json=True, quiet=quiet, debug=False) as talk:
        talk.say("a notice")
        talk.finish({"run": Path("runs/x")}, "unused", 5)
    out, err = capsys.readouterr()
    assert ended.value.code == 5
    assert json.loads(out) == {"exit_code": 5, "run": "runs/x", "notices": ["a notice"]}
    assert err == said
