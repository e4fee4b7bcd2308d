"""Commands that release runs: `mixproof promote` makes one the champion, `rollback` goes back, `history` tells the trail."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from mixproof.console import session
from mixproof.text import visible
from workflow.commands.options import AsJson, Debug, Quiet

Challenger = Annotated[
    Path,
    typer.Argument(metavar="RUN", help="A run's folder, for example runs/demo/latest.", show_default=False),
]
NameFolder = Annotated[
    Path,
    typer.Argument(metavar="FOLDER", help="Folder of all runs of a name, runs/demo say.", show_default=False),
]
Accept = Annotated[
    str,
    typer.Option(
        "--accept", help="Why the run is promoted whatever it moves; kept in the trail.", show_default="none"
    ),
]

Geos = Annotated[
    list[str] | None,
    typer.Option(
        "--geo",
        help="Try it in this geo alone, as a canary beside the champion; once for each geo.",
        show_default="all",
    ),
]


def promote(
    run: Challenger,
    accept: Accept = "",
    geo: Geos = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Make a run the champion of its name, unless it moves answers without a reason in the data."""
    with session(as_json, quiet, debug) as talk:
        from workflow.compare.release import promote as make

        entry = make(run, accept, tuple(dict.fromkeys(geo or ())))
        where = f" in {visible(', '.join(entry.geos))}"
        lines = [
            f"canary:   {entry.run_id}{where}" if entry.geos else f"champion: {entry.run_id}",
            f"champion: {entry.before}" if entry.geos else f"before:   {entry.before or 'none'}",
            f"reason:   {visible(entry.reason)}",
        ]
        talk.finish(asdict(entry), "\n".join(lines))


def rollback(folder: NameFolder, as_json: AsJson = False, quiet: Quiet = False, debug: Debug = False) -> None:
    """End a canary, or else make the champion before this one the champion again."""
    with session(as_json, quiet, debug) as talk:
        from workflow.compare.release import rollback as go_back

        entry = go_back(folder)
        talk.finish(asdict(entry), f"champion: {entry.run_id}\nbefore:   {entry.before}")


def history(folder: NameFolder, as_json: AsJson = False, quiet: Quiet = False, debug: Debug = False) -> None:
    """Tell which run is the champion, and what was promoted, held back and rolled back, with reasons."""
    with session(as_json, quiet, debug) as talk:
        from workflow.compare.release import canary, champions, trail

        entries = trail(folder)
        standing = champions(entries)
        champion = standing[-1].run_id if standing else ""
        lines = [
            f"{entry.at}  {entry.action:<11}  {entry.run_id}  {visible(entry.reason)}" for entry in entries
        ]
        tried = canary(entries)
        if tried is not None:
            lines.append(f"canary:   {tried.run_id} in {visible(', '.join(tried.geos))}")
        text = "\n".join([*lines, f"champion: {champion or 'none'}"])
        now = {"run_id": tried.run_id, "geos": tried.geos} if tried is not None else None
        talk.finish(
            {"champion": champion, "canary": now, "entries": [asdict(entry) for entry in entries]}, text
        )
