"""Month ends: one effect of a day that closes a month, in every period that has one."""

import numpy as np
import pandas as pd

from mmm.components.design import ComponentInput, Design, dates, shared

SCALE = 0.1
"""Prior sd of the effect of a month's end in a period, as a fraction of an average period."""


def build(given: ComponentInput) -> Design | None:
    """Return the number of month ends in each period."""
    if not given.config.baseline.month_ends:
        return None
    starts = dates(given.panel)
    periods = starts.append(pd.DatetimeIndex([starts[-1] + (starts[-1] - starts[-2])]))
    ends = pd.date_range(periods[0], periods[-1], freq="ME", inclusive="left")
    counts = np.histogram(ends.asi8, periods.as_unit(ends.unit).asi8)[0].astype(float)
    return shared(["month end"], counts[:, None], SCALE)


def ahead(design: Design, given: ComponentInput, known: int) -> Design:
    """Return the same month ends at all dates of `given`: the calendar knows them.

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
        The same feature.
    """
    return build(given) or design
