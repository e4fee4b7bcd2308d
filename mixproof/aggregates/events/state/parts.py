"""Files of events as parts of the state: each file is parsed once, its identifiers become pseudonyms, and its rows are kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mixproof.aggregates.events.config import EventsConfig
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
class _File:
    """A file of a source that has no part yet."""

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

    Returns
    -------
    Reading

    Raises
    ------
    ConfigError, DataError
        New files are not what the section or a contract says; all of them at once.
    """
    found: dict[str, dict[str, Part]] = {}
    missing: list[_File] = []
    known = {part.part: part for mine in before.parts.values() for part in mine.values()} if before else {}
    for each in _files(config, folder, hashes):
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
        found[each.given.source.name][each.name] = _make(engine, each, files, place)
    return Reading(found, sum(found[each.given.source.name][each.name].rows for each in missing))


def _files(config: EventsConfig, folder: Path, hashes: Mapping[str, str]) -> Iterator[_File]:
    """Yield every file of every source, with the name of its part: another name wherever its rows could be others."""
    root, program = folder.resolve(), source_hash([Path(__file__).parents[1]])
    for given in inputs(config):
        source = given.source
        for path in find_files(source, folder):
            name = path.relative_to(root).as_posix()
            content = hashes.get(name) or sha256(path)
            columns = source.model_dump_json(include={"name", "columns"})
            part = named(columns, given.kind, *given.roles, name, content, program)
            yield _File(given, name, content, f"{part}.parquet", path)


def _make(engine: Engine, each: _File, files: Files, place: Path) -> Part:
    """Return the part of a file, once its rows are written under pseudonyms; whatever stood there before is replaced."""
    name, path, unfinished = (
        f"read_{each.given.source.name}",
        place / ROWS / each.part,
        place / ROWS / f"{each.part}.new",
    )
    query = select(each.given, files, _KEYS, keyed=True)
    engine.give(name, query, each.given.traits(), files.kept)
    broken = engine.rejected(each.given.source.name) if files.scan.startswith("read_csv") else 0
    rows = engine.store(name, f"FROM {name}", unfinished)
    engine.forget([name])
    unfinished.replace(path)
    return Part(each.content, each.part, rows, path.stat().st_size, broken)
