"""Commands for plans of record: `mixproof seal` keeps a plan that was decided, `mixproof score` tells what came of it."""

from pathlib import Path
from typing import Annotated

import typer

from mixproof.console import session
from mixproof.text import visible
from workflow.commands.new_files import make_folder, write_new
from workflow.commands.options import AsJson, Debug, Force, Quiet

PlanFolder = Annotated[
    Path, typer.Argument(help="A plan's folder, as `mixproof plan` wrote it.", show_default=False)
]
Which = Annotated[str, typer.Option("--plan", help="Which of its plans was decided: proposed or current.")]
RecordFile = Annotated[Path, typer.Option("--to", help="File that keeps the plan of record.")]
Record = Annotated[Path, typer.Argument(help="The file that `mixproof seal` wrote.", show_default=False)]
LaterRun = Annotated[
    Path,
    typer.Argument(
        help="A run's folder that has read the outcomes of the plan's window.", show_default=False
    ),
]
Tables = Annotated[
    Path | None,
    typer.Option("--to", help="Folder in which the tables of the score are written.", show_default="none"),
]


def seal(
    plan: PlanFolder,
    which: Which = "proposed",
    to: RecordFile = Path("plan_of_record.json"),
    force: Force = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Keep a plan that was decided, with what its forecast promised, in one file sealed by its hash."""
    with session(as_json, quiet, debug) as talk:
        from mixproof.records.run import Run
        from workflow.triangulation.plan_score import record_of

        record = record_of(Run.open(plan), which)
        write_new(to, record.text(), force)
        total = sum(float(row["money"]) for row in record.spend)
        lines = [
            f"plan:     {which} of {record.run_id}, {total:,.0f} {record.currency}",
            f"file:     {visible(to)}",
            f"seal:     {record.seal}",
        ]
        talk.finish(
            {"file": str(to), "seal": record.seal, "plan": which, "run_id": record.run_id}, "\n".join(lines)
        )


def score(
    record: Record,
    run: LaterRun,
    to: Tables = None,
    force: Force = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Hold what happened against what a plan of record promised: spend, outcome, and returns that experiments tell."""
    with session(as_json, quiet, debug) as talk:
        from mixproof.records.csv import to_csv
        from mixproof.records.plan_record import read_record, rows_of
        from mixproof.records.run import Run
        from workflow.triangulation.plan_score import score as hold_against

        kept, later = read_record(record), Run.open(run)
        told = later.table("triangulation") if "triangulation" in later.tables else None
        found = hold_against(kept, later.panel(), told, str(later.path))
        written: list[Path] = []
        if to is not None:
            make_folder(to)
            for name, table in found.tables.items():
                written.append(to / f"{name}.csv")
                write_new(written[-1], to_csv(table), force)
        text = "\n".join([found.text(), *(f"table:    {visible(file)}" for file in written)])
        rows = {name: rows_of(table, list(table.columns)) for name, table in found.tables.items()}
        talk.finish({"seal": kept.seal, "tables": [str(file) for file in written], "score": rows}, text)
