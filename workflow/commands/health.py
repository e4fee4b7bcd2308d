"""The command that watches: `mixproof health` says whether the pipeline is healthy, in the words of monitoring systems."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from mixproof.console import session
from mixproof.text import visible
from workflow.commands.new_files import make_folder
from workflow.commands.options import RUNS, AsJson, Debug, OutputFolder, Quiet

HealthSource = Annotated[
    Path,
    typer.Argument(
        metavar="RUN|CONFIG",
        help="A run's folder, the folder of all runs of a name, or the YAML whose runs are judged.",
        show_default=False,
    ),
]
HealthFolder = Annotated[
    Path | None,
    typer.Option(
        "--to", help="Folder in which health.html and the tables are written, too.", show_default="none"
    ),
]
At = Annotated[
    datetime | None,
    typer.Option(
        "--at", help="The moment to judge, UTC: what came later does not count.", show_default="now"
    ),
]


def health(
    source: HealthSource,
    output: OutputFolder = RUNS,
    to: HealthFolder = None,
    at: At = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Judge the history of runs: OpenMetrics text on stdout, alerts on stderr; ends with 0 (fine), 1 (ticket) or 5 (page)."""
    with session(as_json, quiet, debug) as talk:
        from datetime import UTC

        from workflow.health.observe import observe
        from workflow.health.openmetrics import openmetrics
        from workflow.lazy import imported

        found = observe(source, output, at if at is None or at.tzinfo else at.replace(tzinfo=UTC))
        judged = found.health
        for note in judged.history.left_out:
            talk.say(f"left out  {note}")
        for alert in judged.alerts:
            talk.say(f"{alert.grade:<9} {alert.sentence}")
        for row in judged.rows:
            if row.value is None:
                talk.say(f"unknown   {row.name} is not measured, because {row.why}")
        if to is not None:
            make_folder(to)
            talk.say(f"page      {visible(imported('write_watched')(*found.shown(), to))}")
        record = {
            "worst": str(judged.worst),
            "alerts": [
                {"cause": alert.cause.name, "grade": str(alert.grade), "sentence": alert.sentence}
                for alert in judged.alerts
            ],
            "measures": [
                {
                    "measure": row.measure,
                    "subject": row.subject,
                    "value": row.value,
                    "grade": str(row.grade),
                    "why": row.why,
                }
                for row in judged.rows
            ],
        }
        talk.finish(record, openmetrics(judged).removesuffix("\n"), judged.exit_code)
