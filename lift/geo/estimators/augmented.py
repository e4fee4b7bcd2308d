"""Augmented synthetic control: a synthetic control whose remaining imbalance a ridge regression removes."""

import numpy as np

from lift.geo.estimators.donors import Donors, Flags, Floats
from lift.geo.estimators.synthetic_control import fit_simplex

_LEFT_OUT = 240
"""Most periods left out in turn; longer series leave out that many, evenly spaced."""
_STEP = 0.4
_GRID = 10.0 ** (-_STEP * np.arange(21))
"""Ridge penalties tried, as shares of the largest eigenvalue of the donors' Gram matrix; eight decades."""


def augmented_synthetic_control(outcome: Floats, treated: Flags, split: int) -> Donors:
    """Return simplex weights plus the ridge correction of their imbalance; they sum to one and may be negative.

    Parameters
    ----------
    outcome : numpy.ndarray, shape (units, time)
    treated : numpy.ndarray of bool, shape (sets, units)
        Every set of one size.
    split : int
        Number of pre-test periods.

    Returns
    -------
    Donors
        `unit`, shape (sets, units), is zero at treated units; no period weights.

    Notes
    -----
    The correction d minimises ``|r - X'd|^2 + lambda |d|^2`` under ``sum(d) = 0``, where r is the simplex fit's
    residual: the same as ridge on donors centred by period. lambda is the largest penalty whose leave-one-period-out
    error is within one standard error of the best; the error has a closed form because the fit is linear in r (the
    simplex part is held). The penalties tried are the same for all sets, shares of the largest eigenvalue among their
    donors' Gram matrices, so that one inverse a penalty serves all: leaving treated rows out is a low-rank update.

    References
    ----------
    Ben-Michael, E., Feller, A. and Rothstein, J. (2021). The Augmented Synthetic Control Method. JASA 116, 1789-1803.
    """
    before = outcome[:, :split]
    before = before - before.mean(axis=1, keepdims=True)
    simplex = fit_simplex(before, treated)
    share = treated / treated.sum(axis=1, keepdims=True)
    ridge = _RidgeProblems(before, treated, (share - simplex) @ before)
    tried = ridge.top * _GRID
    errors = np.stack([ridge.left_out_errors(penalty) ** 2 for penalty in tried], axis=1)
    mean = errors.mean(axis=2)
    spread = errors.std(axis=2, ddof=1) / np.sqrt(errors.shape[2])
    rows = np.arange(treated.shape[0])
    best = mean.argmin(axis=1)
    chosen = (mean <= (mean[rows, best] + spread[rows, best])[:, None]).argmax(axis=1)
    largest = _largest_eigenvalues(before, treated)
    rung = np.rint(np.log10(largest / tried[chosen]) / _STEP).clip(0, _GRID.size - 1).astype(int)
    return Donors(simplex + ridge.correction(largest * _GRID[rung]))


class _RidgeProblems:
    """Constrained ridge regressions of many sets that share one matrix of donors X.

    ``M = (XX' + lambda I)^-1`` over all units comes from one eigendecomposition. Its version without the treated rows
    b is ``M - M_.b M_bb^-1 M_b.``, which is zero on those rows, so nothing has to be cut out. With q the product of X
    and a set's residual, the correction is Mq less the multiple of M1 that makes it sum to zero.
    """

    def __init__(self, before: Floats, treated: Flags, residual: Floats) -> None:
        values, self.vectors = np.linalg.eigh(before @ before.T)
        self.values = np.maximum(values, 0.0)
        self.top = max(float(self.values[-1]), np.finfo(float).tiny)
        left_out = np.unique(np.linspace(0, before.shape[1] - 1, min(before.shape[1], _LEFT_OUT)).astype(int))
        self.left_out = before[:, left_out]
        self.residual = residual[:, left_out]
        self.target = residual @ before.T
        self.members = np.stack([np.flatnonzero(row) for row in treated])

    def left_out_errors(self, penalty: float) -> Floats:
        """Return leave-one-period-out residuals, shape (sets, periods left out), for one penalty."""
        inverse = (self.vectors / (self.values + penalty)) @ self.vectors.T
        target = self.target @ inverse
        ones = np.broadcast_to(inverse.sum(axis=0), target.shape)
        own, target, ones = self._without_treated(inverse[self.members], target, ones)
        image = inverse @ self.left_out
        mine = image[self.members]
        leverage = (self.left_out * image).sum(axis=0) - (mine * (own @ mine)).sum(axis=1)
        leverage -= (ones @ self.left_out) ** 2 / ones.sum(axis=1, keepdims=True)
        residual = self.residual - _sum_to_zero(target, ones) @ self.left_out
        return residual / np.maximum(1.0 - leverage, 1e-9)

    def correction(self, penalty: Floats) -> Floats:
        """Return the ridge corrections, shape (sets, units), zero on treated units, for one penalty a set."""
        inverse = 1.0 / (self.values + penalty[:, None])
        rows = (self.vectors[self.members] * inverse[:, None, :]) @ self.vectors.T
        target = (inverse * (self.target @ self.vectors)) @ self.vectors.T
        ones = (inverse * self.vectors.sum(axis=0)) @ self.vectors.T
        found = _sum_to_zero(*self._without_treated(rows, target, ones)[1:])
        np.put_along_axis(found, self.members, 0.0, axis=1)
        return found

    def _without_treated(self, rows: Floats, target: Floats, ones: Floats) -> tuple[Floats, Floats, Floats]:
        """Return M_bb^-1, and Mq and M1 without the treated rows, from M_b., Mq and M1 with them."""
        own = np.linalg.inv(np.take_along_axis(rows, self.members[:, None, :], axis=2))
        both = np.stack([target, ones], axis=1)
        both -= np.take_along_axis(both, self.members[:, None, :], axis=2) @ own @ rows
        return own, both[:, 0], both[:, 1]


def _sum_to_zero(target: Floats, ones: Floats) -> Floats:
    return target - ones * (target.sum(axis=1) / ones.sum(axis=1))[:, None]


def _largest_eigenvalues(before: Floats, treated: Flags) -> Floats:
    """Return the largest eigenvalue of each set's donors' Gram matrix, donors centred by period."""
    gram = before @ before.T
    donors = (~treated).astype(float)
    donors /= donors.sum(axis=1, keepdims=True)
    usable = ~treated

    def apply(vector: Floats) -> Floats:
        centred = np.where(usable, vector - (vector * donors).sum(axis=1, keepdims=True), 0.0)
        image = centred @ gram
        return np.where(usable, image - (image * donors).sum(axis=1, keepdims=True), 0.0)

    # The penalty grid has eight decades; the Rayleigh quotient after these steps is far closer than it needs.
    vector = apply(
        np.diag(gram) + np.arange(gram.shape[0]) * 1e-3 * np.diag(gram).mean() + np.zeros(treated.shape)
    )
    value = np.zeros(treated.shape[0])
    for _ in range(60):
        norm = np.linalg.norm(vector, axis=1, keepdims=True)
        vector = vector / np.where(norm > 0, norm, 1.0)
        image = apply(vector)
        last, value, vector = value, (vector * image).sum(axis=1), image
        if (np.abs(value - last) <= 1e-12 * value).all():
            break
    return np.maximum(value, max(float(np.trace(gram)), np.finfo(float).tiny) * 1e-12)
