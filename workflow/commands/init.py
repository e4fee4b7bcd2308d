"""`mixproof init`: a first YAML from a user's own table."""

from pathlib import Path
from typing import Annotated

import typer

from mixproof.console import session
from workflow.commands.options import AsJson, Debug, Force, Quiet
from workflow.commands.writing import write_new

Table = Annotated[Path, typer.Argument(help="A .csv, .parquet or .xlsx table.", show_default=False)]
Target = Annotated[
    Path | None,
    typer.Option("--to", help="The YAML to write.", show_default="beside the table, with its name"),
]


def init(
    table: Table,
    to: Target = None,
    force: Force = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Draft a YAML from a table of your own, and say what was guessed."""
    with session(as_json, quiet, debug) as talk:
        from mixproof.aggregates.init.draft import draft_config

        draft = draft_config(table.name, table.parent)
        target = to or table.with_suffix(".yaml")
        write_new(target, draft.yaml, force)
        for guess in draft.guesses:
            talk.say(f"guessed: {guess}")
        where = f" --data {table.parent}" if target.parent.resolve() != table.parent.resolve() else ""
        text = f"{target}\nRead it, mend it, then: mixproof check {target}{where}"
        talk.finish({"config": str(target), "guesses": list(draft.guesses)}, text)
