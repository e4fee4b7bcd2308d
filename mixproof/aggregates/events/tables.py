"""The tables of a run that events make: how sound the events were that came in, and what was left out."""

from mixproof.records.table import Column, TableSpec

INGESTION = TableSpec(
    "ingestion",
    "one measure of one source of events on one day",
    (
        Column(
            "source",
            "text",
            "",
            "source of events, as the YAML names it; `credit 30` is the credit of that window",
        ),
        Column(
            "day",
            "text",
            "",
            "day of the events in the section's zone, ISO; of credit the first day of the period; of freshness the day on "
            "which messages were read",
        ),
        Column(
            "measure",
            "text",
            "",
            "rows, completeness (rows over their baseline), duplicates, duplicate_rate (of rows), no_consent, consent_loss (of "
            "events), bots, bot_share (of events), nobody (events without a person), match_rate (events linked to a person), "
            "late_rate and delay_seconds (of events with an instant of coming in), unattributed_rate (of conversions), or of a "
            "stream fresh_share (of messages, within a minute) and fresh_seconds (after which 99 % of messages counted)",
        ),
        Column("value", "number", "", "its value: a count, a share, or seconds in the mean"),
        Column(
            "baseline",
            "number",
            "",
            "median of the same measure on the same weekday of the four weeks before; empty without one",
        ),
        Column(
            "status",
            "text",
            "",
            "low: less than half of a baseline of fifty or more; key changed: links stopped matching; else empty",
        ),
    ),
)

DEAD_LETTERS = TableSpec(
    "dead_letters",
    "why rows of a source break its contract and do not count; the rows themselves never leave the engine",
    (
        Column("source", "text", "", "source of events, as the YAML names it"),
        Column("reason", "text", "", "what is wrong with the rows"),
        Column("rows", "integer", "count", "how many rows"),
    ),
)

TABLES: tuple[TableSpec, ...] = (INGESTION, DEAD_LETTERS)
"""In the order of docs/tables.md."""
