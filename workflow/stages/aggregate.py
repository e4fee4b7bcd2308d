"""The stages that read data: event tables become aggregates, which other sections read as files; tables become a panel that
follows on the last run's and fits this machine; and the ledger that it must tie to."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from mixproof.aggregates.events.config import EventsConfig
from mixproof.aggregates.finance.ties import Tie
from mixproof.records.verdict import Finding, Verdict
from workflow.config import FinanceConfig, RunConfig
from workflow.inputs import Inputs, hash_files, hash_inputs, panel_sentence
from workflow.lazy import imported
from workflow.preflight import estimate, refuse_if_short
from workflow.stages.restatement import held_to_last_run
from workflow.stages.stage import Stage, has_model
from workflow.stages.state import RunState


def hash_events(config: EventsConfig, folder: Path) -> Inputs:
    """Return the event files and contracts of a section, hashed.

    Parameters
    ----------
    config : EventsConfig
    folder : pathlib.Path
        The data folder.

    Returns
    -------
    Inputs
    """
    return hash_files(imported("event_files")(config, folder), folder)


def make_aggregates(
    config: EventsConfig, folder: Path, inputs: Inputs, say: Callable[[str], None], spill: Path | None = None
) -> Path:
    """Return the folder of the aggregates once its tables are those of the events; what is there already stays.

    Parameters
    ----------
    config : EventsConfig
    folder : pathlib.Path
        The data folder.
    inputs : Inputs
        From `hash_events`.
    say : callable
        Takes what is done, in words.
    spill : pathlib.Path, optional
        Folder for what does not fit into memory.

    Returns
    -------
    pathlib.Path
    """
    key = imported("events_key")(config, inputs.hashes)
    place = imported("aggregates_folder")(config, folder)
    if imported("aggregates_kept")(place, key):
        say(f"{place.name} has the tables of these events already")
        return place
    if config.stream is not None:
        raise imported("events_error")(
            "events-stream", "events, stream", "There are no tables of this stream yet."
        )
    with imported("events_lock")(config, folder):
        if config.state is None:
            found = imported("aggregate_events")(config, folder, spill)
            inputs.raise_if_changed()
        else:
            updated = imported("update_events")(config, folder, inputs.hashes, spill)
            inputs.raise_if_changed()
            imported("commit_events")(updated.place, updated.manifest)
            found = updated.aggregates
        found = imported("restated_aggregates")(config, imported("published_aggregates")(place), found)
        imported("keep_aggregates")(found, place, key)
    say(found.sentence())
    return place


def events_read(state: RunState) -> Sequence[str]:
    """Return the events section, this program and the hashes of its files."""
    inputs = hash_events(_events(state), state.data_folder)
    return [imported("events_key")(_events(state), inputs.hashes), *state.read_files(inputs)]


def events(state: RunState) -> None:
    """Make the aggregates, and keep what is known of how sound the events were."""
    make_aggregates(
        _events(state),
        state.data_folder,
        state.inputs[-1],
        lambda text: state.display.say(f"          {text}"),
        state.spill,
    )
    _recall(state)


def events_kept(state: RunState) -> None:
    """Hold the tables that are there against the events: a check writes nothing.

    Raises
    ------
    DataError
        ``events-stale``.
    """
    _recall(state)


def _recall(state: RunState) -> None:
    key = imported("events_key")(_events(state), state.inputs[-1].hashes)
    place = imported("aggregates_folder")(_events(state), state.data_folder)
    state.tables["ingestion"], state.tables["dead_letters"] = imported("recall_aggregates")(place, key)


def _events(state: RunState) -> EventsConfig:
    if state.config.events is None:
        raise RuntimeError("this run has no events section: a stage stands in the wrong place")
    return state.config.events


def has_events(config: RunConfig) -> bool:
    """Return whether a config makes aggregates of events."""
    return config.events is not None


def aggregate_reads(state: RunState) -> Sequence[str]:
    """Return the data section and the hashes of its files."""
    return [state.data.model_dump_json(), *state.read_files(hash_inputs(state.data, state.data_folder))]


def aggregate(state: RunState) -> None:
    """Read the panel, hold it against the last run's, and refuse what no model or this machine can compute."""
    state.panel = imported("read_panel")(state.data, state.data_folder, state.spill)
    state.raise_if_changed()
    state.panel = held_to_last_run(state)
    state.facts = state.panel.facts()
    state.display.say(f"          {panel_sentence(state.facts)}")
    imported("raise_if_not_computable")(state.panel, state.mmm, state.data.accept)
    refuse_if_short(estimate(state.panel, state.mmm), state.output.folder, state.limits)


AGGREGATE = Stage("aggregate", "reading the data", aggregate_reads, aggregate, has_model, checks=True)
EVENTS = Stage("events", "making aggregates of events", events_read, events, has_events)
EVENTS_KEPT = Stage("events", "holding aggregates against their events", events_read, events_kept, has_events)


def reconcile_reads(state: RunState) -> Sequence[str]:
    """Return the finance section, the hashes of its files, and the panel that must tie."""
    section = _finance(state)
    hashes = state.read_files(hash_files(section.files, state.data_folder))
    return [section.model_dump_json(), *hashes, *state.read_by("aggregate")]


def reconcile(state: RunState) -> None:
    """Make the fiscal calendar, hold the ledger against the panel, and say what does not tie."""
    if not state.facts:
        return  # the data have faults, which are told
    section = _finance(state)
    state.fiscal = imported("calendar_of")(section, state.panel, state.data_folder)
    found = imported("reconcile")(section, state.data, state.panel, state.fiscal, state.data_folder)
    state.raise_if_changed()
    state.ties = found.ties
    state.tables.update(found.tables)
    left = (Finding("ledger", "pass", said) for said in found.left_out)
    state.verdicts.append(Verdict((*_findings(found.ties), *left)))
    if found.ties:
        tied = sum(tie.ties and not tie.blocked for tie in found.ties)
        state.display.say(f"          {tied} of {len(found.ties)} accounts and periods tie to the ledger")
    elif section.ledger is not None:
        days = [date.fromisoformat(str(state.facts[name])) for name in ("start", "end")]
        first, last = (state.fiscal.at(day).name for day in days)
        said = (
            f"Nothing is held against the ledger: {section.ledger.file} has no period of the fiscal calendar, whose "
            f"periods are called {first} to {last} where the data are."
        )
        state.verdicts.append(Verdict((Finding("ledger", "warning", said),)))


def _findings(ties: Sequence[Tie]) -> Iterator[Finding]:
    """Yield one finding for each account that does not tie in some periods, and one where all tie."""
    blocked: dict[tuple[str, str, str], list[Tie]] = {}
    for tie in ties:
        if tie.blocked:
            blocked.setdefault((*tie.account.key, tie.account.what), []).append(tie)
    for (_, account, what), mine in blocked.items():
        names = ", ".join(
            dict.fromkeys(problem.name for tie in mine for problem in tie.problems if problem.blocks)
        )
        periods = ", ".join(tie.period.name for tie in mine)
        which = f"Account {account} ({what})" if account else f"The spend of {what}"
        yield Finding("ledger", "warning", f"{which} does not tie in {periods}: {names}.", None, None, None)
    if ties and not blocked:
        yield Finding("ledger", "pass", f"All {len(ties)} accounts and periods tie to the ledger.")


def _finance(state: RunState) -> FinanceConfig:
    if state.config.finance is None:
        raise RuntimeError("this run has no finance section: the stage is not wanted")
    return state.config.finance


def has_calendar(config: RunConfig) -> bool:
    """Return whether a config declares a fiscal calendar for a model's data."""
    return config.finance is not None and has_model(config)


RECONCILE = Stage(
    "reconcile", "tying amounts to the ledger", reconcile_reads, reconcile, has_calendar, checks=True
)
