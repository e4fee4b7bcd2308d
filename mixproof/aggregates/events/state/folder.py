"""The folder of what is kept between runs: parts of rows, sums of cells, and a manifest that is replaced last.

Every file but the manifest is named by what it was made of, and is written under another name first: a process that is killed
at any place leaves the manifest before, whose files are all there. Identifiers stand in it as keyed pseudonyms only.
"""

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from mixproof.aggregates.events.config import EventsConfig, StateOptions
from mixproof.aggregates.events.faults import error
from mixproof.aggregates.events.state.books import Books
from mixproof.aggregates.reading.paths import own_folder
from mixproof.records.run_folder.files import (
    is_safe_name,
    make_private_folder,
    replace_private,
    sha256,
    write_private,
)
from mixproof.records.run_folder.lock import hold
from mixproof.records.run_folder.manifest import source_hash

SCHEMA = "mixproof.events_state/1"
MANIFEST = "state.json"
ROWS = "rows"
DONE = "done"
"""File that is written last into a folder of sums, with the hashes of the others."""
_SHORTEST_KEY = 32
_NOT_OF_CELLS = {"folder", "memory", "state", "stream", "end"}
"""Keys of the section that do not decide the sums; a later `end` only adds days."""


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one file of events.

    Parameters
    ----------
    content : str
        SHA-256 of the file.
    part : str
        Name of the Parquet file with its rows.
    rows : int
        Rows that could be read.
    size : int
        Bytes of the part.
    broken : int
        Lines that could not be read at all.
    """

    content: str
    part: str
    rows: int
    size: int
    broken: int


@dataclass(frozen=True, slots=True)
class Streamed:
    """How far topics were read, and what was published of them; all of it is replaced with the manifest.

    Parameters
    ----------
    offsets : mapping of str to mapping of str to int
        Next offset by source and partition.
    roles : mapping of str to str
        Topic and columns by source, as its messages were read.
    published : mapping of str to str
        CSV text by table.
    fresh : mapping of str to mapping of str to int
        Messages by source and day, and by the seconds from when they were sent until they counted: `web 2026-11-30`.
    horizon : str
        First day whose conversions are kept, when rows were last deleted.
    """

    offsets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    published: Mapping[str, str] = field(default_factory=dict)
    fresh: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    horizon: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the state was made of.

    Parameters
    ----------
    fingerprint : str
        Of the pseudonyms' key.
    program : str
        Hash of the section and of this program.
    end : str
        Last day of the section.
    parts : mapping of str to mapping of str to Part
        By source, then by file.
    cells : str
        Name of the folder with the sums.
    books : Books
        What was published of closed periods.
    stream : Streamed
        How far topics were read, and what was published of them.
    """

    fingerprint: str
    program: str
    end: str
    parts: Mapping[str, Mapping[str, Part]]
    cells: str
    books: Books
    stream: Streamed = field(default_factory=Streamed)


def state_folder(options: StateOptions, folder: Path) -> Path:
    """Return the private folder of the state, made where it is missing.

    Parameters
    ----------
    options : StateOptions
    folder : pathlib.Path
        The data folder.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    ConfigError
        ``unsafe-path``, or ``output-exists`` where something else stands there.
    """
    place = own_folder(folder, options.folder, "events, state, folder", ROWS)
    make_private_folder(place / ROWS)
    place.chmod(0o700)
    return place


@contextlib.contextmanager
def state_lock(config: EventsConfig, folder: Path) -> Iterator[None]:
    """Hold the state of a section, where it keeps one, while the block runs.

    Parameters
    ----------
    config : EventsConfig
    folder : pathlib.Path
        The data folder.

    Raises
    ------
    LockError
        Another process holds it.
    """
    if config.state is None:
        yield
        return
    with hold(state_folder(config.state, folder) / "lock"):
        yield


def pseudonym_key(options: StateOptions) -> str:
    """Return the key of the pseudonyms from the environment.

    Raises
    ------
    DataError
        ``events-key``.
    """
    key = os.environ.get(options.key, "")
    if len(key) < _SHORTEST_KEY:
        what = f"The environment variable {options.key} is not there, or shorter than {_SHORTEST_KEY} characters."
        raise error("events-key", "events, state, key", what)
    return key


def fingerprint_of(key: str) -> str:
    """Return what tells one key from another, and nothing about it."""
    return hashlib.sha256(f"mixproof fingerprint {key}".encode()).hexdigest()[:16]


def program_of(config: EventsConfig) -> str:
    """Return the hash of everything that decides sums of the same rows, but for the last day."""
    decided = config.model_dump_json(exclude=_NOT_OF_CELLS)
    program = source_hash([Path(__file__).parents[1]])
    return hashlib.sha256(f"{decided}\n{program}".encode()).hexdigest()


def named(*made_of: str) -> str:
    """Return the name of a file by what it was made of."""
    return hashlib.sha256(json.dumps(made_of).encode()).hexdigest()[:32]


def read_manifest(place: Path, fingerprint: str) -> Manifest | None:
    """Return the manifest of a state folder, None where there is none yet.

    Where a file that it names is not there whole, the manifest has no program, so that everything is worked out from the parts
    that are left and from files; books are kept.

    Parameters
    ----------
    place : pathlib.Path
        From `state_folder`.
    fingerprint : str
        Of today's key.

    Returns
    -------
    Manifest or None

    Raises
    ------
    DataError
        ``events-state``: it cannot be read, or rows of messages are not there whole; ``events-key``: the state was made
        with another key.
    """
    path = place / MANIFEST
    if not path.exists():
        return None
    try:
        record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        parts = {
            source: {name: Part(**part) for name, part in found.items()}
            for source, found in record["parts"].items()
        }
        made_with, program, end, cells = (
            str(record[name]) for name in ("fingerprint", "program", "end", "cells")
        )
        stream = Streamed(**record.get("stream", {}))
        read = Manifest(made_with, program, end, parts, cells, Books(**record["books"]), stream)
        sound = record["schema"] == SCHEMA and is_safe_name(read.cells)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        sound = False
    if not sound:
        raise error("events-state", "events, state", "Its state.json is broken, or of another version.")
    if read.fingerprint != fingerprint:
        raise error(
            "events-key", "events, state, key", "The key is not the one that the state was made with."
        )
    left = {
        source: {name: part for name, part in found.items() if _is_whole(place, part)}
        for source, found in read.parts.items()
    }
    # messages have no file to be read from again, and their offsets are behind us: without them sums would be too small
    if any(
        not part.content and name not in left[source]
        for source, found in read.parts.items()
        for name, part in found.items()
    ):
        raise error("events-state", "events, state", "Rows of messages are missing or cut short.")
    whole = left == read.parts and has_cells(place / read.cells)
    return read if whole else replace(read, program="", parts=left)


def finish_cells(cells: Path) -> None:
    """Say that a folder of sums has everything, and what."""
    hashes = {path.name: sha256(path) for path in sorted(cells.glob("*.parquet"))}
    write_private(cells / DONE, json.dumps(hashes))


def has_cells(cells: Path) -> bool:
    """Return whether a folder of sums is as it was finished."""
    try:
        hashes = json.loads((cells / DONE).read_text(encoding="utf-8"))
        return all(sha256(cells / name) == value for name, value in hashes.items())
    except (OSError, ValueError, AttributeError):
        return False


def _is_whole(place: Path, part: Part) -> bool:
    """Return whether the Parquet file of a part is there with all its bytes."""
    path = place / ROWS / part.part
    return path.is_file() and path.stat().st_size == part.size


def commit(place: Path, manifest: Manifest) -> None:
    """Replace the manifest, then remove what neither it nor anything else needs.

    Parameters
    ----------
    place : pathlib.Path
    manifest : Manifest
    """
    replace_private(place / MANIFEST, json.dumps({"schema": SCHEMA, **asdict(manifest)}, indent=1) + "\n")
    needed = {part.part for found in manifest.parts.values() for part in found.values()}
    _sweep_rows(place, needed)
    for old in place.glob("cells-*"):
        if old.name != manifest.cells:
            shutil.rmtree(old, ignore_errors=True)


def _sweep_rows(place: Path, needed: Iterable[str]) -> None:
    """Remove parts that nothing needs, those of killed processes among them."""
    kept = set(needed)
    for old in (place / ROWS).iterdir():
        if old.name not in kept:
            old.unlink(missing_ok=True)
