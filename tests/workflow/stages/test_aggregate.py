"""Aggregates of events by the command: made, kept, held against their events, and made anew when those have changed."""

import ast
import json
import os
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mixproof.records.run import Run
from tests.end_to_end.remedies.events_cases import PEOPLE, SECTION, TOUCHES, week
from workflow.cli import app

CANARY = "k4n4ry"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Return the YAML of a week of forty people, whose keys are canaries."""
    files = week()
    for name, text in files.items():
        if name != "c.yaml":
            (tmp_path / name).write_text(str(text).replace(",u", f",{CANARY}").replace("\nu", f"\n{CANARY}"))
    path = tmp_path / "c.yaml"
    path.write_text(SECTION)
    return path


def _do(*words: str | Path, code: int = 0) -> dict[str, object]:
    done = CliRunner().invoke(app, [*map(str, words), "--json"])
    assert done.exit_code == code, done.output
    assert CANARY not in done.output
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_from_events_to_a_run(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(config.parent)
    stale = _do("check", config, code=3)
    assert [fault["code"] for fault in stale["faults"]] == ["events-stale"]  # type: ignore[index, attr-defined]
    assert not (config.parent / "aggregates").exists()
    made = _do("aggregate", config)
    assert {Path(name).name for name in made["files"]} >= {"media.csv", "credit_7.csv", "events.json"}  # type: ignore[attr-defined]
    _do("check", config)
    before = (config.parent / "aggregates" / "events.json").stat().st_mtime_ns
    run = Run.open(Path(str(_do("run", config)["run"])))
    assert (config.parent / "aggregates" / "events.json").stat().st_mtime_ns == before
    assert set(run.tables) == {"ingestion", "dead_letters", "columns"}
    assert set(run.manifest["inputs"]) >= {TOUCHES, PEOPLE, "web.json"}
    with (config.parent / TOUCHES).open("a") as stream:
        stream.write("t99,2025-01-07T11:00:00Z,u7,search\n")
    _do("check", config, code=3)
    again = Run.open(Path(str(_do("run", config)["run"])))
    assert again.manifest["stages"]["events"] != run.manifest["stages"]["events"]
    media = (config.parent / "aggregates" / "media.csv").read_text()
    assert media.splitlines()[1].split(",")[2] == "81"
    for folder, _, names in os.walk(config.parent):
        kept = [
            Path(folder, name)
            for name in names
            if Path(folder, name).suffix != ".csv" or folder != str(config.parent)
        ]
        assert not [path for path in kept if CANARY.encode() in path.read_bytes()]


def test_a_state_is_kept_under_pseudonyms_and_only_changes_are_worked_out(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = config.read_text()
    config.write_text(text.replace("events:\n", "events:\n  state: {}\n"))
    faults = _do("aggregate", config, code=3)["faults"]
    assert [fault["code"] for fault in faults] == ["events-key"]  # type: ignore[index, attr-defined]
    monkeypatch.setenv("MIXPROOF_EVENTS_KEY", SECRET := "a key of more than 32 characters, really")
    _do("aggregate", config)
    table = config.parent / TOUCHES
    table.write_text(
        table.read_text().replace("t79,2025-01-07", "t79,2025-01-08")
        + f"t99,2025-01-07T11:00:00Z,{CANARY}7,search\n"
    )
    _do("aggregate", config)
    made = config.parent / "aggregates"
    tables = {path.name: path.read_text() for path in made.glob("*.csv")}
    assert tables.pop("restated.csv").splitlines()[1:] == [
        "media,2025-01-06,,search,touches,80,81".replace(",,", ",")
    ]
    state = config.parent / "events_state"
    for path in state.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
        assert path.is_dir() or not [word for word in (CANARY, SECRET) if word.encode() in path.read_bytes()]
    config.write_text(text)
    _do("aggregate", config)
    assert {
        path.name: path.read_text() for path in made.glob("*.csv") if path.name != "restated.csv"
    } == tables


def test_a_contract_is_written_broken_and_accepted_anew(config: Path) -> None:
    table = config.parent / TOUCHES
    _do("contract", config, "web", "--accept", "as agreed")
    table.write_text(table.read_text().replace("channel", "channel_name", 1))
    config.write_text(config.read_text().replace("channel: channel}", "channel: channel_name}"))
    broken = _do("aggregate", config, code=3)
    (fault,) = broken["faults"]  # type: ignore[misc, attr-defined]
    assert fault["code"] == "events-contract" and "'channel_name'" in fault["what"]
    _do("contract", config, "web", "--accept", "renamed")
    _do("aggregate", config)
    versions = json.loads((config.parent / "web.json").read_text())["versions"]
    assert [version["name"] for version in versions] == ["first", "as agreed", "renamed"]


def test_a_source_or_section_that_is_not_there_is_told(config: Path) -> None:
    (fault,) = _do("contract", config, "wen", "--accept", "x", code=2)["faults"]  # type: ignore[misc, attr-defined]
    assert "Did you mean 'web'" in fault["what"]
    config.write_text("name: x\nlift:\n  currency: EUR\n  experiments: []\n")
    other = config.with_name("other.yaml")
    other.write_text(
        "name: x\nattribution:\n  currency: EUR\n  paths: {file: p.csv, path: p, conversions: c}\n"
    )
    (fault,) = _do("aggregate", other, code=2)["faults"]  # type: ignore[misc, attr-defined]
    assert fault["code"] == "config-section"


@pytest.mark.parametrize(
    ("period", "said"),
    [
        ("FY2024-P01", "Account 4000 (outcome) does not tie in FY2024-P01: unexplained."),
        ("2024-P01", "ledger.csv has no period of the fiscal calendar, whose periods are called FY"),
    ],
)
def test_check_says_what_does_not_tie(tmp_path: Path, period: str, said: str) -> None:
    days = [f"2024-01-{day:02}" for day in range(1, 32)] + [f"2024-02-{day:02}" for day in range(1, 30)]
    rows = "".join(f"{day},{100 + at % 7},{at % 5}\n" for at, day in enumerate(days))
    (tmp_path / "t.csv").write_text("day,revenue,tv\n" + rows)
    (tmp_path / "ledger.csv").write_text(f"account,period,amount\n4000,{period},1.00\n")
    (tmp_path / "c.yaml").write_text(
        "name: c\ndata:\n  frequency: daily\n  currency: EUR\n  tables: [{file: t.csv, date: day}]\n"
        "  outcome: {column: revenue, kind: revenue}\n  channels: [{name: tv, spend: tv}]\n"
        "mmm: {margin: 0.5}\n"
        "finance: {ledger: {file: ledger.csv}, accounts: [{account: '4000'}]}\n"
    )
    sentences = _do("check", tmp_path / "c.yaml")["sentences"]
    assert any(said in one for one in sentences if one.startswith("ledger:"))  # type: ignore[attr-defined]


def test_the_pages_directed_graph_can_be_read() -> None:
    text = (Path(__file__).parents[3] / "docs" / "events.md").read_text(encoding="utf-8")
    (code,) = [block.split("```")[0] for block in text.split("```python\n")[1:]]
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    done = [
        str(word.value)
        for call in calls
        for word in (key.value for key in call.keywords)
        if isinstance(word, ast.Constant)
    ]
    commands = [text for text in done if text.startswith("mixproof ")]
    assert [command.split()[1] for command in commands] == ["aggregate", "run"]
    assert all(CliRunner().invoke(app, [command.split()[1], "--help"]).exit_code == 0 for command in commands)


def test_the_next_command_reads_the_same_folder(config: Path, tmp_path: Path) -> None:
    yaml = tmp_path / "elsewhere" / "c.yaml"
    yaml.parent.mkdir()
    config.rename(yaml)
    done = CliRunner().invoke(app, ["aggregate", str(yaml), "--data", str(tmp_path)])
    assert done.stdout.splitlines()[-1] == f"Next: mixproof run {yaml} --data {tmp_path}"
