"""One text for every engine: a closed vocabulary, what differs by engine, and the proof that no identifier leaves.

`vocabulary` says what a statement may be made of, `dialects` writes it for an engine, `static_check` follows every column
back to what it derives from.
"""
