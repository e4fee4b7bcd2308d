"""Identifiers among names: a text by itself, such as a key of a config, a column, a sheet or a channel.

Names are many and identifiers among them few. What shows by itself that it is none never starts the engine.
"""

import re
from collections.abc import Iterable, Sequence

import duckdb

from mixproof.privacy.recognisers import RECOGNISERS
from mixproof.privacy.recognisers.recogniser import bare, quoted, shaped

_PLAIN = (
    r"[+-]?\d{0,7}(?:[.,]\d*)?(?:[eE][+-]?\d{1,3})?\s?%?|[+-]?\d{1,3}(?:[.,']\d{3})+(?:[.,]\d{1,2})?|[+-]?\d+[.,]\d{1,6}"
    r"|(?:19|20)\d{2}[-/.](?:0?[1-9]|1[0-2])[-/.](?:[0-2]?\d|3[01])"
    r"(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
    r"|(?:[0-2]?\d|3[01])[-/.](?:[0-2]?\d|3[01])[-/.](?:19|20)\d{2}(?: \d{2}:\d{2}(?::\d{2})?)?|[^0-9@%+()\[\]:=\s]{1,9}|[0-]+"
)
_IS_PLAIN = re.compile(_PLAIN, re.ASCII)
# No identifier of fewer than 20 letters lacks all of these, and most names of columns and files have none.
_SUSPECT = re.compile(
    r"(?:\d\D*){4}|[@＠]|%40|[(\[{]\s?(?:at|ät)\s?[)\]}]|\bat\b|::|(?:[0-9a-f]{2}[:-]){5}", re.IGNORECASE
)
# And none of any length lacks all of these: digits, marks, mixed capitals, hexadecimal letters in a row.
_SUSPECT_IF_LONG = re.compile(
    r"[0-9=:$|%@＠]|(?:[A-Z][^A-Z]*){4}|[0-9A-Fa-f]{8}|amp-|(?i:gcl|gsx)\.|[\s(\[{](?:at|ät)[\s)\]}]"
)
LONG = 20
"""Letters from which a text may be an identifier without marks that give away shorter ones."""


def families_of(
    texts: Sequence[str], connection: duckdb.DuckDBPyConnection | None = None
) -> list[str | None]:
    """Return the family of identifiers that each text by itself belongs to ("e-mail address" ...), None for none.

    Parameters
    ----------
    texts : sequence of str
        Names of columns, channels, geos, sheets, files.
    connection : duckdb.DuckDBPyConnection, optional
        An engine that is there anyway.

    Returns
    -------
    list of str or None
    """
    asked = [
        i
        for i, text in enumerate(texts)
        if (_SUSPECT.search(text) or (len(text) >= LONG and _SUSPECT_IF_LONG.search(text)))
        and not _IS_PLAIN.fullmatch(bare(text))
    ]
    if not asked:
        return [None] * len(texts)
    engine = connection or duckdb.connect(":memory:")
    digits = max(sum("0" <= letter <= "9" for letter in texts[i]) for i in asked)
    rows = [i for i, row in enumerate(RECOGNISERS) if row.by_itself and row.possible(digits)]
    given = "(SELECT unnest($texts) AS v, unnest(range(len($texts))) AS k)"
    sql = f"SELECT k, {first_of(rows)} AS s FROM {shaped(given)} WHERE t <> '' AND {not_plain('t')}"
    try:
        whole = [
            texts[i].encode("utf-8", "replace").decode() for i in asked
        ]  # half a character is none to the engine
        found = dict(engine.execute(sql, {"texts": whole}).fetchall())
    finally:
        if connection is None:
            engine.close()
    families: list[str | None] = [None] * len(texts)
    for k, i in enumerate(asked):
        if found.get(k) is not None:
            families[i] = RECOGNISERS[found[k]].family
    return families


def first_of(rows: Iterable[int]) -> str:
    """Return the number of the first row of the table that recognises a text, NULL for none."""
    return "CASE " + " ".join(f"WHEN ({RECOGNISERS[i].condition}) THEN {i}" for i in rows) + " END"


def not_plain(text: str) -> str:
    """Return the SQL condition that a text is no plain number, date or short word."""
    return f"NOT regexp_full_match({text}, {quoted(_PLAIN)})"
