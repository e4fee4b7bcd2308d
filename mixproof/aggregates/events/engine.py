"""The engine: an embedded DuckDB that reads one folder, runs statements that the static check has passed, and hands out cells.

Its own words never leave this file: they can quote rows. What does not fit into memory goes to a private folder that is removed
at the end, and at the next start where the process was killed.
"""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import pandas as pd

from mixproof.aggregates.events.faults import error
from mixproof.aggregates.events.sources import PSEUDONYM_KEY, listed
from mixproof.aggregates.events.sql.dialects import write
from mixproof.aggregates.events.sql.static_check import Relation, check, check_output
from mixproof.aggregates.events.sql.vocabulary import RefusedError
from mixproof.aggregates.events.statements.inputs import Statement
from mixproof.aggregates.reading.screening import screen_relation
from mixproof.privacy.identifiers import Use
from mixproof.records.run_folder.files import PRIVATE_FILE

_SPILL = "mixproof-events-"
_ROOM = 0.5
"""Share of the free disk that spilling may take."""


class Engine:
    """An engine with the relations that were made in it; use it in a ``with`` block.

    Parameters
    ----------
    folder : pathlib.Path
        The data folder: nothing else can be read.
    memory : str
        For example 2GB.
    spill : pathlib.Path, optional
        Folder for what does not fit into memory; default one of the system's, private.
    threads : int, optional
        Default all that the machine has.
    key : str, optional
        Of pseudonyms, where identifiers are to be kept.
    """

    def __init__(
        self,
        folder: Path,
        memory: str,
        spill: Path | None = None,
        threads: int | None = None,
        key: str | None = None,
    ) -> None:
        place = spill or Path(tempfile.gettempdir())
        sweep(place)
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._spill = Path(tempfile.mkdtemp(prefix=f"{_SPILL}{os.getpid()}-", dir=place))  # 0700 by itself
        self.connection = duckdb.connect(":memory:")
        room = int(_ROOM * shutil.disk_usage(self._spill).free)
        for setting in (
            f"SET memory_limit = '{memory}'",
            f"SET threads = {threads or os.cpu_count() or 1}",
            "SET TimeZone = 'UTC'",
            "SET enable_progress_bar = false",
            "SET preserve_insertion_order = false",
            "SET parquet_metadata_cache = true",
            "SET python_enable_replacements = false",
            "SET autoinstall_known_extensions = false",
            "SET autoload_known_extensions = false",
            f"SET temp_directory = {_literal(str(self._spill))}",
            f"SET max_temp_directory_size = '{room // 2**20} MiB'",
            # the second is the first where a name is written so that nothing in it is a pattern
            f"SET allowed_directories = [{_literal(str(folder.resolve()))}, {listed([folder.resolve()])[1:-1]}]",
            "SET enable_external_access = false",
            "SET lock_configuration = true",
        ):
            self.connection.execute(setting)
        if key is not None:
            self.connection.execute(f"SET VARIABLE {PSEUDONYM_KEY} = $1", [key])
        self.known: dict[str, Relation] = {}
        self._leaving: dict[str, str] = {}
        self._made: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()
        shutil.rmtree(self._spill, ignore_errors=True)

    def give(self, name: str, query: str, relation: Relation, kept: bool) -> None:
        """Make an input relation from a query over files.

        Parameters
        ----------
        name : str
        query : str
            As `sources.select` writes it.
        relation : Relation
            What its columns derive from.
        kept : bool
            Whether its rows are copied into the engine at once.
        """
        self._create(name, "TABLE" if kept else "VIEW", query)
        self.known[name] = relation

    def _create(self, name: str, kind: str, query: str) -> None:
        with self._clean(name):
            self.connection.execute(f"CREATE TEMP {kind} {name} AS {query}")
        self._made[name] = kind

    def fill(self, name: str, query: str, relation: Relation | None = None, leaves: bool = False) -> None:
        """Make a relation of other relations that are here; nothing of it can be handed out unless it says so.

        Parameters
        ----------
        name : str
        query : str
            Of this program alone.
        relation : Relation, optional
            What its columns derive from, where statements of the vocabulary read it.
        leaves : bool, default False
            Whether `leave` may hand it out: it is the sum of relations that have each passed the check as counts.
        """
        self._create(name, "TABLE", query)
        if relation is not None:
            self.known[name] = relation
        if leaves:
            self._leaving[name] = "counts"

    def count(self, name: str) -> int:
        """Return how many rows a relation has."""
        with self._clean(name):
            found = self.connection.execute(f"SELECT count(*) FROM {name}").fetchone()
        return int(found[0]) if found else 0

    def store(self, name: str, query: str, path: Path) -> int:
        """Return how many rows a query has, once they are in a Parquet file inside the data folder.

        Parameters
        ----------
        name : str
            What messages call it.
        query : str
        path : pathlib.Path

        Returns
        -------
        int
        """
        with self._clean(name):
            done = self.connection.execute(
                f"COPY ({query}) TO {_literal(str(path))} (FORMAT parquet, COMPRESSION zstd)"
            ).fetchone()
        path.chmod(PRIVATE_FILE)
        return int(done[0]) if done else 0

    def columns(self, name: str) -> dict[str, str]:
        """Return the columns of a relation with their types."""
        with self._clean(name):
            return {
                str(row[0]): str(row[1]) for row in self.connection.execute(f"DESCRIBE {name}").fetchall()
            }

    def forget(self, names: Iterable[str]) -> None:
        """Drop relations, those that were made last first."""
        gone = set(names) & set(self._made)
        for name in [each for each in reversed(list(self._made)) if each in gone]:
            with self._clean(name):
                self.connection.execute(f"DROP {self._made.pop(name)} {name}")
            self.known.pop(name, None)
            self._leaving.pop(name, None)

    def make(self, statement: Statement) -> None:
        """Run a statement once the static check has passed it.

        Parameters
        ----------
        statement : Statement
            One of cells or counts may be handed out by `leave` afterwards.

        Raises
        ------
        RefusedError
            It could let an identifier out: a fault of this program.
        """
        leaves = statement.made in ("cells", "counts")
        if leaves:
            made = check_output(statement.text, self.known, of_people=statement.made == "cells")
        else:
            made = check(statement.text, self.known)
        kind = "VIEW" if statement.made == "view" else "TABLE"
        self._create(statement.name, kind, write(statement.text, "duckdb"))
        self.known[statement.name] = made
        if leaves:
            self._leaving[statement.name] = statement.made

    def leave(self, name: str) -> pd.DataFrame:
        """Return the rows of a statement of cells or counts: whole numbers as Python's own, days, and labels.

        Parameters
        ----------
        name : str

        Returns
        -------
        pandas.DataFrame
            Sorted by its columns.

        Raises
        ------
        RefusedError
            The statement has not passed the check as one whose rows leave.
        PrivacyError
            ``identifier``: a label looks like an identifier of a person; it is told inside the engine.
        """
        if name not in self._leaving:
            raise RefusedError("a relation is handed out that was not checked")
        kinds = self.columns(name)
        labels = [column for column, kind in kinds.items() if kind == "VARCHAR"]
        if labels:
            listed = ", ".join(f"{label} AS c{i}" for i, label in enumerate(labels))
            uses: dict[str, Use] = dict.fromkeys(labels, "label")
            relation = f"(SELECT DISTINCT {listed} FROM {name})"
            screen_relation(self.connection, relation, labels, f"events, {name}", uses)
        cells = [f"CAST({column} AS VARCHAR) AS {column}" for column in kinds]
        with self._clean(name):
            order = ", ".join(kinds)
            rows = self.connection.execute(
                f"SELECT {', '.join(cells)} FROM (FROM {name} ORDER BY {order}) AS o"
            ).fetchall()
        frame = pd.DataFrame(rows, columns=list(kinds), dtype=object)
        for column, kind in kinds.items():
            if kind not in ("VARCHAR", "DATE"):
                frame[column] = pd.Series(
                    [0 if cell is None else int(cell) for cell in frame[column]], dtype=object
                )
        return frame

    def rejected(self, source: str) -> int:
        """Return how many lines of a source's CSV files could not be read, and forget them.

        Raises
        ------
        DataError
            ``events-broken``: a quote is opened and not closed, so that nobody knows where its row ends.
        """
        lines = (
            f"(SELECT DISTINCT file_id, line, error_type = 'UNQUOTED VALUE' AS open FROM rejects_{source})"
        )
        with self._clean(source):
            found = self.connection.execute(
                f"SELECT count(*), count(*) FILTER (WHERE open) FROM {lines}"
            ).fetchone()
            self.connection.execute(f"DROP TABLE rejects_{source}; DROP TABLE scans_{source}")
        broken, unclosed = (int(count) for count in found or (0, 0))
        if unclosed:
            raise error("events-broken", f"events, {source}", "A quote is opened and not closed.")
        return broken

    @contextlib.contextmanager
    def _clean(self, name: str) -> Iterator[None]:
        """Turn the engine's errors into ours, without a word of theirs."""
        try:
            yield
        except (duckdb.OutOfMemoryException, MemoryError):
            what = "The engine has no more memory, or no more room on the disk."
            raise error("events-memory", f"events, {name}", what) from None
        except duckdb.IOException:
            raise error(
                "events-broken", f"events, {name}", "A file is broken, or not what its name says."
            ) from None
        except duckdb.Error as trouble:
            what = f"The engine stopped ({type(trouble).__name__})."
            raise error("events-engine", f"events, {name}", what) from None


def sweep(place: Path) -> None:
    """Remove what engines of killed processes have left in a folder."""
    for left in place.glob(f"{_SPILL}*-*"):
        pid = left.name.removeprefix(_SPILL).split("-")[0]
        if pid.isdigit() and not _alive(int(pid)):
            shutil.rmtree(left, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
