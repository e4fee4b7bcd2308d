"""Commands that end in a run folder: `mixproof run`, `lift`, `design`, `backtest`; and what they say at the end."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mixproof.console import session
from workflow.commands.options import RUNS, AsJson, Config, DataFolder, Debug, OutputFolder, Quiet, Warm

if TYPE_CHECKING:
    from workflow.config import Part

PlanSource = Annotated[
    Path,
    typer.Argument(
        help="A run's folder, for example runs/demo/latest, or a YAML whose newest run is taken.",
        show_default=False,
    ),
]
Scenarios = Annotated[
    Path | None,
    typer.Option(
        "--scenarios", help="YAML with further scenarios, as a planner's page saves it.", show_default="none"
    ),
]


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


def plan(
    source: PlanSource,
    scenarios: Scenarios = None,
    output: OutputFolder = RUNS,
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Plan budgets from a run's model, in seconds: what to spend where and when, what it brings, and how far to trust it."""
    with session(as_json, quiet, debug) as talk:
        from workflow.plans import plan as make

        outcome = make(source, scenarios=scenarios, output=output, console=None if quiet else talk.progress)
        talk.finish(outcome.as_dict(), outcome.text(), outcome.exit_code, kept=True)


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
    """Run the YAML, or one part of it, and end the command; the options are those of `workflow.commands.options`.

    Parameters
    ----------
    config : pathlib.Path
        The YAML.
    part : Part or None
        None for everything the YAML describes.
    data : pathlib.Path or None
        Folder that the files are read from; None for the YAML's own.
    output : pathlib.Path
        Folder of run folders.
    warm : bool, default False
        Whether sampling begins where the newest run has ended.
    as_json, quiet, debug : bool
        As in `mixproof.console.session`.
    """
    with session(as_json, quiet, debug) as talk, ExitStack() as stack:
        # The sampler's imports take as long as reading the data: both begin now.
        from workflow.sampling.start import start_process

        sampler = start_process(stack) if part is None else None
        from workflow import run as stages

        console = None if quiet else talk.progress
        outcome = stages.run(
            config, data=data, output=output, part=part, console=console, sampler=sampler, warm=warm
        )
        talk.finish(outcome.as_dict(), outcome.text(), outcome.exit_code, kept=True)
