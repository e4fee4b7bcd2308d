"""Sums that stand for people: counts, sums and cross sums that add over cells, so that nobody's row is ever needed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Moments:
    """The sums of one group of people over several variables.

    Parameters
    ----------
    variables : tuple of str
        Names, for example ``("conversion", "revenue", "covariate")``.
    users : float
        People, each once.
    sums : numpy.ndarray, shape (variable,)
        Sum of each variable over the people.
    cross : numpy.ndarray, shape (variable, variable)
        Sum of products over the people; the diagonal holds sums of squares. NaN where it was not given.
    """

    variables: tuple[str, ...]
    users: float
    sums: Array
    cross: Array

    def __post_init__(self) -> None:
        size = len(self.variables)
        if self.sums.shape != (size,) or self.cross.shape != (size, size):
            raise ValueError(f"{size} variables need {size} sums and {size} x {size} cross sums")

    def __add__(self, other: "Moments") -> "Moments":
        """Return the sums of both groups together."""
        if self.variables != other.variables:
            raise ValueError(f"groups hold different variables: {self.variables} and {other.variables}")
        return Moments(
            self.variables, self.users + other.users, self.sums + other.sums, self.cross + other.cross
        )

    def has(self, *names: str) -> bool:
        """Return whether all `names` are here with all their cross sums."""
        if any(name not in self.variables for name in names):
            return False
        at = [self.variables.index(name) for name in names]
        return bool(np.isfinite(self.cross[np.ix_(at, at)]).all())

    def total(self, name: str) -> float:
        """Return the sum of variable `name` over the group's people."""
        return float(self.sums[self.variables.index(name)])

    def product(self, name: str, other: str) -> float:
        """Return the sum of products of two variables over the group's people.

        Parameters
        ----------
        name, other : str
            Names in `variables`; twice the same for a sum of squares.

        Returns
        -------
        float
            In the product of the two variables' units.
        """
        return float(self.cross[self.variables.index(name), self.variables.index(other)])

    def mean(self, name: str) -> float:
        """Return the mean of variable `name` per person."""
        return self.total(name) / self.users

    def covariance(self, name: str, other: str) -> float:
        """Return the sample covariance of two variables over people, denominator users - 1.

        Parameters
        ----------
        name, other : str
            Names in `variables`.

        Returns
        -------
        float
            In the product of the two variables' units.
        """
        centred = self.product(name, other) - self.total(name) * self.total(other) / self.users
        return centred / (self.users - 1)

    def variance(self, name: str) -> float:
        """Return the sample variance of variable `name` over people, denominator users - 1.

        Never below zero: the difference of two nearly equal sums may round there.
        """
        return max(self.covariance(name, name), 0.0)

    def covariances(self, names: Sequence[str]) -> Array:
        """Return the sample covariance matrix of variables `names`, shape (name, name)."""
        at = [self.variables.index(name) for name in names]
        sums = self.sums[at]
        return (self.cross[np.ix_(at, at)] - np.outer(sums, sums) / self.users) / (self.users - 1)


def merge(groups: Iterable[Moments]) -> Moments:
    """Return the moments of all `groups` taken together.

    Raises
    ------
    ValueError
        There is no group, or the groups hold different variables.
    """
    groups = list(groups)
    if not groups:
        raise ValueError("no group to merge")
    total = groups[0]
    for group in groups[1:]:
        total = total + group
    return total


@dataclass(frozen=True, slots=True)
class MomentTable:
    """Moments of every arm x stratum x entry day.

    Parameters
    ----------
    variables, arms, strata : tuple of str
    days : tuple of int
        Entry days counted from the start; ``(0,)`` where the table holds totals.
    users : numpy.ndarray, shape (arm, stratum, day)
        People who entered; 0 where the table has no such row.
    sums : numpy.ndarray, shape (arm, stratum, day, variable)
    cross : numpy.ndarray, shape (arm, stratum, day, variable, variable)
    """

    variables: tuple[str, ...]
    arms: tuple[str, ...]
    strata: tuple[str, ...]
    days: tuple[int, ...]
    users: Array
    sums: Array
    cross: Array

    def arm(self, name: str) -> Moments:
        """Return the moments of arm `name` over all strata and days."""
        at = self.arms.index(name)
        return Moments(
            self.variables,
            float(self.users[at].sum()),
            self.sums[at].sum(axis=(0, 1)),
            self.cross[at].sum(axis=(0, 1)),
        )

    def by_stratum(self, name: str) -> list[Moments]:
        """Return the moments of arm `name` in each stratum, over all days."""
        at = self.arms.index(name)
        users, sums, cross = self.users[at].sum(1), self.sums[at].sum(1), self.cross[at].sum(1)
        return [Moments(self.variables, float(n), s, c) for n, s, c in zip(users, sums, cross, strict=True)]

    def entered(self, first: int, last: int) -> "MomentTable":
        """Return the table of the people who entered from day `first` to day `last`, both inclusive.

        Parameters
        ----------
        first, last : int
            Days counted from the start of the test; day 0 is the first.

        Returns
        -------
        MomentTable
            The same arms and strata; days outside are gone.
        """
        keep = np.array([first <= d <= last for d in self.days])
        return MomentTable(
            self.variables,
            self.arms,
            self.strata,
            tuple(d for d in self.days if first <= d <= last),
            self.users[:, :, keep],
            self.sums[:, :, keep],
            self.cross[:, :, keep],
        )
