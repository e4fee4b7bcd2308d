"""The `mixlift` command."""

import os
import sys
from typing import Annotated

import typer

from workflow.commands import COMMANDS
from workflow.commands.version import version

app = typer.Typer(
    name="mixlift",
    help="Measure marketing from aggregates: media-mix models and lift, from one YAML.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in COMMANDS:
    app.command()(command)


def _show_version(wanted: bool) -> None:
    if wanted:
        version()


Version = Annotated[
    bool, typer.Option("--version", help="Show the versions.", callback=_show_version, is_eager=True)
]


@app.callback()
def options(shown: Version = False) -> None:
    """Measure marketing from aggregates: media-mix models and lift, from one YAML."""


def main() -> None:
    """Run the command line."""
    # Matrices here are small: threads inside one product cost more than they give, and the order of their sums is chance.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for stream in (sys.stdout, sys.stderr):
        # a name must not crash a terminal that cannot show it
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    app()


if __name__ == "__main__":
    main()
