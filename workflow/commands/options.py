"""Options that several commands share, each described once."""

from pathlib import Path
from typing import Annotated

import typer

Config = Annotated[Path, typer.Argument(help="The YAML that describes the run.", show_default=False)]
DataFolder = Annotated[
    Path | None,
    typer.Option("--data", help="Folder the tables are read from.", show_default="the config's folder"),
]
OutputFolder = Annotated[Path, typer.Option("--output", help="Folder in which runs are kept.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout, for machines.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Nothing on stderr but faults.")]
Warm = Annotated[
    bool,
    typer.Option(
        "--warm",
        help="Begin sampling where the newest run of this name ended: quicker, and the draws depend on that run, too.",
    ),
]
Debug = Annotated[bool, typer.Option("--debug", help="Show tracebacks.")]
Force = Annotated[bool, typer.Option("--force", help="Overwrite files that are already there.")]

RUNS = Path("runs")
