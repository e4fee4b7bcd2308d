"""The whole program: every statement in its order, each one checked against what those before it have made."""

from collections.abc import Iterator

from mixproof.aggregates.events.config import EventsConfig
from mixproof.aggregates.events.sql.dialects import write
from mixproof.aggregates.events.sql.static_check import Relation, check, check_output
from mixproof.aggregates.events.statements.arms import arms
from mixproof.aggregates.events.statements.clean import clean
from mixproof.aggregates.events.statements.credit import credit
from mixproof.aggregates.events.statements.health import health
from mixproof.aggregates.events.statements.inputs import Statement, inputs
from mixproof.aggregates.events.statements.panel import panel
from mixproof.aggregates.events.statements.paths import paths


def statements(config: EventsConfig) -> list[Statement]:
    """Return the statements of a section in the order in which they run."""
    sources = inputs(config)
    return [
        *clean(config, sources),
        *panel(config, sources),
        *credit(config),
        *paths(config),
        *arms(config),
        *health(config, sources),
    ]


def releases(statement: Statement) -> bool:
    """Return whether a statement only lets cells out that are made: all before it are sums over people, each by himself."""
    return statement.made == "cells" or statement.name.endswith("_held")


def summed(statement: Statement) -> bool:
    """Return whether a statement's rows are sums and counts that can be added up over groups of people."""
    return statement.made == "counts" or statement.name.endswith("_cells")


def checked(config: EventsConfig) -> Iterator[tuple[Statement, Relation]]:
    """Yield each statement with what it makes, once the static check has passed it.

    Raises
    ------
    RefusedError
        A statement could let an identifier out.
    """
    known = {source.relation: source.traits() for source in inputs(config)}
    for statement in statements(config):
        if statement.made in ("cells", "counts"):
            made = check_output(statement.text, known, of_people=statement.made == "cells")
        else:
            made = check(statement.text, known)
        known[statement.name] = made
        yield statement, made


def script(config: EventsConfig, engine: str) -> str:
    """Return the program as a script for an engine, whose tables of events are named ``in_<source>``.

    Parameters
    ----------
    config : EventsConfig
    engine : str
        One of `mixproof.aggregates.events.sql.dialects.ENGINES`.

    Returns
    -------
    str
        Of statements that make temporary relations, and of queries whose rows leave.
    """
    made = {"view": "CREATE TEMPORARY VIEW {} AS\n{};", "table": "CREATE TEMPORARY TABLE {} AS\n{};"}
    return "\n\n".join(
        made.get(each.made, "-- {}\n{};").format(each.name, write(each.text, engine))
        for each, _ in checked(config)
    )
