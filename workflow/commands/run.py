"""Commands that end in a run folder: `mixproof run`, `lift`, `design`, `backtest`; and what they say at the end."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from mixproof.console import Session, session
from workflow.commands.options import RUNS, AsJson, Config, DataFolder, Debug, OutputFolder, Quiet, Warm

if TYPE_CHECKING:
    from workflow.command_result import RunOutcome
    from workflow.config import Part


def run(
    config: Config,
    data: DataFolder = None,
    output: OutputFolder = RUNS,
    warm: Warm = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Do everything the YAML describes and write a run folder: tables, page, workbook, manifest."""
    run_to_the_end(
        config, None, data=data, output=output, warm=warm, as_json=as_json, quiet=quiet, debug=debug
    )


def lift(
    config: Config,
    data: DataFolder = None,
    output: OutputFolder = RUNS,
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Analyse the experiments of the YAML alone: no model is fitted."""
    run_to_the_end(config, "lift", data=data, output=output, as_json=as_json, quiet=quiet, debug=debug)


def design(
    config: Config,
    data: DataFolder = None,
    output: OutputFolder = RUNS,
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Plan the tests of the `design:` section: which units, how long, what they could show, whether to run them."""
    run_to_the_end(config, "design", data=data, output=output, as_json=as_json, quiet=quiet, debug=debug)


def backtest(
    config: Config,
    data: DataFolder = None,
    output: OutputFolder = RUNS,
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Forecast the last periods from what was known before each: how good the forecasts were, and against naive ones."""
    run_to_the_end(config, "backtest", data=data, output=output, as_json=as_json, quiet=quiet, debug=debug)


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
        # The sampler's imports take as long as reading the data: both begin now.
        from workflow.sampling.start import start_process

        sampler = start_process(stack) if part is None else None
        from workflow import run as stages

        console = None if quiet else talk.progress
        outcome = stages.run(
            config, data=data, output=output, part=part, console=console, sampler=sampler, warm=warm
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
    talk.finish(record, "\n".join(lines), outcome.exit_code, kept=True)
