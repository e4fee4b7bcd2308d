"""Events from topics of a Kafka-protocol broker, into the same state and the same tables as events from files.

1. `config` is the section ``events.stream``.
2. `reader` is a process of its own that copies messages, as bytes, from a broker into a pipe.
3. `intake` lets the engine parse what comes out of the pipe into parts under pseudonyms, up to stated offsets.
4. `release` says which periods may be published anew, and keeps what was published of the others.
5. `retention` deletes rows that no open period needs, and puts small parts together.
6. `cycle` does all this once, and commits rows, sums, offsets and what is published together.
"""
