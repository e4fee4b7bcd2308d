"""Where pydantic's locations belong in the YAML."""

from typing import Annotated, Literal

import pytest
from pydantic import Field

from mixproof.config import Section
from mixproof.yaml.places import place_of


class One(Section):
    """A member."""

    kind: Literal["one"]
    """Tag."""
    one: float = 0.0
    """Own key."""


class Two(Section):
    """A member with a key that is called as the tag of the other."""

    kind: Literal["two"]
    """Tag."""
    one: str = ""
    """Own
    key of two."""


class Whole(Section):
    """All."""

    tagged: Annotated[One | Two, Field(discriminator="kind")] | None = None
    """A union."""
    listed: tuple[One, ...] = ()
    """A list."""
    named: dict[str, One] = Field(default_factory=dict)
    """A mapping."""
    plain: int | str = 0
    """A union of plain types."""


CASES = [
    (("tagged", "one", "one"), ("tagged", "one"), {"kind", "one"}),
    (("tagged", "two", "one"), ("tagged", "one"), {"kind", "one"}),
    (("tagged", "two", "three"), ("tagged", "three"), {"kind", "one"}),
    (("listed", 2, "one"), ("listed", 2, "one"), {"kind", "one"}),
    (("listed", 2, "oen"), ("listed", 2, "oen"), {"kind", "one"}),
    (("named", "two", "one"), ("named", "two", "one"), {"kind", "one"}),
    (("plain", "int"), ("plain",), {"tagged", "listed", "named", "plain"}),
    (("plian",), ("plian",), {"tagged", "listed", "named", "plain"}),
    ((), (), set()),
]


@pytest.mark.parametrize(("location", "path", "known"), CASES)
def test_place(location: tuple[str | int, ...], path: tuple[str | int, ...], known: set[str]) -> None:
    place = place_of(Whole, location)
    assert place.path == path
    assert place.known == known


def test_meaning_is_the_documentation_of_the_key_in_one_line() -> None:
    assert place_of(Whole, ("tagged", "two", "one")).meaning == "Own key of two."
    assert place_of(Whole, ("unknown",)).meaning == ""
