"""Messages of a topic as a part of the state: the reader writes them into a pipe, the engine parses what comes out of it.

No message stands in a file at any time: what is written to the disk are rows whose identifiers are keyed pseudonyms already.
"""

import importlib.util
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from mixproof.aggregates.events.engine import Engine
from mixproof.aggregates.events.faults import error
from mixproof.aggregates.events.sources import json_lines
from mixproof.aggregates.events.state.folder import Part, named
from mixproof.aggregates.events.state.parts import File, make_part
from mixproof.aggregates.events.statements.inputs import Input
from mixproof.aggregates.events.stream.config import StreamOptions
from mixproof.aggregates.events.stream.retention import TOPIC
from mixproof.records.run_folder.files import write_private

PIPE = "pipe.jsonl"
_FAULTS = {"gap": "events-stream-gap", "topic": "events-stream-topic", "broker": "events-stream-broker"}
"""Kind of a reader's fault -> code."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What one round has read of a source.

    Parameters
    ----------
    offsets : mapping of str to int
        Next offset by partition.
    parts : mapping of str to Part
        At most one, by the name under which the state keeps it.
    messages : int
        That were read.
    sent : mapping of str to int
        Messages by the second in which they were sent, since 1970.
    waiting : int
        Messages that the broker has beyond those read.
    """

    offsets: Mapping[str, int]
    parts: Mapping[str, Part]
    messages: int
    sent: Mapping[str, int]
    waiting: int


class Reader:
    """The process that reads topics; use it in a ``with`` block.

    Parameters
    ----------
    options : StreamOptions
    place : pathlib.Path
        Private folder of the state, inside the data folder.

    Raises
    ------
    ConfigError, DataError
        ``events-stream-extra``, ``events-stream-broker``.
    """

    def __init__(self, options: StreamOptions, place: Path) -> None:
        if importlib.util.find_spec("confluent_kafka") is None:
            raise error("events-stream-extra", "events, stream", "The library confluent-kafka is not here.")
        self._options, self._pipe = options, place / PIPE
        self._pipe.unlink(missing_ok=True)
        os.mkfifo(self._pipe, 0o600)
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(Path(__file__).with_name("reader.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        try:
            self._ask({"bootstrap.servers": self._options.brokers, **_properties(self._options)})
            self._answer()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()
        self._pipe.unlink(missing_ok=True)

    def take(
        self, engine: Engine, given: Input, offsets: Mapping[str, int] | None, place: Path, too_old: str
    ) -> Taken:
        """Return what one round reads of a source, once its rows are a part of the state's folder.

        Parameters
        ----------
        engine : Engine
        given : Input
        offsets : mapping of str to int, optional
            Next offset by partition; default where the topic begins.
        place : pathlib.Path
            Folder of the state.
        too_old : str
            Condition of rows that come in too late to count.

        Returns
        -------
        Taken

        Raises
        ------
        DataError
            ``events-stream-gap``, ``events-stream-topic``, ``events-stream-broker``; nothing was kept then.
        """
        topic = self._options.topics[given.source.name]
        most = self._options.most_messages
        self._ask({"topic": topic, "offsets": offsets, "most": most, "pipe": str(self._pipe)})
        starts = self._answer()["starts"]
        first = {number: start for number, (start, _) in starts.items()}
        if all(start >= end for start, end in starts.values()):
            parts = {} if offsets is not None else _empty_part(engine, given, topic, place, first)
            return Taken(first, parts, 0, {}, 0)
        done = threading.Event()
        released = threading.Thread(target=self._release_engine, args=(done,), daemon=True)
        released.start()
        try:
            parts = _part_of(engine, given, topic, self._pipe, first, too_old)
        finally:
            done.set()
            released.join()
        copied = self._answer()
        (part,) = parts.values()
        if part.rows != copied["messages"]:
            what = f"Of {copied['messages']:,} messages {part.rows:,} became rows."
            raise error("events-stream-broker", f"events, stream, {given.source.name}", what)
        return Taken(copied["next"], parts, part.rows, copied["sent"], copied["waiting"])

    def _ask(self, request: Mapping[str, Any]) -> None:
        with suppress(BrokenPipeError):
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()

    def _answer(self) -> dict[str, Any]:
        """Return the reader's next reply; a fault of its is raised."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        reply: dict[str, Any] = (
            json.loads(line) if line else {"fault": "broker", "what": "The process that reads topics ended."}
        )
        if "fault" in reply:
            raise error(_FAULTS[reply["fault"]], "events, stream", reply["what"])
        return reply

    def _release_engine(self, done: threading.Event) -> None:
        """Close the pipe for an engine that waits for a reader that has ended: it would wait for ever."""
        while not done.wait(0.2):
            if self._process.poll() is not None:
                with suppress(OSError):
                    os.close(os.open(self._pipe, os.O_WRONLY | os.O_NONBLOCK))


def _properties(options: StreamOptions) -> dict[str, str]:
    """Return what the connection needs beside the addresses."""
    found = {**options.properties, "group.id": options.group}
    if options.password is not None:
        name = options.password.removeprefix("${env:").removesuffix("}")
        secret = os.environ.get(name, "")
        if not secret:
            what = f"The environment variable {name} is not there, or empty."
            raise error("events-stream-broker", "events, stream, password", what)
        found["sasl.password"] = secret
    return found


def _empty_part(
    engine: Engine, given: Input, topic: str, place: Path, first: Mapping[str, int]
) -> dict[str, Part]:
    """Return a part without rows: the engine needs one to know the columns."""
    path = write_private(place / "empty.jsonl", "")
    parts = _part_of(engine, given, topic, path, first)
    path.unlink()
    return parts


def _part_of(
    engine: Engine, given: Input, topic: str, path: Path, first: Mapping[str, int], too_old: str = ""
) -> dict[str, Part]:
    """Return the part of what comes out of a file or pipe in the state's folder, by its name."""
    starts = [f"{number}:{start}" for number, start in sorted(first.items())]
    part = f"{named('topic', given.source.name, topic, *starts)}.parquet"
    each = File(given, f"{TOPIC}{topic} {' '.join(starts)}", "", part, path)
    return {each.name: make_part(engine, each, json_lines(given.source, (path,)), path.parent, too_old)}


def roles_of(given: Input, topic: str) -> str:
    """Return what decides how messages of a topic become rows.

    Parameters
    ----------
    given : Input
    topic : str

    Returns
    -------
    str
    """
    return named(topic, given.source.model_dump_json(include={"columns"}), given.kind, *given.roles)
