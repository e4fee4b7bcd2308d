"""The root of a function of one number, by halving: SciPy's would cost every run a quarter second of imports."""

from collections.abc import Callable


def root(function: Callable[[float], float], low: float, high: float) -> float:
    """Return where `function` changes its sign between `low` and `high`, to the last bit.

    The signs at the ends must differ; that at `low` decides which way to go.
    """
    rises = function(low) < 0
    while True:
        middle = low + (high - low) / 2
        if middle in (low, high):
            return middle
        if (function(middle) < 0) == rises:
            low = middle
        else:
            high = middle
