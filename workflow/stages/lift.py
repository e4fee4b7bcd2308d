"""The stages about experiments: what they prove, and what tests that might be run could show."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from lift.config import LiftConfig
from lift.design.config import DesignConfig
from lift.geo.config import Geo
from lift.holdout.config import Holdout
from mixproof.errors import DataError, Fault, MixproofError
from mixproof.records.naming import numbered_stems
from workflow.faults import FAULTS
from workflow.inputs import hash_files
from workflow.lazy import room
from workflow.stages.state import Work

_PERIOD_DAYS = {"daily": 1, "weekly": 7, "monthly": 31, "yearly": 366}


def lift_reads(work: Work) -> Sequence[str]:
    """Return the lift section, the seed, the hashes of its files, and the panel that its experiments may be part of."""
    hashes = work.read_files(hash_files(lift_files(work.lift), work.data_folder))
    return [work.lift.model_dump_json(), str(work.config.seed), *hashes, *work.read_by("aggregate")]


def analyse_lift(work: Work) -> None:
    """Analyse every experiment, and keep its tables, evidence and findings.

    Raises
    ------
    DataError, ConfigError, PrivacyError
        With the faults of all experiments together.
    """
    faults = list(outside_panel(work.lift, work.facts)) if work.facts else []
    try:
        found = room("analyse_lift")(work.lift, work.data_folder, work.config.seed)
    except MixproofError as error:
        raise type(error)([*error.faults, *faults]) from None
    if faults:
        raise DataError(faults)
    work.raise_if_changed()
    work.tables.update(found.tables)
    work.verdicts.append(found.verdict)
    work.evidence.extend(found.evidence)
    stems = numbered_stems([f"{evidence.experiment} {evidence.outcome}" for evidence in found.evidence])
    for stem, evidence in zip(stems, found.evidence, strict=True):
        work.files[f"evidence/{stem}.json"] = evidence.to_json()
    count = len(work.lift.experiments)
    work.display.say(f"          {count} experiment{'s' if count != 1 else ''}: {found.verdict.grade}")


def design_reads(work: Work) -> Sequence[str]:
    """Return the design section, the seed and the hashes of its files."""
    hashes = work.read_files(hash_files(design_files(work.design), work.data_folder))
    return [work.design.model_dump_json(), str(work.config.seed), *hashes]


def make_design(work: Work) -> None:
    """Plan every test, and keep the options, the design files and what was found.

    Raises
    ------
    DataError, ConfigError, PrivacyError
        With the faults of all plans together.
    """
    found = room("design")(work.design, work.data_folder, work.config.seed)
    work.raise_if_changed()
    work.tables.update(found.tables)
    work.verdicts.append(found.verdict)
    work.files.update({f"designs/{name}": text for name, text in found.files.items()})


def lift_files(lift: LiftConfig) -> list[str]:
    """Return the files that the experiments of a section read, as the YAML names them."""
    names: list[str] = []
    for test in lift.experiments:
        if isinstance(test, Holdout):
            names.append(test.table)
        elif isinstance(test, Geo):
            names += [test.data.file, *([test.design] if test.design is not None else [])]
    return list(dict.fromkeys(names))


def design_files(design: DesignConfig) -> list[str]:
    """Return the files that the plans of a section read, as the YAML names them."""
    return list(dict.fromkeys(plan.data.file for plan in design.plans if plan.kind == "geo"))


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
