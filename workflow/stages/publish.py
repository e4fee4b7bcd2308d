"""The stage that publishes: the finished folder gets its name, all at once."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from mixproof.records.run_folder.files import let_read
from workflow.stages.stage import Stage, always
from workflow.stages.state import RunState

KEPT_CHECKPOINTS = 3
"""Checkpoints of other, interrupted fits that stay when a run is published."""


def publish_reads(state: RunState) -> Sequence[str]:
    """Return every stage before."""
    return state.read_by(*state.keys)


def publish(state: RunState) -> None:
    """Give the run its name; the chains it was made of are no longer needed."""
    timings = {name: round(seconds, 3) for name, seconds in state.timings.items()}
    more = {"timings": timings, "stages": dict(state.keys)}
    if state.base is not None:
        more["plan_of"] = {"run_id": state.base.manifest["run_id"], "manifest": state.base.seal}
    state.run_dir = state.draft.publish(state.verdict, more)
    readers = state.config.report.readable_by
    let_read(state.run_dir, (state.output.folder, state.output.folder.parent), readers)
    if "fit" in state.keys:
        _forget(state.output.checkpoint(state.keys["fit"]))


def _forget(checkpoint: Path) -> None:
    """Remove the checkpoint of a published fit, and the oldest of those that nobody came back for."""
    shutil.rmtree(checkpoint, ignore_errors=True)
    if not checkpoint.parent.is_dir():
        return
    left = sorted(checkpoint.parent.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for stale in left[KEPT_CHECKPOINTS:]:
        shutil.rmtree(stale, ignore_errors=True)


PUBLISH = Stage("publish", "publishing the run", publish_reads, publish, always)
