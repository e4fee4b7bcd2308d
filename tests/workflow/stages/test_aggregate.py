"""Aggregates of events by the command: made, kept, held against their events, and made anew when those have changed."""

import json
import os
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
