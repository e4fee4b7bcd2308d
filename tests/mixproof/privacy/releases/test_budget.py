"""The budget: debited before noise is drawn, whatever happens to the process, and never filled up again."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mixproof.privacy.releases.budget import Request, SpentError, account, charged, stored
from mixproof.privacy.releases.registry import CHAIN, DEBITED, KEPT, NOISED, Registry, opened

ASKED = Request(
    "buyers", "people", {"by": [["region"]]}, "f" * 64, [f"{at:016x}" for at in range(40)], 0.1, 0.25
)
NOTICE = "4711"


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the ends of registries in a folder of the test."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def draw() -> dict[str, Any]:
    """Return numbers that nobody may see before their debit."""
    return {"tables": [int(NOTICE)]}


def other(**changes: Any) -> Request:
    """Return another request."""
    return replace(ASKED, **({"fingerprint": "e" * 64} | changes))


def test_each_release_costs_and_the_same_one_does_not(tmp_path: Path) -> None:
    with opened(tmp_path) as registry:
        assert stored(registry, ASKED) is None
        assert charged(registry, ASKED, draw) == draw() == stored(registry, ASKED)
        assert account(registry, ASKED).spent == pytest.approx(0.1)
        charged(registry, other(), draw)
        with pytest.raises(SpentError, match=r"0\.05 of 0\.25 are left"):
            charged(registry, other(fingerprint="d" * 64), lambda: pytest.fail("drawn without a budget"))
        assert [entry.outcome for entry in registry.entries] == [DEBITED, NOISED] * 2
    with opened(tmp_path) as registry:
        assert stored(registry, ASKED) == draw() and account(registry, ASKED).left == pytest.approx(0.05)


@pytest.mark.parametrize(
    "renamed",
    [
        {"population": "others"},
        {"population": "others", "rows": [*ASKED.rows[:30], *(f"{at:016x}" for at in range(90, 100))]},
        {"rows": ["a" * 16]},
        {"name": "anything", "query": {}},
        {"budget": 99.0},
    ],
    ids=["population", "late rows", "other rows of the population", "name and tables", "a larger budget"],
)
def test_no_other_name_has_a_budget_of_its_own(tmp_path: Path, renamed: dict[str, Any]) -> None:
    with opened(tmp_path) as registry:
        charged(registry, replace(ASKED, rho=0.2), draw)
        with pytest.raises(SpentError):
            charged(registry, other(**renamed), draw)
        assert account(registry, other(population="others", rows=["a" * 16])).spent == 0


class KilledError(BaseException):
    """The process ends here."""


def steps(kill_at: int, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """End the process at one of its writes, syncs, renames and deletions; a write is torn. Returns how many there were."""
    count = [0]

    def step(torn: Callable[[], Any] | None = None) -> None:
        count[0] += 1
        if count[0] >= kill_at:  # what is dead does nothing any more, not even in `finally`
            if torn is not None and count[0] == kill_at:
                torn()
            raise KilledError

    write, sync, rename, unlink = os.write, os.fsync, Path.replace, Path.unlink

    def writing(descriptor: int, data: bytes) -> int:
        step(lambda: write(descriptor, data[: len(data) // 2]))
        return write(descriptor, data)

    def syncing(descriptor: int) -> None:
        step()
        sync(descriptor)

    def renaming(path: Path, target: Path) -> Path:
        step()
        return rename(path, target)

    def unlinking(path: Path, missing_ok: bool = False) -> None:
        step()
        unlink(path, missing_ok)

    monkeypatch.setattr(os, "write", writing)
    monkeypatch.setattr(os, "fsync", syncing)
    monkeypatch.setattr(Path, "replace", renaming)
    monkeypatch.setattr(Path, "unlink", unlinking)
    return lambda: count[0]


POINTS = tuple(range(1, 40))
"""Where the process ends; the last ones are never reached."""


@pytest.mark.parametrize("kill_at", POINTS)
def test_a_process_that_ends_anywhere_lets_nothing_out_without_its_debit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kill_at: int
) -> None:
    chain, drawn = tmp_path / ".releases" / CHAIN, []

    def watched() -> dict[str, Any]:
        lines = chain.read_text(encoding="utf-8").splitlines()
        assert f'"{DEBITED}"' in lines[-1]
        drawn.append(1)
        return draw()

    with monkeypatch.context() as patched, opened(tmp_path) as registry:
        count = steps(kill_at, patched)
        try:
            charged(registry, ASKED, watched)
            done = True
        except KilledError:
            done = False
    out = any(
        NOTICE in file.read_text(encoding="utf-8") for file in (tmp_path / ".releases" / KEPT).glob("*")
    )
    with opened(tmp_path) as registry:
        debits = sum(entry.outcome == DEBITED for entry in registry.entries)
        assert debits >= bool(drawn or out or done)
        assert account(registry, ASKED).spent == pytest.approx(0.1 * debits)
        if stored(registry, ASKED) is None:
            charged(registry, ASKED, draw)
            assert account(registry, ASKED).spent == pytest.approx(0.1 * (debits + 1))
        else:
            assert debits == 1
    assert Registry(tmp_path).entries and (done or count() >= kill_at)
    if kill_at == POINTS[-1]:
        assert done and 15 <= count() < POINTS[-1], "every step was a point"
