"""Where an error of pydantic belongs in the YAML: the key path, and the sections that own its last key."""

import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAliasType

from pydantic import BaseModel

from mixproof.yaml.source import KeyPath


@dataclass(frozen=True, slots=True)
class Place:
    """A key path of the YAML, and the sections that own its last key."""

    path: KeyPath
    owners: tuple[type[BaseModel], ...]

    @property
    def key(self) -> str:
        """Return the last key."""
        return str(self.path[-1]) if self.path else ""

    @property
    def known(self) -> set[str]:
        """Return the keys that are allowed beside the last one."""
        return {name for owner in self.owners for name in owner.model_fields}

    @property
    def meaning(self) -> str:
        """Return the documentation of the last key, in one line."""
        fields = [owner.model_fields[self.key] for owner in self.owners if self.key in owner.model_fields]
        return next((" ".join(field.description.split()) for field in fields if field.description), "")


def _members(annotation: Any) -> Iterator[Any]:
    """Yield the plain types an annotation allows, unions, aliases and metadata taken apart."""
    if isinstance(annotation, TypeAliasType):
        yield from _members(annotation.__value__)
    elif typing.get_origin(annotation) is Annotated:
        yield from _members(typing.get_args(annotation)[0])
    elif typing.get_origin(annotation) in (typing.Union, types.UnionType):
        for argument in typing.get_args(annotation):
            yield from _members(argument)
    else:
        yield annotation


def _inside(annotation: Any, part: str | int) -> Iterator[Any]:
    """Yield what may stand under key or index `part` of a value of this type."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if part in annotation.model_fields:
            yield from _members(annotation.model_fields[str(part)].annotation)
    elif origin in (tuple, list) and isinstance(part, int):
        yield from _members(arguments[0])
    elif isinstance(origin, type) and issubclass(origin, Mapping) and isinstance(part, str):
        yield from _members(arguments[1])


def _carries(annotation: Any, tag: str) -> bool:
    """Return whether a member of a discriminated union is the one with this tag."""
    if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        return False
    choices = [
        f.annotation for f in annotation.model_fields.values() if typing.get_origin(f.annotation) is Literal
    ]
    return annotation.__name__ == tag or any(tag in typing.get_args(choice) for choice in choices)


def place_of(model: type[BaseModel], location: tuple[str | int, ...]) -> Place:
    """Return the place of an error, without the tags of unions that pydantic mixes into its location.

    Parameters
    ----------
    model : type of pydantic.BaseModel
        The section that was validated.
    location : tuple of str or int
        As pydantic gives it.

    Returns
    -------
    Place
    """
    path: list[str | int] = []
    current: list[Any] = [model]
    owners: list[Any] = []
    for position, part in enumerate(location):
        following = [inner for member in current for inner in _inside(member, part)]
        models = [m for m in current if isinstance(m, type) and issubclass(m, BaseModel)]
        tagged = [member for member in models if isinstance(part, str) and _carries(member, part)]
        is_last = position == len(location) - 1
        if following:
            path.append(part)
            owners, current = models, following
        elif tagged and not (is_last and len(models) == 1):
            current = tagged
        elif is_last and models and not _is_type_name(part):
            path.append(part)
            owners = models
    return Place(tuple(path), tuple(owners))


def _is_type_name(part: str | int) -> bool:
    """Return whether this is the name of a plain type in a union (``float``, ``constrained-str``)."""
    text = str(part)
    return text in {"str", "int", "float", "bool", "date", "datetime", "none"} or any(
        c in text for c in "[(-"
    )
