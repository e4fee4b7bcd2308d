"""Releases: what moves answers without a reason in the data is held back, the trail is kept, and no kill breaks it."""

import json
import os
import random
import signal
import stat
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from mixproof.errors import ConfigError, IntegrityError, TrustError
from mixproof.records.run_folder.output import RELEASES
from workflow import run as stages
from workflow.compare import release
from workflow.compare.release import (
    CANARY,
    CANARY_ENDED,
    HELD,
    PROMOTED,
    ROLLED_BACK,
    Entry,
    canary,
    champions,
    promote,
    rollback,
    shifts,
    trail,
    write_trail,
)
from workflow.config import ReleaseOptions
from workflow.plans import plan

KILLS = 6


def entry(run_id: str, action: str = PROMOTED) -> Entry:
    return Entry("2026-01-01T00:00:00+00:00", action, run_id, "0" * 64, "", "r" * 2000)


@pytest.fixture
def twice(world: Any) -> tuple[Path, Path]:
    return tuple(stages.run(world.config, output=world.runs).run_dir for _ in range(2))  # type: ignore[return-value]


def test_a_plan_cannot_be_promoted_and_the_run_it_is_made_from_can(planned: Any) -> None:
    made = plan(planned.config, output=planned.runs).run_dir
    with pytest.raises(ConfigError) as refused:
        promote(made)
    (fault,) = refused.value.faults
    assert (fault.code, fault.where) == ("release-plan", made.name)
    assert "Promote the run that the plan was made from" in fault.remedy
    assert promote(planned.base).action == PROMOTED


def test_promote_and_roll_back_leave_a_trail_beside_the_runs(twice: tuple[Path, Path], world: Any) -> None:
    first, second = twice
    folder = first.parent
    with pytest.raises(ConfigError) as nothing:
        rollback(folder)
    assert (
        nothing.value.faults[0].code == "release-nothing"
        and "two promotions" in nothing.value.faults[0].remedy
    )
    promote(first)
    promote(second)
    back = rollback(folder)
    assert (back.run_id, back.before) == (first.name, second.name)
    assert [line.action for line in trail(folder)] == [PROMOTED, PROMOTED, ROLLED_BACK]
    assert champions(trail(folder))[-1].run_id == first.name
    assert stages.run(world.config, output=world.runs).run_dir.is_dir() and len(trail(folder)) == 3


def test_a_champion_that_is_promoted_again_stands_once(twice: tuple[Path, Path]) -> None:
    first, second = twice
    for run in (first, second, second):
        promote(run, accept="as agreed")
    assert [entry.run_id for entry in champions(trail(first.parent))] == [first.name, second.name]
    assert rollback(first.parent).run_id == first.name
    assert [entry.run_id for entry in champions(trail(first.parent))] == [first.name]


def test_a_run_that_is_not_reportable_is_held_back_until_it_is_accepted(world: Any) -> None:
    world.status = "failure"
    run = stages.run(world.config, output=world.runs).run_dir
    with pytest.raises(TrustError) as held:
        promote(run)
    fault = held.value.faults[0]
    assert (
        fault.code == "release-held" and fault.what == "It is not reportable." and "--accept" in fault.remedy
    )
    assert not champions(trail(run.parent)) and trail(run.parent)[-1].action == HELD
    assert promote(run, accept="the board knows").reason == "the board knows"
    assert champions(trail(run.parent))[-1].run_id == run.name


def made(share: float, roi: float, budget: float = 0.5, plan: bool = True) -> Any:
    media = {"channel": ["tv", "search", "all paid channels"], "effect_share_mean": [share, 1 - share, 1.0]}
    tables = {"paid_media": pd.DataFrame(media | {"roi_mean": [roi, 2.0, 2.0]})}
    if plan:
        tables["plan_channels"] = pd.DataFrame(
            {"channel": ["tv", "search"], "proposed": [budget, 1 - budget]}
        )
    return SimpleNamespace(tables=tables, table=tables.__getitem__)


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (made(0.5, 1.0), []),
        (made(0.58, 1.2, 0.65), []),
        (made(0.62, 1.0), ["tv's share of paid media", "search's share of paid media"]),
        (made(0.5, 1.4), ["tv's return on spend moves from 1.00 to 1.40"]),
        (made(0.5, 1.0, 0.8), ["tv's share of the budget", "search's share of the budget"]),
        (made(0.5, 1.0, 0.8, plan=False), []),
    ],
)
def test_shifts_beyond_their_thresholds_are_told(after: Any, words: list[str]) -> None:
    found = list(shifts(made(0.5, 1.0), after, ReleaseOptions()))
    assert len(found) == len(words) and all(word in each for word, each in zip(words, found, strict=True))


def of_geos(*rows: tuple[str, str, float, float]) -> Any:
    columns = ["geo", "channel", "contribution_mean", "spend"]
    table = pd.DataFrame(rows, columns=columns)
    return SimpleNamespace(tables=("channels_by_geo",), table=lambda _: table)


def test_shifts_of_a_canary_are_those_of_its_geos() -> None:
    before = of_geos(
        ("a", "tv", 60.0, 50.0),
        ("a", "search", 40.0, 20.0),
        ("b", "tv", 10.0, 10.0),
        ("b", "search", 9.0, 3.0),
    )
    after = of_geos(
        ("a", "tv", 60.0, 50.0),
        ("a", "search", 40.0, 20.0),
        ("b", "tv", 30.0, 10.0),
        ("b", "search", 9.0, 3.0),
    )
    options = ReleaseOptions(share=0.5, roi=0.5, plan=0.5)
    assert not list(shifts(before, after, options, ("a",)))
    assert list(shifts(before, after, options, ("b",))) == [
        "tv's return on spend in b moves from 1.00 to 3.00"
    ]
    (both,) = shifts(before, after, ReleaseOptions(share=0.5, roi=0.2, plan=0.5), ("a", "b"))
    assert both == "tv's return on spend in a, b moves from 1.17 to 1.50"


def test_a_canary_answers_for_its_geos_until_it_is_ended_or_promoted(
    twice: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = twice
    monkeypatch.setattr(release, "_geos", lambda run: {"national", "north"})
    folder = first.parent

    def said() -> tuple[str, Any]:
        record = json.loads((folder / RELEASES).read_text(encoding="utf-8"))
        return record["champion"], record["canary"]

    with pytest.raises(ConfigError) as none:
        promote(second, geos=("national",))
    assert none.value.faults[0].code == "release-canary" and "all geos first" in none.value.faults[0].remedy
    promote(first)
    with pytest.raises(ConfigError) as own:
        promote(first, geos=("national",))
    with pytest.raises(ConfigError) as strange:
        promote(second, geos=("atlantis", "national"))
    assert "answers for every geo" in own.value.faults[0].what
    assert strange.value.faults[0].what == "atlantis: both runs answer for national, north."
    assert promote(second, geos=("national",)).action == CANARY
    assert said() == (first.name, {"run_id": second.name, "geos": ["national"]})
    ended = rollback(folder)
    assert (ended.action, ended.run_id, ended.before) == (CANARY_ENDED, first.name, second.name)
    assert said() == (first.name, None) and canary(trail(folder)) is None
    promote(second, geos=("national",))
    promote(second)
    assert said() == (second.name, None)
    assert [entry.run_id for entry in champions(trail(folder))] == [first.name, second.name]


@pytest.mark.parametrize("data", [True, False])
def test_a_shift_is_held_back_unless_the_data_are_its_reason(
    data: bool, twice: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = twice
    promote(first)
    there = (
        {"restated history": ["revenue: +8 %"]}
        if data
        else {"changed configuration": ["mmm.default: a -> b"]}
    )
    monkeypatch.setattr(release, "shifts", lambda *given: iter(["tv's return moves"]))
    monkeypatch.setattr(release, "causes", lambda *given: there)
    monkeypatch.setattr(release.Run, "tables", property(lambda run: ("paid_media",)))
    if data:
        assert "restated history: revenue: +8 %" in promote(second).reason
        return
    with pytest.raises(TrustError) as held:
        promote(second)
    assert (
        "tv's return moves" in held.value.faults[0].what
        and "mmm.default: a -> b" in held.value.faults[0].what
    )
    assert champions(trail(first.parent))[-1].run_id == first.name


def test_no_kill_leaves_anything_but_one_champion_whole(tmp_path: Path) -> None:
    write_trail(tmp_path, [entry("a")], "owner")
    rng = random.Random(3)
    for _ in range(KILLS):
        child = os.fork()
        if child == 0:
            for number in range(1_000_000):
                write_trail(
                    tmp_path, [entry("a")] * (1 + number % 40) + [entry("b" if number % 2 else "a")], "owner"
                )
            os._exit(0)
        time.sleep(rng.uniform(0.01, 0.08))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        standing = champions(trail(tmp_path))
        said = json.loads((tmp_path / RELEASES).read_text(encoding="utf-8"))["champion"]
        assert standing[-1].run_id == said and said in ("a", "b")


@pytest.mark.parametrize(("readers", "mode"), [("owner", 0o600), ("group", 0o640), ("everyone", 0o644)])
def test_the_trail_may_be_read_by_those_who_may_read_the_run(readers: str, mode: int, tmp_path: Path) -> None:
    write_trail(tmp_path, [entry("a")], readers)
    assert stat.S_IMODE((tmp_path / RELEASES).stat().st_mode) == mode


@pytest.mark.parametrize(
    "text",
    [
        "cut",
        "[]",
        '{"entries": [{}]}',
        json.dumps({"entries": [dict.fromkeys(Entry.__slots__, ROLLED_BACK)]}),
    ],
)
def test_a_trail_that_was_changed_is_named_and_moved_away(tmp_path: Path, text: str) -> None:
    file = tmp_path / RELEASES
    file.write_text(text)
    for reads in (trail, rollback):
        with pytest.raises(IntegrityError) as broken:
            reads(tmp_path)
        assert (
            broken.value.faults[0].code == "release-trail" and "move it away" in broken.value.faults[0].remedy
        )
    file.unlink()
    assert trail(tmp_path) == []


def test_a_folder_that_is_not_there_has_no_trail(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="There is no such folder"):
        trail(tmp_path / "nowhere")
