"""Each message is one line, whatever is in it; one that does not follow on the one before it ends the copy."""

import io
from typing import Any

import pytest
from confluent_kafka import KafkaError

from mixproof.aggregates.events.stream import reader

LINES = {
    "plain": (b'{"a":1}', b'{"a":1}'),
    "with breaks": (b'{\n"a":\r\n1}', b'{ "a":  1}'),
    "none": (None, b"null"),
    "empty": (b"", b"null"),
    "blank": (b" \n ", b"null"),
    "no text": (b"\xff\x00", b"\xff\x00"),
    "too long": (b"x" * (reader.LARGEST + 1), b"null"),
}


class Message:
    """A message, or the end of a partition."""

    def __init__(self, offset: int, value: bytes | None = b"{}", code: int | None = None) -> None:
        self._offset, self._value, self._code = offset, value, code

    def error(self) -> KafkaError | None:
        return None if self._code is None else KafkaError(self._code)

    def partition(self) -> int:
        return 0

    def offset(self) -> int:
        return self._offset

    def value(self) -> bytes | None:
        return self._value

    def timestamp(self) -> tuple[int, int]:
        return (1, 5_999)


class Consumer:
    """A consumer that has some messages, all at once."""

    def __init__(self, *messages: Message) -> None:
        self._messages = list(messages)

    def assign(self, _: Any) -> None:
        pass

    def consume(self, most: int, timeout: float) -> list[Message]:
        found, self._messages = self._messages[:most], self._messages[most:]
        return found


@pytest.mark.parametrize("name", LINES)
def test_a_message_is_one_line(name: str) -> None:
    value, line = LINES[name]
    given: Any = Message(0, value)
    assert reader._line(given) == line + b"\n"


END = Message(0, code=KafkaError._PARTITION_EOF)
COPIES = {
    "to the end": (
        (Message(3), Message(4), END),
        9,
        {"next": {"0": 5}, "messages": 2, "sent": {"5": 2}, "waiting": 0},
    ),
    "at most": (
        (Message(3), Message(4)),
        1,
        {"next": {"0": 4}, "messages": 1, "sent": {"5": 1}, "waiting": 1},
    ),
    "late start": ((Message(4),), 9, "gap"),
    "gap": ((Message(3), Message(5)), 9, "gap"),
    "again": ((Message(3), Message(3)), 9, "gap"),
    "lost": ((Message(0, code=KafkaError._AUTO_OFFSET_RESET),), 9, "gap"),
    "refused": ((Message(0, code=KafkaError.TOPIC_AUTHORIZATION_FAILED),), 9, "broker"),
    "away": ((Message(0, code=KafkaError._TRANSPORT),), 9, "broker"),
}


@pytest.mark.parametrize("name", COPIES)
def test_nothing_is_jumped_over(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    messages, most, expected = COPIES[name]
    monkeypatch.setattr(reader, "PATIENCE", 0.01)
    consumer: Any = Consumer(*messages)
    pipe = io.BytesIO()
    if isinstance(expected, str):
        with pytest.raises(reader._FaultError) as caught:
            reader._copy(consumer, "touches", {"0": [3, 5]}, most, pipe)
        assert caught.value.kind == expected
    else:
        assert reader._copy(consumer, "touches", {"0": [3, 5]}, most, pipe) == expected
        assert pipe.getvalue().count(b"\n") == expected["messages"]
