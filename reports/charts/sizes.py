"""Sizes of charts, and names as charts can hold them; nothing here draws."""

import re
from collections.abc import Callable

from markupsafe import Markup

WIDE, NARROW, SMALL = 900, 380, 330
"""Widths of sheets in pixels: across the page, across a phone, one of several small charts."""
_UNPRINTABLE = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\ud800-\\udfff]")
"""Control characters, breaks of lines and paragraphs, halves of pairs: the categories Cc, Zl, Zp and Cs of Unicode."""


def printable(text: object, limit: int = 26) -> str:
    """Return a name as it can stand in a chart: control and line-breaking characters as spaces, at most `limit` characters."""
    kept = _UNPRINTABLE.sub(" ", str(text)).strip()
    return kept if len(kept) <= limit else kept[: limit - 1].rstrip() + "…"


def both_widths(draw: Callable[[str, int], Markup], key: str) -> tuple[Markup, Markup]:
    """Return a chart drawn for wide and for narrow screens."""
    return draw(f"{key}-wide", WIDE), draw(f"{key}-narrow", NARROW)
