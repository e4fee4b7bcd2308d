"""The section `events.stream`: the broker, the topic of each source, and how long rows are kept."""

from typing import Annotated

from pydantic import Field

from mixproof.config import Section

SourceName = Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,39}$")]
Topic = Annotated[str, Field(pattern="^[A-Za-z0-9._-]{1,249}$")]
Property = Annotated[
    str,
    Field(
        pattern=r"^(security\.protocol|sasl\.(mechanisms?|username)|ssl\.(ca|certificate|key)\.location|socket\.[a-z.]+|client\.id)$"
    ),
]
"""Properties of a connection that neither hold a secret nor run anything."""


class StreamOptions(Section):
    """Events that come as messages, one JSON object each, over the protocol of Kafka; `mixproof stream` reads them."""

    brokers: Annotated[str, Field(min_length=3, max_length=1000, pattern="^[^ ]+$")]
    """Addresses of brokers, HOST:PORT, separated by commas."""
    topics: Annotated[dict[SourceName, Topic], Field(min_length=1, max_length=40)]
    """Topic by source; the files of such a source, where there are any, are read as its history."""
    group: Annotated[str, Field(pattern="^[A-Za-z0-9._-]{1,100}$")] = "mixproof"
    """Name under which the broker knows the reader. Offsets are kept in the state, never at the broker."""
    properties: dict[Property, str] = {}
    """Further properties of the connection as librdkafka names them: `security.protocol: SASL_SSL`, say."""
    password: Annotated[str, Field(pattern=r"^\$\{env:[A-Za-z_][A-Za-z0-9_]{0,99}\}$")] | None = None
    """`sasl.password` as a reference to the environment, `${env:NAME}`; its value is written nowhere."""
    every_seconds: Annotated[int, Field(ge=1, le=600)] = 10
    """A round begins this long after the one before it began, or once that one has ended."""
    most_messages: Annotated[int, Field(ge=1_000, le=5_000_000)] = 200_000
    """Messages of a source that one round takes at most."""
    keep_days: Annotated[int, Field(ge=1, le=3660)] = 90
    """Conversions older than this are deleted, and touches older than this and the longest window. What was published of
    their periods stays; events that come in later than this do not count, and are counted."""
