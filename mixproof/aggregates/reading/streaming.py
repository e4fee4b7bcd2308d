"""Large tables: rows of one date, geo and channel are added up by the engine, and only the sums come into memory.

The source is read twice, each time in one pass: how many cells of each kind every column has (`_profile`), and the sums
(`_grouped`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd

from mixproof.aggregates.reading.cell_sql import Cell, Marks, cell, is_text, marks, total
from mixproof.aggregates.reading.limits import MAX_CELLS, fault
from mixproof.aggregates.reading.numbers import LARGEST, Numbers, either_way, percent_and_plain
from mixproof.aggregates.reading.readers import Scan, engine_faults
from mixproof.aggregates.reading.table import NO_ORDERS

KINDS = ("blank", "text", "unreal", "huge")
Wanted = tuple[str, str | None, str | None]
"""A column of numbers: its name, its decimal mark if that is known, and the column that its values are weighted by."""


@dataclass(frozen=True, slots=True)
class StreamedTable:
    """A table whose rows were added up while they were read; see `RawTable`."""

    columns: list[str]
    rows: int
    count: np.ndarray
    keys: dict[str, pd.Series]
    sums: dict[Wanted, Numbers]
    by_line: bool = False

    def key(self, column: str) -> pd.Series:
        """Return the cells of a key column, one a row."""
        return self.keys[column]

    def numbers(self, column: str, decimal: str | None = None, by: str | None = None) -> Numbers:
        """Return the sums of a column and how many cells of each kind they stand for.

        Parameters
        ----------
        column : str
            One of the columns that were wanted of `read_streamed`.
        decimal : str, optional
            Decimal mark that the YAML states.
        by : str, optional
            Column to weight by; the same three were wanted together.

        Returns
        -------
        Numbers
            One number a key; counts of cells add up to the file's rows.
        """
        return self.sums[column, decimal, by]


def read_streamed(
    scan: Scan, keys: Sequence[str], wanted: Sequence[Wanted], connection: duckdb.DuckDBPyConnection
) -> StreamedTable:
    """Return the sums of a table's columns by its keys.

    Parameters
    ----------
    scan : Scan
        The file.
    keys : sequence of str
        Columns of date, geo, channel and currency; those the file does not have are left out.
    wanted : sequence of (column, decimal mark or None, column to weight by or None)
        Columns of numbers; likewise.

    Returns
    -------
    StreamedTable
        One row a combination of keys.

    Raises
    ------
    DataError
        The file is broken or has no rows.
    ResourceError
        ``too-many-rows`` where so many different keys are left that adding up does not help; ``reading-too-large``.

    Notes
    -----
    Sums are made in decimal fixed point with 28 digits below the column's largest value, so they are the same for any
    order of the rows and any number of threads.
    """
    known = set(scan.names)
    reading = _Reading(
        scan,
        connection,
        [key for key in dict.fromkeys(keys) if key in known],
        [w for w in dict.fromkeys(wanted) if w[0] in known],
    )
    with engine_faults(scan):
        return reading.table()


class _Reading:
    """The two passes over one file."""

    def __init__(
        self, scan: Scan, connection: duckdb.DuckDBPyConnection, keys: list[str], wanted: list[Wanted]
    ) -> None:
        self._scan, self._connection, self._keys, self._wanted = scan, connection, keys, wanted
        described = connection.execute(f"DESCRIBE SELECT * FROM {scan.sql}").fetchall()
        self._types = dict(zip(scan.names, (str(row[1]) for row in described), strict=True))
        self._at = {name: f"c{i}" for i, name in enumerate(scan.names)}
        self._cells = [self._cell(*w) for w in wanted]
        self._marks = [self._mark(w[0], one) for w, one in zip(wanted, self._cells, strict=True)]
        self._told: dict[int, tuple[str, frozenset[str]]] = {}

    def table(self) -> StreamedTable:
        """Return the table, or refuse it as soon as it is known to be too large."""
        facts = self._profile()
        if not facts["rows"]:
            raise fault("empty-table", self._scan.file, "The table has no rows.")
        frame = self._grouped(facts)
        sums = {w: self._numbers(frame, i, facts) for i, w in enumerate(self._wanted)}
        keys = {name: frame[f"k{i}"] for i, name in enumerate(self._keys)}
        count = frame["n"].to_numpy(dtype=np.int64)
        return StreamedTable(self._scan.names, int(facts["rows"]), count, keys, sums)

    def _mark(self, column: str, known: Cell) -> Marks | None:
        return marks(self._at[column], known) if is_text(self._types[column]) else None

    def _cell(self, column: str, decimal: str | None, by: str | None) -> Cell:
        decimal = decimal or "."
        plain = cell(self._at[column], self._types[column], decimal)
        if by is None or by not in self._at:
            return plain
        orders = cell(self._at[by], self._types[by], decimal).value
        weight = f"CASE WHEN {orders} > 0 THEN {orders} ELSE {NO_ORDERS} END"
        return Cell(plain.value, plain.kind, weight)

    def _profile(self) -> dict[str, float]:
        """Return rows, cells of each kind and largest values by column."""
        asked = {"rows": "count(*)"}
        if self._keys:
            places = ", ".join(self._at[key] for key in self._keys)
            asked["groups"] = f"approx_count_distinct(hash({places}))"
        for i, one in enumerate(self._cells):
            asked |= {
                f"blank {i}": f"count(*) FILTER (WHERE {one.kind} = 'blank')",
                f"text {i}": f"count(*) FILTER (WHERE {one.kind} = 'text')",
                f"unreal {i}": f"count(*) FILTER (WHERE {one.kind} = 'unreal')",
                f"huge {i}": f"count(*) FILTER (WHERE abs({one.value}) > {LARGEST})",
                f"largest {i}": f"max(abs({one.product})) FILTER (WHERE abs({one.value}) <= {LARGEST})",
                f"heaviest {i}": f"max({one.weight or '1'})",
            }
        found = self._connection.execute(f"SELECT {', '.join(asked.values())} FROM {self._scan.sql}")
        facts = dict(zip(asked, (float(v or 0) for v in found.fetchone() or ()), strict=True))
        self._read_marks()
        self._refuse_if_large(
            int(0.9 * facts.get("groups", 1)), "about "
        )  # the count of groups is an estimate
        return facts

    def _read_marks(self) -> None:
        """Find out which columns of text can be read in two ways, and which marks of money stand there."""
        texts = [(i, one) for i, one in enumerate(self._marks) if one is not None]
        if not texts:
            return
        asked = [
            text
            for _, one in texts
            for text in (one.told, one.either, one.percent, one.above, one.currencies)
        ]
        row = self._connection.execute(f"SELECT {', '.join(asked)} FROM {self._scan.sql}").fetchone() or ()
        for at, (i, _) in enumerate(texts):
            told, either, percent, above, currencies = row[5 * at : 5 * at + 5]
            unclear = percent_and_plain(bool(percent), bool(above))
            if self._wanted[i][1] is None and either and not told:
                unclear = either_way(either)
            self._told[i] = unclear, frozenset(str(currencies or "").split())

    def _grouped(self, facts: dict[str, float]) -> pd.DataFrame:
        """Return a row for each combination of keys: k0, k1, ..., how many rows it stands for, and the sums."""
        keys = [f"{self._at[key]} AS k{i}" for i, key in enumerate(self._keys)]
        sums = [text for i in range(len(self._cells)) for text in self._sums(i, facts)]
        self._connection.execute(
            f"CREATE OR REPLACE TEMP TABLE grouped AS SELECT {', '.join([*keys, 'count(*) AS n', *sums])} "
            f"FROM {self._scan.sql} GROUP BY {', '.join(self._at[key] for key in self._keys) or '()'}"
        )
        size = self._connection.execute("SELECT count(*) FROM grouped").fetchone()
        self._refuse_if_large(int(size[0]) if size else 0, "")
        return self._connection.execute(f"SELECT *{self._numbered()} FROM grouped").df()

    def _numbered(self) -> str:
        """Return the clause that replaces text keys by numbered texts: a million cells take a million bytes."""
        texts = [i for i, key in enumerate(self._keys) if is_text(self._types[key])]
        for i in texts:
            self._connection.execute(f"DROP TYPE IF EXISTS e{i}")
            known = f"SELECT DISTINCT k{i} FROM grouped WHERE k{i} IS NOT NULL ORDER BY k{i}"
            self._connection.execute(f"CREATE TYPE e{i} AS ENUM ({known})")
        replaced = ", ".join(f"CAST(k{i} AS e{i}) AS k{i}" for i in texts)
        return f" REPLACE ({replaced})" if texts else ""

    def _sums(self, i: int, facts: dict[str, float]) -> list[str]:
        """Return the sums of column `i`; kinds of cells that it does not have are not counted again."""
        one = self._cells[i]
        sums = [f"{total(one.product, facts[f'largest {i}'])} AS v{i}"]
        if one.weight is not None:
            known = f"CASE WHEN {one.value} IS NOT NULL THEN {one.weight} END"
            sums.append(f"{total(known, facts[f'heaviest {i}'])} AS w{i}")
        tests = {kind: f"{one.kind} = '{kind}'" for kind in KINDS} | {"huge": f"abs({one.value}) > {LARGEST}"}
        return sums + [
            f"count(*) FILTER (WHERE {test}) AS {kind}{i}"
            for kind, test in tests.items()
            if facts[f"{kind} {i}"]
        ]

    def _numbers(self, frame: pd.DataFrame, i: int, facts: dict[str, float]) -> Numbers:
        rows = len(frame)
        none = np.broadcast_to(np.int64(0), (rows,))
        blank, text, unreal, huge = (
            frame[f"{kind}{i}"].to_numpy(dtype=np.int64) if facts[f"{kind} {i}"] else none for kind in KINDS
        )
        known = frame["n"].to_numpy(dtype=np.int64) - blank - text - unreal
        values = frame[f"v{i}"].to_numpy(dtype=float) + 0.0
        weighted = f"w{i}" in frame
        weight = np.nan_to_num(frame[f"w{i}"].to_numpy(dtype=float)) if weighted else known.astype(float)
        unclear, currencies = self._told.get(i, ("", frozenset()))
        return Numbers(values, known, blank, text, unreal, huge, weight, unclear, currencies)

    def _refuse_if_large(self, groups: int, about: str) -> None:
        columns = len(self._keys) + 1 + len(self._wanted)
        if groups * columns > MAX_CELLS:
            what = (
                f"When rows of one {', '.join(self._keys)} are added up, {about}{groups:,} rows with {columns} columns "
                f"are left; {MAX_CELLS:,} cells are read at most."
            )
            raise fault("too-many-rows", self._scan.file, what)
