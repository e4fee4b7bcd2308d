"""Following a remedy works, of the faults of commands, run folders and files that are written."""

import fcntl
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from mixproof.aggregates.panel import Panel
from tests.workflow.conftest import World
from workflow.cli import app
from workflow.documentation import catalogue

Change = Callable[[World], None]


@dataclass(frozen=True)
class Case:
    """A command that ends in a fault, and what its remedy, in the words `says`, makes of it.

    `afterwards` is the command that then works; by default the same. Words in capitals stand for paths.
    """

    code: str
    command: str
    breaks: Change
    says: str
    mends: Change
    afterwards: str = ""
    name: str = ""


def nothing(world: World) -> None:
    """Change nothing."""


def newest(world: World) -> Path:
    """Return the folder of the newest run."""
    return (world.runs / "small" / "latest").resolve()


def in_config(old: str, new: str) -> Change:
    """Replace a text of the config that stands there once."""

    def change(world: World) -> None:
        text = world.config.read_text()
        assert text.count(old) == 1
        world.config.write_text(text.replace(old, new))

    return change


def in_table(column: str, row: int, value: object) -> Change:
    """Write a value into a cell of the table."""

    def change(world: World) -> None:
        path = world.config.parent / "media.csv"
        frame = pd.read_csv(path)
        frame.loc[row, column] = value
        frame.to_csv(path, index=False)

    return change


def each(*changes: Change) -> Change:
    """Make several changes in turn."""

    def change(world: World) -> None:
        for one in changes:
            one(world)

    return change


def ran(world: World) -> None:
    """Run the config once."""
    assert invoke(world, "run CONFIG --output RUNS")[0] == 0


def kept(world: World) -> None:
    """Keep a copy of the newest run, as a backup would."""
    shutil.copytree(newest(world), world.folder / "backup")


def restored(world: World) -> None:
    """Put the copy back."""
    folder = newest(world)
    shutil.rmtree(folder)
    shutil.copytree(world.folder / "backup", folder)


def damaged(file: str) -> Change:
    """Flip a bit in the middle of a file of the newest run."""

    def change(world: World) -> None:
        path = newest(world) / file
        raw = bytearray(path.read_bytes())
        raw[len(raw) // 2] ^= 1
        path.chmod(0o600)
        path.write_bytes(bytes(raw))

    return change


def removed(file: str) -> Change:
    return lambda world: (newest(world) / file).unlink()


def added(file: str) -> Change:
    return lambda world: (newest(world) / file).write_text("x")


def linked(world: World) -> None:
    """Put a link in the place of a table."""
    path = newest(world) / "tables" / "numbers.csv"
    path.unlink()
    path.symlink_to(world.config)


def renamed(world: World) -> None:
    """Give the newest run's folder another name."""
    folder = newest(world)
    folder.rename(folder.with_name("20200101T000000Z-0001"))


def named_back(world: World) -> None:
    """Give it the name of its manifest back."""
    folder = world.runs / "small" / "20200101T000000Z-0001"
    folder.rename(folder.with_name(json.loads((folder / "manifest.json").read_text())["run_id"]))


def in_runs(name: str) -> Change:
    """Put a file of somebody else's into the output folder."""

    def change(world: World) -> None:
        world.runs.mkdir()
        (world.runs / name).write_text("mine")

    return change


def hook(name: str, change: Change) -> Change:
    """Let a change happen while the run does something."""

    def hang(world: World) -> None:
        world.hooks[name] = lambda *_: change(world)

    return hang


def written_to_while_read(world: World) -> None:
    """Let somebody else write to the table while the panel is read."""

    def read(*given: object) -> Panel:
        panel = World.read_panel(world, *given)
        in_table("revenue", 3, 99.0)(world)
        return panel

    world.read_panel = read


def written_no_more(world: World) -> None:
    """Let nobody else write."""
    del world.read_panel


def held(world: World) -> None:
    """Hold the output as another run would."""
    ran(world)
    lock = next(world.runs.rglob("*lock*"))
    world.hooks["lock"] = os.open(lock, os.O_RDWR)
    fcntl.flock(world.hooks["lock"], fcntl.LOCK_EX)


def let_go(world: World) -> None:
    """End the other run."""
    os.close(world.hooks.pop("lock"))


def folder_latest(world: World) -> None:
    """Turn the link `latest` into a folder, as copies that follow links do."""
    link = world.runs / "small" / "latest"
    target = link.resolve()
    link.unlink()
    shutil.copytree(target, link)


def invoke(world: World, command: str) -> tuple[int, str]:
    """Return exit code and output of a command."""
    places = {
        "CONFIG": world.config,
        "RUNS": world.runs,
        "FOLDER": world.folder,
        "RUN": world.runs / "small" / "latest",
    }
    words = [
        str(places.get(word, word)) if word.isupper() else _path(word, world) for word in command.split()
    ]
    done = CliRunner().invoke(app, words)
    return done.exit_code, " ".join(done.output.split())


def _path(word: str, world: World) -> str:
    return word.replace("FOLDER", str(world.folder)).replace("RUNS", str(world.runs))


VERIFY, RUN = "verify RUN", "run CONFIG --output RUNS"
CASES = [
    Case(
        "artefact-changed",
        VERIFY,
        each(ran, kept, damaged("tables/numbers.csv")),
        "Restore it from a copy",
        restored,
    ),
    Case(
        "artefact-changed",
        VERIFY,
        each(ran, damaged("tables/numbers.csv")),
        "run again from the config",
        ran,
        name="again",
    ),
    Case(
        "artefact-missing",
        VERIFY,
        each(ran, kept, removed("tables/numbers.csv")),
        "Restore it from a copy",
        restored,
    ),
    Case(
        "artefact-extra", VERIFY, each(ran, added("tables/mine.csv")), "Remove it", removed("tables/mine.csv")
    ),
    Case(
        "artefact-foreign", VERIFY, each(ran, kept, linked), "Only run folders written by mixproof", restored
    ),
    Case(
        "artefact-swapped",
        "verify RUNS/small/20200101T000000Z-0001",
        each(ran, renamed),
        "its own name back",
        named_back,
        VERIFY,
    ),
    Case("manifest-broken", VERIFY, each(ran, damaged("manifest.json")), "run it again from its config", ran),
    Case("run-not-found", "verify FOLDER/elsewhere", ran, "Name a run's folder", nothing, VERIFY),
    Case("config-section", "lift CONFIG --output RUNS", nothing, "or take `mixproof run", nothing, RUN),
    Case("config-unreadable", "check FOLDER/other.yaml", nothing, "Check the path", nothing, "check CONFIG"),
    Case(
        "data-folder", "check CONFIG --data FOLDER/nowhere", nothing, "leave it out", nothing, "check CONFIG"
    ),
    Case(
        "output-is-input",
        "run CONFIG --output FOLDER/project",
        nothing,
        "Choose another folder for --output",
        nothing,
        RUN,
    ),
    Case(
        "output-latest",
        RUN,
        each(ran, folder_latest),
        "Remove or rename this folder",
        lambda world: (world.runs / "small" / "latest").rename(world.folder / "old"),
    ),
    Case(
        "restated",
        RUN,
        each(ran, in_table("revenue", 3, 500.0)),
        "accept_restatement: {since:",
        in_config("data:\n", "data:\n  accept_restatement: {since: 2024-01-01}\n"),
    ),
    Case("usage", "run CONFIG --outptu RUNS", nothing, "for help", nothing, "run -h"),
    Case(
        "unknown-world",
        "simulate nowhere --to FOLDER/w",
        nothing,
        "Known worlds: demo, national",
        nothing,
        "simulate national --to FOLDER/w",
    ),
    Case(
        "output-exists",
        "demo FOLDER/project",
        nothing,
        "Name another one",
        nothing,
        "demo FOLDER/mine",
        "demo",
    ),
    Case(
        "output-exists",
        "init FOLDER/project/media.csv --to CONFIG",
        nothing,
        "or give --force",
        nothing,
        "init FOLDER/project/media.csv --to CONFIG --force",
        "init",
    ),
    Case(
        "output-unwritable",
        "init FOLDER/project/media.csv --to FOLDER/none/x.yaml",
        nothing,
        "Check the folder",
        lambda world: (world.folder / "none").mkdir(),
    ),
    Case(
        "output-not-ours",
        RUN,
        in_runs("mine.txt"),
        "Choose an empty folder for --output",
        nothing,
        "run CONFIG --output FOLDER/runs2",
        "elsewhere",
    ),
    Case(
        "output-not-ours",
        RUN,
        in_runs("mine.txt"),
        "move those things away",
        lambda world: (world.runs / "mine.txt").rename(world.folder / "mine.txt"),
        name="moved",
    ),
    Case(
        "output-unusable",
        "run CONFIG --output /proc/mixproof-runs",
        nothing,
        "on a writable disk",
        nothing,
        RUN,
    ),
    Case(
        "output-gone",
        RUN,
        hook("report", lambda world: shutil.rmtree(world.runs)),
        "Make it writable and run again",
        lambda world: world.hooks.clear(),
    ),
    Case("output-locked", RUN, held, "Wait for it to end", let_go),
    Case("input-changed", RUN, written_to_while_read, "Run again when nothing writes", written_no_more),
    Case(
        "config-many",
        RUN,
        in_config("    - {name: tv, spend: tv}\n", "    - {name: tv, spend: tv}\n" + "    - {}\n" * 60),
        "Mend those that are shown",
        in_config("    - {}\n" * 60, ""),
    ),
    Case(
        "plan-run",
        "plan CONFIG --output RUNS",
        nothing,
        "Run `mixproof run` with the YAML first",
        ran,
        "verify RUN",
    ),
    Case(
        "plan-run-differs",
        "plan CONFIG --output RUNS",
        each(ran, in_config("draws: 100,", "draws: 200,")),
        "Run `mixproof run` with the YAML again",
        nothing,
        RUN,
    ),
    Case(
        "report-before",
        RUN,
        in_config("mmm:", "report: {before: other}\nmmm:"),
        "leave the key out",
        in_config("report: {before: other}\n", ""),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[f"{case.code} {case.name}".strip() for case in CASES])
def test_the_remedy_mends_the_fault(case: Case, world: World) -> None:
    case.breaks(world)
    code, said = invoke(world, case.command)
    assert code == catalogue()[case.code].exit_code, said
    assert case.says in said, said
    case.mends(world)
    assert invoke(world, case.afterwards or case.command)[0] == 0, said
