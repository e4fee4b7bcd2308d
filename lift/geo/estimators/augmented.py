"""Augmented synthetic control: a synthetic control whose remaining imbalance a ridge regression removes."""

import numpy as np

from lift.geo.estimators.donors import Donors, Flags, Floats
from lift.geo.estimators.synthetic_control import fit_simplex

_LEFT_OUT = 240
"""Most periods left out in turn; longer series leave out that many, evenly spaced."""
_STEP = 0.4
_GRID: Floats = np.asarray(10.0 ** (-_STEP * np.arange(21)), dtype=float)
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
    donors' Gram matrices. Few treated units are left out of one inverse a penalty by a low-rank update; many are better
    served by an eigendecomposition of each set's own donors, which then serves all penalties.

    References
    ----------
    Ben-Michael, E., Feller, A. and Rothstein, J. (2021). The Augmented Synthetic Control Method. JASA 116, 1789-1803.
    """
    before = outcome[:, :split]
    before = before - before.mean(axis=1, keepdims=True)
    simplex = fit_simplex(before, treated)
    share = treated / treated.sum(axis=1, keepdims=True)
    residual = (share - simplex) @ before
    if _many_treated(int(treated[0].sum()), *before.shape):
        return Donors(simplex + _by_donors(before, treated, residual))
    ridge = _RidgeProblems(before, treated, residual)
    tried = ridge.top * _GRID
    errors = np.stack([ridge.left_out_errors(penalty) ** 2 for penalty in tried], axis=1)
    return Donors(
        simplex + ridge.correction(_penalties(errors, tried, _largest_eigenvalues(before, treated)))
    )


def _many_treated(size: int, units: int, periods: int) -> bool:
    """Return whether decomposing each set's donors costs less than leaving its treated units out of every inverse."""
    donors, left_out = units - size, min(periods, _LEFT_OUT)
    updates = _GRID.size * left_out * (size**2 + 2 * units)
    return 10 * donors**3 + donors * left_out * (donors + 2 * _GRID.size) < updates


def _penalties(errors: Floats, tried: Floats, largest: Floats) -> Floats:
    """Return each set's penalty from squared errors, shape (sets, penalties, periods), on its own donors' grid."""
    mean = errors.mean(axis=2)
    spread = errors.std(axis=2, ddof=1) / np.sqrt(errors.shape[2])
    rows = np.arange(errors.shape[0])
    best = mean.argmin(axis=1)
    chosen = (mean <= (mean[rows, best] + spread[rows, best])[:, None]).argmax(axis=1)
    rung = np.rint(np.log10(largest / tried[chosen]) / _STEP).clip(0, _GRID.size - 1).astype(int)
    return np.asarray(largest * _GRID[rung])


def _left_out(periods: int) -> np.ndarray:
    return np.unique(np.linspace(0, periods - 1, min(periods, _LEFT_OUT)).astype(int))


def _by_donors(before: Floats, treated: Flags, residual: Floats) -> Floats:
    """Return the ridge corrections, shape (sets, units), from an eigendecomposition of each set's centred donors."""
    top = max(float(np.linalg.eigvalsh(before @ before.T)[-1]), np.finfo(float).tiny)
    found = np.zeros(treated.shape)
    donors = np.stack([np.flatnonzero(~row) for row in treated])
    # A part of the sets at a time, so that the arrays stay in the processor's cache.
    step = max(1, 1_000_000 // (donors.shape[1] * max(before.shape)))
    for first in range(0, treated.shape[0], step):
        part = slice(first, first + step)
        x = before[donors[part]]
        x -= x.mean(axis=1, keepdims=True)
        values, vectors = np.linalg.eigh(x @ x.transpose(0, 2, 1))
        values = np.maximum(values, 0.0)
        image = (vectors.transpose(0, 2, 1) @ x)[:, :, _left_out(before.shape[1])]
        target = vectors.transpose(0, 2, 1) @ (x @ residual[part, :, None])
        shrink = 1.0 / (values[:, None, :] + top * _GRID[:, None])
        fitted = (shrink * target.transpose(0, 2, 1)) @ image
        leverage = shrink @ image**2
        errors = residual[part, None, _left_out(before.shape[1])] - fitted
        errors /= np.maximum(1.0 - leverage, 1e-9)
        # The Gram matrix of centred donors has their largest eigenvalue last.
        largest = np.maximum(values[:, -1], np.finfo(float).tiny)
        penalty = _penalties(errors**2, top * _GRID, largest)
        weights = (vectors @ (target / (values + penalty[:, None])[:, :, None]))[:, :, 0]
        np.put_along_axis(found[part], donors[part], weights - weights.mean(axis=1, keepdims=True), axis=1)
    return found


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
        left_out = _left_out(before.shape[1])
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
