"""Complementary suppression: the cheapest set of further cells that keeps totals from giving hidden ones back.

Fischetti and Salazar-Gonzalez (2001): a master problem chooses cells, the attacker's programs try the choice, and each attack
that comes too close becomes an inequality that the next choice must keep (Benders). A table that one attack ends with is a
witness for every other cell whose need it meets already, so that most attacks need not be made.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp

from mixproof.privacy.disclosure.attack import Attack

TOLERANCE = 1e-6
MOST_ROUNDS = 500
CHEAPEST_ROUNDS = (
    30  # afterwards what was hidden stays hidden: the cheapest choice of some small tables takes hours
)


class UnprotectableError(Exception):
    """No set of cells protects what must be protected, or none was found in time."""


@dataclass(frozen=True, eq=False, slots=True)
class Need:
    """Cells that must be protected, and how far an attacker's interval must reach around each.

    Parameters
    ----------
    cells : numpy.ndarray of int
    below, above : numpy.ndarray of float
        Beside the true number; one for each of `cells`.
    known : numpy.ndarray, shape (cell,)
        How large an attacker knows each cell to be at most, without any table; who knows less works out less.
    """

    cells: np.ndarray
    below: np.ndarray
    above: np.ndarray
    known: np.ndarray


@dataclass(eq=False, slots=True)
class _Cuts:
    """What attacks have taught so far: at least `right` of the weighted cells must be hidden, for each row."""

    rows: list[np.ndarray]
    right: list[float]


@dataclass(eq=False, slots=True)
class _Witnesses:
    """Tables that attacks ended with, as differences from the true one: each shows how far some cells can be from it.

    One that differs from the truth in hidden cells alone is possible under any pattern that hides them.
    """

    moved: list[np.ndarray]
    by: list[np.ndarray]

    def add(self, cells: np.ndarray, difference: np.ndarray) -> None:
        """Keep a table."""
        at = np.flatnonzero(np.abs(difference) > TOLERANCE)
        self.moved.append(cells[at])
        self.by.append(difference[at])

    def reach(self, pattern: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return how far below and above its true number each cell can be under a pattern, as far as is known."""
        below, above = np.zeros(len(pattern)), np.zeros(len(pattern))
        for moved, by in zip(self.moved, self.by, strict=True):
            if pattern[moved].all():
                above[moved] = np.maximum(above[moved], by)
                below[moved] = np.maximum(below[moved], -by)
        return below, above


def complementary(
    values: np.ndarray,
    relations: sp.csr_array,
    hidden: np.ndarray,
    free: np.ndarray,
    need: Need,
    gap: float = 0.02,
) -> np.ndarray:
    """Return a pattern of hidden cells that protects all that must be protected.

    Parameters
    ----------
    values : numpy.ndarray of int, shape (cell,)
    relations : scipy.sparse.csr_array, shape (relation, cell)
    hidden : numpy.ndarray of bool, shape (cell,)
        What is hidden in any case.
    free : numpy.ndarray of bool, shape (cell,)
        What may be hidden besides.
    need : Need
    gap : float
        By how much of the best one's cost the pattern may be dearer, where it is found within `CHEAPEST_ROUNDS`.

    Returns
    -------
    numpy.ndarray of bool, shape (cell,)

    Raises
    ------
    UnprotectableError
        There is no such pattern.
    """
    cuts, witnesses = _Cuts([], []), _Witnesses([], [])
    pattern = hidden.copy()
    for done in range(MOST_ROUNDS):
        if not _attacked(values, relations, pattern, hidden, need, cuts, witnesses):
            return pattern
        stays = pattern if done >= CHEAPEST_ROUNDS else hidden
        pattern = _cheapest(values, hidden, free, stays, cuts, gap)
    raise UnprotectableError(f"no safe pattern after {MOST_ROUNDS} rounds")


def _attacked(
    values: np.ndarray, relations: sp.csr_array, pattern: np.ndarray, hidden: np.ndarray, need: Need,
    cuts: _Cuts, witnesses: _Witnesses,
) -> bool:  # fmt: skip
    """Attack a pattern, and say whether any attack came too close; each that did adds an inequality."""
    attack, transposed = Attack(values, relations, pattern, need.known), relations.T.tocsr()
    reached = dict(zip((False, True), witnesses.reach(pattern), strict=True))
    close = False
    for cell, below, above in zip(need.cells, need.below, need.above, strict=True):
        for upwards, reach in ((True, above), (False, below)):
            if reached[upwards][cell] >= reach - TOLERANCE:
                continue
            bound, table, prices = attack.bound(int(cell), upwards)
            difference = table - values[attack.cells]
            witnesses.add(attack.cells, difference)
            reached[True][attack.cells] = np.maximum(reached[True][attack.cells], difference)
            reached[False][attack.cells] = np.maximum(reached[False][attack.cells], -difference)
            if abs(bound - values[cell]) < reach - TOLERANCE:
                close = True
                full = np.zeros(relations.shape[0])
                full[attack.rows] = prices
                reduced = -(transposed @ full)
                reduced[cell] += -1.0 if upwards else 1.0
                _learn(need.known - values, values, reduced, hidden, reach, cuts)
    return close


def _learn(
    room_above: np.ndarray,
    room_below: np.ndarray,
    reduced: np.ndarray,
    hidden: np.ndarray,
    reach: float,
    cuts: _Cuts,
) -> None:
    """Add the inequality of an attack: by duality its reach is at most the sum of what each hidden cell adds to it."""
    room = np.where(reduced < 0, room_above, room_below)
    adds = np.minimum(np.where(np.abs(reduced) > 1e-9, np.abs(reduced) * room, 0.0), reach)
    cuts.right.append(reach - float(adds[hidden].sum()))
    cuts.rows.append(np.where(hidden, 0.0, adds))


def _cheapest(
    values: np.ndarray, hidden: np.ndarray, free: np.ndarray, stays: np.ndarray, cuts: _Cuts, gap: float
) -> np.ndarray:
    """Return the cheapest pattern that keeps every inequality and all that stays; a cell costs what it would hide."""
    wanted = np.flatnonzero(free & ~hidden)
    matrix = sp.csr_array(np.array([row[wanted] for row in cuts.rows]))
    found = milp(
        np.maximum(values[wanted], 1).astype(float),
        constraints=LinearConstraint(matrix, np.array(cuts.right), np.inf),
        integrality=np.ones(len(wanted)),
        bounds=Bounds(stays[wanted].astype(float), 1),
        options={"mip_rel_gap": gap},
    )
    if found.x is None:
        raise UnprotectableError("whatever is hidden, totals give a small cell back")
    pattern = hidden.copy()
    pattern[wanted[found.x > 0.5]] = True
    return pattern
