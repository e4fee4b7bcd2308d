"""Markov credit: what share of conversions is lost when a channel is taken out of the chain of touches.

Journeys are walks over states of `order` consecutive touches, from the start to one of two exits. A channel's removal
effect is 1 - P(conversion without it) / P(conversion), where a walk that reaches a state with the channel ends without a
conversion: the share of converting walks that visit it. Removal effects add to more than 1, because walks visit several
channels; credit is each one's part of their sum, a convention. All of it is exact: the chain is absorbing, and expected
visits are the solution of a sparse linear system, where other programs simulate walks.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.linalg import spsolve

from lift.attribution.credit.paths import Paths, Places
from lift.moments import Array


@dataclass(frozen=True, slots=True)
class Chain:
    """An absorbing chain of touches.

    Parameters
    ----------
    start : numpy.ndarray, shape (state,)
        Probability of beginning in each state.
    moves : scipy.sparse.csr_array, shape (state, state)
        Probability of going from one state to another.
    converts : numpy.ndarray, shape (state,)
        Probability of leaving a state by a conversion.
    worth : numpy.ndarray, shape (state,)
        Expected value of leaving it: that probability times the mean value of its conversions.
    holds : numpy.ndarray of bool, shape (state, channel)
        Whether a state has the channel among its touches.
    """

    start: Array
    moves: sparse.csr_array
    converts: Array
    worth: Array
    holds: np.ndarray

    def expected(self, keep: np.ndarray) -> tuple[float, float]:
        """Return probability and expected value of a conversion when only the states `keep` may be visited."""
        if not keep.any():
            return 0.0, 0.0
        inner = self.moves[keep][:, keep]
        # the transposed system gives expected visits to each state, which serve counts and value alike
        system = sparse.csc_array(sparse.eye_array(int(keep.sum())) - inner.T)
        visits = np.atleast_1d(spsolve(system, self.start[keep]))
        return float(visits @ self.converts[keep]), float(visits @ self.worth[keep])


def chain(paths: Paths, order: int) -> Chain:
    """Return the absorbing chain of the paths.

    Parameters
    ----------
    paths : Paths
        With nulls.
    order : int
        Touches that a state remembers; a path shorter than that is one state.

    Returns
    -------
    Chain
    """
    assert paths.nulls is not None
    weight = paths.conversions + paths.nulls
    state, first, members = _states(paths, order)
    last = np.append(first[1:], len(state)) - 1
    count = len(members)
    inside = np.ones(len(state), dtype=bool)
    inside[last] = False
    from_ = np.flatnonzero(inside)
    path_of = np.repeat(np.arange(len(first)), np.diff(np.append(first, len(state))))
    moves = sparse.coo_array(
        (weight[path_of[from_]], (state[from_], state[from_ + 1])), shape=(count, count)
    ).tocsr()
    value = np.zeros(len(weight)) if paths.value is None else paths.value
    leaves, conversions, worth = (
        np.bincount(state[last], weights=amounts, minlength=count)
        for amounts in (weight, paths.conversions, value)
    )
    out = moves.sum(axis=1) + leaves
    scale = np.divide(1.0, out, out=np.zeros(count), where=out > 0)  # a state of rows that count nothing
    holds = np.zeros((count, len(paths.channels)), dtype=bool)
    for touches in members.T:
        holds[np.flatnonzero(touches >= 0), touches[touches >= 0]] = True
    start = np.bincount(state[first], weights=weight, minlength=count) / weight.sum()
    return Chain(
        start, sparse.csr_array(sparse.diags_array(scale) @ moves), conversions * scale, worth * scale, holds
    )


def removal_effects(paths: Paths, order: int) -> tuple[Array, Array]:
    """Return each channel's removal effect on conversions and on value.

    Parameters
    ----------
    paths : Paths
        With nulls.
    order : int

    Returns
    -------
    conversions, value : numpy.ndarray, shape (channel,)
        The latter NaN without a value or where the chain's value is not above zero.
    """
    walks = chain(paths, order)
    whole = walks.expected(np.ones(len(walks.start), dtype=bool))
    without = np.array([walks.expected(~held) for held in walks.holds.T])
    effects = [
        1 - without[:, k] / whole[k] if whole[k] > 0 else np.full(len(without), np.nan) for k in (0, 1)
    ]
    return effects[0], effects[1]


def _states(paths: Paths, order: int) -> tuple[Places, Places, Places]:
    """Return each step's state, where each path's steps begin, and the touches of each state (-1 where it has fewer)."""
    lengths = paths.lengths
    steps = np.maximum(lengths - order + 1, 1)
    first = np.concatenate([[0], np.cumsum(steps)[:-1]])
    step = np.arange(int(steps.sum())) - np.repeat(first, steps)
    begins = np.repeat(paths.first[:-1], steps) + step
    held = np.repeat(np.minimum(lengths, order), steps)
    base = len(paths.channels) + 1
    code, members = np.zeros(len(begins), dtype=np.int64), np.empty((1, 0), dtype=np.int64)
    for at in range(order):
        touch = np.where(at < held, paths.touches[np.minimum(begins + at, len(paths.touches) - 1)] + 1, 0)
        # numbered anew after every touch, so that no order overflows
        code, distinct = pd.factorize(code * base + touch, sort=True)
        members = np.column_stack([members[distinct // base], distinct % base - 1])
    return code, first, members
