"""The stage that analyses experiments: what they prove."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from lift.config import LiftConfig
from lift.geo.config import Geo
from lift.holdout.config import Holdout
from mixproof.errors import DataError, Fault, MixproofError
from mixproof.records.naming import numbered_stems
from workflow.faults import FAULTS
from workflow.inputs import hash_files
from workflow.lazy import imported
from workflow.stages.stage import Stage
from workflow.stages.state import RunState

_PERIOD_DAYS = {"daily": 1, "weekly": 7, "monthly": 31, "yearly": 366}


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
    faults = list(outside_panel(state.lift, state.facts)) if state.facts else []
    try:
        found = imported("analyse_lift")(state.lift, state.data_folder, state.config.seed)
    except MixproofError as error:
        raise type(error)([*error.faults, *faults]) from None
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


def lift_files(lift: LiftConfig) -> list[str]:
    """Return the files that the experiments of a section read, as the YAML names them."""
    names: list[str] = []
    for test in lift.experiments:
        if isinstance(test, Holdout):
            names.append(test.table)
        elif isinstance(test, Geo):
            names += [test.data.file, *([test.design] if test.design is not None else [])]
    return list(dict.fromkeys(names))


def outside_panel(lift: LiftConfig, facts: dict[str, Any]) -> Iterator[Fault]:
    """Yield a fault for each experiment that is said to be part of the panel and lies outside its window.

    Parameters
    ----------
    lift : LiftConfig
    facts : dict
        Of the panel, as the manifest has them: ``start``, ``end``, ``frequency``.
    """
    first, start_of_last = (date.fromisoformat(facts[key]) for key in ("start", "end"))
    last = start_of_last + timedelta(days=_PERIOD_DAYS[facts["frequency"]] - 1)
    for test in lift.experiments:
        if not test.in_panel or test.start is None or test.outcome_end is None:
            continue
        if test.start < first or test.outcome_end > last:
            what = f"The test and its cool-down run from {test.start} to {test.outcome_end}, the panel from {first} to {last}."
            yield Fault("lift-window", f"experiment {test.name}: start, end", what, FAULTS["lift-window"][2])


LIFT = Stage(
    "lift",
    "analysing experiments",
    lift_reads,
    analyse_lift,
    lambda config: config.lift is not None,
    checks=True,
)
