"""`mixproof verify`: is a run folder still what was written?"""

from pathlib import Path
from typing import Annotated

import typer

from mixproof.console import session
from mixproof.errors import IntegrityError
from workflow.commands.options import AsJson, Debug, Quiet

RunFolder = Annotated[
    Path, typer.Argument(help="A run's folder, for example runs/demo/latest.", show_default=False)
]


def verify(run: RunFolder, as_json: AsJson = False, quiet: Quiet = False, debug: Debug = False) -> None:
    """Recompute every hash of a run: identical, or what differs."""
    with session(as_json, quiet, debug) as talk:
        from mixproof.records.run import verify as compare

        found = compare(run)
        if not found.identical:
            raise IntegrityError(found.faults)
        talk.finish({"run": str(run), "identical": True}, f"{run}: identical to its manifest")
