"""One release against all earlier ones: answered with the stored one, held back in part, hidden in more places, or refused.

1. Columns that were renamed since are recognised by their levels, and the fewest people never falls below what was promised.
2. Changes of few people since an earlier release wait: those rows stay as they were released.
3. The same request is answered with the stored release.
4. Otherwise the tables are protected, and then attacked together with everything that is out; more is hidden where that tells.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from mixproof.privacy.disclosure import Protected, Rules, build_cells, protect
from mixproof.privacy.disclosure.cells import Cells, Key
from mixproof.privacy.releases.changes import ChangeError, settle
from mixproof.privacy.releases.registry import Entry
from mixproof.privacy.releases.release import PEOPLE, Release
from mixproof.privacy.releases.together import TooLargeError, UnprotectableError, hidden_besides, related

Earlier = Sequence[tuple[Entry, Release | None]]
SAME_LEVELS = 0.5
"""Share of levels in common from which on a column of another name is taken for the same."""


class RefusedError(Exception):
    """A release must not be made; the text says why without a number of few people."""


@dataclass(frozen=True, eq=False, slots=True)
class Answer:
    """What a request is answered with.

    Parameters
    ----------
    release : Release
        Rows and pattern of what is handed out, under the names of columns that earlier releases have.
    protected : Protected
        The same as cells.
    names : mapping of str to str
        Columns as the request names them, by how the release does.
    stored : Entry or None
        The earlier release that it is, where nothing new is told.
    held : int
        Rows that stay as they were released.
    besides : int
        Cells that are hidden because of earlier releases.
    """

    release: Release
    protected: Protected
    names: Mapping[str, str]
    stored: Entry | None
    held: int
    besides: int


def answer(asked: Release, earlier: Earlier, share: float, money: Sequence[str]) -> Answer:
    """Return what a request is answered with.

    Parameters
    ----------
    asked : Release
        Rows and tables, nothing hidden yet.
    earlier : sequence of (Entry, Release or None)
        All earlier releases of the same people, the oldest first.
    share : float
        As `Rules` has it.
    money : sequence of str
        Measures beside people.

    Returns
    -------
    Answer

    Raises
    ------
    RefusedError
        Together with earlier releases it would tell of few people, whatever it hides.
    UnprotectableError
        It cannot be made safe by itself.
    """
    known = [release for _, release in earlier if release is not None]
    names = _names_of_before(asked, known)
    new = _renamed(asked, {ours: theirs for theirs, ours in names.items()})
    new = replace(new, fewest=max([asked.fewest, *(one.fewest for one in known)]))
    _refuse_closed(new, earlier)
    _refuse_relabelled(new, known)
    close = related(replace(new, where={}), known)
    try:
        new, held = settle(new, close)
    except ChangeError as error:
        raise RefusedError(f"{error}, and its rows cannot stay as they were") from None
    rules = Rules(new.fewest, share)
    for entry, release in reversed(earlier):
        if release is not None and release.request() == new.request() and release.measures == new.measures:
            given = _as_protected(replace(new, hidden=release.hidden), rules)
            return Answer(release, given, names, entry, held, 0)
    cells = _cells(new)
    own = protect(cells, PEOPLE, rules, money, _told(new, cells, close))
    new = replace(new, hidden=frozenset(_key(new, cells, at) for at in np.flatnonzero(own.hidden).tolist()))
    try:
        besides = hidden_besides(new, related(new, known))
    except UnprotectableError:
        raise RefusedError("Together with what was released before it would tell of few people") from None
    except TooLargeError as error:
        raise RefusedError(f"It cannot be compared with earlier releases: {error}") from None
    new = replace(new, hidden=new.hidden | besides)
    return Answer(new, _as_protected(new, rules), names, None, held, len(besides))


def _cells(release: Release) -> Cells:
    return build_cells(_on_the_grid(release), release.tables, release.measures)


def _on_the_grid(release: Release) -> pd.DataFrame:
    """Return the rows that a release is about, with levels that are kept and have no row left as rows of nobody."""
    frame = release.filtered()
    first = {dim: release.kept(dim)[0] for dim in release.dims}
    missing = [
        {**first, dim: level} for dim in release.dims for level in set(release.kept(dim)) - set(frame[dim])
    ]
    empty = pd.DataFrame(missing, columns=list(release.facts.columns)).fillna(0)
    return pd.concat([frame, empty.astype(frame.dtypes)]) if missing else frame


def _key(release: Release, cells: Cells, number: int) -> Key:
    """Return the key of a cell by all dimensions of a release."""
    at = dict(zip(cells.dims, cells.keys[number], strict=True))
    return tuple(at.get(dim) for dim in release.dims)


def _as_protected(release: Release, rules: Rules) -> Protected:
    cells = _cells(release)
    hidden = np.array(
        [_key(release, cells, at) in release.hidden for at in range(len(cells.keys))]
    ) & cells.published  # fmt: skip
    return Protected(cells, cells.published & rules.too_few(cells.values[PEOPLE]), hidden, rules)


def _told(new: Release, cells: Cells, earlier: Sequence[Release]) -> np.ndarray:
    """Return which cells were shown before with the same number: to hide them would hide nothing."""
    told: dict[Key, int] = {}
    for one in earlier:
        if one.dims != new.dims or any(one.kept(dim) != new.kept(dim) for dim in new.dims):
            continue
        before = _cells(one)
        for number, shown in enumerate(before.published):
            key = _key(one, before, number)
            if shown and key not in one.hidden:
                told[key] = int(before.values[PEOPLE][number])
    people = cells.values[PEOPLE]
    return np.array([told.get(_key(new, cells, at)) == int(people[at]) for at in range(len(cells.keys))])


def _names_of_before(new: Release, known: Sequence[Release]) -> dict[str, str]:
    """Return how the new release names each column, by how earlier ones do: a column is known by its levels, too."""
    names = {dim: dim for dim in new.dims}
    before = {dim: set(one.levels(dim)) for one in known for dim in one.dims}
    for one in known:
        for dim in one.dims:
            before[dim] = before[dim] | set(one.levels(dim))
    for dim in new.dims:
        if dim in before:
            continue
        ours = set(new.levels(dim))
        for other in sorted(set(before) - set(new.dims) - set(names)):
            if len(ours & before[other]) >= SAME_LEVELS * min(len(ours), len(before[other])):
                del names[dim]
                names[other] = dim
                break
    return names


def _renamed(release: Release, names: Mapping[str, str]) -> Release:
    return Release(
        release.facts.rename(columns=dict(names)), tuple(names[dim] for dim in release.dims),
        tuple(tuple(names[dim] for dim in table) for table in release.tables),
        {names[dim]: levels for dim, levels in release.where.items()}, release.fewest,
    )  # fmt: skip


def _refuse_closed(new: Release, earlier: Earlier) -> None:
    """Refuse what shares levels with a release whose rows are deleted: what it tells cannot be worked out any more."""
    for entry, release in earlier:
        levels: Mapping[str, Sequence[str]] = {} if release is not None else entry.query["levels"]
        if release is None and all(
            set(levels[dim]) & set(new.levels(dim)) for dim in new.dims if dim in levels
        ):
            raise RefusedError(
                f"It shares levels with the release {entry.name} of {entry.at[:10]}, whose rows are deleted by now"
            )


def _refuse_relabelled(new: Release, known: Sequence[Release]) -> None:
    """Refuse the rows of an earlier release under other labels: nothing could be compared."""
    ours = sorted(int(n) for n in new.facts[PEOPLE] if n)
    for one in known:
        theirs = sorted(int(n) for n in one.facts[PEOPLE] if n)
        apart = not related(replace(new, where={}), [replace(one, where={})])
        if apart and len(set(ours)) > 5 and ours == theirs:
            raise RefusedError("Its rows were released before under other levels")


__all__ = ["Answer", "RefusedError", "UnprotectableError", "answer"]
