"""One round of a stream: read what topics have, work out whom it touches, and commit all of it at once.

Rows, sums, offsets and what is published stand behind one manifest, which is replaced in one step. A process that is killed
before it has read nothing, so far as the next one knows; one that is killed after it lacks nothing but the published files,
which the next one writes first.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from mixproof.aggregates.events.config import EventsConfig
from mixproof.aggregates.events.engine import Engine
from mixproof.aggregates.events.faults import error
from mixproof.aggregates.events.state import folder as state
from mixproof.aggregates.events.state.parts import read_parts
from mixproof.aggregates.events.state.update import Work
from mixproof.aggregates.events.statements.inputs import Input, inputs
from mixproof.aggregates.events.stream.intake import Reader, Taken, roles_of
from mixproof.aggregates.events.stream.publish import Worked, fresh
from mixproof.aggregates.events.stream.retention import TOPIC, horizon_of, too_old


@dataclass(frozen=True, slots=True)
class Round:
    """What a round did.

    Parameters
    ----------
    manifest : Manifest
        That stands now.
    messages, waiting : int
        Messages that were read, and those that the broker has beyond them.
    said : str
        What was worked out, in words.
    """

    manifest: state.Manifest
    messages: int
    waiting: int
    said: str


def work_round(config: EventsConfig, folder: Path, reader: Reader, hashes: Mapping[str, str]) -> Round | None:
    """Return what a round did once it is committed, None where nothing has changed.

    Parameters
    ----------
    config : EventsConfig
        With `stream` and `state`.
    folder : pathlib.Path
        The data folder.
    reader : Reader
    hashes : mapping of str to str
        SHA-256 of the files, by name relative to the folder.

    Returns
    -------
    Round or None

    Raises
    ------
    ConfigError, DataError, PrivacyError, ResourceError
        As `aggregate` raises them, and those of `Reader.take`: the state is as it was then.
    """
    if config.state is None or config.stream is None:
        raise RuntimeError("a stream needs its sections: the config lets none through without")
    key, place = state.pseudonym_key(config.state), state.state_folder(config.state, folder)
    before = state.read_manifest(place, state.fingerprint_of(key))
    sources = [each for each in inputs(config) if each.source.name in config.stream.topics]
    roles = {each.source.name: roles_of(each, config.stream.topics[each.source.name]) for each in sources}
    _raise_if_other(before, roles)
    with Engine(folder, config.memory, key=key) as engine:
        taken = _taken(engine, config, sources, reader, place, before)
        streamed = {name: {**_streamed_parts(before, name), **each.parts} for name, each in taken.items()}
        reading = read_parts(engine, config, folder, place, hashes, before, streamed)
        same = before is not None and reading.parts == before.parts
        if (
            before is not None
            and same
            and before.program == state.program_of(config)
            and before.end == f"{config.end}"
        ):
            return None
        worked = Worked(engine, config, place, before)
        work = Work(engine, config, place, reading, worked.watch)
        note, _ = work.work_out(before)
        worked.finish(work)
        waits = fresh(before, {name: each.sent for name, each in taken.items()})
        published, said = worked.publication(work, reading.broken(), waits)
        offsets = {name: each.offsets for name, each in taken.items()}
        horizon = before.stream.horizon if before else f"{horizon_of(config)}"
        stream = state.Streamed(offsets, roles, published, waits, horizon)
        cells = work.keep_cells(json.dumps(asdict(stream)))
    books = before.books if before else state.Books()
    manifest = state.Manifest(
        state.fingerprint_of(key),
        state.program_of(config),
        f"{config.end}",
        reading.parts,
        cells,
        books,
        stream,
    )
    state.commit(place, manifest)
    messages, waiting = (
        sum(getattr(each, name) for each in taken.values()) for name in ("messages", "waiting")
    )
    return Round(manifest, messages, waiting, "; ".join(text for text in (note, said) if text))


def _raise_if_other(before: state.Manifest | None, roles: Mapping[str, str]) -> None:
    """Raise where rows that are kept were read from other topics, or under other roles, than the section has now."""
    for name, made in (before.stream.roles if before else {}).items():
        if roles.get(name) != made:
            what = "Its topic, or the roles of its columns, are not those that its messages were read with."
            raise error("events-stream", f"events, stream, {name}", what)


def _streamed_parts(before: state.Manifest | None, source: str) -> dict[str, state.Part]:
    parts = before.parts.get(source, {}) if before else {}
    return {name: part for name, part in parts.items() if name.startswith(TOPIC)}


def _taken(
    engine: Engine,
    config: EventsConfig,
    sources: list[Input],
    reader: Reader,
    place: Path,
    before: state.Manifest | None,
) -> dict[str, Taken]:
    """Return what each source's topic has beyond the offsets that are kept."""
    known = before.stream.offsets if before else {}
    return {
        each.source.name: reader.take(
            engine, each, known.get(each.source.name), place, too_old(config, each.kind)
        )
        for each in sources
    }
