"""The `mixproof` command."""

import gc
import os
import sys
from typing import Annotated, Any, NoReturn

import typer

from mixproof.console import Session
from mixproof.errors import ConfigError, Fault
from mixproof.streams import secure
from workflow.commands import COMMANDS
from workflow.commands.read_only import version
from workflow.faults import FAULTS

app = typer.Typer(
    name="mixproof",
    help="Measure marketing from aggregates: media-mix models and lift, from one YAML.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
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


_USAGE: Any = typer.BadParameter.__base__
"""Any wrong use of the command line: the base of the one that typer exports."""
OBJECTS_PER_COLLECTION = 100_000
"""New containers after which the garbage collector looks at them: imports alone make 200,000, and drop none."""


def main() -> None:
    """Run the command line."""
    gc.set_threshold(OBJECTS_PER_COLLECTION)
    # Matrices here are small: threads inside one product cost more than they give, and the order of their sums is chance.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    secure()
    if "--json" not in sys.argv[1:]:
        app()
    try:
        raise SystemExit(app(standalone_mode=False))
    except _USAGE as error:
        what = str(getattr(error, "message", "")) or "The command line cannot be understood."
        fault = Fault("usage", "command line", what, FAULTS["usage"][2])
        Session(as_json=True).fail(ConfigError(fault))


def program() -> NoReturn:
    """Run the command line and end the process at once: taking its modules apart would take a third of a second."""
    code: Any = 0
    try:
        main()
    except SystemExit as end:
        code = end.code
    sys.stdout.flush()
    sys.stderr.flush()
    if isinstance(code, int):
        os._exit(code)  # every file is closed by now, and no thread has work left
    sys.exit(code)


if __name__ == "__main__":
    main()
