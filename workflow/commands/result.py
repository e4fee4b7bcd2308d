"""Commands that end in a run folder, and what they say at the end."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from mixproof.console import Session, session

if TYPE_CHECKING:
    from workflow.command_result import RunOutcome
    from workflow.config import Part


def run_to_the_end(
    config: Path,
    part: "Part | None",
    *,
    data: Path | None,
    output: Path,
    warm: bool = False,
    as_json: bool,
    quiet: bool,
    debug: bool,
) -> None:
    """Run the YAML, or one part of it, and end the command; the options are those of `workflow.commands.options`."""
    with session(as_json, quiet, debug) as talk, ExitStack() as stack:
        # Each import takes as long as all before it: what can be begun by then is begun.
        from workflow.sampling.process import start_process

        sampler = start_process(stack) if part is None else None
        from workflow.sampling.head_start import begin_unread

        ahead = begin_unread(config, part, stack, sampler)
        from workflow import run as stages

        console = None if quiet else talk.progress
        outcome = stages.run(
            config, data=data, output=output, part=part, console=console, ahead=ahead, warm=warm
        )
        _finish(talk, outcome)


def _finish(talk: Session, outcome: "RunOutcome") -> NoReturn:
    """Name verdict, reasons, run folder and pages, and end the command with the run's exit code."""
    verdict = outcome.verdict
    lines = [f"verdict: {verdict.grade}", *(f"  - {finding.sentence}" for finding in verdict.reasons)]
    lines.append(f"run:     {outcome.run_dir}")
    lines += [f"page:    {page}" for page in sorted(outcome.run_dir.glob("report/*.html"))]
    lines += [f"design:  {file}" for file in sorted(outcome.run_dir.glob("designs/*.json"))]
    record = {"run": str(outcome.run_dir), "verdict": verdict.as_dict()}
    talk.finish(record, "\n".join(lines), outcome.exit_code)
