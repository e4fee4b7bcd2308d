"""Every value of every literal in the schema, and rows in which they meet pairwise."""

import itertools
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, get_args, get_origin

import numpy as np
from pydantic import BaseModel

from workflow.config import RunConfig

Row = dict[str, Any]


def models(found: type[BaseModel], seen: set[type[BaseModel]]) -> set[type[BaseModel]]:
    """Return a section and all those under it."""
    if found not in seen:
        seen.add(found)
        for field in found.model_fields.values():
            for part in parts(field.annotation):
                if isinstance(part, type) and issubclass(part, BaseModel):
                    models(part, seen)
    return seen


def parts(annotation: Any) -> Iterator[Any]:
    """Yield what an annotation is made of; a literal stays whole."""
    if get_origin(annotation) in (Literal, None):
        yield annotation
        return
    for part in get_args(annotation):
        yield from parts(part)


def values(model: type[BaseModel], field: str) -> tuple[Any, ...]:
    """Return the values that a field's literal allows; None as well where it may be left out."""
    found = list(parts(model.model_fields[field].annotation))
    allowed = [value for part in found if get_origin(part) is Literal for value in get_args(part)]
    return (*allowed, None) if types.NoneType in found else tuple(allowed)


def literals() -> set[tuple[str, str, str]]:
    """Return every value of every literal of the schema, with its section and key."""
    return {
        (model.__qualname__, field, value)
        for model in models(RunConfig, set())
        for field in model.model_fields
        for value in values(model, field)
        if value is not None
    }


def walked(section: Any) -> Iterator[tuple[str, str, str]]:
    """Yield the values of literals that a config has."""
    if isinstance(section, Mapping):
        section = tuple(section.values())
    if isinstance(section, tuple):
        for part in section:
            yield from walked(part)
    if isinstance(section, BaseModel):
        for field in type(section).model_fields:
            value = getattr(section, field)
            held = value.values() if isinstance(value, Mapping) else value
            for each in held if isinstance(value, tuple | Mapping) else (value,):
                if isinstance(each, str):
                    yield type(section).__qualname__, field, each
            yield from walked(value)


def pairwise(
    choices: Mapping[str, Sequence[Any]], possible: Callable[[Row], bool] | None = None
) -> list[Row]:
    """Return rows in which every pair of values stands that some possible row has; greedy, the same every time."""
    sizes = [len(column) for column in choices.values()]
    # every row, as the place of its value in each column
    places = np.indices(sizes).reshape(len(sizes), -1).T
    every = [{key: choices[key][at] for key, at in zip(choices, row, strict=True)} for row in places.tolist()]
    if possible is not None:
        kept = np.array([possible(row) for row in every])
        places, every = places[kept], list(itertools.compress(every, kept))
    met = [(a, b) for a, b in itertools.combinations(range(len(sizes)), 2)] or [(0, 0)]
    first = np.cumsum([0, *(sizes[a] * sizes[b] for a, b in met)])
    pairs = np.stack(
        [first[n] + places[:, a] * sizes[b] + places[:, b] for n, (a, b) in enumerate(met)], axis=1
    )
    left, rows = np.zeros(first[-1], bool), []
    left[pairs] = True
    while left.any():
        best = int(left[pairs].sum(axis=1).argmax())
        left[pairs[best]] = False
        rows.append(every[best])
    return rows


def choices(*fields: tuple[type[BaseModel], str]) -> dict[str, tuple[Any, ...]]:
    """Return the values of fields by their names."""
    return {field: values(model, field) for model, field in fields}


def given(row: Row) -> Row:
    """Return the keys of a row that are set."""
    return {key: value for key, value in row.items() if value is not None}


def turn(rows: Sequence[Any], number: int) -> Any:
    """Return the row whose turn it is."""
    return rows[number % len(rows)]
