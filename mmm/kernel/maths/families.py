"""The loops of all transform families, compiled; which one runs is chosen by the number of the family's row.

A family's loop is plain Python in its own file (`mmm.transforms`), so that reading a config needs no compiler.
"""

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from mmm.kernel.maths.compile_options import leaf, make_known
from mmm.transforms import ADSTOCKS, SATURATIONS

AT_ONCE = 8
"""Loops that one function calls; all tables of families are shorter today."""


def _chosen(loops: Sequence[tuple[int, Callable[..., Any]]]) -> Any:
    """Return a function that takes a row's number before the arguments of its loop, and runs that loop.

    Eight loops are called from one function, the last of which stands for all that are left: a function is compiled
    together with all that it calls, so a chain of functions would have its end compiled once a link.
    """
    rows = [(number, _loop(plain)) for number, plain in loops[:AT_ONCE]]
    if len(loops) > AT_ONCE:
        rows[-1] = (-1, _chosen(loops[AT_ONCE - 1 :]))
    else:
        rows[-1] = (-1, leaf(_without_number(rows[-1][1])))
    rows = rows[:1] * (AT_ONCE - len(rows)) + rows  # where there are fewer, the first is asked for again
    (zero, run_0), (one, run_1), (two, run_2), (three, run_3), (four, run_4), (five, run_5), (six, run_6) = (
        rows[:-1]
    )
    others = rows[-1][1]

    def choose(family: int, *arguments: Any) -> Any:
        if family == zero:
            return run_0(*arguments)
        if family == one:
            return run_1(*arguments)
        if family == two:
            return run_2(*arguments)
        if family == three:
            return run_3(*arguments)
        if family == four:
            return run_4(*arguments)
        if family == five:
            return run_5(*arguments)
        if family == six:
            return run_6(*arguments)
        return others(family, *arguments)

    return leaf(choose)


@functools.cache
def _loop(plain: Callable[..., Any]) -> Any:
    """Return the loop compiled, one that several families share once."""
    make_known(plain)
    return leaf(plain)


def _without_number(loop: Any) -> Callable[..., Any]:
    return lambda family, *arguments: loop(*arguments)


def _with_code(rows: Iterable[Any], name: str) -> list[tuple[int, Callable[..., Any]]]:
    """Return number and loop of each family whose row has one; the buffer's record of a channel has the same numbers."""
    return [(number, loop) for number, row in enumerate(rows) if (loop := getattr(row, name)) is not None]


saturate = _chosen(_with_code(SATURATIONS.values(), "loop"))
"""``saturate(family, first, second, signal, out, extra)``: `SaturationTransform.loop` of the family."""
saturate_back = _chosen(_with_code(SATURATIONS.values(), "loop_back"))
"""``saturate_back(family, first, second, adjoint, curve, extra)``: `SaturationTransform.loop_back` of the family."""
_weights = _chosen(_with_code(ADSTOCKS.values(), "loop"))


@leaf
def weights(
    family: int, lags: int, first: float, second: float, out: np.ndarray, by_first: np.ndarray, by_second: np.ndarray,
    space: np.ndarray,
) -> None:  # fmt: skip
    """Write the weights of lags 0..`lags` and their derivatives by the family's parameters; zeros behind.

    Parameters
    ----------
    family : int
        Number of the row in `ADSTOCKS`.
    lags : int
        Last lag.
    first, second : float
        The parameters, in the order of their priors.
    out, by_first, by_second : numpy.ndarray, shape (lags + 1 or more,)
        Overwritten.
    space : numpy.ndarray, shape (WEIGHT_SPACE * (one more than `out` has),)
        Working memory.
    """
    for lag in range(out.shape[0]):
        out[lag] = by_first[lag] = by_second[lag] = 0.0
    _weights(family, lags, first, second, out, by_first, by_second, space)
