"""Trend: a straight line, or one that may break at evenly spaced dates."""

from dataclasses import replace

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


def ahead(design: Design, given: ComponentInput, known: int) -> Design:
    """Return the design whose last slope goes on after the first `known` dates.

    Parameters
    ----------
    design : Design
        Of the first `known` dates.
    given : ComponentInput
        Of all dates.
    known : int

    Returns
    -------
    Design
        The same features.
    """
    longer = build(given)
    assert longer is not None  # the config asks for it
    # Hinges were centred over the dates they were made from: what later dates move is the same in every period.
    moved = design.matrix[:, :1] - longer.matrix[:, :1]
    return replace(design, matrix=longer.matrix + moved)
