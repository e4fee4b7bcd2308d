"""The search for identifiers of people, inside the engine: forms, check digits and headers; only counts come back.

1. `_profile`: how many cells of each column are no plain numbers, dates or blanks (one pass over the table).
2. `_counts`: how many of those have a form of which one is enough (every cell is looked at), and how many of the distinct
   values have a form that proves something only where most have it (an even sample where there are very many).
3. `_verdict`: what that says of a column, with its header and with what the YAML takes it for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import duckdb

from mixproof.privacy.names import families_of, first_of, not_plain
from mixproof.privacy.recognisers import RECOGNISERS
from mixproof.privacy.recognisers.check_digits import goods
from mixproof.privacy.recognisers.headers import also_media, announced, coordinate, names_goods
from mixproof.privacy.recognisers.recogniser import quoted, shaped, trimmed

Use = Literal["unread", "label", "geo", "date", "measure"]
"""What a column is used for: a label is a channel, an arm or a stratum; a date or measure is held to certain forms only."""
_NAMES = ("unread", "label", "geo")
DISTINCT_AT_MOST = 300_000
"""Values up to which they are made distinct first; beyond, every cell is looked at as it comes."""
PROFILED_AT_ONCE = 25
"""Columns of one query: the engine takes the square of their number in time to plan it."""
ANY_DIGITS = 1_000_000
"""Digits of a value where nobody has counted them: every expression is held against it."""
SHARED_AT_MOST = 20_000
"""Distinct values from which shares are told; of more, an even sample by their hash."""
_UNNAMED = ("DATE", "TIME", "INTERVAL", "BOOLEAN")
_NUMBERS = ("FLOAT", "DOUBLE", "DECIMAL", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_NESTED = ("STRUCT", "MAP", "UNION", "JSON", "VARIANT")
_PRECISE = r"-?\d{1,3}[.,]\d{5,}"
_MARKED = r"(?i)[0-9@＠]|%40|[(\[{]\s?(?:at|ät)|\sat\s"
_DIGITS = r"[\d\s._:/()+\-]+"
_PIECE = r'"((?:[^"\\]|\\.)*)"|([+-]?\d[\d.]*)'


@dataclass(frozen=True, slots=True)
class Column:
    """A column to look at: its header, its place in the relation, the engine's type, and what the YAML takes it for."""

    name: str
    at: str
    kind: str
    use: Use = "unread"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found in one column: the place of the column, the family, how many values; never a value."""

    column: int
    family: str
    values: int
    in_header: bool = False


@dataclass(frozen=True, slots=True)
class _Profile:
    """Cells of a column: how many there are, how many must be looked at, values, and the range of whole numbers."""

    cells: int
    looked_at: int
    distinct: int
    plain: int
    low: float | None
    high: float | None
    precise: int
    digits: int
    marked: int


def find_identifiers(
    connection: duckdb.DuckDBPyConnection, relation: str, columns: Sequence[Column]
) -> list[Finding]:
    """Return what looks like identifiers of people in the columns of a table, at most one finding a column.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        The engine that can read `relation`.
    relation : str
        What stands behind FROM: a table, or a call that reads a file.
    columns : sequence of Column

    Returns
    -------
    list of Finding
        In the order of the columns. Values stay inside the engine; all of them are looked at.
    """
    headers = families_of([column.name for column in columns], connection)
    profiles = _profile(connection, relation, columns)
    certain, shares = _counts(connection, relation, columns, profiles)
    precise = _precise_places(columns, profiles)
    findings = []
    for i, column in enumerate(columns):
        header = headers[i]
        if header is not None:
            findings.append(Finding(i, header, 1, in_header=True))
            continue
        found = _verdict(column, profiles[i], certain.get(i), shares.get(i))
        if found is None and column.use == "geo" and too_unique(profiles[i].distinct, profiles[i].cells):
            found = "person or household, having almost as many values as rows", profiles[i].distinct
        if found is None and i in precise:
            found = "places of people, a latitude and a longitude in nearly every row", profiles[i].distinct
        if found is not None:
            findings.append(Finding(i, *found))
    return findings


def too_unique(distinct: int, rows: int) -> bool:
    """Say whether a key column has so many values that it names people rather than places.

    A geo of a panel has many periods: half as many values as rows (or a fifth, in tables of 1,000 rows and more)
    is no panel.

    Parameters
    ----------
    distinct : int
        Different values of the column.
    rows : int
        Rows with a value.

    Returns
    -------
    bool
        False for fewer than 20 values, whatever the rows.
    """
    return (distinct >= 20 and distinct >= 0.5 * rows) or (rows >= 1_000 and distinct >= 0.2 * rows)


def _text(column: Column) -> str:
    """Return the SQL of a cell as text; NULL for types that name nobody."""
    at, kind = column.at, column.kind.upper()
    if _nested(column):  # first: the type of a list begins like that of its members
        return f"coalesce(TRY(CAST(to_json({at}) AS VARCHAR)), CAST({at} AS VARCHAR))"
    if kind.startswith(_UNNAMED) or (kind.startswith(("FLOAT", "DOUBLE")) and column.use == "measure"):
        return "CAST(NULL AS VARCHAR)"
    if kind.startswith(("FLOAT", "DOUBLE")):
        whole = f"isfinite({at}) AND {at} = trunc({at}) AND abs({at}) < 1e18"
        return f"(CASE WHEN {whole} THEN CAST(TRY_CAST({at} AS HUGEINT) AS VARCHAR) ELSE CAST({at} AS VARCHAR) END)"
    if kind.startswith("DECIMAL"):
        return f"regexp_replace(CAST({at} AS VARCHAR), '\\.0+$', '')"
    if kind == "BLOB":
        return f"coalesce(TRY(decode({at})), lower(hex({at})))"
    return f"CAST({at} AS VARCHAR)"


def _nested(column: Column) -> bool:
    kind = column.kind.upper()
    return kind.endswith("]") or kind.startswith(_NESTED)


def _looked_at(text: str, column: Column | None = None) -> str:
    """Return the condition that a text is no plain number, date, short word or blank; numbers need eight digits."""
    if (
        column is not None
        and not _nested(column)
        and column.kind.upper().removeprefix("U").startswith(_NUMBERS)
    ):
        return f"abs({column.at}) >= 10000000" if column.use != "measure" else "FALSE"
    return f"{text} <> '' AND {not_plain(text)}"


def _profile(
    connection: duckdb.DuckDBPyConnection, relation: str, columns: Sequence[Column]
) -> list[_Profile]:
    """Return what the cells of each column are like."""
    parts = [columns[at : at + PROFILED_AT_ONCE] for at in range(0, len(columns), PROFILED_AT_ONCE)]
    return [profile for part in parts for profile in _profile_together(connection, relation, part)]


def _profile_together(
    connection: duckdb.DuckDBPyConnection, relation: str, columns: Sequence[Column]
) -> list[_Profile]:
    """Return what the cells of a few columns are like, in one pass."""
    asked, texts, looked = [], [], []
    for i, column in enumerate(columns):
        number = f"TRY_CAST(t{i} AS DOUBLE)"
        texts.append(f"{trimmed(_text(column))} AS t{i}")
        looked.append(f"coalesce({_looked_at(f't{i}', column)}, FALSE) AS l{i}")
        asked += [
            f"count(nullif(t{i}, ''))",
            f"count(*) FILTER (WHERE l{i})",
            f"approx_count_distinct(t{i})",
            f"approx_count_distinct(t{i}) FILTER (WHERE NOT l{i})",
            f"min({number})" if also_media(column.name) else "NULL",
            f"max({number})" if also_media(column.name) else "NULL",
            f"count(*) FILTER (WHERE regexp_full_match(t{i}, {quoted(_PRECISE)}))"
            if coordinate(column.name)
            else "0",
            f"count(*) FILTER (WHERE CASE WHEN l{i} THEN regexp_full_match(t{i}, {quoted(_DIGITS)}) ELSE FALSE END)",
            f"count(*) FILTER (WHERE CASE WHEN l{i} THEN regexp_matches(t{i}, {quoted(_MARKED)}) ELSE FALSE END)",
        ]
    cells = ", ".join(column.at for column in columns)
    source = f"(SELECT *, {', '.join(looked)} FROM (SELECT {cells}, {', '.join(texts)} FROM {relation}))"
    found = connection.execute(f"SELECT {', '.join(asked)} FROM {source}").fetchone()
    numbers = iter(found or ())
    return [_Profile(*(next(numbers) for _ in range(9))) for _ in columns]


# Numbers of goods (EAN, UPC, GTIN) by their check digit; those that begin with 756 are numbers of the Swiss.
_GOODS = f"g AND n IN (8, 12, 13, 14) AND NOT starts_with(u, '756') AND {goods()}"
_CERTAIN = [i for i, recogniser in enumerate(RECOGNISERS) if recogniser.certain]
_LIKELY = [i for i, recogniser in enumerate(RECOGNISERS) if not recogniser.certain]


def _values(relation: str, columns: Sequence[Column], wanted: Sequence[int]) -> str:
    """Return the cells that must be looked at, k the column and v the text; nested cells in their pieces."""
    plain = [i for i in wanted if not _nested(columns[i])]
    parts = []
    if plain:
        cells = ", ".join(f"{{'k': {i}, 'v': {trimmed(_text(columns[i]))}}}" for i in plain)
        parts.append(f"(SELECT unnest([{cells}], recursive := true) FROM {relation})")
    for i in wanted:
        if _nested(columns[i]):
            pieces = f"regexp_extract_all({_text(columns[i])}, {quoted(_PIECE)})"
            parts.append(f"(SELECT {i} AS k, unnest({pieces}) AS v FROM {relation})")
    return f"({' UNION ALL '.join(f'FROM {part}' for part in parts)})"


def _counts(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    columns: Sequence[Column],
    profiles: Sequence[_Profile],
) -> tuple[dict[int, dict[int, int]], dict[int, dict[str, int]]]:
    """Return, by column, how many values each certain row of the table has recognised, and the counts of the others."""
    wanted = [i for i, profile in enumerate(profiles) if profile.looked_at]
    if not wanted:
        return {}, {}
    many = sum(max(1, profiles[i].distinct - profiles[i].plain) for i in wanted)
    digits = ANY_DIGITS
    values = f"(SELECT k, v FROM {_values(relation, columns, wanted)} WHERE {_looked_at('v')})"
    if many <= DISTINCT_AT_MOST:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE looked_at AS SELECT DISTINCT k, v FROM {values}")
        values = "looked_at"
        digits = _most_digits(connection, values)
    certain: dict[int, dict[int, int]] = {}
    if any(profiles[i].marked for i in wanted):
        rows = [i for i in _CERTAIN if RECOGNISERS[i].possible(digits)]
        recognised = f"(SELECT k, {first_of(rows)} AS s FROM {shaped(values)})"
        sql = f"SELECT k, s, count(*) FROM {recognised} WHERE s IS NOT NULL GROUP BY k, s"
        for k, i, count in connection.execute(sql).fetchall():
            certain.setdefault(int(k), {})[int(i)] = int(count)
    rest = [i for i in wanted if i not in certain and columns[i].use in _NAMES]
    possible = [i for i in _LIKELY if RECOGNISERS[i].possible(digits)]
    return certain, _shares(connection, values, possible, rest, columns, profiles) if rest else {}


def _most_digits(connection: duckdb.DuckDBPyConnection, values: str) -> int:
    """Return how many digits the value has that has most."""
    sql = f"SELECT coalesce(max(length(regexp_replace(v, '[^0-9]+', '', 'g'))), 0) FROM {values}"
    (found,) = connection.execute(sql).fetchone() or (0,)
    return int(found)


def _shares(
    connection: duckdb.DuckDBPyConnection,
    values: str,
    possible: Sequence[int],
    wanted: Sequence[int],
    columns: Sequence[Column],
    profiles: Sequence[_Profile],
) -> dict[int, dict[str, int]]:
    """Return, by column, of how many distinct values ("all") how many each row of the table has recognised ("s1" ...)."""
    digits = any(profiles[i].digits or _nested(columns[i]) for i in wanted)
    marked = any(profiles[i].marked for i in wanted)
    rows = [
        i for i in possible if RECOGNISERS[i].wordy or (marked and (digits or RECOGNISERS[i].digits is None))
    ]
    parts = max(1, *(round((profiles[i].distinct - profiles[i].plain) / SHARED_AT_MOST) for i in wanted), 1)
    asked = {"all": "count(*)", "goods": f"count(*) FILTER (WHERE {_GOODS})" if digits else "0"}
    for i in rows:
        asked[f"s{i}"] = f"count(*) FILTER (WHERE m{i})"
        if RECOGNISERS[i].varied:
            asked[f"v{i}"] = f"approx_count_distinct({RECOGNISERS[i].varied}) FILTER (WHERE m{i})"
    marks = ", ".join(f"({RECOGNISERS[i].condition}) AS m{i}" for i in rows)
    chosen = f"k IN ({', '.join(map(str, wanted))}) AND hash(v) % {parts} = 0"
    distinct = shaped(f"(SELECT DISTINCT k, v FROM {values} WHERE {chosen})")
    sql = f"SELECT k, {', '.join(asked.values())} FROM (SELECT *, {marks} FROM {distinct}) GROUP BY k"
    found = {}
    for k, *numbers in connection.execute(sql).fetchall():
        found[int(k)] = dict(zip(asked, map(int, numbers), strict=True))
        if not _nested(columns[int(k)]):
            found[int(k)]["all"] += profiles[int(k)].plain // parts
    return found


def _verdict(
    column: Column, profile: _Profile, certain: dict[int, int] | None, shares: dict[str, int] | None
) -> tuple[str, int] | None:
    """Return the family a column seems to hold and how many values say so, None for none."""
    if certain:
        most = max(certain, key=lambda i: certain[i])
        return RECOGNISERS[most].family, sum(certain.values())
    if not profile.cells or column.use not in _NAMES:
        return None
    likely = [
        (shares[f"s{i}"], RECOGNISERS[i].family)
        for i in _LIKELY
        if shares is not None and f"s{i}" in shares and _enough(i, column, shares)
    ]
    if likely:
        count, family = max(likely)
        return family, count
    family_named = announced(column.name)
    if family_named and (not also_media(column.name) or profile.looked_at or _counter(profile)):
        return f"{family_named}, by its name", profile.distinct
    return None


def _enough(i: int, column: Column, shares: dict[str, int]) -> bool:
    """Say whether so many values of a column have a form that the column is taken to hold identifiers."""
    recogniser, hits = RECOGNISERS[i], shares[f"s{i}"]
    if hits < recogniser.least or hits < recogniser.share * shares["all"]:
        return False
    if recogniser.varied is not None and shares[f"v{i}"] < 0.8 * hits:
        return False
    goods = names_goods(column.name) or shares["goods"] >= max(3, 0.95 * shares["all"])
    return recogniser.digits is None or not goods


def _counter(profile: _Profile) -> bool:
    """Say whether a column numbers its rows: whole numbers without a gap, each once."""
    return (
        profile.low is not None
        and profile.high is not None
        and profile.cells >= 10
        and profile.distinct >= 0.8 * profile.cells
        and profile.high - profile.low + 1 == profile.cells
    )


def _precise_places(columns: Sequence[Column], profiles: Sequence[_Profile]) -> set[int]:
    """Return the columns of latitudes and longitudes to a metre, both there, another in nearly every row."""
    found = {
        i: coordinate(column.name)
        for i, (column, profile) in enumerate(zip(columns, profiles, strict=True))
        if column.use == "unread"
        and profile.cells >= 20
        and profile.precise >= 0.5 * profile.cells
        and profile.distinct >= 0.5 * profile.cells
    }
    return set(found) if {"latitude", "longitude"} <= set(found.values()) else set()
