"""Tables of people read, protected together, and laid out with what is hidden and what the hidden cells add up to."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from mixproof.aggregates.people.config import PeopleTable, PrivacyConfig
from mixproof.aggregates.people.facts import ALL, HIDDEN, read_facts
from mixproof.aggregates.people.faults import FAULTS
from mixproof.aggregates.people.noised import noised_release
from mixproof.aggregates.people.releasing import Answer, RefusedError, UnprotectableError, answer
from mixproof.errors import Fault, IntegrityError, PrivacyError, ResourceError
from mixproof.privacy.disclosure import Protected
from mixproof.privacy.releases.ends import RegistryError, state_folder
from mixproof.privacy.releases.registry import (
    NOT_KEPT,
    REFUSED,
    RELEASED,
    STORED,
    Entry,
    Registry,
    UnwritableError,
    known_elsewhere,
)
from mixproof.privacy.releases.release import PEOPLE, Release

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


def protected_tables(
    config: PrivacyConfig, folder: Path, registry: Registry | None = None, keep: bool = False
) -> list[Released]:
    """Return the protected tables of a section.

    Parameters
    ----------
    config : PrivacyConfig
    folder : pathlib.Path
        The data folder.
    registry : Registry, optional
        What was released before; default nothing.
    keep : bool, default False
        Whether to write each answer into the registry before it is returned; without, nothing may be handed out.

    Returns
    -------
    list of Released

    Raises
    ------
    DataError
        A file cannot be read, or holds what is no count and no money.
    PrivacyError
        Tables cannot be made safe, hold identifiers, or would tell of few people together with earlier releases.
    ResourceError
        They are too large.
    IntegrityError
        The registry lacks what it once held.
    """
    with registry_faults():
        if registry is not None and keep:
            registry.forget(config.keep_days)
        earlier: dict[str, list[tuple[Entry, Release | None]]] = {}
        found = []
        for table in config.tables:
            if table.noise is not None and config.budget is not None:
                made = noised_release(table, config.budget, folder, registry, keep)
                found.append(Released(table.name, *made))
                continue
            if table.population not in earlier:
                before = [] if registry is None else registry.releases(table.population)
                earlier[table.population] = list(before)
            found.append(
                _release(config, table, folder, earlier[table.population], registry if keep else None)
            )
        return found


def previewed_tables(config: PrivacyConfig, folder: Path, root: Path) -> list[Released]:
    """Return what a run would release, compared with the registry as it is; nothing is written.

    Parameters
    ----------
    config : PrivacyConfig
    folder : pathlib.Path
        The data folder.
    root : pathlib.Path
        Folder of all runs, which has the registry.

    Returns
    -------
    list of Released

    Raises
    ------
    DataError, PrivacyError, ResourceError, IntegrityError
        As `protected_tables`.
    """
    with registry_faults():
        registry = Registry(root)
    return protected_tables(config, folder, registry)


@contextlib.contextmanager
def registry_faults() -> Iterator[None]:
    """Turn a registry that lacks what it once held, or cannot be written, into a fault.

    Raises
    ------
    IntegrityError
        ``people-registry``.
    ResourceError
        ``people-unwritable``.
    """
    try:
        yield
    except RegistryError as error:
        what = f"{error}."
        raise IntegrityError(_fault("people-registry", "the registry of releases", what)) from None
    except UnwritableError as error:
        raise ResourceError(_fault("people-unwritable", "the registry of releases", f"{error}.")) from None


def _release(
    config: PrivacyConfig, table: PeopleTable, folder: Path, earlier: list[tuple[Entry, Release | None]],
    registry: Registry | None,
) -> Released:  # fmt: skip
    facts, where = read_facts(table, folder), f"release {table.name}"
    dims = table.dims()
    size = int(np.prod([facts[dim].nunique() + 1 for dim in dims]))
    if size > MOST_CELLS:
        raise ResourceError(_fault("people-too-many", where, f"They have {size:,} cells."))
    by = tuple(tuple(one) for one in table.by)
    added_up = facts.rename(columns={table.people: PEOPLE}).groupby(dims, as_index=False).sum()
    asked = Release(added_up, tuple(dims), by, table.where, config.fewest_people)
    try:
        found = answer(asked, earlier, config.share, [*table.counts, *table.money])
        _refuse_elsewhere(found, registry)
        shown = _shown(found.protected)
        if found.protected.hidden.any() and not shown.any():
            raise UnprotectableError("Every number of them would have to be hidden")
    except (UnprotectableError, RefusedError) as error:
        if registry is not None:
            registry.append(REFUSED, table.name, table.population, asked)
        code = "people-too-few" if isinstance(error, UnprotectableError) else "people-differs"
        raise PrivacyError(_fault(code, where, f"{error}.")) from None
    if registry is not None:
        outcome = RELEASED if found.stored is None else STORED
        entry = registry.append(outcome, table.name, table.population, found.release)
    else:
        entry = NOT_KEPT
    if found.stored is None:
        earlier.append((entry, found.release))
    named = _under_own_names(found, table)
    tables = {f"{table.name}_by_{'_'.join(one)}": _laid_out(named, table, one) for one in table.by}
    again = int(facts.duplicated(dims).sum())
    added = [f"{again:,} rows have the levels of another row, and were added to it."] if again else []
    return Released(table.name, tables, (*_sentences(named, table, config), *added, *_about_earlier(found)))


def _refuse_elsewhere(found: Answer, registry: Registry | None) -> None:
    """Refuse rows that another registry knows: here nothing would be compared with what was released there."""
    if registry is None or found.stored is not None:
        return
    folder = known_elsewhere(registry, found.release.sketch())
    if folder:
        raise RefusedError(
            f"These rows were released under the registry {folder}, whose end {state_folder()} keeps"
        )


def _shown(found: Protected) -> np.ndarray:
    return found.cells.published & ~found.hidden & (found.cells.values[PEOPLE] > 0)


def _under_own_names(found: Answer, table: PeopleTable) -> Protected:
    """Return cells with columns as the request names them."""
    cells, names = found.protected.cells, found.names
    values = {table.people if name == PEOPLE else name: numbers for name, numbers in cells.values.items()}
    own = replace(
        cells, values=values, dims=tuple(names[dim] for dim in cells.dims),
        tables=tuple(tuple(names[dim] for dim in one) for one in cells.tables),
    )  # fmt: skip
    return replace(found.protected, cells=own)


def _about_earlier(found: Answer) -> Iterator[str]:
    """Yield what earlier releases have to do with this one."""
    if found.stored is not None:
        yield (
            f"It is the answer of {found.stored.at[:16].replace('T', ' ')} UTC again: nothing that may be told has changed."
        )
    if found.held:
        yield (
            f"{found.held:,} rows stand as they were released before: fewer than {found.release.fewest} people would be told "
            "apart by what has changed in them. Their changes show as soon as they are of enough people."
        )
    if found.besides:
        yield f"{found.besides:,} more are hidden because earlier releases would give small ones away together with them."


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
    fewest = found.rules.people
    yield (
        f"{int(shown.sum()):,} of {int((published & (people > 0)).sum()):,} numbers with people are published, each of at "
        f"least {int(people[shown].min()) if shown.any() else 0:,} people."
    )
    yield (
        f"{small:,} are hidden because they are of fewer than {fewest} people, {more:,} because sums would "
        "give those back."
    )
    if small:
        intervals = found.attacker(table.people)[found.small[np.flatnonzero(found.hidden)]]
        width = float((intervals[:, 1] - intervals[:, 0]).min())
        yield (
            f"Whoever has all these tables, and knows beforehand of a hidden number only that it is at most three times as "
            f"large or {5 * fewest} more, cannot tell any of those of few people closer than to an interval "
            f"of {width:,.0f}, which reaches to {fewest} or more."
        )
    share = found.hidden_share(table.people)
    if share > config.most_hidden:
        yield (
            f"{share:.1%} of the people stand in hidden cells, more than {config.most_hidden:.0%}: release coarser levels "
            "(months for weeks, larger regions) to hide less."
        )


def _fault(code: str, where: str, what: str) -> Fault:
    return Fault(code, where, what, FAULTS[code][2])
