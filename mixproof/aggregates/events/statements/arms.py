"""Sums of an experiment's arms: people, converters, revenue, squares and cross products, for the whole test and by day."""

from datetime import timedelta

from mixproof.aggregates.events.config import EventsConfig, Experiment
from mixproof.aggregates.events.statements.inputs import Statement


def arms(config: EventsConfig) -> list[Statement]:
    """Return the statements that end in ``arms_<name>`` and ``arms_daily_<name>`` for each experiment."""
    return [each for experiment in config.experiments for each in _experiment(config, experiment)]


def _experiment(config: EventsConfig, test: Experiment) -> list[Statement]:
    name = test.name
    return [
        *_members(config, test),
        Statement(f"arm_people_{name}", _people(test)),
        Statement(f"arms_{name}_cells", _totals(name)),
        Statement(f"arms_{name}", _leaving(config, f"arms_{name}_cells", ("arm", "cell"), TOTALS), "cells"),
        Statement(f"arm_days_{name}", _days(test)),
        Statement(f"arms_daily_{name}_cells", _daily(name)),
        Statement(
            f"arms_daily_{name}",
            _leaving(config, f"arms_daily_{name}_cells", ("arm", "cell"), DAILY, ("day",)),
            "cells",
        ),
    ]


def _members(config: EventsConfig, test: Experiment) -> list[Statement]:
    """Return the people of an experiment, each in one arm and cell, and the number of those who stood in several."""
    person, join = "a.person", ""
    if config.links is not None:
        person, join = "coalesce(l.person, a.person)", " LEFT JOIN device_person AS l ON l.device = a.person"
    assigned = f"SELECT DISTINCT {person} AS person, a.arm, a.cell FROM in_{test.name} AS a{join} WHERE a.fault IS NULL"
    counted = (
        f"SELECT person, arm, cell, count(*) OVER (PARTITION BY person) AS places FROM ({assigned}) AS d"
    )
    mixed = f"SELECT count(DISTINCT person) AS mixed FROM assigned_{test.name} WHERE places > 1"
    return [
        Statement(f"assigned_{test.name}", counted),
        Statement(f"mixed_{test.name}", mixed, "counts"),
        Statement(
            f"members_{test.name}", f"SELECT person, arm, cell FROM assigned_{test.name} WHERE places = 1"
        ),
    ]


def _between(first: object, last: object) -> str:
    return f"c.day >= CAST('{first}' AS DATE) AND c.day <= CAST('{last}' AS DATE)"


def _people(test: Experiment) -> str:
    """Return the query of each person's sums; people without a conversion are there, too."""
    inside = _between(test.start, test.end)
    covariate = "0 AS covariate"
    if test.covariate_days:
        before = _between(test.start - timedelta(days=test.covariate_days), test.start - timedelta(days=1))
        covariate = f"sum(CASE WHEN {before} THEN c.cents ELSE 0 END) AS covariate"
    return (
        f"SELECT m.person, m.arm, m.cell, sum(CASE WHEN {inside} THEN 1 ELSE 0 END) AS conversions, "
        f"sum(CASE WHEN {inside} THEN c.cents ELSE 0 END) AS cents, {covariate} "
        f"FROM members_{test.name} AS m LEFT JOIN conversion_clean AS c ON c.person = m.person GROUP BY m.person, m.arm, m.cell"
    )


_SUMS = {
    "converters": "CASE WHEN conversions > 0 THEN 1 ELSE 0 END",
    "conversions": "conversions",
    "conversions_squared": "conversions * conversions",
    "cents": "cents",
    "cents_squared": "cents * cents",
    "conversions_cents": "conversions * cents",
}
_COVARIATE = {
    "covariate": "covariate",
    "covariate_squared": "covariate * covariate",
    "covariate_cents": "covariate * cents",
    "covariate_converters": "CASE WHEN conversions > 0 THEN covariate ELSE 0 END",
}
TOTALS = ("users", *_SUMS, *_COVARIATE)
"""Sums of an arm and cell over the whole test; all but users and conversions are sums over its people."""
DAILY = tuple(_SUMS)
"""The same of a day, over the people who converted on it."""


def _totals(name: str) -> str:
    sums = ", ".join(f"sum({text}) AS {each}" for each, text in (_SUMS | _COVARIATE).items())
    users = "count(DISTINCT person) AS users"
    return f"SELECT arm, cell, {users}, {sums}, count(DISTINCT person) AS people FROM arm_people_{name} GROUP BY arm, cell"


def _days(test: Experiment) -> str:
    return (
        "SELECT m.person, m.arm, m.cell, c.day, count(*) AS conversions, sum(c.cents) AS cents "
        f"FROM members_{test.name} AS m JOIN conversion_clean AS c ON c.person = m.person "
        f"WHERE {_between(test.start, test.end)} GROUP BY m.person, m.arm, m.cell, c.day"
    )


def _daily(name: str) -> str:
    sums = ", ".join(f"sum({text}) AS {each}" for each, text in _SUMS.items())
    return f"SELECT day, arm, cell, {sums}, count(DISTINCT person) AS people FROM arm_days_{name} GROUP BY day, arm, cell"


def _leaving(
    config: EventsConfig,
    cells: str,
    labels: tuple[str, ...],
    sums: tuple[str, ...],
    over: tuple[str, ...] = (),
) -> str:
    """Return the query that lets an arm's sums leave: only under its own name, and only with enough people."""
    k = config.people_at_least
    shown = [f"SHOWN({label}, people, {k}, '(withheld)')" for label in labels]
    named = [f"{text} AS {label}" for text, label in zip(shown, labels, strict=True)]
    totals = [f"sum({each}) AS {each}" for each in sums]
    kept = f"WHERE converters = 0 OR converters >= {k} " if not over else f"WHERE people >= {k} "
    return (
        f"SELECT {', '.join([*over, *named, *totals])} FROM {cells} {kept}"
        f"GROUP BY {', '.join([*over, *shown])} HAVING RELEASED(people, {k})"
    )
