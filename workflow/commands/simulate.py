"""`mixproof simulate`: a world with known truth."""

from pathlib import Path
from typing import Annotated

import typer

from mixproof.console import session
from mixproof.errors import ConfigError, Fault
from workflow.commands.options import AsJson, Debug, Force, Quiet

World = Annotated[str, typer.Argument(help="Kind of world; `list` names them all.", show_default=False)]
Folder = Annotated[
    Path | None, typer.Option("--to", help="Folder to write.", show_default="a new one with the world's name")
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Another seed is another world of its kind.")]
CODE = "output-exists"


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
            worlds = {name: kind.description for name, kind in WORLDS.items()}
            width = max(map(len, worlds))
            listing = "\n".join(f"{name:<{width}}  {text}" for name, text in worlds.items())
            talk.finish({"worlds": worlds}, listing)
        folder = to or Path(world)
        if world in WORLDS and not force and folder.is_dir() and any(folder.iterdir()):
            what = "The folder is not empty."
            raise ConfigError(Fault(CODE, str(folder), what, "Name another one with --to, or give --force."))
        written = write_world(world, seed, folder)
        text = "\n".join([*map(str, written), f"Next: mixproof run {folder / 'config.yaml'}"])
        talk.finish({"files": [str(path) for path in written]}, text)
