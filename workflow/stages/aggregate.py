"""The stage that reads the data: from tables to a panel that follows on the last run's and fits this machine."""

from collections.abc import Sequence

from workflow.inputs import hash_inputs, panel_sentence
from workflow.lazy import imported
from workflow.preflight import estimate, refuse_if_short
from workflow.stages.restatement import held_to_last_run
from workflow.stages.stage import Stage, has_model
from workflow.stages.state import RunState


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
