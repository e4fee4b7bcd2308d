"""What a command says at the end of a run."""

from typing import TYPE_CHECKING, NoReturn

from mixlift.console import Session

if TYPE_CHECKING:
    from workflow.outcome import RunOutcome


def finish(talk: Session, outcome: "RunOutcome") -> NoReturn:
    """Name verdict, reasons, run folder and pages, and end the command with the run's exit code."""
    verdict = outcome.verdict
    lines = [f"verdict: {verdict.grade}", *(f"  - {finding.sentence}" for finding in verdict.reasons)]
    lines.append(f"run:     {outcome.run_dir}")
    lines += [f"page:    {page}" for page in sorted(outcome.run_dir.glob("report/*.html"))]
    lines += [f"design:  {file}" for file in sorted(outcome.run_dir.glob("designs/*.json"))]
    record = {"run": str(outcome.run_dir), "verdict": verdict.as_dict()}
    talk.finish(record, "\n".join(lines), outcome.exit_code)
