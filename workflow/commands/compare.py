"""The command that compares runs: `mixproof compare` says what moved between two of them, and why."""

from pathlib import Path
from typing import Annotated

import typer

from mixproof.console import session
from mixproof.text import visible
from workflow.commands.new_files import make_folder
from workflow.commands.options import AsJson, Debug, Quiet

Earlier = Annotated[Path, typer.Argument(metavar="A", help="Folder of the earlier run.", show_default=False)]
Later = Annotated[Path, typer.Argument(metavar="B", help="Folder of the later run.", show_default=False)]
BridgeFolder = Annotated[
    Path, typer.Option("--to", help="Folder in which bridge.html and bridge.csv are written.")
]


def compare(
    earlier: Earlier,
    later: Later,
    to: BridgeFolder = Path("bridge"),
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Say how much of each channel's change between two runs is new data, restated history, configuration, package or noise."""
    with session(as_json, quiet, debug) as talk:
        from workflow.compare.runs import compare_runs

        make_folder(to)  # before minutes of fits
        found = compare_runs(earlier, later, to, None if quiet else talk.progress)
        there = found.bridge.causes or {
            "sampling noise": ["the runs have the same data, configuration and package"]
        }
        lines = [f"incident: {each.kind}: {each.sentence}" for each in found.incidents]
        lines += [f"{cause}: {'; '.join(words)}" for cause, words in there.items()]
        lines += [f"refits:   {found.bridge.refits}", *(f"file:     {visible(file)}" for file in found.files)]
        record = {
            "causes": {cause: list(words) for cause, words in there.items()},
            "refits": found.bridge.refits,
            "incidents": [
                {"kind": each.kind, "subject": each.subject, "sentence": each.sentence}
                for each in found.incidents
            ],
        }
        talk.finish(record | {"files": [str(file) for file in found.files]}, "\n".join(lines))
