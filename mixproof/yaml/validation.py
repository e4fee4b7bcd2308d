"""Turning what pydantic refuses into faults: where the YAML is wrong, what is allowed, what was meant."""

import difflib
import itertools
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from mixproof.config import Section
from mixproof.errors import ConfigError, Fault
from mixproof.text import visible
from mixproof.yaml.faults import FAULTS
from mixproof.yaml.places import Place, place_of
from mixproof.yaml.source import Document, KeyPath, Scan, dotted

MAX_SHOWN = 50
"""Faults that are told one by one; for more there is a count."""
_LONGEST_WORD = 80
"""Characters beyond which nobody has mistyped a name: comparing takes time that grows with the square."""
PLACEHOLDER = "FILL_IN"
"""What a drafted config says where a value could not be guessed."""


def validate[S: Section](model: type[S], scan: Scan) -> tuple[S | None, tuple[Fault, ...]]:
    """Return the validated section, or None, and all faults in the order of the file.

    Validation runs on JSON: a YAML list becomes a tuple and an ISO date a date, and nothing else is coerced.

    Parameters
    ----------
    model : type of Section
        The section the whole document is.
    scan : Scan
        What `mixproof.yaml.source.scan_yaml` read.

    Returns
    -------
    tuple of (Section or None, tuple of Fault)
    """
    unfilled = dict(_unfilled(model, scan.document))
    faults, more = [*scan.faults, *unfilled.values()], 0
    section, spoiled = None, {*scan.spoiled, *unfilled}
    try:
        section = model.model_validate_json(json.dumps(scan.document.value, allow_nan=False))
    except ValidationError as error:
        found, more = _faults(model, scan.document, error)
        # what the reader has already refused was replaced by null: a second complaint about it would mislead
        faults += [fault for path, fault in found if not _spoiled(path, spoiled)]
    return (None if faults else section), bounded(faults, scan.document.file, more)


def _unfilled(model: type[Section], document: Document) -> Iterator[tuple[KeyPath, Fault]]:
    """Yield the places that a draft has left to be filled in, each with what belongs there."""
    waiting: list[tuple[KeyPath, Any]] = [((), document.value)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [((*path, key), inner) for key, inner in reversed(value.items())]
        elif isinstance(value, list):
            waiting += [((*path, i), value[i]) for i in reversed(range(len(value)))]
        if value == PLACEHOLDER or (path and path[-1] == PLACEHOLDER):
            above = [
                path[:end] for end in range(len(path), 0, -1)
            ]  # a key of a mapping is explained by its owner
            meaning = next((said for place in above if (said := place_of(model, place).meaning)), "the value")
            what = f"{PLACEHOLDER} stands where a value is to be written."
            yield (
                path,
                Fault("config-unfilled", document.where(path), what, f"Write here: {meaning.rstrip('.')}."),
            )


def in_file_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Return faults sorted by their line, each once."""
    return tuple(sorted(dict.fromkeys(faults), key=_line))


def bounded(faults: Iterable[Fault], file: str, more: int = 0) -> tuple[Fault, ...]:
    """Return at most `MAX_SHOWN` faults in the order of the file, and one that counts the others.

    Parameters
    ----------
    faults : iterable of Fault
    file : str
        Name of the config.
    more : int
        Faults that were found and not written.

    Returns
    -------
    tuple of Fault
    """
    ordered = in_file_order(faults)
    more += max(0, len(ordered) - MAX_SHOWN)
    if not more:
        return ordered
    _, _, remedy = FAULTS["config-many"]
    what = f"{more:,} further faults are not shown."
    return (*ordered[:MAX_SHOWN], Fault("config-many", file, what, remedy))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that `word` was probably meant to be, or None.

    Parameters
    ----------
    word : str
    known : iterable of str

    Returns
    -------
    str or None
    """
    if len(word) > _LONGEST_WORD:
        return None
    lowered = {name.lower(): name for name in known if len(name) <= _LONGEST_WORD}
    close = difflib.get_close_matches(word.lower(), lowered, n=1, cutoff=0.6)
    return lowered[close[0]] if close else None


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return ``Did you mean X?`` where a known word is near, and the list of known words.

    Parameters
    ----------
    word : str
    known : iterable of str

    Returns
    -------
    str
        Empty where nothing is known.
    """
    known = sorted(known)
    close = nearest(word, known)
    listed = ", ".join(f"`{name}`" for name in known[:30]) + (", ..." if len(known) > 30 else "")
    return (f"Did you mean `{close}`? " if close else "") + (f"Known here: {listed}." if listed else "")


def suggestions(words: Iterable[str], known: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each word with its `suggestion`; those that no one would read any more get none.

    Parameters
    ----------
    words : iterable of str
        Any number of them.
    known : iterable of str

    Yields
    ------
    tuple of (str, str)
        Word and a sentence's part that proposes the nearest known one; empty where none is near.
    """
    names = sorted(known)
    for count, word in enumerate(words):
        yield word, suggestion(word, names) if count < MAX_SHOWN else ""


def _line(fault: Fault) -> int:
    line = re.search(r":(\d+)( |$)", fault.where)
    if fault.code == "config-many":
        return sys.maxsize
    return int(line[1]) if line else 0


def _spoiled(path: KeyPath, spoiled: Iterable[KeyPath]) -> bool:
    return any(path[: len(bad)] == bad for bad in spoiled if bad)


def raise_if(faults: Iterable[Fault]) -> None:
    """Raise all `faults` as one `ConfigError`, if there are any.

    Raises
    ------
    ConfigError
        There is at least one fault.
    """
    ordered = in_file_order(faults)
    if ordered:
        raise ConfigError(ordered)


@dataclass(frozen=True, slots=True)
class _Trouble:
    """What pydantic found at one place: one error, or one for each member of a union."""

    details: tuple[ErrorDetails, ...]
    place: Place
    document: Document

    @property
    def where(self) -> str:
        return self.document.where(self.place.path)

    @property
    def context(self) -> dict[str, Any]:
        return self.details[0].get("ctx", {})

    @property
    def given(self) -> Any:
        return self.details[0]["input"]

    def meaning(self, otherwise: str = "") -> str:
        """Return the documentation of the key as a sentence."""
        text = self.place.meaning or otherwise
        return text and text.rstrip(".") + "."


def _faults(
    model: type[Section], document: Document, error: ValidationError
) -> tuple[list[tuple[KeyPath, Fault]], int]:
    """Return one fault a place, and how many places were left out; what the members of a union want is joined by "or"."""
    grouped: dict[tuple[KeyPath, str], list[tuple[ErrorDetails, Place]]] = {}
    for detail in error.errors(include_url=False):
        if detail["type"] == "default_factory_not_called":
            continue  # only says that an earlier section failed
        place = place_of(model, detail["loc"])
        # the members of a union each complain about the type: one fault; two texts at one place stay two
        kind = "type" if _is_type(detail["type"]) else detail["msg"]
        grouped.setdefault((place.path, kind), []).append((detail, place))
    paths = [path for path, _ in grouped]
    misspelt = _misspelt(place for entries in grouped.values() for detail, place in entries
                         if detail["type"] == "extra_forbidden")  # fmt: skip
    found = []
    contents = {path for path, kind in grouped if kind != "type"}
    first = sorted(grouped.items(), key=lambda group: document.line(group[0][0]))[:MAX_SHOWN]
    for (path, kind), entries in first:
        if kind == "type" and path in contents:
            continue  # another member of the union takes this type: only the content is wrong
        if entries[0][0]["type"] == "missing" and path in misspelt:
            continue  # it is there under the name that another fault corrects
        if entries[0][0]["type"] == "too_short" and any(
            other[: len(path)] == path != other for other in paths
        ):
            continue  # pydantic counts only the valid items, and the others have faults of their own
        trouble = _Trouble(tuple(detail for detail, _ in entries), entries[0][1], document)
        build = _wrong_type if kind == "type" else _out_of_range
        found.append((path, _BUILDERS.get(trouble.details[0]["type"], build)(trouble)))
    return found, len(grouped) - len(first)


def _misspelt(unknown: Iterable[Place]) -> set[KeyPath]:
    """Return the keys that unknown ones were probably meant to be; where they are many, those of the first."""
    near = (
        (place.path[:-1], nearest(place.key, place.known)) for place in itertools.islice(unknown, MAX_SHOWN)
    )
    return {(*path, word) for path, word in near if word is not None}


def _unknown_key(trouble: _Trouble) -> Fault:
    place = trouble.place
    inside = f" in `{dotted(place.path[:-1])}`" if len(place.path) > 1 else ""
    remedy = suggestion(place.key, place.known)
    return Fault("config-unknown-key", trouble.where, f"Unknown key `{_clip(place.key)}`{inside}.", remedy)


def _missing_key(trouble: _Trouble) -> Fault:
    path, key = trouble.place.path[:-1], trouble.place.key
    if trouble.details[0]["type"] == "union_tag_not_found":
        path, key = trouble.place.path, str(trouble.context["discriminator"]).strip("'")
    lacking = f"`{dotted(path)}`" if path else "The config"
    remedy = f"Add `{key}`. {trouble.meaning()}".rstrip()
    return Fault("config-missing-key", trouble.where, f"{lacking} lacks the key `{key}`.", remedy)


def _not_allowed(trouble: _Trouble) -> Fault:
    allowed = str(trouble.context.get("expected") or trouble.context.get("expected_tags"))
    word = trouble.context.get("tag", trouble.given)
    words = [part.strip(" '") for part in allowed.replace(" or ", ",").split(",")]
    close = nearest(word, words) if isinstance(word, str) else None
    remedy = (f"Did you mean `{close}`? " if close else "") + f"Allowed: {allowed}."
    return Fault("config-not-allowed", trouble.where, f"{_shown(word)} is not allowed here.", remedy)


def _wrong_type(trouble: _Trouble) -> Fault:
    names = (_WANTED.get(detail["type"].partition("_")[0], detail["msg"]) for detail in trouble.details)
    wanted = " or ".join(dict.fromkeys(names))
    what = f"{_shown(trouble.given)} is not {wanted}."
    return Fault("config-wrong-type", trouble.where, what, f"Write {wanted}. {trouble.meaning()}".rstrip())


def _inconsistent(trouble: _Trouble) -> Fault:
    message = str(trouble.context.get("error", trouble.details[0]["msg"])).strip().rstrip(".")
    remedy = trouble.meaning("See docs/config.md")
    if isinstance(trouble.given, dict):  # a section, whose keys do not go together
        remedy = f"{FAULTS['config-inconsistent'][2]} {remedy}"
    if message.partition(" ")[0].isalpha():  # a key at the start keeps its spelling
        message = message[:1].upper() + message[1:]
    return Fault("config-inconsistent", trouble.where, f"{message}.", remedy)


def _out_of_range(trouble: _Trouble) -> Fault:
    message = trouble.details[0]["msg"]
    for start in ("Input", "String", "Tuple", "List", "Dictionary"):
        message = message.replace(f"{start} should ", "It must ", 1)
    message = message.replace(" after validation", "").rstrip(".")
    what = f"{_shown(trouble.given)} is outside what is allowed."
    return Fault("config-out-of-range", trouble.where, what, f"{message}. {trouble.meaning()}".rstrip())


_BUILDERS: dict[str, Callable[[_Trouble], Fault]] = {
    "extra_forbidden": _unknown_key,
    "missing": _missing_key,
    "union_tag_not_found": _missing_key,
    "literal_error": _not_allowed,
    "enum": _not_allowed,
    "union_tag_invalid": _not_allowed,
    "value_error": _inconsistent,
    "assertion_error": _inconsistent,
}

_WANTED = {
    "int": "a whole number",
    "float": "a number",
    "string": "text",
    "bool": "true or false",
    "tuple": "a list",
    "list": "a list",
    "dict": "a mapping (keys and values)",
    "model": "a mapping (keys and values)",
    "date": "a date like 2024-01-31",
    "none": "nothing",
}


def _is_type(kind: str) -> bool:
    """Return whether an error of pydantic is about the type of a value, not about its content."""
    return kind.partition("_")[0] in _WANTED and kind.endswith(("_type", "_parsing", "_inexact", "_required"))


def _shown(value: Any) -> str:
    """Return a value of the config for a message; long text and what could name a person is not repeated."""
    if value is None:
        return "An empty value"
    if isinstance(value, bool):
        return f"The value {str(value).lower()}"
    if isinstance(value, int | float):
        return f"The number {value}"
    if isinstance(value, str):
        return "This text" if "@" in value or len(value) > 60 else f'The text "{_clip(value)}"'
    return f"{'A list' if isinstance(value, list | tuple) else 'A mapping'} of {len(value)}"


def _clip(text: str, limit: int = 60) -> str:
    return visible(text[:limit]) + ("..." if len(text) > limit else "")
