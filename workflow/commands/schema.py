"""`mixproof schema`: the JSON Schema that lets editors complete and check a YAML."""

from pathlib import Path
from typing import Annotated

import typer

from mixproof.console import session
from workflow.commands.options import AsJson, Debug, Force, Quiet
from workflow.commands.writing import write_new

Target = Annotated[Path | None, typer.Option("--to", help="File to write.", show_default="standard output")]


def schema(
    to: Target = None,
    force: Force = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Write the JSON Schema of the YAML, for editors."""
    with session(as_json, quiet, debug) as talk:
        from workflow.schema import schema_text

        text = schema_text()
        if to is None:
            print(text, end="")
            raise SystemExit(0)
        write_new(to, text, force)
        talk.finish({"schema": str(to)}, str(to))
