"""What a run reads: its data files with their hashes, the panel in one line, and what decides the draws."""

import contextlib
import posixpath
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mmm
from mixproof.aggregates.config import DataConfig
from mixproof.errors import Fault, IntegrityError
from mixproof.records.faults import FAULTS
from mixproof.records.run_folder.files import is_safe_name, sha256
from mixproof.records.run_folder.manifest import source_hash, versions

_SAMPLER = ("mixproof", "pymc", "pytensor", "nutpie", "numba", "numpy", "scipy", "xarray")


@dataclass(frozen=True, slots=True)
class Inputs:
    """The data files of a run as they were before anything was read from them.

    Parameters
    ----------
    folder : pathlib.Path
        Folder that the config's file names are relative to.
    hashes : dict
        File, as the config names it -> SHA-256.
    states : dict
        File -> size, time of change and identity.
    """

    folder: Path
    hashes: dict[str, str]
    states: dict[str, tuple[int, int, int]]

    def raise_if_changed(self) -> None:
        """Raise if a file was written to since it was hashed: its hash would not be that of what was read.

        Raises
        ------
        IntegrityError
            At least one file changed.
        """
        _, meaning, remedy = FAULTS["input-changed"]
        changed = [name for name in self.states if _state(self.folder / name) != self.states[name]]
        if changed:
            raise IntegrityError(Fault("input-changed", name, meaning, remedy) for name in changed)


def hash_inputs(config: DataConfig, folder: Path) -> Inputs:
    """Return the data files that the data section names, hashed.

    Parameters
    ----------
    config : DataConfig
        The ``data:`` section.
    folder : pathlib.Path
        Folder that its files are read from.

    Returns
    -------
    Inputs
        Names and SHA-256 hashes.
    """
    names = [table.file for table in config.tables]
    if config.rates is not None and config.rates.file is not None:
        names.append(config.rates.file)
    return hash_files(names, folder)


def hash_files(names: Sequence[str], folder: Path) -> Inputs:
    """Return the named files of `folder`, hashed, under the one spelling of their names (`t.csv` for `./t.csv`).

    What is missing, not a file or outside the folder is left to the reader. Of a link inside the folder the file is
    hashed that it leads to, which is what is read.

    Parameters
    ----------
    names : sequence of str
        As the config writes them.
    folder : pathlib.Path

    Returns
    -------
    Inputs
    """
    root, there = folder.resolve(), {}
    for name in dict.fromkeys(posixpath.normpath(name) for name in names):
        if is_safe_name(name):
            with contextlib.suppress(OSError, RuntimeError):
                path = (folder / name).resolve()
                if path.is_relative_to(root) and path.is_file():
                    there[name] = path
    states = {name: _state(path) for name, path in there.items()}
    return Inputs(folder, {name: sha256(path) for name, path in there.items()}, states)


def panel_sentence(facts: dict[str, Any]) -> str:
    """Return the panel in one line."""
    geos = f"{len(facts['geos'])} geos" if len(facts["geos"]) > 1 else "national"
    span = f"{facts['periods']} {facts['frequency']} periods from {facts['start']} to {facts['end']}"
    return f"{geos}, {span}, {len(facts['channels'])} channels, {facts['outcome_name']} in {facts['outcome_unit']}"


def sampler_fingerprint() -> list[str]:
    """Return what decides the draws beside data, config and seed: versions, and the model's own source."""
    installed = [f"{package} {version}" for package, version in versions(_SAMPLER).items()]
    return [*installed, source_hash(Path(folder) for folder in mmm.__path__)]


def _state(path: Path) -> tuple[int, int, int]:
    try:
        state = path.stat()
    except OSError:
        return (0, 0, 0)
    return (state.st_size, state.st_mtime_ns, state.st_ino)
