"""Amounts that keep linear limits: the nearest such amounts, the best ones for given returns, and amounts made to fit.

Amounts lie in a box, and weighted sums of them between limits:  lower <= z <= upper,  least <= A z <= most.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import optimize, sparse
from scipy.sparse.linalg import splu

TOLERANCE = 1e-9
"""Of sums, in times the scale of the amounts."""
LOOSE = 1e-7
"""The same on the way to an optimum, which is made to fit exactly at its end."""
MOST_ROUNDS = 2000
STRICT = {"primal_feasibility_tolerance": 1e-10}
"""Of linear programs: sums of money must hold to the cent."""


@dataclass(frozen=True, slots=True)
class Polytope:
    """Amounts that keep linear limits.

    Parameters
    ----------
    lower, upper : numpy.ndarray, shape (amount,)
    matrix : scipy.sparse.csr_matrix, shape (sum, amount)
    least, most : numpy.ndarray, shape (sum,)
        May be infinite.
    """

    lower: np.ndarray
    upper: np.ndarray
    matrix: sparse.csr_matrix
    least: np.ndarray
    most: np.ndarray
    _kept: list[Any] = field(default_factory=list, repr=False)

    @property
    def one_total(self) -> bool:
        """Whether the only sum is that of all amounts."""
        return (
            self.matrix.shape[0] == 1
            and self.matrix.nnz == len(self.lower)
            and bool((self.matrix.data == 1).all())
        )

    def with_sum(self, weights: np.ndarray, least: float, most: float) -> "Polytope":
        """Return the same with one more sum.

        Parameters
        ----------
        weights : numpy.ndarray, shape (amount,)
        least, most : float

        Returns
        -------
        Polytope
        """
        return Polytope(
            self.lower,
            self.upper,
            sparse.vstack([self.matrix, sparse.csr_matrix(weights)], format="csr"),
            np.append(self.least, least),
            np.append(self.most, most),
        )

    @property
    def scale(self) -> float:
        """Size of the amounts."""
        return float(max(np.abs(self.upper).max(initial=0.0), 1e-9))

    def excess(self, amounts: np.ndarray) -> float:
        """Return by how much amounts break a limit at most, in times their scale."""
        sums = self.matrix @ amounts
        broken = [self.lower - amounts, amounts - self.upper, self.least - sums, sums - self.most]
        return float(max(part.max(initial=0.0) for part in broken)) / self.scale

    def project(self, amounts: np.ndarray) -> np.ndarray:
        """Return the nearest amounts that keep the limits."""
        inside = np.clip(amounts, self.lower, self.upper)
        if self.excess(inside) <= TOLERANCE:
            return inside
        return self._onto_total(amounts) if self.one_total else self._onto_sums(amounts)

    def _onto_total(self, amounts: np.ndarray) -> np.ndarray:
        """Return the nearest amounts with one total: all less the same number, held in their box."""
        wanted = float(np.clip(np.clip(amounts, self.lower, self.upper).sum(), self.least[0], self.most[0]))
        low, high = float((amounts - self.upper).min()), float((amounts - self.lower).max())
        taken = 0.5 * (low + high)
        for _ in range(
            200
        ):  # Newton on a piecewise linear function, held between what is known to be too little and too much
            moved = amounts - taken
            held = np.clip(moved, self.lower, self.upper)
            over = float(held.sum()) - wanted
            low, high = (taken, high) if over > 0 else (low, taken)
            free = int(np.count_nonzero(held == moved))
            middle = 0.5 * (low + high)
            following = taken + over / free if free else middle
            taken = following if low < following < high else middle
            if not low < taken < high or -1e-13 * max(wanted, self.scale) <= over <= 0:
                break
        return np.clip(amounts - high, self.lower, self.upper)

    def _onto_sums(self, amounts: np.ndarray) -> np.ndarray:
        """Return amounts near the nearest within `LOOSE`, by the alternating direction method of multipliers.

        The first step has one matrix for all, which is factorised once; the second is a clip; the third adds up what is left.
        """
        n, scale = len(amounts), self.scale
        if not self._kept:
            norm = np.sqrt(np.asarray(self.matrix.multiply(self.matrix).sum(axis=1)).ravel())
            rows = sparse.vstack([sparse.diags(1.0 / norm) @ self.matrix, sparse.identity(n)], format="csc")
            ends = (
                np.concatenate([self.least / norm, self.lower]),
                np.concatenate([self.most / norm, self.upper]),
            )
            saddle = sparse.bmat(
                [[sparse.identity(n), rows.T], [rows, -sparse.identity(rows.shape[0])]], format="csc"
            )
            self._kept.extend([rows, ends, splu(saddle), np.zeros(rows.shape[0])])
        rows, (least, most), solver, left = self._kept
        y, low, high = amounts / scale, least / scale, most / scale
        clipped = np.clip(rows @ y, low, high)
        for _ in range(MOST_ROUNDS):
            z = solver.solve(np.concatenate([y, clipped - left]))[:n]
            there = rows @ z
            eased = 1.6 * there - 0.6 * clipped
            before, clipped = clipped, np.clip(eased + left, low, high)
            left = left + eased - clipped
            if max(np.abs(there - clipped).max(), np.abs(clipped - before).max()) <= LOOSE:
                break
        self._kept[3] = left
        near = np.clip(z * scale, self.lower, self.upper)
        return near if self.excess(near) <= 10 * LOOSE else self.fitted(near)

    def fitted(self, amounts: np.ndarray) -> np.ndarray:
        """Return amounts that keep the limits with the least sum of changes.

        Raises
        ------
        ValueError
            No amounts keep them.
        """
        n, scale = len(amounts), self.scale
        up = sparse.hstack([self.matrix, -self.matrix], format="csr")
        start = np.clip(amounts, self.lower, self.upper)
        there = self.matrix @ start
        found = self._solve(
            np.ones(2 * n),
            up,
            ((self.least - there) / scale, (self.most - there) / scale),
            (np.zeros(2 * n), np.concatenate([self.upper - start, start - self.lower]) / scale),
        )
        return np.clip(start + scale * (found[:n] - found[n:]), self.lower, self.upper)

    def best(self, returns: np.ndarray) -> np.ndarray:
        """Return the amounts with the highest sum of `returns` times amount.

        Raises
        ------
        ValueError
            No amounts keep the limits.
        """
        if self.one_total:
            return self._best_of_total(returns)
        scale = self.scale
        found = self._solve(
            -returns / max(np.abs(returns).max(initial=0.0), 1e-300),
            self.matrix,
            (self.least / scale, self.most / scale),
            (self.lower / scale, self.upper / scale),
        )
        return np.clip(scale * found, self.lower, self.upper)

    def _best_of_total(self, returns: np.ndarray) -> np.ndarray:
        """Return the best amounts of one total: filled up in the order of their returns."""
        amounts = self.lower.copy()
        left, needed = self.most[0] - amounts.sum(), self.least[0] - amounts.sum()
        order = np.argsort(-returns, kind="stable")
        room = (self.upper - self.lower)[order]
        until = np.cumsum(room)
        wanted = np.where(returns[order] > 0, left, min(max(needed, 0.0), left))
        filled = np.clip(wanted - (until - room), 0.0, room)
        amounts[order] += filled
        return amounts

    @staticmethod
    def _solve(
        cost: np.ndarray,
        matrix: sparse.csr_matrix,
        sums: tuple[np.ndarray, np.ndarray],
        box: tuple[np.ndarray, np.ndarray],
    ) -> np.ndarray:
        """Return the cheapest amounts within limits."""
        least, most = sums
        rows = sparse.vstack([matrix[np.isfinite(most)], -matrix[np.isfinite(least)]], format="csr")
        ends = np.concatenate([most[np.isfinite(most)], -least[np.isfinite(least)]])
        found = optimize.linprog(
            cost, A_ub=rows, b_ub=ends, bounds=np.stack(box, axis=1), method="highs", options=STRICT
        )
        if found.x is None:
            raise ValueError("no amounts keep the limits")
        return np.asarray(found.x)
