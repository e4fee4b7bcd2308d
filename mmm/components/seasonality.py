"""Seasonality: Fourier pairs for the year, the month and the week."""

import numpy as np

from mixproof.aggregates.panel import PERIODS_PER_YEAR, Panel
from mmm.components.design import ComponentInput, Design, dates, outcome_span, shared
from mmm.config import Seasonality

SCALE = 0.15
"""Prior sd of the first pair's coefficients, as a fraction of an average period; later pairs shrink as 1/sqrt(k)."""
MOST_YEARLY_PAIRS = 15
"""A season with a peak of two weeks needs fifteen; shrinkage keeps those that are not needed small."""
PERIODS_PER_PAIR = 8
"""Fewer outcomes than this for each pair, and the season would be read off single periods."""
DAYS = {"yearly": 365.25, "monthly": 365.25 / 12, "weekly": 7.0}


def pairs(panel: Panel, seasonality: Seasonality) -> dict[str, int]:
    """Return the number of Fourier pairs of each cycle, defaults filled in.

    Parameters
    ----------
    panel : Panel
        For frequency and length.
    seasonality : Seasonality
        The ``seasonality`` section.

    Returns
    -------
    dict of str to int
        By cycle: "yearly", "monthly" and "weekly"; 0 switches one off.
    """
    return {
        "yearly": _default_yearly(panel) if seasonality.yearly is None else seasonality.yearly,
        "monthly": seasonality.monthly,
        "weekly": (3 if panel.frequency == "daily" else 0)
        if seasonality.weekly is None
        else seasonality.weekly,
    }


def _default_yearly(panel: Panel) -> int:
    """Return as many pairs as the data can tell apart; none for panels shorter than a year."""
    days = dates(panel)
    if panel.frequency == "yearly" or (days[-1] - days[0]).days < 364:
        return 0
    first, last = outcome_span(panel)
    finest = int(PERIODS_PER_YEAR[panel.frequency] / 2) - 1
    return max(1, min(MOST_YEARLY_PAIRS, finest, (last - first + 1) // PERIODS_PER_PAIR))


def build(given: ComponentInput) -> Design | None:
    """Return sine and cosine of every asked-for harmonic, in days since 1970 so that refits agree on the phase."""
    return _waves(pairs(given.panel, given.config.baseline.seasonality), given.panel)


def ahead(design: Design, given: ComponentInput, known: int) -> Design:
    """Return the same harmonics over all dates of `given`: more dates do not make more of them.

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
    longer = _waves(pairs(given.until(known).panel, given.config.baseline.seasonality), given.panel)
    return design if longer is None else longer


def _waves(numbers: dict[str, int], panel: Panel) -> Design | None:
    """Return sine and cosine of so many harmonics of each cycle at the dates of `panel`."""
    day = dates(panel).values.astype("datetime64[D]").astype(float)
    names, columns, scales = [], [], []
    for cycle, number in numbers.items():
        for k in range(1, number + 1):
            angle = 2 * np.pi * k * day / DAYS[cycle]
            names += [f"{cycle} sin {k}", f"{cycle} cos {k}"]
            columns += [np.sin(angle), np.cos(angle)]
            scales += [SCALE / np.sqrt(k)] * 2
    return shared(names, np.column_stack(columns), np.array(scales)) if names else None
