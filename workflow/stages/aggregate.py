"""The stage that reads the data: from tables to a panel that follows on the last run's and fits this machine."""

from collections.abc import Sequence

from workflow.inputs import hash_inputs, panel_sentence
from workflow.lazy import room
from workflow.preflight import estimate, refuse_if_short
from workflow.stages.restatement import held_to_last_run
from workflow.stages.state import Work


def aggregate_reads(work: Work) -> Sequence[str]:
    """Return the data section and the hashes of its files."""
    return [work.data.model_dump_json(), *work.read_files(hash_inputs(work.data, work.data_folder))]


def aggregate(work: Work) -> None:
    """Read the panel, hold it against the last run's, and refuse a run that this machine cannot finish."""
    work.panel = room("read_panel")(work.data, work.data_folder, work.spill)
    work.raise_if_changed()
    work.panel = held_to_last_run(work)
    work.facts = work.panel.facts()
    work.display.say(f"          {panel_sentence(work.facts)}")
    refuse_if_short(estimate(work.panel, work.mmm), work.output.folder, work.limits)
