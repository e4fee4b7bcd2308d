"""Tables made safe: what is hidden of them and why, how much that is, and what an attacker could work out at most."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mixproof.privacy.disclosure.attack import intervals
from mixproof.privacy.disclosure.cells import Cells
from mixproof.privacy.disclosure.rules import Rules
from mixproof.privacy.disclosure.suppression import Need, complementary


@dataclass(frozen=True, eq=False, slots=True)
class Protected:
    """Cells with a pattern of what is hidden.

    Parameters
    ----------
    cells : Cells
    small : numpy.ndarray of bool, shape (cell,)
        Published cells that break a rule themselves.
    hidden : numpy.ndarray of bool, shape (cell,)
        Published cells that are hidden: the small ones, and those that would give them back.
    rules : Rules
    """

    cells: Cells
    small: np.ndarray
    hidden: np.ndarray
    rules: Rules

    def hidden_share(self, measure: str) -> float:
        """Return which share of a measure stands in hidden cells of the finest tables, at most over tables."""
        shares = []
        for table in self.cells.tables:
            finest = np.array([_is_finest(key, self.cells.dims, table) for key in self.cells.keys])
            values = self.cells.values[measure]
            shares.append(float(values[finest & self.hidden].sum() / max(values[finest].sum(), 1)))
        return max(shares)

    def attacker(self, measure: str) -> np.ndarray:
        """Return the interval that an attacker can be sure of for each hidden cell, shape (hidden cell, 2).

        All tables together and the unpublished finest cells are used.
        """
        unknown = self.hidden | ~self.cells.published
        values = self.cells.values[measure]
        found = intervals(values, self.cells.relations, unknown, self.rules.known(values))
        return found[self.hidden[unknown]]


def protect(
    cells: Cells, people: str, rules: Rules, money: Sequence[str] = (), told: np.ndarray | None = None
) -> Protected:
    """Return which cells are hidden, so that no small one can be worked out.

    Parameters
    ----------
    cells : Cells
    people : str
        The measure that counts people.
    rules : Rules
    money : sequence of str
        Other measures that are published under the same pattern, and must not give a hidden cell away either.
    told : numpy.ndarray of bool, shape (cell,), optional
        Cells that were published before and protect nothing any more; default none.

    Returns
    -------
    Protected

    Raises
    ------
    UnprotectableError
        The tables cannot be made safe: their grand total is small itself, say.
    """
    counts = cells.values[people]
    small = cells.published & rules.too_few(counts)
    hidden = small.copy()
    measures = [
        (people, rules.needed(counts)),
        *((name, rules.needed_of_money(cells.values[name])) for name in money),
    ]
    stages = [cells.among_published] if not cells.published.all() else []
    for name, (below, above) in measures:
        primary = np.flatnonzero(small & (cells.values[name] > 0))
        need = Need(primary, below[primary], above[primary], rules.known(cells.values[name]))
        for relations in (*stages, cells.relations):
            inner = ~cells.published if relations is cells.relations else np.zeros(len(hidden), bool)
            free = cells.published & (counts > 0)
            if told is not None:
                free &= ~told
            pattern = complementary(cells.values[name], relations, hidden | inner, free, need)
            hidden = pattern & cells.published
    return Protected(cells, small, hidden, rules)


def _is_finest(key: tuple[str | None, ...], dims: Sequence[str], table: Sequence[str]) -> bool:
    return all((level is not None) == (dim in table) for dim, level in zip(dims, key, strict=True))
