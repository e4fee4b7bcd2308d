"""Tables of people read, protected together, and laid out with what is hidden and what the hidden cells add up to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from mixproof.aggregates.faults import FAULTS as AGGREGATES
from mixproof.aggregates.people.config import PeopleTable, PrivacyConfig
from mixproof.aggregates.people.faults import FAULTS
from mixproof.aggregates.reading.numbers import as_numbers
from mixproof.aggregates.reading.paths import safe_path
from mixproof.aggregates.reading.readers import connect, read_file
from mixproof.errors import DataError, Fault, PrivacyError, ResourceError
from mixproof.privacy.disclosure import Protected, Rules, build_cells, protect
from mixproof.privacy.disclosure.suppression import UnprotectableError

ALL, HIDDEN = "(all)", "(hidden)"
LARGEST_SUM = 2.0**53
"""Whole numbers up to here are exact."""
MOST_CELLS = 50_000


@dataclass(frozen=True, eq=False, slots=True)
class Released:
    """Tables that may be published, and what is said about them.

    Parameters
    ----------
    name : str
    tables : dict of str to pandas.DataFrame
        By file name: levels, measures with nothing where a cell is hidden, and `status`.
    sentences : tuple of str
        What is released, from how many people at least, and what somebody could work out at most.
    """

    name: str
    tables: dict[str, pd.DataFrame]
    sentences: tuple[str, ...]


def protected_tables(config: PrivacyConfig, folder: Path) -> list[Released]:
    """Return the protected tables of a section.

    Parameters
    ----------
    config : PrivacyConfig
    folder : pathlib.Path
        The data folder.

    Returns
    -------
    list of Released

    Raises
    ------
    DataError
        A file cannot be read, or holds what is no count and no money.
    PrivacyError
        Tables cannot be made safe, or hold identifiers.
    ResourceError
        They are too large.
    """
    return [_release(config, table, folder) for table in config.tables]


def _release(config: PrivacyConfig, table: PeopleTable, folder: Path) -> Released:
    facts = _facts(table, folder)
    measures = [table.people, *table.counts, *table.money]
    dims = list(dict.fromkeys(dim for one in table.by for dim in one))
    size = int(np.prod([facts[dim].nunique() + 1 for dim in dims]))
    if size > MOST_CELLS:
        raise ResourceError(_fault("people-too-many", f"release {table.name}", f"They have {size:,} cells."))
    rules = Rules(config.fewest_people, config.share)
    try:
        found = protect(
            build_cells(facts, table.by, measures), table.people, rules, [*table.counts, *table.money]
        )
    except UnprotectableError as error:
        raise PrivacyError(_fault("people-too-few", f"release {table.name}", f"{error}.")) from None
    shown = found.cells.published & ~found.hidden & (found.cells.values[table.people] > 0)
    if found.hidden.any() and not shown.any():
        what = "Every number of them would have to be hidden."
        raise PrivacyError(_fault("people-too-few", f"release {table.name}", what))
    tables = {f"{table.name}_by_{'_'.join(one)}": _laid_out(found, table, one) for one in table.by}
    again = int(facts.duplicated(dims).sum())
    added = [f"{again:,} rows have the levels of another row, and were added to it."] if again else []
    return Released(table.name, tables, (*_sentences(found, table, config), *added))


def _facts(table: PeopleTable, folder: Path) -> pd.DataFrame:
    """Return levels as texts, and people, counts and cents as whole numbers; rows of the same levels are added up."""
    connection = connect(folder)
    try:
        raw = read_file(safe_path(folder, table.file, "privacy.tables, file"), table.file, None, connection)
    finally:
        connection.close()
    dims = list(dict.fromkeys(dim for one in table.by for dim in one))
    wanted = [*dims, table.people, *table.counts, *table.money]
    absent = [name for name in wanted if name not in raw.columns]
    if absent:
        raise DataError(
            Fault(
                "unknown-column",
                table.file,
                f"It has no column {', '.join(absent)}.",
                AGGREGATES["unknown-column"][2],
            )
        )
    faults = [
        _fault("people-cell", f"{table.file}: {dim}", what) for dim in dims for what in _not_levels(raw[dim])
    ]
    columns: dict[str, object] = {dim: raw[dim].astype(str) for dim in dims}
    for name in (table.people, *table.counts, *table.money):
        scale = 100 if name in table.money else 1
        numbers = as_numbers(raw[name], table.decimal)
        values = np.where(numbers.text, np.nan, numbers.values) * scale
        rounding = 1e-6 + 1e-15 * np.abs(values)
        wrong = ~(np.isfinite(values) & (values >= 0) & (np.abs(values - np.round(values)) < rounding))
        if wrong.any():
            row = int(np.flatnonzero(wrong)[0]) + 2
            what = f"{int(wrong.sum())} cells are not what they should be, the first in row {row}."
            faults.append(_fault("people-cell", f"{table.file}: {name}", what))
        elif values.sum() > LARGEST_SUM:
            what = "Its sum is so large that it cannot be counted exactly."
            faults.append(_fault("people-cell", f"{table.file}: {name}", what))
        columns[name] = np.where(wrong, 0, np.round(values)).astype(np.int64)
    if faults:
        raise DataError(faults)
    facts = pd.DataFrame(columns)
    _refuse_what_is_nobodys(facts, table)
    return facts


def _not_levels(levels: pd.Series) -> Iterator[str]:
    """Yield what is wrong with a column of levels: a row without one, or one that is what totals are called."""
    named = levels.isin([ALL, HIDDEN])
    for wrong, what in (
        (levels.isna(), "have no level"),
        (named, f"are called {ALL} or {HIDDEN}, as totals are"),
    ):
        if wrong.any():
            yield f"{int(wrong.sum())} rows {what}, the first is row {int(np.flatnonzero(wrong)[0]) + 2}."


def _refuse_what_is_nobodys(facts: pd.DataFrame, table: PeopleTable) -> None:
    """Refuse numbers beside no people: they are somebody's, and would be shown as if nobody could be harmed."""
    for name in (*table.counts, *table.money):
        nobodys = ((facts[table.people] == 0) & (facts[name] > 0)).to_numpy()
        if nobodys.any():
            row = int(np.flatnonzero(nobodys)[0]) + 2
            what = (
                f"{int(nobodys.sum())} cells are above 0 where `{table.people}` is 0, the first in row {row}."
            )
            raise DataError(_fault("people-cell", f"{table.file}: {name}", what))


def _laid_out(found: Protected, table: PeopleTable, dims: Sequence[str]) -> pd.DataFrame:
    """Return one table: every cell and total, and a row of what all hidden cells of the finest grid add up to."""
    cells = found.cells
    places = [cells.dims.index(dim) for dim in dims]
    rows, hidden_sum, any_hidden = [], dict.fromkeys(cells.values, 0), False
    for number, key in enumerate(cells.keys):
        if not all((level is None) or (cells.dims[at] in dims) for at, level in enumerate(key)):
            continue
        hidden = bool(found.hidden[number])
        # which of the hidden ones are of few people is not told: it would say that they are below the fewest
        status = "hidden" if hidden else "shown"
        row: dict[str, object] = {
            dim: ALL if key[at] is None else key[at] for dim, at in zip(dims, places, strict=True)
        }
        for name, values in cells.values.items():
            row[name] = None if hidden else _written(int(values[number]), name in table.money)
        rows.append(row | {"status": status})
        if hidden and all(key[at] is not None for at in places):
            any_hidden = True
            hidden_sum = {name: total + int(cells.values[name][number]) for name, total in hidden_sum.items()}
    total = cells.place(tuple(None for _ in cells.dims))
    if (
        any_hidden and not found.hidden[total]
    ):  # the sum follows from the total and what is shown: it tells nothing new
        sums = {name: _written(total, name in table.money) for name, total in hidden_sum.items()}
        rows.append({**dict.fromkeys(dims, HIDDEN), **sums, "status": "sum of the hidden cells"})
    return pd.DataFrame(rows)


def _written(value: int, money: bool) -> str:
    return f"{value // 100}.{value % 100:02}" if money else str(value)


def _sentences(found: Protected, table: PeopleTable, config: PrivacyConfig) -> Iterator[str]:
    published, people = found.cells.published, found.cells.values[table.people]
    shown = published & ~found.hidden & (people > 0)
    small, more = int(found.small.sum()), int((found.hidden & ~found.small).sum())
    yield (
        f"{int(shown.sum()):,} of {int((published & (people > 0)).sum()):,} numbers with people are published, each of at "
        f"least {int(people[shown].min()) if shown.any() else 0:,} people."
    )
    yield (
        f"{small:,} are hidden because they are of fewer than {config.fewest_people} people, {more:,} because sums would "
        "give those back."
    )
    if small:
        intervals = found.attacker(table.people)[found.small[np.flatnonzero(found.hidden)]]
        width = float((intervals[:, 1] - intervals[:, 0]).min())
        yield (
            f"Whoever has all these tables, and knows beforehand of a hidden number only that it is at most three times as "
            f"large or {5 * config.fewest_people} more, cannot tell any of those of few people closer than to an interval "
            f"of {width:,.0f}, which reaches to {config.fewest_people} or more."
        )
    share = found.hidden_share(table.people)
    if share > config.most_hidden:
        yield (
            f"{share:.1%} of the people stand in hidden cells, more than {config.most_hidden:.0%}: release coarser levels "
            "(months for weeks, larger regions) to hide less."
        )


def _fault(code: str, where: str, what: str) -> Fault:
    return Fault(code, where, what, FAULTS[code][2])
