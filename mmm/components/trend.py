"""Trend: a straight line, or one that may break at evenly spaced dates."""

import numpy as np

from mmm.components.design import ComponentInput, Design, shared, unit_time

SLOPE_SCALE = 0.3
"""Prior sd of the change over the whole window, as a fraction of an average period."""
BREAK_SCALE = 0.3
"""Prior sd of a change of slope at a break, in the same unit."""


def build(given: ComponentInput) -> Design | None:
    """Return time, and for a piecewise trend one hinge ``max(0, t - break)`` a changepoint."""
    trend = given.config.baseline.trend
    if trend.kind == "none":
        return None
    time = unit_time(given.panel)
    if trend.kind == "linear":
        return shared(["slope"], time[:, None], SLOPE_SCALE)
    breaks = np.linspace(-0.5, 0.5, trend.changepoints + 2)[1:-1]
    hinges = np.maximum(0.0, time[:, None] - breaks[None, :])
    columns = np.column_stack([time, hinges - hinges.mean(axis=0)])
    names = ["slope", *(f"break {number + 1}" for number in range(len(breaks)))]
    return shared(names, columns, np.array([SLOPE_SCALE, *[BREAK_SCALE] * len(breaks)]))
