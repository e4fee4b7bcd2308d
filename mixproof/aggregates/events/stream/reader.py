"""A process of its own that copies the messages of a topic from stated offsets into a pipe, one message a line.

Messages are bytes here from beginning to end: nothing decodes, logs or keeps them. Settings and requests come as lines of JSON
through standard input, never as arguments, which other users of a machine can see; replies leave through standard output.
A message that does not follow on the one before it ends the copy: nothing is ever jumped over.
"""

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

PATIENCE = 30.0
"""Seconds without any message from a broker that has more, after which it counts as away."""
_CONNECT = 10.0
"""Seconds that a broker has for its first answer."""
LARGEST = 8_000_000
"""Bytes of a message; what is longer is a broken row."""
_AT_ONCE = 10_000
_BROKEN = b"null"
"""Line of a message that is empty or too long: no object, so that the engine counts it as broken."""
_PASSING = {
    KafkaError._TRANSPORT,
    KafkaError._ALL_BROKERS_DOWN,
    KafkaError._TIMED_OUT,
    KafkaError._RESOLVE,
    KafkaError.LEADER_NOT_AVAILABLE,
    KafkaError.NOT_LEADER_FOR_PARTITION,
}
"""Errors that a broker may get over within `PATIENCE`."""
_LOST = {KafkaError._AUTO_OFFSET_RESET, KafkaError.OFFSET_OUT_OF_RANGE}


class _FaultError(Exception):
    """Why nothing more is read: a kind that the parent knows, and words without a message's content."""

    def __init__(self, kind: str, what: str) -> None:
        super().__init__(kind, what)
        self.kind, self.what = kind, what


def main() -> None:
    """Serve requests until standard input ends."""
    given = json.loads(sys.stdin.readline())
    try:
        consumer = Consumer({**given, **_FIXED})
    except (KafkaException, ValueError, TypeError) as trouble:
        _reply({"fault": "broker", "what": _words(trouble)})
        return
    _reply({"ready": True})
    for line in sys.stdin:
        request = json.loads(line)
        try:
            starts = _starts(consumer, request["topic"], request["offsets"])
            _reply({"starts": starts})
            if all(start >= end for start, end in starts.values()):
                continue  # the engine opens no pipe then
            with Path(request["pipe"]).open("wb") as pipe:
                copied = _copy(consumer, request["topic"], starts, request["most"], pipe)
            _reply(copied)
        except _FaultError as fault:
            _reply({"fault": fault.kind, "what": fault.what})
        except KafkaException as trouble:
            _reply({"fault": "broker", "what": _words(trouble)})
        except BrokenPipeError:
            return
        finally:
            consumer.unassign()


_FIXED: Mapping[str, Any] = {
    "enable.auto.commit": False,
    "enable.partition.eof": True,
    "auto.offset.reset": "error",
    "allow.auto.create.topics": False,
    "queued.max.messages.kbytes": 16_384,
    "fetch.wait.max.ms": 100,
}


def _reply(record: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(record) + "\n")
    sys.stdout.flush()


def _words(trouble: BaseException) -> str:
    """Return what a broker's library says of a connection; it knows no message here."""
    inner = trouble.args[0] if trouble.args else trouble
    return inner.str() if isinstance(inner, KafkaError) else str(inner)


def _starts(consumer: Consumer, topic: str, offsets: Mapping[str, int] | None) -> dict[str, list[int]]:
    """Return by partition where to begin and what the broker's end is.

    Without offsets a topic is read from its beginning; with them, partitions that are new to us begin at 0.
    """
    found = consumer.list_topics(topic, timeout=_CONNECT).topics.get(topic)
    if found is None or found.error is not None or not found.partitions:
        raise _FaultError("topic", f"The broker has no topic {topic}.")
    missing = sorted(set(offsets or {}) - {f"{number}" for number in found.partitions})
    if missing:
        raise _FaultError("gap", f"Topic {topic} has no partition {missing[0]} any more.")
    starts = {}
    for number in sorted(found.partitions):
        low, high = consumer.get_watermark_offsets(
            TopicPartition(topic, number), timeout=_CONNECT, cached=False
        )
        start = low if offsets is None else offsets.get(f"{number}", 0)
        if start < low or start > high:
            what = (
                f"Topic {topic}, partition {number}: offset {start} is due, the broker has {low} to {high}."
            )
            raise _FaultError("gap", what)
        starts[f"{number}"] = [start, high]
    return starts


def _copy(
    consumer: Consumer, topic: str, starts: Mapping[str, list[int]], most: int, pipe: BinaryIO
) -> dict[str, Any]:
    """Return next offsets, how many messages were copied, and at which seconds they had been sent."""
    due = {int(number): start for number, (start, _) in starts.items()}
    unread = {number for number, start in due.items() if start < starts[f"{number}"][1]}
    sent: Counter[int] = Counter()
    copied, alive, parent = 0, time.monotonic(), os.getppid()
    consumer.assign([TopicPartition(topic, number, due[number]) for number in sorted(unread)])
    while unread and copied < most:
        got = consumer.consume(min(_AT_ONCE, most - copied), timeout=0.5)
        if os.getppid() != parent:
            raise BrokenPipeError  # nobody waits for this any more
        for message in got:
            error = message.error()
            if error is not None:
                if error.code() == KafkaError._PARTITION_EOF:
                    unread.discard(message.partition())
                else:
                    _raise_unless_passing(error, topic)
                continue
            number, offset = message.partition(), message.offset()
            assert number is not None and offset is not None
            if offset != due[number]:
                what = f"Topic {topic}, partition {number}: offset {due[number]} is due, {offset} came."
                raise _FaultError("gap", what)
            pipe.write(_line(message))
            due[number], copied, alive = offset + 1, copied + 1, time.monotonic()
            kind, milliseconds = message.timestamp()
            if kind:
                sent[milliseconds // 1000] += 1
        if time.monotonic() - alive > PATIENCE:
            raise _FaultError("broker", f"Topic {topic}: nothing came for {PATIENCE:.0f} seconds.")
    waiting = sum(max(0, starts[f"{number}"][1] - offset) for number, offset in due.items())
    return {
        "next": {f"{number}": offset for number, offset in due.items()},
        "messages": copied,
        "sent": {f"{second}": count for second, count in sent.items()},
        "waiting": waiting,
    }


def _raise_unless_passing(error: KafkaError, topic: str) -> None:
    if error.code() in _LOST:
        raise _FaultError("gap", f"Topic {topic}: the broker does not have the offset that is due.")
    if error.code() not in _PASSING:
        raise _FaultError("broker", f"Topic {topic}: {error.str()}")


def _line(message: Message) -> bytes:
    """Return a message as one line: JSON has no line break but between its parts."""
    value = message.value()
    if not isinstance(value, bytes) or not value.strip() or len(value) > LARGEST:
        return _BROKEN + b"\n"
    return value.replace(b"\n", b" ").replace(b"\r", b" ") + b"\n"


if __name__ == "__main__":
    main()
