"""Seasonality: Fourier pairs for the year, the month and the week."""

import numpy as np

from mixlift.aggregates.panel import Panel
from mmm.components.design import Design, dates, shared
from mmm.config import MmmConfig

SCALE = 0.15
"""Prior sd of the first pair's coefficients, as a fraction of an average period; later pairs shrink as 1/sqrt(k)."""
DAYS = {"yearly": 365.25, "monthly": 365.25 / 12, "weekly": 7.0}


def pairs(panel: Panel, config: MmmConfig) -> dict[str, int]:
    """Return the number of Fourier pairs of each cycle, defaults filled in."""
    seasonality = config.baseline.seasonality
    days = dates(panel)
    long_enough = (days[-1] - days[0]).days >= 364
    yearly = 6 if panel.frequency != "yearly" and long_enough else 0
    return {
        "yearly": yearly if seasonality.yearly is None else seasonality.yearly,
        "monthly": seasonality.monthly,
        "weekly": (3 if panel.frequency == "daily" else 0)
        if seasonality.weekly is None
        else seasonality.weekly,
    }


def build(panel: Panel, config: MmmConfig) -> Design | None:
    """Return sine and cosine of every asked-for harmonic, in days since 1970 so that refits agree on the phase."""
    day = dates(panel).values.astype("datetime64[D]").astype(float)
    names, columns, scales = [], [], []
    for cycle, number in pairs(panel, config).items():
        for k in range(1, number + 1):
            angle = 2 * np.pi * k * day / DAYS[cycle]
            names += [f"{cycle} sin {k}", f"{cycle} cos {k}"]
            columns += [np.sin(angle), np.cos(angle)]
            scales += [SCALE / np.sqrt(k)] * 2
    return shared(names, np.column_stack(columns), np.array(scales)) if names else None
