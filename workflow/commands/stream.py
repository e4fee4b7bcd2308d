"""`mixproof stream`: events from topics of a broker become aggregates, round after round."""

from pathlib import Path
from typing import Annotated

import typer

from mixproof.console import session
from workflow.commands.new_files import command
from workflow.commands.options import AsJson, Config, DataFolder, Debug, Quiet

UntilEmpty = Annotated[
    bool, typer.Option("--until-empty", help="Stop once the topics have nothing more, for a scheduler.")
]


def stream(
    config: Config,
    data: DataFolder = None,
    until_empty: UntilEmpty = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Read the topics of `events.stream` into the state and keep the aggregates fresh, until it is stopped."""
    with session(as_json, quiet, debug) as talk:
        from mixproof.aggregates.events.stream.follow import follow
        from workflow.config import input_folders, load_config, section_of
        from workflow.signals import private_umask, stoppable

        section = section_of(load_config(config), "events", config.name)
        folder = input_folders(config, data)[0]
        with stoppable(), private_umask():
            place = follow(section, folder, talk.say, until_empty)
        files = sorted(str(path) for path in place.iterdir()) if place.is_dir() else []
        where: list[str | Path] = [] if data is None else ["--data", data]
        told = (
            "\n".join([*files, f"Next: {command('run', config, *where)}"])
            if files
            else "Nothing is published yet."
        )
        talk.finish({"folder": str(place), "files": files}, told, kept=True)
