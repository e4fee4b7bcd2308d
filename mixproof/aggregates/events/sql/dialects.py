"""A statement as an engine reads it: the hooks of the vocabulary become the engine's own words, the rest sqlglot writes."""

from collections.abc import Callable
from functools import cache

import sqlglot
from sqlglot import ErrorLevel, exp

from mixproof.aggregates.events.sql.vocabulary import hook_name, parse

ENGINES = ("duckdb", "postgres", "spark", "bigquery", "snowflake")
"""Engines that a statement can be written for."""
SESSION = {"spark": "spark.sql.session.timeZone=UTC", "postgres": "TimeZone=UTC", "duckdb": "TimeZone=UTC"}
"""What a session must be set to: with another zone of the session, days would be cut elsewhere on these engines."""

Words = Callable[..., str]
_TEXT: dict[str, dict[str, Words]] = {
    "LOCAL_DAY": {
        "duckdb": lambda at, zone: f"CAST(({at}) AT TIME ZONE {zone} AS DATE)",
        "postgres": lambda at, zone: f"CAST(({at}) AT TIME ZONE {zone} AS DATE)",
        "spark": lambda at, zone: f"CAST(FROM_UTC_TIMESTAMP({at}, {zone}) AS DATE)",
        "bigquery": lambda at, zone: f"DATE({at}, {zone})",
        "snowflake": lambda at, zone: f"TO_DATE(CONVERT_TIMEZONE({zone}, {at}))",
    },
    "WEEK_OF": {
        "duckdb": lambda day: f"CAST(DATE_TRUNC('week', {day}) AS DATE)",
        "postgres": lambda day: f"CAST(DATE_TRUNC('week', {day}) AS DATE)",
        "spark": lambda day: f"TRUNC({day}, 'WEEK')",
        "bigquery": lambda day: f"DATE_TRUNC({day}, ISOWEEK)",
        "snowflake": lambda day: f"DATEADD(day, 1 - DAYOFWEEKISO({day}), {day})",
    },
    "MICROS": {
        "duckdb": lambda at: f"EPOCH_US({at})",
        "postgres": lambda at: f"CAST(EXTRACT(EPOCH FROM {at}) * 1000000 AS BIGINT)",
        "spark": lambda at: f"UNIX_MICROS({at})",
        "bigquery": lambda at: f"UNIX_MICROS({at})",
        "snowflake": lambda at: f"DATE_PART(epoch_microsecond, {at})",
    },
    "PATH": {
        "duckdb": lambda label, at: f"STRING_AGG({label}, '>' ORDER BY {at})",
        "postgres": lambda label, at: f"STRING_AGG({label}, '>' ORDER BY {at})",
        "spark": lambda label, at: f"LISTAGG({label}, '>') WITHIN GROUP (ORDER BY {at})",
        "bigquery": lambda label, at: f"STRING_AGG({label}, '>' ORDER BY {at})",
        "snowflake": lambda label, at: f"LISTAGG({label}, '>') WITHIN GROUP (ORDER BY {at})",
    },
    "BYTES_ORDER": {
        "duckdb": lambda text: f"{text}",
        "postgres": lambda text: f'{text} COLLATE "C"',
        "spark": lambda text: f"{text}",
        "bigquery": lambda text: f"{text}",
        "snowflake": lambda text: f"{text}",
    },
    "KEY_HASH": {
        "duckdb": lambda key: f"HASH({key})",
        "postgres": lambda key: f"HASHTEXTEXTENDED({key}, 0)",
        "spark": lambda key: f"XXHASH64({key})",
        "bigquery": lambda key: f"FARM_FINGERPRINT({key})",
        "snowflake": lambda key: f"HASH({key})",
    },
}
"""Hook -> engine -> its words. What a hook's arguments say is in `vocabulary.HOOKS`."""


@cache
def write(text: str, engine: str) -> str:
    """Return a statement of the vocabulary as `engine` reads it.

    Parameters
    ----------
    text : str
        In the vocabulary.
    engine : str
        One of `ENGINES`.

    Returns
    -------
    str

    Raises
    ------
    RefusedError
        Something in it is not of the vocabulary.
    sqlglot.errors.UnsupportedError
        The engine has no words for it.
    """
    tree = parse(text).copy()
    return tree.transform(_hook, engine).sql(dialect=engine, unsupported_level=ErrorLevel.RAISE)


def _hook(node: exp.Expr, engine: str) -> exp.Expr:
    """Return the engine's words for a hook; its arguments are hooked by themselves afterwards."""
    name = hook_name(node)
    if name == "SHOWN":
        label, people, least, other = (part.sql("duckdb") for part in node.expressions)
        return sqlglot.parse_one(
            f"CASE WHEN {people} >= {least} THEN {label} ELSE {other} END", read="duckdb"
        )
    if name == "RELEASED":
        people, least = (part.sql("duckdb") for part in node.expressions)
        return sqlglot.parse_one(f"MAX({people}) >= {least}", read="duckdb")
    if isinstance(node, exp.MD5) and engine == "duckdb" and not isinstance(node.this, exp.Cast):
        # an identifier may be a number or a UUID, of which DuckDB makes no digest
        return exp.MD5(this=exp.cast(node.this.copy(), "text"))
    if name:
        inner = [part.transform(_hook, engine).sql(dialect=engine) for part in node.expressions]
        return sqlglot.parse_one(_TEXT[name][engine](*inner), read=engine)
    return node
