"""Ten kinds of change to a source stop at its contract, with the nearest name; what nothing reads may change."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from mixproof.aggregates.events.config import EventsConfig
from mixproof.aggregates.events.contract import contract_faults, write_contract
from mixproof.aggregates.events.engine import Engine
from mixproof.aggregates.events.sources import Files, open_files, role_faults
from mixproof.aggregates.events.statements.inputs import inputs
from mixproof.errors import ConfigError, DataError, Fault
from tests.mixproof.aggregates.events.market import section

ROLES = {"event": "id", "time": "at", "person": "visitor", "channel": "channel", "consent": "consent"}
ROWS = pd.DataFrame(
    {
        "id": [1, 2],
        "at": pd.to_datetime(["2025-02-01T10:00:00Z"] * 2),
        "visitor": ["a", "b"],
        "channel": "x",
        "consent": True,
        "cost": 1.5,
    }
)


def _config(file: str) -> EventsConfig:
    touches = [{"name": "web", "file": file, "contract": "web.json", "columns": ROLES}]
    return section(touches=touches)


def _write(folder: Path, rows: pd.DataFrame, kind: str) -> None:
    path = folder / f"t.{kind}"
    if kind == "parquet":
        rows.to_parquet(path)
    elif kind == "csv":
        rows.to_csv(path, index=False)
    else:
        rows.to_json(path, orient="records", lines=True, date_format="iso")


def _faults(folder: Path, kind: str) -> list[Fault]:
    config = _config(f"t.{kind}")
    web = inputs(config)[0]
    with Engine(folder, "200MB", folder / "spill", threads=1) as engine:
        files: Files = open_files(web.source, folder, engine.connection)
        return [*role_faults(web, files), *contract_faults(files, folder)]


def _agree(folder: Path, kind: str, version: str = "first") -> None:
    path, text, _ = write_contract(_config(f"t.{kind}"), "web", version, folder)
    path.write_text(text, encoding="utf-8")


Change = Callable[[pd.DataFrame], pd.DataFrame]
# kind of file, what changes, where it is told, what is told
CHANGES: dict[str, tuple[str, Change, str, str]] = {
    "lost": ("parquet", lambda t: t.drop(columns="cost"), "contract, cost", "missing"),
    "renamed": ("parquet", lambda t: t.rename(columns={"visitor": "visitor_id"}), "contract, visitor", "'visitor_id'"),
    "other capitals": ("parquet", lambda t: t.rename(columns={"channel": "Channel"}), "contract, channel", "'Channel'"),
    "split in two": ("parquet", lambda t: t.assign(day=1, hour=2).drop(columns="at"), "contract, at", "missing"),
    "number to text": ("parquet", lambda t: t.assign(id=t["id"].astype(str)), "contract, id", "BIGINT was agreed"),
    "instant without zone": ("parquet", lambda t: t.assign(at=t["at"].dt.tz_localize(None)), "contract, at", "TIME ZONE was"),
    "flag to number": ("parquet", lambda t: t.assign(consent=1), "contract, consent", "BOOLEAN was agreed"),
    "another precision": ("parquet", lambda t: t.astype({"cost": "float32"}), "contract, cost", "DOUBLE was agreed"),
    "lost from CSV": ("csv", lambda t: t.drop(columns="consent"), "contract, consent", "missing"),
    "renamed in JSON": ("jsonl", lambda t: t.rename(columns={"consent": "consents"}), "contract, consent", "'consents'"),
    "renamed in CSV": ("csv", lambda t: t.rename(columns={"channel": "canal"}), "contract, channel", "'canal'"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_stops_with_the_nearest_name(tmp_path: Path, name: str) -> None:
    kind, change, where, said = CHANGES[name]
    _write(tmp_path, ROWS, kind)
    _agree(tmp_path, kind)
    assert _faults(tmp_path, kind) == []
    _write(tmp_path, change(ROWS), kind)
    told = [fault for fault in _faults(tmp_path, kind) if fault.code == "events-contract"]
    assert [fault.where for fault in told] == [f"events, web, {where}"]
    assert said in told[0].what and "--accept" in told[0].remedy
    _agree(tmp_path, kind, "second")
    assert "events-contract" not in {fault.code for fault in _faults(tmp_path, kind)}


@pytest.mark.parametrize("kind", ("parquet", "csv", "jsonl"))
def test_new_columns_and_another_order_are_no_change(tmp_path: Path, kind: str) -> None:
    _write(tmp_path, ROWS, kind)
    _agree(tmp_path, kind)
    _write(tmp_path, ROWS[ROWS.columns[::-1]].assign(more=1), kind)
    assert _faults(tmp_path, kind) == []


def test_another_form_of_file_is_told_for_every_column(tmp_path: Path) -> None:
    _write(tmp_path, ROWS, "parquet")
    _agree(tmp_path, "parquet")
    _write(tmp_path, ROWS, "csv")
    assert {fault.where.rsplit(", ", 1)[1] for fault in _faults(tmp_path, "csv")} == {
        "id",
        "at",
        "consent",
        "cost",
    }


def test_lines_of_json_may_leave_out_what_is_empty_and_nobody_guesses(tmp_path: Path) -> None:
    _write(tmp_path, ROWS.drop(columns=["consent"]), "jsonl")
    _agree(tmp_path, "jsonl")
    assert _faults(tmp_path, "jsonl") == []
    _write(tmp_path, ROWS.rename(columns={"visitor": "visitors", "at": "time"}), "jsonl")
    codes = {(fault.code, fault.where.rsplit(", ", 1)[1]) for fault in _faults(tmp_path, "jsonl")}
    assert codes >= {("events-column", "time"), ("events-column", "person"), ("events-contract", "at")}


def test_names_that_few_lines_have_are_not_told(tmp_path: Path) -> None:
    _write(tmp_path, ROWS, "jsonl")
    with (tmp_path / "t.jsonl").open("a") as stream:
        stream.writelines(f'{{"jane{i}@example.com": 1}}\n' for i in range(2))
    _agree(tmp_path, "jsonl")
    assert "jane" not in (tmp_path / "web.json").read_text()


def test_a_source_that_is_not_there_and_a_broken_contract_are_told(tmp_path: Path) -> None:
    _write(tmp_path, ROWS, "csv")
    with pytest.raises(ConfigError, match="'web'"):
        write_contract(_config("t.csv"), "wep", "first", tmp_path)
    for text in ("", "[]", '{"schema": "mixproof.events_contract/1", "versions": []}'):
        (tmp_path / "web.json").write_text(text)
        with pytest.raises(DataError, match="no contract, or a broken one"):
            _faults(tmp_path, "csv")
