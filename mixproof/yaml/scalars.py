"""One key or value of a YAML file: what it means in YAML 1.2, or why it means nothing."""

import re
from dataclasses import dataclass
from typing import Any

from mixproof.text import unwritable, visible

MAX_TEXT = 12_000
"""Characters of one key or value: names, paths and sentences are shorter, and nothing longer is looked into."""

# YAML 1.2 core schema, 10.3.2. What YAML 1.1 reads otherwise (yes, on, NO, 12:30:00, 1_000) stays text.
_NULL = re.compile(r"null|Null|NULL|~|")
_TRUE = re.compile(r"true|True|TRUE")
_FALSE = re.compile(r"false|False|FALSE")
_INTEGER = re.compile(r"[-+]?[0-9]{1,30}|0o[0-7]{1,40}|0x[0-9a-fA-F]{1,30}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]+")
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Complaint:
    """Why a key or value cannot be taken: a fault without its place."""

    code: str
    what: str
    remedy: str


def no_text(text: str) -> Complaint | None:
    """Return why this can be neither key nor value, before anything looks into it; None where it can."""
    if len(text) > MAX_TEXT:
        what = f"A text of {len(text):,} characters; at most {MAX_TEXT:,} are read."
        return Complaint("config-too-large", what, "A config holds settings; keep data in tables.")
    if odd := unwritable(text):
        what = f"The text holds {odd}, which is no character that a file can hold."
        return Complaint("config-character", what, "Write the text without it.")
    return None


def scalar(text: str, plain: bool) -> tuple[Any, Complaint | None]:
    """Return the value that a text has, and what is wrong with it; the value is None where it cannot be used.

    Parameters
    ----------
    text : str
        Without its quotes.
    plain : bool
        Whether it stands without quotes, so that it may be a number, a truth value or nothing.

    Returns
    -------
    tuple of (str, int, float, bool or None) and (Complaint or None)
    """
    complaint = no_text(text)
    if complaint is not None:
        return None, complaint
    if not plain:
        return text, None
    if _NULL.fullmatch(text):
        return None, None
    if _TRUE.fullmatch(text) or _FALSE.fullmatch(text):
        return text[0] in "tT", None
    return _number(text)


def _number(text: str) -> tuple[Any, Complaint | None]:
    """Return the number that a plain text is, or the text."""
    finite = "Write a finite number, or leave the key out."
    if _NOT_FINITE.fullmatch(text):
        return None, Complaint("config-not-finite", f"{text} is not a number that can be used.", finite)
    if _LEADING_ZERO.fullmatch(text):
        what = f"{_clip(text)} is read as octal by some programs and as decimal by others."
        remedy = "Drop the leading zero if it is a number; put it in quotes if it is text."
        return None, Complaint("config-leading-zero", what, remedy)
    if _INTEGER.fullmatch(text):
        return int(text, 0 if text[:2] in ("0o", "0x") else 10), None
    if not _FLOAT.fullmatch(text):
        return text, None
    number = float(text)
    if number not in (float("inf"), float("-inf")):
        return number, None
    return None, Complaint("config-not-finite", f"{_clip(text)} is too large for a number.", finite)


def _clip(text: str) -> str:
    return visible(text[:_SHOWN]) + ("..." if len(text) > _SHOWN else "")
