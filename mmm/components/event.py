"""Named events: one effect each, in every period that one of its dates falls in."""

import numpy as np
import pandas as pd

from mmm.components.design import ComponentInput, Design, dates, shared

SCALE = 0.3
"""Prior sd of an event's effect in a period, as a fraction of an average period."""


def build(given: ComponentInput) -> Design | None:
    """Return one indicator an event."""
    events = given.config.baseline.events
    if not events:
        return None
    starts = dates(given.panel)
    end = starts[-1] + (starts[-1] - starts[-2])
    columns = np.zeros((len(starts), len(events)))
    for number, event in enumerate(events):
        for day in map(pd.Timestamp, event.dates):
            if starts[0] <= day < end:
                columns[starts.searchsorted(day, side="right") - 1, number] = 1.0
    return shared([event.name for event in events], columns, SCALE)


def ahead(design: Design, given: ComponentInput, known: int) -> Design:
    """Return the same events at all dates of `given`: what the config dates after the first `known` is marked, too.

    Parameters
    ----------
    design : Design
        Of the first `known` dates.
    given : ComponentInput
        Of all dates.
    known : int
        Not read: only dates decide it.

    Returns
    -------
    Design
        The same features.
    """
    return build(given) or design
