"""The stages that let something out: tables of people are made safe, and the finished folder gets its name, all at once."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mixproof.aggregates.people.config import PrivacyConfig
from mixproof.records.csv import to_csv
from mixproof.records.run_folder.files import let_read
from mixproof.records.verdict import Finding, Verdict
from workflow.config import RunConfig
from workflow.inputs import hash_files
from workflow.lazy import imported
from workflow.stages.stage import Stage, always
from workflow.stages.state import RunState

ANCHOR = "registry.json"
"""File beside released tables that says where the registry ended then; `Registry` looks for it."""
KEPT_CHECKPOINTS = 3
"""Checkpoints of other, interrupted fits that stay when a run is published."""


def privacy_reads(state: RunState) -> Sequence[str]:
    """Return the section and the hashes of its files."""
    section = _section(state.config)
    hashes = state.read_files(hash_files([table.file for table in section.tables], state.data_folder))
    return [section.model_dump_json(), *hashes]


def make_releases(state: RunState) -> None:
    """Protect every table of the section, write each answer into the registry, and keep the tables under `released/`.

    Raises
    ------
    DataError, PrivacyError, ResourceError, IntegrityError
        A table cannot be read or made safe, or the registry lacks what it once held.
    """
    section = _section(state.config)
    with imported("registry_faults")(), imported("open_registry")(state.output.root) as registry:
        found = imported("protected_tables")(section, state.data_folder, registry, keep=True)
        state.raise_if_changed()
        state.files[f"released/{ANCHOR}"] = json.dumps(registry.head(), indent=1) + "\n"
    for one in found:
        state.files |= {f"released/{name}.csv": to_csv(table) for name, table in one.tables.items()}
    _say(state, found)


def preview_releases(state: RunState) -> None:
    """Say what the section would release; nothing is written, so that nothing may be handed out either."""
    _say(state, imported("previewed_tables")(_section(state.config), state.data_folder, state.output.root))


def _say(state: RunState, found: Sequence[Any]) -> None:
    for one in found:
        said = " ".join(one.sentences)
        state.verdicts.append(Verdict((Finding("privacy", "note", f"Release {one.name}: {said}"),)))


def _section(config: RunConfig) -> PrivacyConfig:
    if config.privacy is None:
        raise RuntimeError("this run has no release section: the stage is not wanted")
    return config.privacy


def _has_releases(config: RunConfig) -> bool:
    return config.privacy is not None


PRIVACY = Stage("release", "making tables safe to release", privacy_reads, make_releases, _has_releases)
PREVIEW = Stage(
    "release", "looking what is safe to release", privacy_reads, preview_releases, _has_releases, checks=True
)


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
