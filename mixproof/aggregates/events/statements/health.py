"""Counts of rows by source and day: what came in, when, and what does not count."""

from collections.abc import Sequence

from mixproof.aggregates.events.config import EventsConfig
from mixproof.aggregates.events.statements.inputs import Input, Statement

_HOUR = 3_600_000_000
NO_RATE = "no rate of exchange"
"""Why money is left out that no rate is known for."""


def health(config: EventsConfig, sources: Sequence[Input]) -> list[Statement]:
    """Return the statements of ``dead_letters``, and of ``arrived_<event>`` and ``doubled_<event>`` for both kinds of event.

    Parameters
    ----------
    config : EventsConfig
    sources : sequence of Input
        Every source of the section.

    Returns
    -------
    list of Statement
    """
    found = [Statement("dead_letters", _letters(config, sources), "counts")]
    for event in ("touch", "conversion"):
        found += [
            Statement(f"arrived_{event}", _arrived(config, event), "counts"),
            Statement(f"doubled_{event}", _doubled(config, event), "counts"),
        ]
    return found


def _letters(config: EventsConfig, sources: Sequence[Input]) -> str:
    """Return the query of rows that break their contract, by source and reason; no row of theirs leaves."""
    kept = [
        f"SELECT source, fault, count(*) AS faulty FROM {source.relation} WHERE NOT fault IS NULL GROUP BY source, fault"
        for source in sources
    ]
    if config.rates is not None:
        unpriced = ["conversion_money"] + ["cost_money"] * any(source.kind == "costs" for source in sources)
        kept += [
            f"SELECT source, '{NO_RATE}' AS fault, count(*) AS faulty FROM {name} WHERE cents IS NULL GROUP BY source"
            for name in unpriced
        ]
    return " UNION ALL ".join(kept)


def _arrived(config: EventsConfig, event: str) -> str:
    """Return the query of distinct events by source and day: lateness, delay, consent, bots, identity."""
    late = config.late_after_hours * _HOUR
    delay = "MICROS(ingest) - MICROS(time)"
    counts = {
        "events": "count(*)",
        "no_consent": "sum(CASE WHEN allowed = 0 THEN 1 ELSE 0 END)",
        "bots": "sum(CASE WHEN allowed = 1 AND machine = 1 THEN 1 ELSE 0 END)",
        "nobody": "sum(CASE WHEN person IS NULL THEN 1 ELSE 0 END)",
        "linked": "sum(linked)",
        "dated": "sum(CASE WHEN ingest IS NULL THEN 0 ELSE 1 END)",
        "late": f"sum(CASE WHEN {delay} >= {late} THEN 1 ELSE 0 END)",
        "delay_seconds": f"sum(({delay}) // 1000000)",
    }
    listed = ", ".join(f"{text} AS {name}" for name, text in counts.items())
    return f"SELECT source, day, {listed} FROM {event}_marked GROUP BY source, day"


def _doubled(config: EventsConfig, event: str) -> str:
    """Return the query of rows that repeat an event, by source and day."""
    day = f"LOCAL_DAY(time, '{config.time_zone}')"
    return f"SELECT source, {day} AS day, count(*) AS doubles FROM {event}_doubles WHERE place > 1 GROUP BY source, {day}"
