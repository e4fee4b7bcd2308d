"""T56: a run that follows another: appended weeks pass, restated ones stop until the YAML names them."""

import re
from types import SimpleNamespace

import pandas as pd
import pytest
from ruamel.yaml import YAML

from mixproof.errors import DataError
from mixproof.records.run import Run
from mixproof.records.verdict import Verdict
from workflow import lazy
from workflow import run as stages


@pytest.fixture
def published(world):
    """A world with one published run; what is asked of it afterwards is asked by `check`, which reads as a run does."""
    world.first = stages.run(world.config, output=world.runs).run_dir
    return world


def change(world, factor: float, column: str = "revenue") -> None:
    """Restate the thirty-first week."""
    file = world.config.parent / "media.csv"
    frame = pd.read_csv(file)
    frame.loc[30, column] *= factor
    frame.to_csv(file, index=False)


def rewrite(world, old: str, new: str) -> None:
    text = world.config.read_text()
    assert old in text
    world.config.write_text(text.replace(old, new))


def notices(world) -> list[str]:
    return stages.check(world.config, output=world.runs).facts["notices"]


def test_restated_weeks_stop_until_they_are_accepted(published) -> None:
    assert notices(published) == []
    change(published, 1.04)
    for command in (stages.run, stages.check):
        with pytest.raises(DataError) as stopped:
            command(published.config, output=published.runs)
        (fault,) = stopped.value.faults
        assert (fault.code, fault.where) == ("restated", "data: revenue")
        assert fault.what == f"Since the run {published.first.name}: 2024-07-29 +4.0 %."
    rewrite(published, "  channels:", "  accept_restatement: {since: 2024-07-29}\n  channels:")
    stages.run(published.config, output=published.runs)
    rewrite(published, "  accept_restatement: {since: 2024-07-29}\n", "")
    assert notices(published) == []  # what was published last is what counts now


def test_each_way_that_the_remedy_names_accepts_all_that_was_restated(published) -> None:
    change(published, 1.0412)
    change(published, 1.2, "tv")
    with pytest.raises(DataError) as stopped:
        notices(published)
    (remedy,) = {fault.remedy for fault in stopped.value.faults}
    ways = re.findall(r"{\w+: [^}]+}", remedy)
    assert ways == ["{since: 2024-07-29}", "{up_to: 0.201}"]
    for way in ways:
        rewrite(published, "  channels:", f"  accept_restatement: {way}\n  channels:")
        assert len(notices(published)) == 2
        rewrite(published, f"  accept_restatement: {way}\n", "")


def test_an_accepted_change_and_a_small_one_are_said(published) -> None:
    change(published, 1.04)
    change(published, 1.003, "tv")
    rewrite(published, "  channels:", "  accept_restatement: {up_to: 0.05}\n  channels:")
    assert notices(published) == [
        f"revenue differs from the run {published.first.name}: 2024-07-29 +4.0 %.",
        f"spend of tv differs from the run {published.first.name}: 2024-07-29 +0.3 %.",
    ]


def test_honest_work_is_not_stopped(published) -> None:
    file = published.config.parent / "media.csv"
    frame = pd.read_csv(file)
    more = frame.tail(4).assign(week=["2025-02-24", "2025-03-03", "2025-03-10", "2025-03-17"])
    moved_on = pd.concat([frame, more]).iloc[3:]
    moved_on.to_csv(file.with_name("media_2025_03.csv"), index=False)
    rewrite(published, "media.csv", "media_2025_03.csv")
    (notice,) = notices(published)
    assert notice.startswith("3 periods before 2024-01-22")


def test_data_that_the_config_reads_in_another_way_are_no_restatement(published) -> None:
    change(published, 1.04)
    change(published, 1.04, "tv")
    rewrite(published, "kind: revenue}", "kind: revenue, name: sales}")
    with pytest.raises(DataError) as stopped:
        notices(published)
    assert [fault.where for fault in stopped.value.faults] == ["data: spend of tv"]
    rewrite(published, "spend: tv}", "spend: tv, unit: money}")
    assert all("in another way" in notice for notice in notices(published))


def test_a_key_that_is_younger_than_the_last_run_excuses_no_restatement(published, monkeypatch) -> None:
    def older(run: Run) -> str:
        return re.sub(r"(?m)^  week_starts: .*\n", "", text(run))

    text = Run.config_text.fget  # type: ignore[attr-defined]
    assert "  week_starts: monday\n" in text(Run.open(published.first))
    monkeypatch.setattr(Run, "config_text", property(older))
    monkeypatch.setattr(Run, "config", property(lambda run: YAML(typ="safe").load(older(run))))
    change(published, 1.04)
    with pytest.raises(DataError) as stopped:
        notices(published)
    assert [fault.where for fault in stopped.value.faults] == ["data: revenue"]


def test_a_backtest_in_between_hides_nothing(published, monkeypatch) -> None:
    forecast = SimpleNamespace(tables={}, verdict=Verdict(()))
    monkeypatch.setitem(lazy.FUNCTIONS, "backtest", lambda *a, **k: forecast)
    monkeypatch.setitem(lazy.FUNCTIONS, "write_backtest", lambda run: [])
    stages.run(published.config, output=published.runs, part="backtest")
    change(published, 1.04)
    with pytest.raises(DataError) as stopped:
        notices(published)
    assert stopped.value.faults[0].what.startswith(f"Since the run {published.first.name}: ")


def test_an_old_file_is_noticed(published) -> None:
    file = published.config.parent / "media.csv"
    pd.read_csv(file).head(50).to_csv(file, index=False)
    with pytest.raises(DataError) as stopped:
        notices(published)
    (fault,) = stopped.value.faults
    assert "10 periods that the last run had are gone: 2024-12-16" in fault.what
    assert "accept_restatement: {since: 2024-12-16}." in fault.remedy
    rewrite(published, "  channels:", "  end: 2024-12-09\n  channels:")
    assert notices(published) == []


def test_only_published_runs_count_and_a_damaged_one_is_said(world) -> None:
    def fail() -> None:
        raise OSError("no")

    world.hooks["analyse"] = fail
    with pytest.raises(OSError, match="no"):
        stages.run(world.config, output=world.runs)
    world.hooks.clear()
    change(world, 1.04)
    run_dir = stages.run(world.config, output=world.runs).run_dir
    change(world, 1.04)
    chunk = next((run_dir / "posterior.zarr" / "constant_data" / "outcome").rglob("c/*/*"))
    chunk.write_bytes(chunk.read_bytes() + b"x")
    (notice,) = notices(world)
    assert "is damaged" in notice
