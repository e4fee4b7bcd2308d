"""Commands for event tables: `mixproof aggregate` makes aggregates, `mixproof contract` keeps what a source is agreed to be."""

from pathlib import Path
from typing import Annotated

import typer

from mixproof.console import session
from mixproof.text import visible
from workflow.commands.new_files import command, write_new
from workflow.commands.options import AsJson, Config, DataFolder, Debug, Quiet

Source = Annotated[str, typer.Argument(help="Name of a source of the `events` section.", show_default=False)]
Accept = Annotated[
    str,
    typer.Option("--accept", help="Name of the version that is accepted, 2026-11 say.", show_default=False),
]


def aggregate(
    config: Config,
    data: DataFolder = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Make the aggregates of the `events:` section: no row of a person leaves the engine that does it."""
    with session(as_json, quiet, debug) as talk:
        from mixproof.aggregates.events.writing import RECORD
        from workflow.config import input_folders, load_config, section_of
        from workflow.signals import private_umask, stoppable
        from workflow.stages.aggregate import hash_events, make_aggregates

        section = section_of(load_config(config), "events", config.name)
        folder = input_folders(config, data)[0]
        with stoppable(), private_umask():
            place = make_aggregates(section, folder, hash_events(section, folder), talk.say)
        where: list[str | Path] = [] if data is None else ["--data", data]
        files = sorted(str(path) for path in place.iterdir() if path.suffix == ".csv" or path.name == RECORD)
        talk.finish(
            {"folder": str(place), "files": files},
            "\n".join([*files, f"Next: {command('run', config, *where)}"]),
            kept=True,
        )


def contract(
    config: Config,
    source: Source,
    accept: Accept,
    data: DataFolder = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Write the contract of a source from what its files are now; versions that it had before are kept."""
    with session(as_json, quiet, debug) as talk:
        from mixproof.aggregates.events.contract import write_contract
        from workflow.config import input_folders, load_config, section_of

        section = section_of(load_config(config), "events", config.name)
        folder = input_folders(config, data)[0]
        path, text, known = write_contract(section, source, accept, folder)
        write_new(path, text, force=True)
        place = path.relative_to(folder.resolve()).as_posix()
        lines = [visible(path)] + (
            [] if known else [f"Name it in the YAML: `contract: {place}` under the source {source}."]
        )
        talk.finish({"contract": str(path), "version": accept}, "\n".join(lines))
