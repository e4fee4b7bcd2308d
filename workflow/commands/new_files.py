"""Commands that write files for a user to go on with: `mixproof demo`, `init`, `simulate`, `schema`.

None of them destroys a file that is there already, unless ``--force`` is given.
"""

import os
import re
import shlex
from pathlib import Path
from typing import Annotated

import typer

from mixproof.console import session
from mixproof.errors import ConfigError, Fault, ResourceError
from workflow.commands.options import AsJson, Debug, Force, Quiet

DemoFolder = Annotated[Path, typer.Argument(help="Folder to write.")]
Tables = Annotated[
    list[Path],
    typer.Argument(
        metavar="TABLE...", help=".csv, .parquet or .xlsx tables, joined on their dates.", show_default=False
    ),
]
Currency = Annotated[
    str | None,
    typer.Option("--currency", help="ISO 4217 code of all money, EUR say.", show_default="guessed"),
]
Draft = Annotated[
    Path | None,
    typer.Option("--to", help="The YAML to write.", show_default="beside the first table, with its name"),
]
World = Annotated[str, typer.Argument(help="Kind of world; `list` names them all.", show_default=False)]
Folder = Annotated[
    Path | None, typer.Option("--to", help="Folder to write.", show_default="a new one with the world's name")
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Another seed is another world of its kind.")]
SchemaFile = Annotated[
    Path | None, typer.Option("--to", help="File to write.", show_default="standard output")
]

DEMO = (
    "demo.yaml",
    "mixproof.schema.json",
    "data/demo_media.csv",
    "data/demo_outcome.csv",
    "data/demo_truth.csv",
)
"""Files of the demo: ``configs/`` of a checkout has them, and the wheel under ``mixproof/demo/`` (pyproject.toml)."""
EVENTS, EVENTS_ARE = "events", "tables of events of a market of people, for the events section"
_INSTALLED = Path(__file__).resolve().parents[2]


def demo(
    folder: DemoFolder = Path("mixproof-demo"),
    force: Force = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Copy the demo, a YAML and its tables, into a folder of your own."""
    with session(as_json, quiet, debug) as talk:
        source = next(
            place for place in (_INSTALLED / "mixproof/demo", _INSTALLED / "configs") if place.is_dir()
        )
        refuse_filled(folder, force, "Name another one, or give --force.")
        for name in DEMO:
            make_folder((folder / name).parent)
            write_new(folder / name, (source / name).read_text(encoding="utf-8"), force=True)
        written = [folder / name for name in DEMO]
        text = "\n".join([*map(str, written), f"Next: {command('run', written[0])}"])
        talk.finish({"files": [str(path) for path in written]}, text)


def init(
    tables: Tables,
    to: Draft = None,
    currency: Currency = None,
    force: Force = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Draft a YAML from one table of your own or several, and say what was guessed."""
    with session(as_json, quiet, debug) as talk:
        from mixproof.aggregates.init.draft import draft_config

        if currency is not None and not re.fullmatch("[A-Z]{3}", currency):
            what = "A currency is three capital letters."
            raise ConfigError(
                Fault("config-out-of-range", "--currency", what, "Give its ISO 4217 code, EUR say.")
            )
        folder = Path(os.path.commonpath([table.absolute().parent for table in tables]))
        files = [table.absolute().relative_to(folder).as_posix() for table in tables]
        draft = draft_config(files, folder, currency)
        target = to or tables[0].with_suffix(".yaml")
        write_new(target, draft.yaml, force)
        for guess in draft.guesses:
            talk.say(f"guessed: {guess}")
        elsewhere = target.absolute().parent.resolve() != folder.resolve()
        where = ["--data", os.path.relpath(folder)] if elsewhere else []
        text = f"{target}\nRead it, mend it, then: {command('check', target, *where)}"
        talk.finish({"config": str(target), "guesses": list(draft.guesses)}, text)


def simulate(
    world: World,
    to: Folder = None,
    seed: Seed = 1,
    force: Force = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Write the tables, the truth and a YAML of a simulated world."""
    with session(as_json, quiet, debug) as talk:
        from mixproof.aggregates.simulate import WORLDS, write_world

        if world == "list":
            worlds = {name: kind.description for name, kind in WORLDS.items()} | {EVENTS: EVENTS_ARE}
            width = max(map(len, worlds))
            listing = "\n".join(f"{name:<{width}}  {text}" for name, text in worlds.items())
            talk.finish({"worlds": worlds}, listing)
        folder = to or Path(world)
        if world in (*WORLDS, EVENTS):
            refuse_filled(folder, force, "Name another one with --to, or give --force.")
        if world == EVENTS:
            from mixproof.aggregates.events.world import write_events

            written = write_events(folder / "data", seed=seed)
            text = "\n".join(
                [*map(str, written), "Next: copy configs/events.yaml beside the data folder, and run it."]
            )
            talk.finish({"files": [str(path) for path in written]}, text)
        written = write_world(world, seed, folder)
        text = "\n".join([*map(str, written), f"Next: {command('run', folder / 'config.yaml')}"])
        talk.finish({"files": [str(path) for path in written]}, text)


def schema(
    to: SchemaFile = None,
    force: Force = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Write the JSON Schema of the YAML, for editors."""
    with session(as_json, quiet, debug) as talk:
        from workflow.config import schema_text

        text = schema_text()
        if to is None:
            print(text, end="")
            talk.end(0)
        write_new(to, text, force)
        talk.finish({"schema": str(to)}, str(to))


def command(*words: str | Path) -> str:
    """Return a `mixproof` command as it can be typed: quoted where a path has spaces."""
    return shlex.join(["mixproof", *map(str, words)])


def refuse_filled(folder: Path, force: bool, remedy: str) -> None:
    """Raise unless `folder` is free to be written to.

    Parameters
    ----------
    folder : pathlib.Path
        Where files will be written.
    force : bool
        Whether files in it may be replaced.
    remedy : str
        What to do where it is not empty.

    Raises
    ------
    ConfigError
        The folder has something in it and `force` is not given, or it is a file.
    """
    if folder.is_dir() and any(folder.iterdir()) and not force:
        raise ConfigError(Fault("output-exists", str(folder), "The folder is not empty.", remedy))
    if folder.exists() and not folder.is_dir():
        raise ConfigError(
            Fault("output-exists", str(folder), "There is a file of this name.", "Name another folder.")
        )


def make_folder(folder: Path) -> None:
    """Make a folder and those above it.

    Raises
    ------
    ResourceError
        It cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from None


def write_new(path: Path, text: str, force: bool) -> None:
    """Write `text` to `path`.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    text : str
        Written as UTF-8.
    force : bool
        Whether a file of this name is replaced.

    Raises
    ------
    ConfigError
        The file exists and `force` is not given.
    ResourceError
        The file cannot be written.
    """
    try:
        with path.open("w" if force else "x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        remedy = "Name another file with --to, or give --force."
        raise ConfigError(Fault("output-exists", str(path), "The file is already there.", remedy)) from None
    except OSError as error:
        raise _unwritable(path, error) from None


def _unwritable(path: Path, error: OSError) -> ResourceError:
    what = f"It cannot be written ({error.strerror})."
    return ResourceError(Fault("output-unwritable", str(path), what, "Check the folder and its permissions."))
