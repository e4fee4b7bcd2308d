"""A run folder, written: built under a temporary name, described by its manifest last, renamed when whole."""

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from mixproof.records.csv import table_kinds, to_csv
from mixproof.records.run import CONFIG_NAME, REPORT, TABLES, Run
from mixproof.records.run_folder import manifest as manifests
from mixproof.records.run_folder.files import (
    disk_faults,
    is_safe_name,
    list_files,
    make_private_folder,
    settle,
    sha256,
    sync_folder,
    write_private,
)
from mixproof.records.run_folder.output import LATEST, Output
from mixproof.records.run_folder.posterior import FOLDER_NAME
from mixproof.records.verdict import Verdict


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What is known of a run before it is built.

    Parameters
    ----------
    seed : int
        Seed of everything random.
    config_text : str
        The resolved configuration as YAML; secrets as references only.
    started : datetime.datetime
        When the run began, with its zone.
    inputs : dict
        File, as the config names it -> SHA-256.
    panel : dict
        What pages say about the data: currency, outcome, frequency, geos, dates, ledger, notices.
    sampling : dict
        How the posterior came about: what computed the log-density, where chains began.
    families : dict
        What pages call the families of carryover and of saturation: ``adstock`` and ``saturation``, each name -> words.
    pointer : str
        What names the newest run of its kind.
    """

    seed: int
    config_text: str
    started: datetime
    inputs: Mapping[str, str] = field(default_factory=dict)
    panel: Mapping[str, Any] = field(default_factory=dict)
    sampling: Mapping[str, str] = field(default_factory=dict)
    families: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    pointer: str = LATEST


class RunDraft:
    """A run under construction; `start` makes one and removes it if it is not published."""

    def __init__(self, output: Output, facts: RunFacts, run_id: str) -> None:
        self._output = output
        self._facts = facts
        self._kinds: dict[str, Mapping[str, str]] = {}
        self.run_id = run_id
        self.folder = make_private_folder(output.building(run_id))
        write_private(self.folder / CONFIG_NAME, facts.config_text)

    def write_table(self, name: str, frame: pd.DataFrame) -> Path:
        """Return the file of table `name` after writing it.

        Parameters
        ----------
        name : str
        frame : pandas.DataFrame
            Columns of text, numbers, truth values or dates.

        Returns
        -------
        pathlib.Path
        """
        self._kinds[name] = table_kinds(frame)
        return write_private(self.folder / TABLES / f"{name}.csv", to_csv(frame), sync=False)

    def write_text(self, name: str, text: str) -> Path:
        """Return the file after writing `text` to it; `name` is its path in the run folder, for example ``evidence/a.json``.

        Parameters
        ----------
        name : str
            Path in the run folder.
        text : str
            Written as UTF-8.

        Returns
        -------
        pathlib.Path
            Readable by the owner alone.

        Raises
        ------
        ValueError
            The name leads out of the run folder.
        """
        if not is_safe_name(name):
            raise ValueError(f"{name!r} leads out of the run folder")
        return write_private(self.folder / name, text, sync=False)

    def adopt_posterior(self, folder: Path) -> Path:
        """Return the posterior's folder, its files shared with `folder` on the same disk, else copied."""
        target = self.folder / FOLDER_NAME
        names = list_files(folder)
        for parent in sorted({(target / name).parent for name in names}):
            make_private_folder(parent)
        for name in names:
            place = target / name
            try:
                os.link(folder / name, place, follow_symlinks=False)
            except OSError:
                write_private(place, (folder / name).read_bytes(), sync=False)
        return target

    def view(self, verdict: Verdict) -> Run:
        """Return the run as reports read it, before it has its name: its hashes are those known by now."""
        make_private_folder(self.folder / REPORT)
        return Run(self.folder, self._manifest(verdict, {}))

    def publish(self, verdict: Verdict, more: Mapping[str, Any]) -> Path:
        """Return the published run folder.

        Everything is made private and brought to the disk, then the manifest is written, then the folder gets
        its name in one step, then ``latest`` names it: a crash in between leaves no partial run.

        Parameters
        ----------
        verdict : Verdict
        more : dict
            Further entries of the manifest, such as ``timings`` and ``stages``.

        Returns
        -------
        pathlib.Path
        """
        if not any((self.folder / REPORT).glob("*")):
            shutil.rmtree(self.folder / REPORT, ignore_errors=True)
        settle(self.folder)
        text = manifests.serialise(self._manifest(verdict, more))
        write_private(self.folder / manifests.FILE_NAME, text)
        sync_folder(self.folder)
        return self._output.publish(self.run_id, self._facts.pointer)

    def _manifest(self, verdict: Verdict, more: Mapping[str, Any]) -> dict[str, Any]:
        return {
            **more,
            "format": manifests.FORMAT,
            "name": self._output.name,
            "run_id": self.run_id,
            "pointer": self._facts.pointer,
            "started": self._facts.started.astimezone(UTC).isoformat(timespec="seconds"),
            "seed": self._facts.seed,
            "config_hash": hashlib.sha256(self._facts.config_text.encode()).hexdigest(),
            "inputs": dict(self._facts.inputs),
            "panel": dict(self._facts.panel),
            "sampling": dict(self._facts.sampling),
            "families": {kind: dict(words) for kind, words in self._facts.families.items()},
            "artefacts": {name: sha256(self.folder / name) for name in list_files(self.folder)},
            "tables": {name: list(map(list, kinds.items())) for name, kinds in self._kinds.items()},
            "versions": manifests.versions(),
            "platform": manifests.platform(),
            "verdict": verdict.as_dict(),
        }


@contextlib.contextmanager
def start(output: Output, facts: RunFacts) -> Iterator[RunDraft]:
    """Give a `RunDraft` to build in; what is not published when the block ends is removed.

    To be called by the holder of the output's lock.

    Parameters
    ----------
    output : Output
        Whose lock the caller holds.
    facts : RunFacts

    Yields
    ------
    RunDraft
        To be published inside the block.

    Raises
    ------
    ResourceError
        The disk became full inside the block; earlier runs are intact.
    """
    run_id = output.next_run_id(facts.started)
    try:
        with disk_faults(str(output.folder)):
            yield RunDraft(output, facts, run_id)
    finally:
        shutil.rmtree(output.building(run_id), ignore_errors=True)
