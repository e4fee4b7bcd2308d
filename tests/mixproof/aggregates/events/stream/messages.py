"""A broker in a process of its own, and messages for it: touches and orders of some people, twins, late and broken ones."""

import json
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from confluent_kafka import Producer

from mixproof.aggregates.events.config import EventsConfig

KEY = "MIXPROOF_EVENTS_KEY"
SECRET = "k" * 40
CHANNELS = ("search", "social", "mail")
START = datetime(2025, 1, 6, tzinfo=UTC)
TOPICS = {"web": "touches", "shop": "orders"}
_BROKER = (
    "import sys; from confluent_kafka import Producer as P; p = P({'bootstrap.servers': 'mock', 'test.mock.num.brokers': 1}); "
    "b = list(p.list_topics(timeout=10).brokers.values())[0]; print(f'{b.host}:{b.port}', flush=True); sys.stdin.read()"
)


@contextmanager
def broker() -> Iterator[str]:
    """Yield the address of a broker of the protocol, with topics of four partitions."""
    process = subprocess.Popen(
        [sys.executable, "-c", _BROKER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


def send(address: str, messages: Mapping[str, Sequence[bytes]]) -> None:
    """Send messages by topic; one goes to the partition of its number."""
    producer = Producer({"bootstrap.servers": address, "linger.ms": 5})
    for topic, values in messages.items():
        for number, value in enumerate(values):
            producer.produce(topic, value, partition=number % 4)
    assert producer.flush(20) == 0


def section(address: str = "127.0.0.1:9", **changes: Any) -> EventsConfig:
    """Return the section of the messages: `stream: None` makes it one of files."""
    event = {"event": "id", "time": "at", "ingest": "seen", "person": "who"}
    topics = {"brokers": address, "topics": TOPICS, "keep_days": 3660, "most_messages": 2000}
    given: dict[str, Any] = {
        "currency": "EUR",
        "start": "2025-01-06",
        "end": "2025-02-02",
        "people_at_least": 10,
        "memory": "200MB",
        "touches": [{"name": "web", "file": "web.jsonl", "columns": {**event, "channel": "channel"}}],
        "conversions": [{"name": "shop", "file": "shop.jsonl", "columns": {**event, "value": "value"}}],
        "state": {},
        "stream": topics,
    }
    return EventsConfig.model_validate(given | changes)


def events(seed: int, people: int) -> dict[str, list[bytes]]:
    """Return messages by topic: 2 % come twice, 1 % late, some are broken in every way."""
    dice = random.Random(seed)
    found: dict[str, list[tuple[float, bytes]]] = {"touches": [], "orders": []}
    for person in range(people):
        for topic, count in (("touches", dice.randint(1, 6)), ("orders", dice.randint(0, 2))):
            for number in range(count):
                at = START + timedelta(minutes=dice.randrange(28 * 24 * 60))
                late = timedelta(days=3) if dice.random() < 0.01 else timedelta(seconds=5)
                row = {
                    "id": f"{topic}-{person}-{number}",
                    "at": at.isoformat(),
                    "seen": (at + late).isoformat(),
                }
                row |= {"who": f"person-{person}@shop.example"}
                row |= (
                    {"channel": dice.choice(CHANNELS)}
                    if topic == "touches"
                    else {"value": f"{dice.randrange(100, 9999) / 100:.2f}"}
                )
                value = json.dumps(row, indent=dice.choice((None, None, 1))).encode()
                for _ in range(2 if dice.random() < 0.02 else 1):
                    found[topic].append(((at + late).timestamp(), value))
        if dice.random() < 0.05:
            broken = dice.choice(
                (b"", b"no json", b"[1]", b'{"who": "x"}', b'{"id": "\xff"}', b'{"id": "a", "at": "never"}')
            )
            found[dice.choice(("touches", "orders"))].append((0.0, broken))
    return {topic: [value for _, value in sorted(rows, key=lambda r: r[0])] for topic, rows in found.items()}


def lines(values: Sequence[bytes]) -> bytes:
    """Return messages as a file of JSON lines; an empty one is a line that is no object."""
    return b"".join((value.replace(b"\n", b" ") or b"null") + b"\n" for value in values)
