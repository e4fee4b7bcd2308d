"""Stages, one after the other: each timed and known by what it read, and the faults of all that read data told at once."""

import hashlib
import json
import time
from collections.abc import Sequence

from mixproof.errors import ConfigError, DataError, IntegrityError, MixproofError, PrivacyError
from mixproof.records.run_folder.files import disk_faults
from workflow.config import Part
from workflow.progress import duration
from workflow.sampling.earlier_run import newest_posterior, run_before
from workflow.stages.stage import Stage
from workflow.stages.state import RunState
from workflow.stages.table import OF_A_BACKTEST, OF_A_CHECK, OF_A_PLAN, STAGES

_GRAVEST = (PrivacyError, IntegrityError, ConfigError, DataError)


def perform_run(state: RunState, part: Part | None, warm: bool = False) -> None:
    """Do all stages that the config asks for.

    With `warm`, sampling begins where the newest run has ended.

    Parameters
    ----------
    state : RunState
        Receives what the stages find.
    part : Part or None
        None for all that the YAML asks for.
    warm : bool, default False
        Whether sampling begins where the newest run has ended.

    Raises
    ------
    MixproofError
        Those of the stages; where several of those that read data fail, their faults in one.
    """
    with disk_faults(str(state.output.folder)):
        _perform_from(state, part, warm)


def _perform_from(state: RunState, part: Part | None, warm: bool) -> None:
    """Do all stages, with `warm` from where the newest run has ended."""
    state.before = run_before(state.output.root, state.config.report.before)
    if warm:
        state.earlier_run = newest_posterior(state.output)
        there = (
            f"run {state.earlier_run.run_id}"
            if state.earlier_run
            else "nothing: no run of this name has a posterior"
        )
        state.display.say(f"warm      beginning from {there}")
    _perform_all(OF_A_BACKTEST if part == "backtest" else STAGES, state)


def perform_checks(state: RunState) -> None:
    """Do the stages that read data and take seconds; raises as `perform_run` does."""
    _perform_all(OF_A_CHECK, state)


def _perform_all(stages: Sequence[Stage], state: RunState) -> None:
    failed: list[MixproofError] = []
    for stage in stages:
        if not stage.wanted(state.config):
            continue
        if failed and not stage.checks:
            break
        try:
            _perform(stage, state)
        except MixproofError as error:
            if not stage.checks:
                raise
            failed.append(error)  # the next one that reads data may have faults of its own
    if failed:
        raise failed[0] if len(failed) == 1 else _together(failed)


def perform_plan(state: RunState) -> None:
    """Do the stages of a plan from a published run; raises as `perform_run` does."""
    with disk_faults(str(state.output.folder)):
        state.before = run_before(state.output.root, state.config.report.before)
        _perform_all(OF_A_PLAN, state)


def _together(errors: Sequence[MixproofError]) -> MixproofError:
    """Return one error with the faults of several, of the gravest family among them."""
    families = [family for family in _GRAVEST if any(isinstance(error, family) for error in errors)]
    family = families[0] if families else type(errors[0])
    return family(dict.fromkeys(fault for error in errors for fault in error.faults))


def _perform(stage: Stage, state: RunState) -> None:
    """Do a stage: name it by what it reads, say so, do it, and note how long it took."""
    began = time.perf_counter()  # never runs backwards, whatever happens to the clock
    state.display.say(f"{stage.name:<9} {stage.says}")
    parts = [stage.name, *stage.reads(state)]
    state.keys[stage.name] = hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()
    stage.does(state)
    state.timings[stage.name] = time.perf_counter() - began
    state.display.say(f"          done in {duration(state.timings[stage.name])}")
