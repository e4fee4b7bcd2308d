"""A run folder, read: everything is held against the manifest before anything is believed."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pandas as pd

from mixproof.aggregates.panel import Panel
from mixproof.errors import ConfigError, Fault, IntegrityError
from mixproof.records.csv import from_csv
from mixproof.records.faults import FAULTS
from mixproof.records.run_folder import manifest as manifests
from mixproof.records.run_folder.files import list_files, sha256
from mixproof.records.run_folder.output import is_run_id, resolve_run
from mixproof.records.run_folder.posterior import FOLDER_NAME, load_posterior
from mixproof.records.verdict import Verdict
from mixproof.yaml.source import parse_yaml

if TYPE_CHECKING:
    import xarray as xr

CONFIG_NAME = "config.yaml"
TABLES = "tables"
REPORT = "report"
_CONSTANT = "constant_data"
"""Group of the posterior that holds what was observed."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What a run folder holds, against what its manifest says.

    Parameters
    ----------
    path : pathlib.Path
        The run folder.
    checked : int
        Number of files the manifest lists.
    missing, extra : tuple of str
        Files that are gone, and files and empty folders (with ``/`` at their end) that the manifest does not know.
    run_id : str
        Of the manifest.
    swapped : bool
        Whether the folder has the name of another run.
    changed : dict
        File -> (expected, actual) SHA-256.
    """

    path: Path
    checked: int
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    changed: Mapping[str, tuple[str, str]]
    run_id: str = ""
    swapped: bool = False

    @property
    def identical(self) -> bool:
        """Whether the folder is exactly what was published."""
        return not (self.missing or self.extra or self.changed or self.swapped)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """One fault for each file that differs."""
        gone = [_fault("artefact-missing", name) for name in self.missing]
        other = [_changed(name, *hashes) for name, hashes in self.changed.items()]
        moved = [_fault("artefact-swapped", str(self.path), f"It is {self.run_id}.")] if self.swapped else []
        return (*moved, *gone, *other, *(_fault("artefact-extra", name) for name in self.extra))


@dataclass(frozen=True, slots=True)
class Run:
    """A run folder that agrees with its manifest; all that reports ever see of a run."""

    path: Path
    manifest: Mapping[str, Any]

    @classmethod
    def open(cls, path: Path | str) -> Self:
        """Return the run in a folder, or the one that ``latest`` names, after recomputing every hash.

        Raises
        ------
        ConfigError
            There is no run at this place.
        IntegrityError
            A file is missing or differs from the manifest, or the manifest is not what was written.
        """
        folder, manifest = _read_manifest(Path(path))
        found = _compare(folder, manifest)
        broken = [fault for fault in found.faults if fault.code != "artefact-extra"]
        if broken:
            raise IntegrityError(broken)
        return cls(folder, manifest)

    @classmethod
    def glance(cls, path: Path | str) -> Self:
        """Return the run in a folder after reading its manifest; files are held against it when they are read.

        Raises
        ------
        ConfigError, IntegrityError
            As for `open`, for the manifest alone.
        """
        return cls(*_read_manifest(Path(path)))

    @property
    def config_text(self) -> str:
        """The resolved configuration as YAML; secrets as references only."""
        return self._read(CONFIG_NAME).decode("utf-8")

    @property
    def config(self) -> dict[str, Any]:
        """The resolved configuration, as plain dicts, lists, texts and numbers."""
        return parse_yaml(self._read(CONFIG_NAME), CONFIG_NAME).value

    @property
    def seal(self) -> str:
        """SHA-256 of the manifest: it stands for everything that the run holds."""
        return sha256(self.path / manifests.FILE_NAME)

    @property
    def verdict(self) -> Verdict:
        """How far the results may be believed."""
        return Verdict.from_dict(self.manifest["verdict"])

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables, sorted."""
        return tuple(sorted(self.manifest["tables"]))

    def table(self, name: str) -> pd.DataFrame:
        """Return a table with the columns and types it was written with.

        Raises
        ------
        KeyError
            The run has no such table; the message lists those it has.
        IntegrityError
            The file changed after the run was opened.
        """
        if name not in self.manifest["tables"]:
            raise KeyError(f"no table {name!r} in this run; there are {', '.join(self.tables)}")
        text = self._read(f"{TABLES}/{name}.csv").decode("utf-8")
        return from_csv(text, dict(self.manifest["tables"][name]))

    def posterior(self) -> "xr.DataTree":
        """Return the posterior: groups ``posterior``, ``sample_stats`` and ``constant_data``.

        Raises
        ------
        ConfigError
            ``run-without-model``: the run fitted no model.
        IntegrityError
            It is not a posterior that mixproof wrote.
        """
        self._require_model()
        return load_posterior(self.path / FOLDER_NAME)

    def panel(self) -> Panel:
        """Return the panel that the run was fitted to, without reading the rest of the posterior.

        Raises
        ------
        ConfigError
            ``run-without-model``: the run fitted no model, so it kept no panel.
        IntegrityError
            A file of it is missing or differs from the manifest, or the panel is not the one that the manifest names.
        """
        self._require_model()
        folder = f"{FOLDER_NAME}/{_CONSTANT}"
        for name in self.manifest["artefacts"]:
            if name.startswith(f"{folder}/"):
                if not (self.path / name).is_file():  # an absent chunk would be read as fill values
                    raise IntegrityError(_fault("artefact-missing", name))
                self._read(name)
        panel = Panel.from_facts(load_posterior(self.path / folder).to_dataset(), self.manifest["panel"])
        if panel.fingerprint() != self.manifest["panel"]["fingerprint"]:
            raise IntegrityError(
                _fault("artefact-foreign", folder, "It is another panel than the manifest names.")
            )
        return panel

    def _require_model(self) -> None:
        if f"{FOLDER_NAME}/{_CONSTANT}/zarr.json" not in self.manifest["artefacts"]:
            raise ConfigError(_fault("run-without-model", str(self.manifest["run_id"])))

    def _read(self, name: str) -> bytes:
        try:
            raw = (self.path / name).read_bytes()
        except FileNotFoundError:
            if not self.path.is_dir():  # the whole folder was removed: no question of this file's integrity
                raise
            raise IntegrityError(_fault("artefact-missing", name)) from None
        expected = self.manifest["artefacts"].get(name)
        actual = hashlib.sha256(raw).hexdigest()
        if expected is not None and actual != expected:
            raise IntegrityError(_changed(name, expected, actual))
        return raw


def verify(path: Path | str) -> Verification:
    """Return what differs between a run folder and its manifest, after recomputing every hash.

    Raises
    ------
    ConfigError
        There is no run at this place.
    IntegrityError
        The manifest itself is not what was written, or the folder holds links.
    """
    folder, manifest = _read_manifest(Path(path))
    return _compare(folder, manifest)


def _read_manifest(path: Path) -> tuple[Path, dict[str, Any]]:
    folder = resolve_run(path)
    file = folder / manifests.FILE_NAME
    if not file.is_file() or file.is_symlink():
        raise ConfigError(_fault("run-not-found", str(path)))
    return folder, manifests.parse(file.read_bytes(), manifests.FILE_NAME)


def _compare(folder: Path, manifest: Mapping[str, Any]) -> Verification:
    artefacts: Mapping[str, str] = manifest["artefacts"]
    present = set(list_files(folder)) - {manifests.FILE_NAME}
    actual = {name: sha256(folder / name) for name in sorted(present & set(artefacts))}
    changed = {name: (artefacts[name], found) for name, found in actual.items() if found != artefacts[name]}
    missing, extra = sorted(set(artefacts) - present), sorted(present - set(artefacts))
    extra += _empty_folders(folder)
    named = folder.resolve().name
    swapped = is_run_id(named) and named != manifest["run_id"]
    return Verification(
        folder, len(artefacts), tuple(missing), tuple(extra), changed, manifest["run_id"], swapped
    )


def _empty_folders(folder: Path) -> list[str]:
    """Return the folders in which there is nothing: a run publishes none."""
    empty = [Path(at) for at, folders, files in os.walk(folder) if not folders and not files]
    return sorted(f"{at.relative_to(folder).as_posix()}/" for at in empty if at != folder)


def _changed(name: str, expected: str, actual: str) -> Fault:
    return _fault("artefact-changed", name, f"Expected SHA-256 {expected}, got {actual}.")


def _fault(code: str, where: str, more: str = "") -> Fault:
    _, meaning, remedy = FAULTS[code]
    return Fault(code, where, f"{meaning} {more}".rstrip(), remedy)
