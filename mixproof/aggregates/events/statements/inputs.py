"""What every source looks like once its columns have roles, and how far each column may go."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from mixproof.aggregates.events.config import EventsConfig, Source
from mixproof.aggregates.events.sql.static_check import FREE, KEY, LABEL, ROW, Relation, Trait

Made = Literal["view", "table", "cells", "counts"]
"""What becomes of a statement: a view, a table inside the engine, cells of people that leave, or counts of rows that leave."""
Kind = Literal["key", "instant", "day", "flag", "score", "money", "rate", "label", "code"]
"""How the cells of a role are read."""

_EVENT: dict[str, Kind] = {
    "event": "key",
    "person": "key",
    "time": "instant",
    "ingest": "instant",
    "consent": "flag",
    "bot": "score",
}
_DIMENSIONS: tuple[str, ...] = ("channel", "campaign", "creative", "product", "geo")
_REQUIRED = {"event", "time", "day", "cost", "device", "granted", "rate", "arm"}
"""Roles without which a row says nothing; of identity, consent and assignment the person, too."""
_PEOPLE = ("links", "consent", "assignments")


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of the program.

    Parameters
    ----------
    name : str
        Of the relation that it makes.
    text : str
        In the vocabulary.
    made : Made
        What becomes of it.
    """

    name: str
    text: str
    made: Made = "table"


@dataclass(frozen=True, slots=True)
class Input:
    """A source as statements read it.

    Parameters
    ----------
    source : Source
        Of the YAML.
    kind : str
        What it is a table of.
    roles : mapping of str to Kind
        Every role that statements read, whether the YAML gives it or not.
    required : frozenset of str
        Roles that a row must have.
    """

    source: Source
    kind: str
    roles: Mapping[str, Kind]
    required: frozenset[str]

    @property
    def relation(self) -> str:
        """The name under which statements read it."""
        return f"in_{self.source.name}"

    def traits(self) -> Relation:
        """Return what its columns derive from: `fault` is why a row breaks the contract, empty for good ones."""
        columns = {role: self._trait(role, kind) for role, kind in self.roles.items()}
        return Relation(
            {"source": Trait(FREE), **columns, "fault": Trait(FREE)}, cells=self.kind in ("costs", "rates")
        )

    def _trait(self, role: str, kind: Kind) -> Trait:
        if kind == "key":
            return Trait(KEY, person=role in ("person", "device"))
        if self.kind in ("costs", "rates") or kind in ("day", "code"):
            return Trait(FREE)
        return Trait(LABEL if kind == "label" else ROW)


def inputs(config: EventsConfig) -> list[Input]:
    """Return every source of the section as statements read it."""
    return [
        Input(source, kind := config.kind_of(source), roles(config, kind), _required(kind))
        for source in config.sources()
    ]


def _required(kind: str) -> frozenset[str]:
    return frozenset(
        _REQUIRED | {"channel"}
        if kind == "touches"
        else _REQUIRED | {"person"}
        if kind in _PEOPLE
        else _REQUIRED
    )


def roles(config: EventsConfig, kind: str) -> dict[str, Kind]:
    """Return the roles that statements read of tables of a kind, and how their cells are read.

    Parameters
    ----------
    config : EventsConfig
    kind : str
        What the table is one of, as `EventsConfig.kind_of` says it.

    Returns
    -------
    dict of str to Kind
    """
    media: dict[str, Kind] = dict.fromkeys(dimensions(config), "label")
    if kind == "touches":
        return {**_EVENT, **media}
    if kind == "conversions":
        more: dict[str, Kind] = dict.fromkeys(config.panel.outcome_by, "label")
        return {**_EVENT, "value": "money", "currency": "code", "type": "label", **more}
    known: dict[str, dict[str, Kind]] = {
        "costs": {"day": "day", "cost": "money", "currency": "code", **media},
        "links": {"device": "key", "person": "key"},
        "consent": {"person": "key", "time": "instant", "granted": "flag"},
        "rates": {"day": "day", "currency": "code", "rate": "rate"},
        "assignments": {"person": "key", "arm": "label", "cell": "label"},
    }
    return known[kind]


def dimensions(config: EventsConfig) -> tuple[str, ...]:
    """Return the dimensions of the media panel, in a fixed order; the channel is always one."""
    return tuple(name for name in _DIMENSIONS if name in config.panel.media_by)
