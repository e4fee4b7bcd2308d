"""A broker that has the first half of the messages of these tests."""

from collections.abc import Iterator

import pytest

from tests.mixproof.aggregates.events.stream.messages import KEY, SECRET, broker, events, send

MESSAGES = events(7, 400)


@pytest.fixture(scope="package")
def address() -> Iterator[str]:
    """Yield a broker that has the first half of all messages."""
    with broker() as given:
        send(given, {topic: values[: len(values) // 2] for topic, values in MESSAGES.items()})
        yield given


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, SECRET)
