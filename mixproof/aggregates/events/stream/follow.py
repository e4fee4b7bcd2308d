"""Following a stream: round after round until it is stopped or has read everything, and what a round publishes."""

import time
from collections.abc import Callable
from pathlib import Path

from mixproof.aggregates.events.config import EventsConfig
from mixproof.aggregates.events.faults import error
from mixproof.aggregates.events.sources import find_files
from mixproof.aggregates.events.state.folder import (
    fingerprint_of,
    pseudonym_key,
    read_manifest,
    state_folder,
    state_lock,
)
from mixproof.aggregates.events.state.parts import history
from mixproof.aggregates.events.stream.cycle import Round, work_round
from mixproof.aggregates.events.stream.intake import Reader
from mixproof.aggregates.events.stream.retention import tidy
from mixproof.aggregates.events.writing import aggregates_folder, keep_texts, key_of, published
from mixproof.records.run_folder.files import sha256


def follow(
    config: EventsConfig,
    folder: Path,
    say: Callable[[str], None],
    until_empty: bool = False,
) -> Path:
    """Return the folder of the aggregates once the topics are read, or never: then until the process is stopped.

    Parameters
    ----------
    config : EventsConfig
    folder : pathlib.Path
        The data folder.
    say : callable
        Takes what each round did, in words.
    until_empty : bool, default False
        Whether to stop once the topics have nothing more.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    ConfigError, DataError, ResourceError
        What a round raises; the state is then as the round before it left it.
    """
    if config.stream is None or config.state is None:
        raise error("events-stream", "events, stream", "The section has no `stream`.")
    key, place = pseudonym_key(config.state), state_folder(config.state, folder)
    target, files = aggregates_folder(config, folder), _Files(config, folder)
    with state_lock(config, folder), Reader(config.stream, place) as reader:
        manifest = read_manifest(place, fingerprint_of(key))
        while True:
            if manifest is not None and manifest.stream.published not in ({}, published(target)):
                keep_texts(manifest.stream.published, target, key_of(config, {}))
            began = time.monotonic()
            done = work_round(config, folder, reader, files.hashes())
            if done is not None:
                manifest = tidy(config, folder, place, done.manifest)
                say(_sentence(done))
            elif until_empty:
                return target
            if done is None or not done.waiting:
                rest = 0.0 if until_empty else config.stream.every_seconds - (time.monotonic() - began)
                time.sleep(max(0.0, rest))


def _sentence(done: Round) -> str:
    more = f", {done.waiting:,} more wait" if done.waiting else ""
    return f"{done.messages:,} messages were read{more}; {done.said}"


class _Files:
    """The files of a section, which are hashed again only where their size or time has changed."""

    def __init__(self, config: EventsConfig, folder: Path) -> None:
        self._config, self._folder = config, folder
        self._known: dict[str, tuple[tuple[int, int, int], str]] = {}

    def hashes(self) -> dict[str, str]:
        """Return the hashes of the files as they are now, by name relative to the data folder."""
        root, found = self._folder.resolve(), {}
        topics = self._config.stream.topics if self._config.stream else {}
        for source in self._config.sources():
            paths = (history if source.name in topics else find_files)(source, self._folder)
            for path in paths:
                name, stat = path.relative_to(root).as_posix(), path.stat()
                mark = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
                if self._known.get(name, (None, ""))[0] != mark:
                    self._known[name] = (mark, sha256(path))
                found[name] = self._known[name][1]
        return found
