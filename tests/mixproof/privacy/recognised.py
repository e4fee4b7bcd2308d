"""Which families of the table the engine sees in a text by itself: what the tests of single recognisers ask."""

from collections.abc import Sequence

import duckdb

from mixproof.privacy.recognisers.recogniser import Recogniser, shaped


def families_seen(rows: Sequence[Recogniser], texts: Sequence[str]) -> list[set[str]]:
    """Return, for each text, the families of the rows whose condition it fulfils, whatever share they ask for."""
    names = [row.family for row in rows]
    asked = ", ".join(f"({row.condition})" for row in rows)
    given = "(SELECT unnest($texts) AS v, unnest(range(len($texts))) AS k)"
    found = duckdb.execute(f"SELECT [{asked}] FROM {shaped(given)} ORDER BY k", {"texts": list(texts)})
    return [
        {name for name, fulfilled in zip(names, row, strict=True) if fulfilled} for (row,) in found.fetchall()
    ]
