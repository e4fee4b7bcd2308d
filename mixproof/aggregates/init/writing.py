"""The text of a drafted config: flow style for entries, a comment for every key, and quotes wherever text could be misread."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_COMMENTS = {
    "frequency": "daily, weekly, monthly or yearly",
    "week_starts": "the weekday of every date",
    "date_format": "how dates are written (strptime)",
    "currency": "ISO 4217 code of all money",
    "rates": "what one unit of each other currency is worth in the currency above",
    "tables": "one file or several, joined on date (and geo)",
    "outcome": "what is explained: revenue, or a count with a `value` in money",
    "channels": "paid media; `exposure` (impressions, clicks, GRPs) is optional",
    "organic": "unpaid media: a contribution, no ROI",
    "treatments": "marketing decisions that are not media",
    "controls": "what else moves the outcome; leave out what marketing itself changes",
    "population": "people per geo",
    "missing": "what an absent row or an empty cell means",
}


def draft_text(files: Sequence[str], section: Mapping[str, Any], sentences: Sequence[str]) -> str:
    """Return the YAML of a data section as text, with what was guessed at its head.

    Parameters
    ----------
    files : sequence of str
        The tables; the first one names the config.
    section : mapping
        The ``data:`` section.
    sentences : sequence of str
        What was guessed.

    Returns
    -------
    str
    """
    stem = "".join(c if c.isalnum() or c in "-_." else "-" for c in Path(files[0]).stem)
    stem = stem.strip("-.") or "draft"
    lines = [f"# Drafted from {_comment(', '.join(files))}. Guesses to check:"]
    lines += [f"#   {_comment(sentence)}" for sentence in sentences]
    lines += [f"name: {_scalar(stem[:80])}", "data:"]
    for key, value in section.items():
        remark = f"  # {_COMMENTS[key]}"
        if isinstance(value, list):
            lines += [f"  {key}:{remark}", *(f"    - {_flow(entry)}" for entry in value)]
        else:
            lines.append(f"  {key}: {_flow(value)}{remark}")
    return "\n".join(lines) + "\n"


def _flow(value: object) -> str:
    """Return a value in flow style."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(inner)}" for key, inner in value.items()) + "}"
    return _scalar(value)


def _scalar(value: object) -> str:
    """Return a YAML scalar; anything but a plain word is quoted, so that NO, 1e3 and {{ }} stay text."""
    text = str(value)
    plain = text.isascii() and text.replace("_", "").isalnum() and text[0].isalpha()
    if plain and text.lower() not in {"no", "yes", "on", "off", "true", "false", "null", "y", "n"}:
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'


def _comment(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text)
