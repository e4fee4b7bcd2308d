"""What looks like a person's identifier: found by form and by uniqueness, named by column, never shown."""

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

SAMPLE = 2_000
SHARE = 0.2
_KEYS = r"(gclid|gbraid|wbraid|fbclid|msclkid|ttclid|dclid|twclid|li_fat_id)"
_OCTET = r"(25[0-5]|2[0-4]\d|1?\d?\d)"

_HEX4 = r"[0-9a-f]{1,4}"
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_GOOGLE = r"GA1\.\d\.\d+\.\d+|EAIaIQ[\w-]{20,}|Cj[0-9a-zA-Z]K[\w-]{20,}"

PATTERNS: dict[str, re.Pattern[str]] = {
    "e-mail address": re.compile(r"[^@\s]{1,64}(@|%40)[^@\s]+\.[A-Za-z]{2,}"),
    "click id": re.compile(rf"({_KEYS}[=:_-].{{6,}}|fb\.1\.\d{{10,13}}\..+|{_GOOGLE})", re.I),
    "device id or UUID": re.compile(rf"\{{?{_UUID}\}}?", re.I),
    "hash": re.compile(r"(0x)?([0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})", re.I),
    "IPv4 address": re.compile(rf"({_OCTET}\.){{3}}{_OCTET}"),
    "IPv6 address": re.compile(
        rf"({_HEX4}:){{7}}{_HEX4}|(({_HEX4}:){{1,6}}|:):({_HEX4}:){{0,5}}{_HEX4}", re.I
    ),
    "MAC address": re.compile(r"([0-9a-f]{2}[:-]){5}[0-9a-f]{2}", re.I),
}
_NUMERIC = frozenset("0123456789.,+-eE ")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{22}(==)?|[A-Za-z0-9+/_-]{27}=?|[A-Za-z0-9+/_-]{43}=?")
_ULID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
_PHONE = re.compile(r"\+[1-9][\d ()./-]{7,20}\d|00[1-9]\d{7,13}")
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_DIGITS = re.compile(r"\d{13,19}")
_EMBEDDED = re.compile(
    r"(^|[\s\"'<=&?/:;,|(])[A-Za-z0-9._%+-]{1,64}(@|%40)[A-Za-z0-9.-]+\.[A-Za-z]{2,}(?![A-Za-z0-9])", re.I
)
_CLICK_COLUMN = re.compile(rf"^{_KEYS}$", re.I)


def identifier_family(text: str) -> str | None:
    """Return the family of identifiers one text belongs to ("e-mail address", "hash"...), None for none.

    Parameters
    ----------
    text : str
        A cell, or a name of a geo, channel or column. An all-zero UUID counts as no identifier: it means "none".
    """
    value = text.strip().strip("\"'<>[](){} ")
    if not value or not any(c.isdigit() or c == "@" or c == "%" or c == "=" for c in value):
        return "hash" if len(value) == 44 and _base64(value) else None
    if not value.strip("0-"):
        return None
    for family, pattern in PATTERNS.items():
        if pattern.fullmatch(value):
            return family
    return _embedded(value) or _checked(value)


def _embedded(value: str) -> str | None:
    """Return the family of an identifier inside a longer text, such as a URL or a campaign name."""
    if _EMBEDDED.search(value):
        return "e-mail address"
    if re.search(rf"\b{_KEYS}=[\w-]{{6,}}", value, re.I):
        return "click id"
    if re.search(r"(?<![0-9a-f])[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-f])", value, re.I):
        return "device id or UUID"
    if re.search(r"(?<![0-9A-Za-z])([0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})(?![0-9A-Za-z])", value, re.I):
        return "hash"
    return None


def _checked(value: str) -> str | None:
    """Return the family of identifiers that a check digit or a mixture of characters gives away."""
    compact = re.sub(r"[ -]", "", value)
    if _DIGITS.fullmatch(compact) and len(compact) >= 15 and _luhn(compact):
        return "card or device number"
    if _IBAN.fullmatch(compact) and _iban(compact):
        return "IBAN"
    if _PHONE.fullmatch(value) and 8 <= sum(c.isdigit() for c in value) <= 15:
        return "phone number"
    if _ULID.fullmatch(value) and sum(c.isdigit() for c in value) >= 3:
        return "ULID"
    return "hash" if _base64(value) else None


def _base64(value: str) -> bool:
    """Say whether a text is base64 of 16, 20 or 32 bytes rather than a word: upper, lower and digits well mixed."""
    if not _BASE64.fullmatch(value):
        return False
    body = value.rstrip("=")
    upper, lower = sum(c.isupper() for c in body), sum(c.islower() for c in body)
    changes = sum(a.isupper() != b.isupper() or a.isdigit() != b.isdigit() for a, b in pairwise(body))
    return upper >= 4 and lower >= 4 and changes >= len(body) / 3


def _luhn(digits: str) -> bool:
    doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def _iban(text: str) -> bool:
    moved = text[4:] + text[:4]
    return int("".join(str(int(c, 36)) for c in moved)) % 97 == 1


def column_identifier(name: str, distinct: Sequence[object], rows: int, metric: bool = False) -> str | None:
    """Return what kind of identifier a column seems to hold, None for none.

    Parameters
    ----------
    name : str
        The column's name; click ids are known by name too.
    distinct : sequence
        Its distinct values, at most `SAMPLE` of which are looked at.
    rows : int
        Number of rows.
    metric : bool
        Whether the column is declared as a measure: large whole numbers are then amounts, not card numbers.
    """
    wanted = (str,) if metric else (str, int, np.integer)
    texts = [str(v) for v in _sample(distinct) if isinstance(v, wanted) and not isinstance(v, bool)]
    if metric and set("".join(texts)) <= _NUMERIC:
        return None
    if _CLICK_COLUMN.fullmatch(name.strip()) and texts:
        return "click id"
    families = [identifier_family(text) for text in texts if not (metric and _number(text))]
    found = [family for family in families if family]
    strong = [f for f in found if f not in ("card or device number", "phone number", "ULID")]
    if strong:
        return max(set(strong), key=strong.count)
    if found and len(found) >= max(1, SHARE * len(texts)):
        return max(set(found), key=found.count)
    return _bare_numbers(texts, rows) if not metric else None


def _bare_numbers(texts: list[str], rows: int) -> str | None:
    """Return "phone number" or "account number" for unique long digit strings: rules by form alone misfire on codes."""
    if len(texts) < 20 or len(texts) < 0.5 * min(rows, SAMPLE):
        return None
    digits = [t for t in texts if re.fullmatch(r"\d{9,19}", t)]
    if len(digits) < 0.9 * len(texts):
        return None
    return "phone number" if all(len(t) <= 15 for t in digits) else "account number"


def _number(text: str) -> bool:
    return re.fullmatch(r"[+-]?[\d.,]+([eE][+-]?\d+)?", text.strip()) is not None


def _sample(values: Sequence[object]) -> Sequence[object]:
    """Return at most `SAMPLE` values, evenly spread, so that no block of a file escapes."""
    if len(values) <= SAMPLE:
        return values
    return [values[i] for i in np.linspace(0, len(values) - 1, SAMPLE).astype(int)]


def too_unique(distinct: int, rows: int) -> bool:
    """Say whether a key column has so many values that it names people rather than places.

    A geo of a panel has many periods: half as many values as rows (or a fifth, in tables of 1,000 rows and more)
    is no panel.
    """
    return (distinct >= 20 and distinct >= 0.5 * rows) or (rows >= 1_000 and distinct >= 0.2 * rows)
