"""The command that traces: `mixproof trace` says which cells, rows and files a number of a run's table comes from."""

from pathlib import Path
from typing import Annotated

import typer

from mixproof.console import session
from mixproof.errors import IntegrityError
from workflow.commands.options import AsJson, DataFolder, Debug, Quiet

TracedRun = Annotated[
    Path,
    typer.Argument(metavar="RUN", help="A run's folder, for example runs/demo/latest.", show_default=False),
]
TableName = Annotated[
    str, typer.Argument(metavar="TABLE", help="A table of the run: paid_media, say.", show_default=False)
]
RowKey = Annotated[
    str,
    typer.Argument(
        metavar="KEY",
        help="A value in the row, column=value pairs with commas, or the row's number.",
        show_default=False,
    ),
]


def trace(
    run: TracedRun,
    table: TableName,
    key: RowKey,
    data: DataFolder = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Say which cells, rows, files and hashes a number of a run's table comes from; with --data, hold files against them."""
    with session(as_json, quiet, debug) as talk:
        from workflow.compare.trace import trace as follow

        found = follow(run, table, key, data)
        code = 0 if found.agrees else IntegrityError.exit_code
        talk.finish({"agrees": found.agrees, "lines": list(found.lines)}, "\n".join(found.lines), code)
