"""Text that others wrote, where people see it: nothing acts on a terminal, and nothing is there that no eye can find.

What a terminal obeys (escapes, bells, carriage returns), what turns the order of letters round and what has no width is
written out as an escape. Names that hold such characters are refused before anything is computed, since tables, pages
and workbooks repeat them.
"""

import re
import unicodedata
from collections.abc import Iterable

_ESCAPED = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Controls (C0, C1), what has no width, what sets direction, halves of pairs, and code points that are no characters."""
_JOINERS = frozenset("\u200c\u200d\ufe0e\ufe0f")
"""Without width, but part of words in several scripts and of pictures: allowed in names."""
_NO_CHARACTERS = "\ud800-\udfff\ufdd0-\ufdef" + "".join(
    f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17)
)
_NO_CHARACTER = re.compile(f"[{_NO_CHARACTERS}]")
_UNWRITABLE = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{_NO_CHARACTERS}]")
"""What files of text cannot hold: controls but tabs and line ends, and what is no character."""
_LOOK_ALIKE = str.maketrans(
    "авеікмнорстухѕјԁһԛԝүαβγεικνορτυχωⅼաοս",
    "abeikmhopctyxsjdhqwyabyeikvoptuxwlwou",
)
"""Small letters of Cyrillic, Greek and Armenian script that are drawn like Latin ones."""


def visible(text: object, lines: bool = False) -> str:
    """Return text as it may go to a terminal: what is not seen, or acts on the terminal, is written as an escape.

    Parameters
    ----------
    text : object
        Its ``str`` is taken.
    lines : bool
        Whether line feeds end lines; else they are escaped, too.

    Returns
    -------
    str
    """
    return _ESCAPED.sub(
        lambda found: found[0] if lines and found[0] == "\n" else _escape(found[0]), str(text)
    )


def visible_json(text: str) -> str:
    """Return JSON text with the same content, in which no character acts on a terminal."""
    return _ESCAPED.sub(lambda found: found[0] if found[0] == "\n" else _escape_json(found[0]), text)


def hidden(text: str) -> str:
    """Return the first character of `text` that no name may hold, as ``U+001B``; empty where there is none.

    These are control characters and line breaks, what has no width or sets direction, halves of pairs and code points
    that are no characters. Joiners inside of words are allowed.
    """
    for character in text:
        if character not in _JOINERS and (_ESCAPED.match(character) or _NO_CHARACTER.match(character)):
            return f"U+{ord(character):04X}"
    return ""


def unwritable(text: str) -> str:
    """Return the first character of `text` that no file of text can hold, as ``U+001B``; empty where there is none.

    Tabs and line ends are text; other controls, halves of pairs and code points that are no characters are not.
    """
    found = _UNWRITABLE.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""


def writable(text: str) -> str:
    """Return text as a file of text can hold it: what `unwritable` finds is written as an escape."""
    return _UNWRITABLE.sub(lambda found: _escape(found[0]), text)


def look(name: str) -> str:
    """Return what a name looks like: names with one look cannot be told apart in a table.

    Letters are composed, wide forms narrow and case folded; what has no width is left out, and letters of other scripts
    that are drawn like Latin ones count as those.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(_ESCAPED.sub("", folded).translate(_LOOK_ALIKE).split())


def look_alikes(names: Iterable[str]) -> list[tuple[str, str]]:
    """Return each name that has the `look` of an earlier one, after that one; the same name twice looks alike, too."""
    seen: dict[str, str] = {}
    pairs = []
    for name in names:
        key = look(name)
        if key in seen:
            pairs.append((seen[key], name))
        seen.setdefault(key, name)
    return pairs


def _escape(character: str) -> str:
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _escape_json(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[k]:02x}{units[k + 1]:02x}" for k in range(0, len(units), 2))
