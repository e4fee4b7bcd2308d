"""Files of events as parts of the state: each file is parsed once, its identifiers become pseudonyms, and its rows are kept."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path

from mixproof.aggregates.events.config import EventsConfig, Source
from mixproof.aggregates.events.contract import contract_faults
from mixproof.aggregates.events.engine import Engine
from mixproof.aggregates.events.sources import Files, find_files, open_files, role_faults, select
from mixproof.aggregates.events.state.folder import ROWS, Manifest, Part, named
from mixproof.aggregates.events.statements.inputs import Input, inputs
from mixproof.errors import DataError
from mixproof.records.run_folder.files import sha256
from mixproof.records.run_folder.manifest import source_hash

_KEYS = {"event": "VARCHAR", "person": "VARCHAR"}
"""Every identifier is read as text before it becomes a pseudonym, so that all tables give a person the same one."""
TOO_OLD = "older than keep_days"
"""Why an event does not count that comes in after the rows of its days were deleted."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The parts of all sources as they are now.

    Parameters
    ----------
    parts : mapping of str to mapping of str to Part
        By source, then by file.
    rows_read : int
        Rows of the files that had no part yet.
    """

    parts: Mapping[str, Mapping[str, Part]]
    rows_read: int

    def all_parts(self) -> Iterator[Part]:
        """Yield every part."""
        for found in self.parts.values():
            yield from found.values()

    def broken(self) -> dict[str, int]:
        """Return how many lines of each source could not be read, of those that have any."""
        counted = {
            source: sum(part.broken for part in found.values()) for source, found in self.parts.items()
        }
        return {source: count for source, count in counted.items() if count}

    def paths(self, place: Path, source: str) -> tuple[Path, ...]:
        """Return the Parquet files of a source.

        Parameters
        ----------
        place : pathlib.Path
            Folder of the state.
        source : str

        Returns
        -------
        tuple of pathlib.Path
        """
        return tuple(
            place / ROWS / name for name in sorted({each.part for each in self.parts[source].values()})
        )


@dataclass(frozen=True, slots=True)
class File:
    """A file of a source that has no part yet.

    Parameters
    ----------
    given : Input
    name : str
        Of the file, relative to the data folder.
    content : str
        SHA-256 of the file.
    part : str
        Name of the Parquet file that its rows go to.
    path : pathlib.Path
        Of the file.
    """

    given: Input
    name: str
    content: str
    part: str
    path: Path


def read_parts(
    engine: Engine,
    config: EventsConfig,
    folder: Path,
    place: Path,
    hashes: Mapping[str, str],
    before: Manifest | None,
    streamed: Mapping[str, Mapping[str, Part]] | None = None,
) -> Reading:
    """Return the parts of all files of a section; those that the state does not have yet are made.

    Parameters
    ----------
    engine : Engine
        That has the key of the pseudonyms.
    config : EventsConfig
    folder, place : pathlib.Path
        The data folder and the state's.
    hashes : mapping of str to str
        SHA-256 of the files, by name relative to the folder.
    before : Manifest, optional
        The state.
    streamed : mapping of str to mapping of str to Part, optional
        Parts of messages by source; such a source needs no file.

    Returns
    -------
    Reading

    Raises
    ------
    ConfigError, DataError
        New files are not what the section or a contract says; all of them at once.
    """
    found: dict[str, dict[str, Part]] = {}
    missing: list[File] = []
    known = {part.part: part for mine in before.parts.values() for part in mine.values()} if before else {}
    for each in _files(config, folder, hashes, set(streamed or ())):
        mine = found.setdefault(each.given.source.name, {})
        if each.part in known:
            mine[each.name] = known[each.part]
        else:
            missing.append(each)
    opened = [
        (each, open_files(each.given.source, folder, engine.connection, (each.path,))) for each in missing
    ]
    faults = [
        fault
        for each, files in opened
        for fault in (*role_faults(each.given, files), *contract_faults(files, folder))
    ]
    if faults:
        raise DataError(list(dict.fromkeys(faults)))
    for each, files in opened:
        found[each.given.source.name][each.name] = make_part(engine, each, files, place)
    for source, parts in (streamed or {}).items():
        found.setdefault(source, {}).update(parts)
    return Reading(found, sum(found[each.given.source.name][each.name].rows for each in missing))


def _files(
    config: EventsConfig, folder: Path, hashes: Mapping[str, str], streamed: Set[str]
) -> Iterator[File]:
    """Yield every file of every source, with the name of its part: another name wherever its rows could be others."""
    root, program = folder.resolve(), source_hash([Path(__file__).parents[1]])
    for given in inputs(config):
        source = given.source
        for path in history(source, folder) if source.name in streamed else find_files(source, folder):
            name = path.relative_to(root).as_posix()
            content = hashes.get(name) or sha256(path)
            columns = source.model_dump_json(include={"name", "columns"})
            part = named(columns, given.kind, *given.roles, name, content, program)
            yield File(given, name, content, f"{part}.parquet", path)


def history(source: Source, folder: Path) -> tuple[Path, ...]:
    """Return the files of a source that comes as messages, in the order of their names; there may be none.

    Parameters
    ----------
    source : Source
    folder : pathlib.Path
        The data folder.

    Returns
    -------
    tuple of pathlib.Path
    """
    return find_files(source, folder) if any(folder.glob(source.file)) else ()


def make_part(engine: Engine, each: File, files: Files, place: Path, too_old: str = "") -> Part:
    """Return the part of a file, once its rows are written under pseudonyms; whatever stood there before is replaced.

    Parameters
    ----------
    engine : Engine
        That has the key of the pseudonyms.
    each : File
    files : Files
        How the engine reads it.
    place : pathlib.Path
        Folder of the state.
    too_old : str, default ""
        Condition of rows that come in too late to count.

    Returns
    -------
    Part
    """
    name, path, unfinished = (
        f"read_{each.given.source.name}",
        place / ROWS / each.part,
        place / ROWS / f"{each.part}.new",
    )
    query = select(each.given, files, _KEYS, keyed=True)
    if too_old:
        listed = ", ".join(["source", *each.given.roles])
        reason = f"CASE WHEN fault IS NULL AND {too_old} THEN '{TOO_OLD}' ELSE fault END AS fault"
        query = f"SELECT {listed}, {reason} FROM ({query})"
    engine.give(name, query, each.given.traits(), files.kept)
    broken = engine.rejected(each.given.source.name) if files.scan.startswith("read_csv") else 0
    rows = engine.store(name, f"FROM {name}", unfinished)
    engine.forget([name])
    unfinished.replace(path)
    return Part(each.content, each.part, rows, path.stat().st_size, broken)
