"""Event tables to aggregates, inside an engine: no row of a person, and no identifier, reaches this program's memory.

1. `config` declares tables and the role of each column; `contract` holds their columns and types to what was agreed.
2. `statements` are the program in one language, `sql` its vocabulary, its static check and each engine's words.
3. `sources` gives the engine the files under their roles; `engine` runs statements that the check has passed, hands out cells.
4. `aggregate` does all of it and `writing` keeps the tables; `ingestion` says how sound the events were that came in.

`world` makes events whose truth is known.
"""
