"""Which geos might have been treated: the reference sets of randomisation and placebo tests."""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from lift.geo.estimators.donors import Flags

ENUMERATE_UP_TO = 600
"""All assignments are used when there are no more than these; beyond, a sample of them."""


@dataclass(frozen=True, slots=True)
class Mechanism:
    """How treatment was, or might have been, given to geos.

    Parameters
    ----------
    strata : tuple of tuple of int
        Unit indices of each stratum; all units in one stratum is complete randomisation, pairs are strata of two.
    treated : tuple of int
        Number treated in each stratum.
    """

    strata: tuple[tuple[int, ...], ...]
    treated: tuple[int, ...]

    @property
    def count(self) -> int:
        """Number of assignments the mechanism can give."""
        return math.prod(math.comb(len(s), k) for s, k in zip(self.strata, self.treated, strict=True))


def complete(units: int, treated: int) -> Mechanism:
    """Return the mechanism that treats any `treated` of `units` alike.

    Parameters
    ----------
    units : int
        Number of units.
    treated : int
        How many of them are treated.

    Returns
    -------
    Mechanism
        One group that holds every unit.
    """
    return Mechanism((tuple(range(units)),), (treated,))


def among_controls(observed: Flags, level: float) -> Mechanism | None:
    """Return the mechanism that treats as many of the control units, or None where they give too few sets.

    A set that shares geos with the treated one shows part of the effect and hides it; in a placebo test the references are
    therefore drawn from the controls, unless the treated are more than a quarter of all or the level is out of reach.

    Parameters
    ----------
    observed : numpy.ndarray of bool, shape (units,)
    level : float

    Returns
    -------
    Mechanism or None
        None where the treated are more than a quarter of all, or too few sets exist to reject at `level`.
    """
    size = int(observed.sum())
    found = Mechanism((tuple(map(int, np.flatnonzero(~observed))),), (size,))
    enough = 4 * size <= observed.size and (1 + found.count) * (1 - level) >= 2
    return found if enough else None


def understatement(observed: Flags, level: float, *, one_sided: bool = False) -> float:
    """Return the factor by which sets drawn from the controls understate how far chance moves the treated set, at least 1.

    The references' spread rests on no more than the N - m control geos, of which each reference holds m, as a standard
    deviation estimated from few values rests on them; Student's t accounts for that, and so does this factor: with it, equal
    normal geos under difference in differences are rejected as often as Student's t rejects them. Single geos need none, their
    rank is exact; so are references that may hold treated geos.

    Parameters
    ----------
    observed : numpy.ndarray of bool, shape (units,)
    level : float
    one_sided : bool, default False

    Returns
    -------
    float
        1 for a single treated geo, and for references that may hold treated geos.

    Notes
    -----
    The spread of sets of N - m geos is a standard deviation with N - m - 1 degrees of freedom: the factor is Student's
    quantile over the normal one.
    """
    size = int(observed.sum())
    if size == 1 or among_controls(observed, level) is None:
        return 1.0
    tail = level if one_sided else (1 + level) / 2
    return float(special.stdtrit(observed.size - size - 1, tail) / special.ndtri(tail))


@dataclass(frozen=True, slots=True)
class Assignments:
    """The observed treated set and the sets it is compared with.

    Parameters
    ----------
    treated : numpy.ndarray of bool, shape (sets, units)
        Row 0 is the observed set; every row differs.
    exhaustive : bool
        Whether the rows are all the mechanism can give.
    """

    treated: Flags
    exhaustive: bool


def reference_sets(observed: Flags, mechanism: Mechanism, sets: int, seed: int) -> Assignments:
    """Return the observed set and up to `sets` others, all if few, else a uniform sample without repeats.

    Parameters
    ----------
    observed : numpy.ndarray of bool, shape (units,)
    mechanism : Mechanism
        Randomisation: what drew the observed set. Placebo: what draws the others.
    sets : int
        Number of other sets wanted.
    seed : int

    Returns
    -------
    Assignments
        Rows of `treated` are sets; the observed one is row 0.
    """
    found = {tuple(map(int, np.flatnonzero(observed)))}
    rows = [observed]
    everything = mechanism.count <= ENUMERATE_UP_TO
    for members in _all(mechanism) if everything else _drawn(mechanism, seed):
        if members not in found:
            found.add(members)
            row = np.zeros_like(observed)
            row[list(members)] = True
            rows.append(row)
        if not everything and len(rows) > sets:
            break
    return Assignments(np.stack(rows), everything)


def _all(mechanism: Mechanism) -> Iterator[tuple[int, ...]]:
    parts: Sequence[Iterator[tuple[int, ...]]] = [
        itertools.combinations(s, k) for s, k in zip(mechanism.strata, mechanism.treated, strict=True)
    ]
    for choice in itertools.product(*parts):
        yield tuple(sorted(itertools.chain.from_iterable(choice)))


def _drawn(mechanism: Mechanism, seed: int) -> Iterator[tuple[int, ...]]:
    random = np.random.default_rng(seed)
    while True:
        chosen = [
            random.choice(len(s), k, replace=False)
            for s, k in zip(mechanism.strata, mechanism.treated, strict=True)
        ]
        yield tuple(sorted(s[i] for s, picks in zip(mechanism.strata, chosen, strict=True) for i in picks))
