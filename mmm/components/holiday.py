"""Public holidays: one effect a holiday, counted in days that fall in the period."""

import holidays as holiday_calendar
import numpy as np
import pandas as pd

from mmm.components.design import ComponentInput, Design, dates, shared
from mmm.config import Holidays

SCALE = 0.1
"""Prior sd of the effect of one holiday in a period, as a fraction of an average period."""


def build(given: ComponentInput) -> Design | None:
    """Return the number of days of each holiday in each period; holidays that never fall in the panel are left out."""
    holidays, starts = given.config.baseline.holidays, dates(given.panel)
    if holidays is None:
        return None
    days = _days(holidays, starts)
    names = sorted({name for names in days.values() for name in names})
    columns = np.zeros((len(starts), len(names)))
    for day, day_names in days.items():
        row = starts.searchsorted(pd.Timestamp(day), side="right") - 1
        for name in day_names:
            columns[row, names.index(name)] += 1
    return shared(names, columns, SCALE) if names else None


def ahead(design: Design, given: ComponentInput, known: int) -> Design:
    """Return the same holidays at all dates of `given`, and behind them those that only fall after the first `known` dates.

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
        Features of `design`, then holidays never seen before.
    """
    longer = build(given)
    assert longer is not None  # more dates have no fewer holidays
    new = [name for name in longer.features if name not in design.features]
    order = [longer.features.index(name) for name in (*design.features, *new)]
    return shared([longer.features[place] for place in order], longer.matrix[0][:, order], SCALE)


def _days(wanted: Holidays, starts: pd.DatetimeIndex) -> dict[pd.Timestamp, list[str]]:
    """Return the holidays from the first date to the end of the last period."""
    end = starts[-1] + (starts[-1] - starts[-2])
    calendar = holiday_calendar.country_holidays(
        wanted.country, subdiv=wanted.subdivision, years=range(starts[0].year, end.year + 1), language="en_US"
    )
    days: dict[pd.Timestamp, list[str]] = {}
    for day in sorted(calendar):
        stamp = pd.Timestamp(day)
        names = [n for n in calendar.get_list(day) if wanted.names is None or n in wanted.names]
        if starts[0] <= stamp < end and names:
            days[stamp] = names
    return days
