"""The loops of all transform families, compiled; which one runs is chosen by the number of the family's row.

A family's loop is plain Python in its own file (`mmm.transforms`), so that reading a config needs no compiler.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from mmm.kernel.maths.compile_options import leaf, make_known
from mmm.transforms import ADSTOCKS, SATURATIONS


def _chosen(loops: Sequence[tuple[int, Callable[..., Any]]]) -> Any:
    """Return a function that takes a row's number before the arguments of its loop, and runs that loop.

    It is written as text, one branch a family: functions that hand on to each other would each be compiled with all
    that follow them, which takes four times as long.
    """
    names: dict[str, Any] = {}
    lines = ["def choose(family, *arguments):"]
    for number, plain in loops:
        make_known(plain)
        names[f"loop_{number}"] = leaf(plain)
        condition = f"if family == {number}:" if number != loops[-1][0] else "if True:"
        lines.append(f"    {condition} return loop_{number}(*arguments)")
    exec(compile("\n".join(lines), __file__, "exec"), names)
    return leaf(names["choose"])


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
