"""From one YAML to a run folder, as a table of stages; each is known by the hash of what it read.

A stage is one row of `workflow.stages.table.STAGES`. Stages hand things on through a `RunState`.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mixproof.records.run_folder.attempts import attempted
from mixproof.records.run_folder.output import Output, check_output, open_output, usable
from workflow.command_result import CheckOutcome, RunOutcome, exit_code, key_figures, known_before_sampling
from workflow.config import Part, RunConfig, input_folders, load_config, part_of
from workflow.preflight import Limits
from workflow.progress import Display
from workflow.sampling.process import SamplingProcess
from workflow.signals import private_umask, stoppable
from workflow.stages.perform import perform_checks, perform_plan, perform_run
from workflow.stages.state import RunState

if TYPE_CHECKING:
    from rich.console import Console


def run(
    config_path: Path,
    *,
    data: Path | None = None,
    output: Path = Path("runs"),
    part: Part | None = None,
    console: "Console | None" = None,
    limits: Limits | None = None,
    sampler: SamplingProcess | None = None,
    warm: bool = False,
) -> RunOutcome:
    """Return the published run after doing everything the YAML describes.

    Parameters
    ----------
    config_path : pathlib.Path
        The YAML.
    data : pathlib.Path, optional
        Folder that the YAML's files are read from; default the YAML's own.
    output : pathlib.Path
        Folder of all runs.
    part : {"lift", "design", "backtest"}, optional
        The one section to run alone, or the backtest of the model; default all sections.
    console : rich.console.Console, optional
        Where progress goes; default nowhere.
    limits : Limits, optional
        What the run may use; default what the machine has free.
    sampler : SamplingProcess, optional
        The process that gets ready to sample already; it is stopped where the YAML has no model. By default it is begun
        when it is needed.
    warm : bool
        Whether sampling begins where the newest run of this name has ended.

    Returns
    -------
    RunOutcome

    Raises
    ------
    MixproofError
        Any of its families; nothing partial is left behind and earlier runs are intact.
    KeyboardInterrupt, Terminated
        The run was asked to stop; finished chains are kept and the next run takes them up.
    """
    display = Display(console)
    began = time.perf_counter()
    config, folders = load_config(config_path), input_folders(config_path, data)
    if part is not None:
        config = part_of(config, part, config_path.name)

    def perform(state: RunState) -> None:
        if sampler is not None and config.mmm is None:
            sampler.stop()
        perform_run(state, part, warm)

    own = RunState(
        config,
        Output(output, config.name),
        folders[0],
        display,
        limits or Limits(),
        ExitStack(),
        sampler=sampler,
    )
    return carry_out(own, folders, perform, began)


def carry_out(
    state: RunState, folders: Sequence[Path], perform: Callable[[RunState], None], began: float
) -> RunOutcome:
    """Return the published run after doing stages in a folder that is held meanwhile.

    Parameters
    ----------
    state : RunState
        With everything but an output that was checked.
    folders : sequence of pathlib.Path
        Folders that are read from.
    perform : callable
        Does the stages.
    began : float
        When the config was first looked at, as `time.perf_counter` counts.

    Returns
    -------
    RunOutcome

    Raises
    ------
    MixproofError
        Those of the stages; nothing partial is left behind.
    """
    with state.stack as stack:
        stack.enter_context(stoppable())
        stack.enter_context(private_umask())
        place = state.output = open_output(state.output.root, state.config.name, folders)
        state.spill = place.spill
        with usable(str(place.folder)):
            attempt = stack.enter_context(attempted(place.folder, state.config.report.readable_by))
        for run_id in place.sweep():
            state.display.say(f"removed   the unfinished run {run_id}")
        state.timings["check"] = time.perf_counter() - began
        perform(state)
        if state.run_dir is None:
            raise RuntimeError("no stage has published the run")
        attempt.run_id = state.run_dir.name
        return RunOutcome(
            exit_code(state.verdict), state.run_dir, state.verdict, key_figures(state.tables), state.timings
        )


def plan_from(
    base: Any,
    config: RunConfig,
    root: Path,
    *,
    console: "Console | None" = None,
    limits: Limits | None = None,
    began: float,
) -> RunOutcome:
    """Return the published plan that is made from a published run.

    Parameters
    ----------
    base : mixproof.records.run.Run
        With a model.
    config : RunConfig
        Of that run, with the plan.
    root : pathlib.Path
        Folder of all runs.
    console : rich.console.Console, optional
        Where progress goes; default nowhere.
    limits : Limits, optional
        What the plan may use; default what the machine has free.
    began : float
        As `carry_out` takes it.

    Returns
    -------
    RunOutcome
    """
    output = Output(root, config.name)
    state = RunState(config, output, base.path, Display(console), limits or Limits(), ExitStack(), base=base)
    return carry_out(state, [], perform_plan, began)


def check(
    config_path: Path,
    *,
    data: Path | None = None,
    output: Path | None = None,
    prior: bool = False,
    console: "Console | None" = None,
    limits: Limits | None = None,
) -> CheckOutcome:
    """Return what a run of the YAML would read and need: everything short of sampling, and nothing written.

    Parameters
    ----------
    config_path, data, console, limits
        As for `run`.
    output : pathlib.Path, optional
        Folder of all runs, when it is to be checked too.
    prior : bool
        Whether to work out what the priors imply.

    Returns
    -------
    CheckOutcome
        Facts of the panel, what the run needs, and the exit code it would have so far.

    Raises
    ------
    MixproofError
        As `run` would raise before sampling.
    """
    config, folders = load_config(config_path), input_folders(config_path, data)
    place = Output(Path.cwd() / "runs", config.name)
    if output is not None:
        place = check_output(output, config.name, folders)
    with ExitStack() as stack:
        state = RunState(config, place, folders[0], Display(console), limits or Limits(), stack)
        perform_checks(state)
        return known_before_sampling(state, prior)
