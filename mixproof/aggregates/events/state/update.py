"""Aggregates from a state: only files that changed are read, and only the people whom they can touch are worked out anew.

Every sum of the program is a sum over people, each by himself. So of the touched people the sums of how they were are taken
away and those of how they are now are added; the result equals that of working out everybody, to the last digit.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from mixproof.aggregates.events.aggregate import Aggregates, aggregates_of
from mixproof.aggregates.events.config import EventsConfig, StateOptions
from mixproof.aggregates.events.engine import Engine
from mixproof.aggregates.events.state.books import Books, close_books
from mixproof.aggregates.events.state.folder import (
    Manifest,
    fingerprint_of,
    finish_cells,
    has_cells,
    named,
    program_of,
    pseudonym_key,
    read_manifest,
    state_folder,
)
from mixproof.aggregates.events.state.parts import Reading, read_parts
from mixproof.aggregates.events.state.touched import (
    Rows,
    all_twins,
    find_changed,
    find_people,
    make_twins,
    rows_of_touched,
    scan,
    whose_closed,
)
from mixproof.aggregates.events.statements.inputs import Statement, inputs
from mixproof.aggregates.events.statements.program import checked, releases, summed
from mixproof.records.run_folder.files import make_private_folder

_WITHOUT_PEOPLE = ("costs", "rates")
_ALWAYS_NEW = ("cost", "rate_doubles")
"""Sums of tables without people: they are small, and made anew each time."""
TWINS, PENDING = "kept_twins", "pending"
"""Events that several people have; and who stands behind changes of closed periods that are not told yet."""


@dataclass(frozen=True, slots=True)
class Updated:
    """Aggregates, and the state that they came from, which is not committed yet.

    Parameters
    ----------
    aggregates : Aggregates
    place : pathlib.Path
        Folder of the state.
    manifest : Manifest
        What becomes the state once the aggregates are published.
    rows_read, rows_worked : int
        Rows of files that were parsed, and rows that went through the program.
    """

    aggregates: Aggregates
    place: Path
    manifest: Manifest
    rows_read: int
    rows_worked: int


def update(
    config: EventsConfig,
    folder: Path,
    hashes: Mapping[str, str],
    spill: Path | None = None,
    threads: int | None = None,
) -> Updated:
    """Return the aggregates of a section that keeps a state.

    Parameters
    ----------
    config : EventsConfig
    folder : pathlib.Path
        The data folder.
    hashes : mapping of str to str
        SHA-256 of the files, by name relative to the folder.
    spill : pathlib.Path, optional
        Folder for what does not fit into memory; default one of the system's.
    threads : int, optional
        Of the engine; default all of the machine.

    Returns
    -------
    Updated

    Raises
    ------
    ConfigError, DataError, PrivacyError, ResourceError
        As `aggregate` raises them; ``events-key`` where the key is not that of the state.
    """
    options = config.state or StateOptions()
    key = pseudonym_key(options)
    place = state_folder(options, folder)
    before = read_manifest(place, fingerprint_of(key))
    with Engine(folder, config.memory, spill, threads, key) as engine:
        reading = read_parts(engine, config, folder, place, hashes, before)
        work = Work(engine, config, place, reading)
        note, worked = work.work_out(before)
        cells = work.cells()
        found = aggregates_of(config, cells, reading.broken(), note)
        books = before.books if before else Books()
        closed = close_books(config, found.tables, books, engine.count(PENDING))
        if closed.told:
            engine.forget([PENDING])
            engine.fill(PENDING, whose_closed((), None))
        name = work.keep_cells(json.dumps(asdict(closed.books)))
    if closed.held:
        note += f"; changes to closed periods by fewer than {config.people_at_least} people are held back"
    manifest = Manifest(
        fingerprint_of(key), program_of(config), f"{config.end}", reading.parts, name, closed.books
    )
    return Updated(
        replace(found, tables=closed.tables, note=note), place, manifest, reading.rows_read, worked
    )


class Work:
    """The statements of a section in an engine, over rows of a state.

    Parameters
    ----------
    engine : Engine
    config : EventsConfig
    place : pathlib.Path
        Folder of the state.
    reading : Reading
    watch : callable, optional
        Called with `before` and `after` while the touched people are worked out as they were and as they are.
    """

    def __init__(
        self,
        engine: Engine,
        config: EventsConfig,
        place: Path,
        reading: Reading,
        watch: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.engine, self.config, self.place, self.reading = engine, config, place, reading
        self.watch, self.further = watch, list[str]()
        passed = list(checked(config))
        self.statements = [statement for statement, _ in passed]
        self.relations = {statement.name: made for statement, made in passed}

    def work_out(self, before: Manifest | None) -> tuple[str, int]:
        """Make the sums of today's parts: return how, in words, and how many rows it took."""
        if before is None or before.program != program_of(self.config) or self.rates_changed(before):
            return self.everybody(before), sum(part.rows for part in self.reading.all_parts())
        return self.touched(before)

    def cells(self) -> dict[str, pd.DataFrame]:
        """Return what leaves, by statement."""
        leaving = (each.name for each in self.statements if each.made in ("cells", "counts"))
        return {name: self.engine.leave(name) for name in leaving}

    def rates_changed(self, before: Manifest) -> bool:
        """Return whether rates of exchange have changed, which may touch the money of everybody."""
        rates = self.config.rates
        return rates is not None and before.parts.get(rates.name) != self.reading.parts[rates.name]

    def everybody(self, before: Manifest | None) -> str:
        """Work out all rows, and return that in words; who stood behind changes of closed periods still does."""
        for given in inputs(self.config):
            rows = Rows(given, (), (), self.reading.paths(self.place, given.source.name))
            self.engine.give(given.relation, rows.of(rows.new), given.traits(), kept=False)
        for statement in self.statements:
            self.engine.make(statement)
        self.engine.fill(TWINS, all_twins())
        kept = self.place / before.cells / f"{PENDING}.parquet" if before else self.place
        self.engine.fill(PENDING, f"FROM {scan([kept])}" if kept.is_file() else whose_closed((), None))
        return "everything was worked out"

    def touched(self, before: Manifest) -> tuple[str, int]:
        """Work out whom the changes since a manifest can touch; return that in words, and how many rows it took."""
        sources = [self._rows(before, given.source.name) for given in inputs(self.config)]
        people = [rows for rows in sources if rows.given.kind not in _WITHOUT_PEOPLE]
        stored = self.place / before.cells
        self.engine.fill("stored_twins", f"FROM {scan([stored / f'{TWINS}.parquet'])}")
        last = date.fromisoformat(before.end)
        days = None if last == self.config.end else tuple(sorted((last, self.config.end)))
        find_changed(self.engine, people, (days[0] + timedelta(days=1), days[1]) if days else None)
        through = self.config.state.closed_through if self.config.state else None
        pending = f"SELECT who FROM {scan([stored / f'{PENDING}.parquet'])}"
        self.engine.fill(PENDING, f"{pending} UNION {whose_closed(people, through)}")
        make_twins(self.engine, people, "stored_twins")
        found = find_people(self.engine, people, "stored_twins")
        worked = rows_of_touched(self.engine, people)
        old = self.config.model_copy(update={"end": last})
        self._work_out(old, sources, "old")
        self.watch("before")
        for statement in filter(summed, self.statements):
            self.engine.fill(f"before_{statement.name}", f"FROM {statement.name}")
        self.engine.forget([*self.relations, *(rows.given.relation for rows in sources)])
        self._work_out(self.config, sources, "new")
        self.watch("after")
        for statement in filter(summed, self.statements):
            if statement.name not in _ALWAYS_NEW:
                self._add_up(statement, stored)
        for statement in filter(releases, self.statements):
            self.engine.make(statement)
        self.engine.fill(TWINS, "FROM twins")
        files = sum(max(len(rows.new), len(rows.old)) for rows in sources)
        if not files and days is None:
            return "nothing has changed since", 0
        read = f"{self.reading.rows_read:,} rows were read, {found:,} people worked out anew"
        return f"files that changed: {files}; {read}", worked

    def _rows(self, before: Manifest, source: str) -> Rows:
        (given,) = [each for each in inputs(self.config) if each.source.name == source]
        then = {part.part for part in before.parts.get(source, {}).values()}
        now = {part.part for part in self.reading.parts[source].values()}

        def paths(names: set[str]) -> tuple[Path, ...]:
            return tuple(self.place / "rows" / name for name in sorted(names))

        return Rows(given, paths(then & now), paths(then - now), paths(now - then))

    def _work_out(self, config: EventsConfig, sources: list[Rows], when: str) -> None:
        """Run the statements that sum over people, over the touched ones as they were (`old`) or are (`new`)."""
        for rows in sources:
            name = rows.given.source.name
            if rows.given.kind in _WITHOUT_PEOPLE:
                query = rows.of(rows.common + rows.new)
            else:
                query = f"SELECT {rows.columns} FROM common_{name} UNION ALL SELECT {rows.columns} FROM {when}_{name}"
            self.engine.give(rows.given.relation, query, rows.given.traits(), kept=False)
        for statement, _ in checked(config):
            if not releases(statement):
                self.engine.make(statement)

    def _add_up(self, statement: Statement, stored: Path) -> None:
        """Replace sums of touched people by those of everybody: what was kept, less what they were, and what they are."""
        name, engine = statement.name, self.engine
        kinds = engine.columns(name)
        labels = [column for column, kind in kinds.items() if kind in ("VARCHAR", "DATE")]
        sums = [column for column in kinds if column not in labels]
        engine.fill(f"after_{name}", f"FROM {name}")
        engine.forget([name])
        listed = ", ".join([*labels, *sums])
        less = ", ".join([*labels, *(f"-{each} AS {each}" for each in sums)])
        kept = ", ".join([*labels, *(f"CAST({each} AS HUGEINT) AS {each}" for each in sums)])
        file = scan([stored / f"{name}.parquet"])
        apart = ""
        if name == "dead_letters":  # those of tables without people are all in the later ones
            whole = [each.source.name for each in inputs(self.config) if each.kind in _WITHOUT_PEOPLE]
            apart = f" WHERE source NOT IN ({', '.join(f'{each!r}' for each in whole)})" if whole else ""
        rows = (
            f"SELECT {kept} FROM {file}{apart} UNION ALL SELECT {less} FROM before_{name}{apart} "
            f"UNION ALL SELECT {listed} FROM after_{name}"
        )
        added = ", ".join([*labels, *(f"sum(coalesce({each}, 0)) AS {each}" for each in sums)])
        some = " OR ".join(f"sum(coalesce({each}, 0)) <> 0" for each in sums)
        group = f" GROUP BY {', '.join(labels)} HAVING {some}" if labels else ""
        leaves = statement.made == "counts"
        engine.fill(name, f"SELECT {added} FROM ({rows}){group}", self.relations[name], leaves)

    def keep_cells(self, books: str) -> str:
        """Return the name of the folder with the sums, once they are written; the same sums stay as they are."""
        contents = sorted(
            f"{s} {f} {p.part}" for s, found in self.reading.parts.items() for f, p in found.items()
        )
        name = "cells-" + named(program_of(self.config), f"{self.config.end}", books, *contents)
        if has_cells(self.place / name):
            return name
        place = make_private_folder(self.place / name)
        for statement in filter(summed, self.statements):
            kinds = self.engine.columns(statement.name)
            cells = [
                column if kind in ("VARCHAR", "DATE") else f"CAST({column} AS DECIMAL(38,0)) AS {column}"
                for column, kind in kinds.items()
            ]
            path = place / f"{statement.name}.parquet"
            self.engine.store(statement.name, f"SELECT {', '.join(cells)} FROM {statement.name}", path)
        for table in (TWINS, PENDING, *self.further):
            self.engine.store(table, f"FROM {table}", place / f"{table}.parquet")
        finish_cells(place)
        return name
