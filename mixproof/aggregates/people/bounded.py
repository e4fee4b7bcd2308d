"""Numbers before noise, on a grid that is known without the data, and by how much one person can move them.

Rows of persons are counted by the engine: whatever a person did, he is kept in few cells, which ones does not depend on anybody
else, and what he adds to one is cut. No row of a person reaches this program's memory. A hand-made file has counts already: how
many rows a person stands in, and what he adds to one, is declared, and refused where a number shows that it is not so.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from mixproof.aggregates.faults import FAULTS as AGGREGATES
from mixproof.aggregates.people.config import Noise, PeopleTable
from mixproof.aggregates.people.facts import cell_fault, read_facts
from mixproof.aggregates.reading.paths import safe_path
from mixproof.aggregates.reading.readers import Scan, connect, engine_faults, scan_of
from mixproof.aggregates.reading.screening import screen_relation
from mixproof.errors import DataError, Fault

SKETCHED = 256
"""Rows by which data are recognised."""


@dataclass(frozen=True, eq=False, slots=True)
class Bounded:
    """One table before noise.

    Parameters
    ----------
    dims : tuple of str
    keys : list of tuple of str
        Every combination of levels.
    values : dict of str to numpy.ndarray of int64, shape (key,)
        Measures; money in cents.
    sensitivity : dict of str to float
        By how much one person can move all numbers of a measure together (root of the sum of squares); 0 where it is public.
    """

    dims: tuple[str, ...]
    keys: list[tuple[str, ...]]
    values: dict[str, np.ndarray]
    sensitivity: dict[str, float]


def bounded_tables(table: PeopleTable, noise: Noise, folder: Path) -> tuple[list[Bounded], list[str]]:
    """Return the tables of a release before noise, and hashes of some rows by which the data are recognised.

    Parameters
    ----------
    table : PeopleTable
    noise : Noise
        Of the table.
    folder : pathlib.Path
        The data folder.

    Returns
    -------
    tuple of (list of Bounded, list of str)

    Raises
    ------
    DataError
        The file cannot be read, or a number is larger than the declared bounds allow.
    PrivacyError
        A column other than that of persons holds identifiers.
    """
    found, rows = (_of_counts if noise.person is None else _of_persons)(table, noise, folder)
    if not any(one.values[table.people].any() for one in found):
        what = "No row with people has levels that `noise.levels` names: the release would be noise alone."
        raise DataError(cell_fault(table.file, what))
    return found, rows


def _most_of(table: PeopleTable, noise: Noise, measure: str) -> int:
    """Return what a person adds at most to one cell: a count, or cents."""
    if measure == table.people:
        return 1
    return round(noise.most[measure] * (100 if measure in table.money else 1))


def _of_counts(table: PeopleTable, noise: Noise, folder: Path) -> tuple[list[Bounded], list[str]]:
    facts = read_facts(table, folder)
    dims, measures = table.dims(), [table.people, *table.counts, *table.money]
    again = facts.duplicated(dims).to_numpy()
    if again.any():
        what = (
            f"{int(again.sum())} rows have the levels of another row, the first is row {_first(again)}: a person would "
            "count twice."
        )
        raise DataError(cell_fault(table.file, what))
    for measure in noise.most:
        over = (facts[measure] > facts[table.people] * _most_of(table, noise, measure)).to_numpy()
        if over.any():
            what = (
                f"{int(over.sum())} cells are larger than `noise.most` times the people of their row, the first in row "
                f"{_first(over)}."
            )
            raise DataError(cell_fault(f"{table.file}: {measure}", what))
    found = []
    for by in table.by:
        summed = facts.groupby(list(by))[measures].sum()
        # rows of one person may fall into one cell of a table that has fewer columns
        cells = noise.rows_per_person
        factor = math.sqrt(cells) if set(by) == set(dims) else cells
        moved = {
            name: 0.0 if name in noise.public else factor * _most_of(table, noise, name) for name in measures
        }
        found.append(_on_the_grid(by, noise, summed, moved))
    texts = facts[dims].astype(str).agg(sorted, axis=1).astype(str) + facts[measures].astype(str).agg(
        "|".join, axis=1
    )
    hashes = sorted(hashlib.sha256(text.encode()).hexdigest()[:16] for text in texts)
    return found, hashes[:SKETCHED]


def _first(wrong: np.ndarray) -> int:
    return int(np.flatnonzero(wrong)[0]) + 2


def _on_the_grid(
    by: Sequence[str], noise: Noise, summed: pd.DataFrame, sensitivity: dict[str, float]
) -> Bounded:
    """Return sums at every combination of the declared levels, 0 where there is nobody."""
    keys = list(product(*(noise.levels[dim] for dim in by)))
    index = pd.MultiIndex.from_tuples(keys) if len(by) > 1 else pd.Index([key[0] for key in keys])
    filled = summed.reindex(index, fill_value=0)
    values = {str(name): filled[name].to_numpy(np.int64) for name in summed.columns}
    return Bounded(tuple(by), keys, values, sensitivity)


def _of_persons(table: PeopleTable, noise: Noise, folder: Path) -> tuple[list[Bounded], list[str]]:
    connection = connect(folder)
    try:
        path = safe_path(folder, table.file, "privacy.tables, file")
        scan = scan_of(path, table.file, connection)
        places = _places(scan, table, noise)
        with engine_faults(scan):
            others = {name: place for name, place in places.items() if name != noise.person}
            chosen = ", ".join(f"{place} AS c{at}" for at, place in enumerate(others.values()))
            # only what the release reads is looked at: other columns, and whose a row is, never leave the engine
            screen_relation(connection, f"(SELECT {chosen} FROM {scan.raw})", list(others), table.file, {})
            levels: dict[str, list[str]] = {dim: list(noise.levels[dim]) for dim in table.dims()}
            rows = _rows_sql(scan, table, places, levels)
            wrong = connection.execute(f"SELECT {_wrong_sql(table, places)} FROM {scan.sql}").fetchone()
            for name, count in zip((*table.counts, *table.money), (wrong or ())[1:], strict=True):
                if count:
                    what = f"{int(count):,} cells are no number."
                    raise DataError(cell_fault(f"{table.file}: {name}", what))
            found = [_bounded(connection, rows, table, noise, by) for by in table.by]
            read = [f"d{at}" for at in range(len(levels))] + [
                f"m{at}" for at in range(len(places) - len(levels) - 1)
            ]
            hashed = f"SELECT md5(concat_ws(chr(31), {', '.join(read)})) AS h, count(*) FROM ({rows})"
            texts = connection.execute(f"{hashed} GROUP BY h ORDER BY h LIMIT {SKETCHED}").fetchall()
    finally:
        connection.close()
    return found, [hashlib.sha256(f"{text} {count}".encode()).hexdigest()[:16] for text, count in texts]


def _places(scan: Scan, table: PeopleTable, noise: Noise) -> dict[str, str]:
    """Return the engine's names of the columns that are read."""
    wanted = [*table.dims(), *table.counts, *table.money, str(noise.person)]
    absent = [name for name in wanted if name not in scan.names]
    if absent:
        what = f"It has no column {', '.join(absent)}."
        raise DataError(Fault("unknown-column", table.file, what, AGGREGATES["unknown-column"][2]))
    return {name: f"c{scan.names.index(name)}" for name in wanted}


def _amount(place: str, money: bool, decimal: str) -> str:
    """Return an amount as a whole number: counts, or cents."""
    text = f"trim(CAST({place} AS VARCHAR))"
    if decimal == ",":
        text = f"replace(replace({text}, '.', ''), ',', '.')"
    return (
        f"CAST(100 * TRY_CAST({text} AS DECIMAL(20, 2)) AS HUGEINT)"
        if money
        else f"TRY_CAST({text} AS HUGEINT)"
    )


def _wrong_sql(table: PeopleTable, places: Mapping[str, str]) -> str:
    parts = ["count(*)"]
    for name in (*table.counts, *table.money):
        amount = _amount(places[name], name in table.money, table.decimal)
        empty = f"coalesce(trim(CAST({places[name]} AS VARCHAR)), '') = ''"
        parts.append(f"count(*) FILTER (WHERE {amount} IS NULL AND NOT {empty})")
    return ", ".join(parts)


def _rows_sql(
    scan: Scan, table: PeopleTable, places: Mapping[str, str], levels: Mapping[str, Sequence[str]]
) -> str:
    """Return a query of persons' rows at declared levels: person, d0, d1, ... and m0, m1, ..."""
    *_, person = places.values()
    dims = [f"CAST({places[dim]} AS VARCHAR)" for dim in levels]
    named = ", ".join(f"{dim} AS d{at}" for at, dim in enumerate(dims))
    amounts = "".join(
        f", coalesce({_amount(places[name], name in table.money, table.decimal)}, 0) AS m{at}"
        for at, name in enumerate((*table.counts, *table.money))
    )
    inside = " AND ".join(
        f"{dim} IN ({', '.join(_text(level) for level in kept)})"
        for dim, kept in zip(dims, levels.values(), strict=True)
    )
    whose = f"nullif(trim(CAST({person} AS VARCHAR)), '')"
    return (
        f"SELECT {whose} AS person, {named}{amounts} FROM {scan.sql} WHERE {whose} IS NOT NULL AND {inside}"
    )


def _bounded(connection: object, rows: str, table: PeopleTable, noise: Noise, by: Sequence[str]) -> Bounded:
    """Return one table in which every person is kept in few cells and adds little to each."""
    at = [table.dims().index(dim) for dim in by]
    dims = ", ".join(f"d{place}" for place in at)
    measures = [*table.counts, *table.money]
    cut = "".join(
        f", least(greatest(sum(m{place}), 0), {_most_of(table, noise, name)}) AS m{place}"
        for place, name in enumerate(measures)
    )
    cells = f"SELECT person, {dims}{cut} FROM ({rows}) GROUP BY person, {dims}"
    order = f"md5(concat_ws(chr(31), person, {dims})), {dims}"
    kept = f"SELECT *, row_number() OVER (PARTITION BY person ORDER BY {order}) AS place FROM ({cells})"
    sums = "".join(f", CAST(sum(m{place}) AS BIGINT)" for place in range(len(measures)))
    query = (
        f"SELECT {dims}, count(*){sums} FROM ({kept}) WHERE place <= {noise.rows_per_person} GROUP BY {dims}"
    )
    found = connection.execute(query).fetchall()  # type: ignore[attr-defined]
    names = [table.people, *measures]
    frame = pd.DataFrame([row[len(at) :] for row in found], columns=names).astype(np.int64)
    frame.index = (
        pd.MultiIndex.from_tuples([row[: len(at)] for row in found], names=list(by))
        if len(at) > 1 and found else pd.Index([row[0] for row in found], dtype=object)
    )  # fmt: skip
    factor = math.sqrt(noise.rows_per_person)
    moved = {name: factor * _most_of(table, noise, name) for name in names}
    return _on_the_grid(by, noise, frame, moved)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
