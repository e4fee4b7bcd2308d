"""What the numbers say, before any words: thresholds and the facts that follow from them."""

from typing import Literal

BREAK_EVEN = 1.0
"""A return of one: the value gained equals the money spent."""

Position = Literal["above", "below", "around"]


def position(lower: float, upper: float, threshold: float) -> Position:
    """Return whether an interval lies wholly above or below `threshold`, or around it."""
    if lower > threshold:
        return "above"
    return "below" if upper < threshold else "around"
