"""The stages about experiments: what they prove, and what the model of the data must agree with."""

from collections.abc import Iterator, Sequence
from typing import Any

from lift.config import LiftConfig
from mixproof.aggregates.panel import Panel
from mixproof.errors import DataError, Fault, MixproofError
from mixproof.records.evidence_contract import evidence_faults, outside, part_of_panel
from mixproof.records.run_folder.naming import numbered_stems
from workflow.faults import FAULTS
from workflow.inputs import hash_files
from workflow.lazy import imported
from workflow.stages.stage import Stage
from workflow.stages.state import RunState


def lift_reads(state: RunState) -> Sequence[str]:
    """Return the lift section, the seed, the hashes of its files, and the panel that its experiments may be part of."""
    hashes = state.read_files(hash_files(lift_files(state.lift), state.data_folder))
    return [state.lift.model_dump_json(), str(state.config.seed), *hashes, *state.read_by("aggregate")]


def analyse_lift(state: RunState) -> None:
    """Analyse every experiment, and keep its tables, evidence and findings.

    Raises
    ------
    DataError, ConfigError, PrivacyError
        With the faults of all experiments together.
    """
    panel = state.panel if state.facts else None
    faults = [] if panel is None else list(outside_panel(state.lift, panel))
    try:
        found = imported("analyse_lift")(state.lift, state.data_folder, state.config.seed)
    except MixproofError as error:
        raise type(error)([*error.faults, *faults]) from None
    if panel is not None and not faults:
        faults = evidence_faults(part_of_panel(found.evidence, panel), panel)
    if faults:
        raise DataError(faults)
    state.raise_if_changed()
    state.tables.update(found.tables)
    state.verdicts.append(found.verdict)
    state.evidence.extend(found.evidence)
    stems = numbered_stems([f"{evidence.experiment} {evidence.outcome}" for evidence in found.evidence])
    for stem, evidence in zip(stems, found.evidence, strict=True):
        state.files[f"evidence/{stem}.json"] = evidence.to_json()
    count = len(state.lift.experiments)
    state.display.say(f"          {count} experiment{'s' if count != 1 else ''}: {found.verdict.grade}")


def read_lift(state: RunState) -> None:
    """Read every experiment and analyse those that take no time; all of them where later stages ask what they prove.

    Raises
    ------
    DataError, ConfigError, PrivacyError
        With the faults of all experiments together.
    """
    if state.config.calibrate is not None or state.config.attribution is not None:
        analyse_lift(state)
        return
    panel = state.panel if state.facts else None
    faults = [] if panel is None else list(outside_panel(state.lift, panel))
    try:
        found = imported("read_experiments")(state.lift, state.data_folder, state.config.seed)
    except MixproofError as error:
        raise type(error)([*error.faults, *faults]) from None
    if faults:
        raise DataError(faults)
    state.raise_if_changed()
    state.verdicts.append(found)


def lift_files(lift: LiftConfig) -> list[str]:
    """Return the files that the experiments of a section read, as the YAML names them."""
    return list(dict.fromkeys(name for test in lift.experiments for name in test.files))


def outside_panel(lift: LiftConfig, panel: Panel) -> Iterator[Fault]:
    """Yield a fault for each experiment that is said to be part of the panel and lies outside its window.

    Parameters
    ----------
    lift : LiftConfig
    panel : Panel

    Yields
    ------
    Fault
        ``lift-window``, one an experiment at most.
    """
    for test in lift.experiments:
        if not test.in_panel or test.start is None or test.outcome_end is None:
            continue
        covered = outside(test.start, test.outcome_end, panel)
        if covered:
            what = f"The test and its cool-down run from {test.start} to {test.outcome_end}, {covered}."
            yield Fault("lift-window", f"experiment {test.name}: start, end", what, FAULTS["lift-window"][2])


LIFT = Stage(
    "lift",
    "analysing experiments",
    lift_reads,
    analyse_lift,
    lambda config: config.lift is not None,
    checks=True,
)
READ = Stage(
    "lift",
    "reading experiments",
    lift_reads,
    read_lift,
    lambda config: config.lift is not None,
    checks=True,
)
"""What `check` does instead: geo tests are read and not analysed, unless a later stage of the check needs their evidence."""


def calibrate_reads(state: RunState) -> Sequence[str]:
    """Return the section, the hashes of its files, and the panel and experiments that it is about."""
    options = _section(state)
    hashes = state.read_files(hash_files(options.files, state.data_folder))
    return [options.model_dump_json(), *hashes, *state.read_by("aggregate", "lift")]


def calibrate(state: RunState) -> None:
    """Gather evidence, work it out against the panel, and keep records of other runs with this one.

    Raises
    ------
    DataError
        With everything that keeps experiments from calibrating the panel.
    """
    if not state.facts:
        return  # the data have faults, which are told
    found = imported("gather")(_section(state), state.evidence, state.data_folder, state.panel)
    state.raise_if_changed()
    problem = imported("build_problem")(state.panel, state.mmm, found)
    state.calibrated = {"calibration": found}
    others = [item for item in found.evidence if item not in state.evidence]
    stems = numbered_stems([f"{item.experiment} {item.outcome} (calibration)" for item in others])
    for stem, item in zip(stems, others, strict=True):
        state.files[f"evidence/{stem}.json"] = item.to_json()
    readouts = sum(len(item.readouts) for item in found.evidence)
    left = int(problem.replay.left.sum()) if problem.replay is not None else 0
    used = f"; {left} outcomes that they have used leave the panel's likelihood" if left else ""
    state.display.say(f"          {len(found.evidence)} experiments with {readouts} readouts{used}")


def _section(state: RunState) -> Any:
    if state.config.calibrate is None:
        raise RuntimeError("this run has no calibrate section: the stage is not wanted")
    return state.config.calibrate


CALIBRATE = Stage(
    "calibrate",
    "asking the model what experiments measured",
    calibrate_reads,
    calibrate,
    lambda config: config.calibrate is not None,
    checks=True,
)
