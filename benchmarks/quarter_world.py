"""The export of configs/quarter.yaml: what an analytics system counts in the market of `benchmarks.calibration_world`.

    python -m benchmarks.quarter_world

Run from the project's root; it writes configs/data/quarter_analytics.csv, the same bytes each time. The system credits search
twice what it causes, social a little too much, video half, and never sees television and radio. In the last quarter fewer
people consent, so that more orders are lost to it.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.calibration_world import FOLDER, SEED
from mixproof.aggregates.simulate import simulate_world

ORDER = 60.0
"""Revenue of an order, as in the holdout of that market."""
FACTOR = {"search": 0.5, "social": 0.8, "video": 2.0}
"""Increment over what the system credits."""
CONSENT_LOST, LATER, FROM = 0.06, 0.1, "2024-10-07"
"""Share of orders lost to missing consent: before and from a day on."""


def export(revenue: pd.Series, caused: dict[str, np.ndarray], rng: np.random.Generator) -> pd.DataFrame:
    """Return orders and their value by week and channel.

    Parameters
    ----------
    revenue : pandas.Series
        By the first day of a week.
    caused : dict of str to numpy.ndarray, shape (week,)
        Revenue that each channel brings.
    rng : numpy.random.Generator

    Returns
    -------
    pandas.DataFrame
        Rows of a week add up to all its orders.
    """
    rows = []
    for place, (day, amount) in enumerate(revenue.items()):
        orders, kept = round(amount / ORDER), 1 - (CONSENT_LOST if str(day) < FROM else LATER)
        counts = {
            name: int(rng.poisson(kept * max(caused[name][place], 0.0) / ORDER / factor))
            for name, factor in FACTOR.items()
        }
        counts["(direct)"] = int(rng.binomial(orders, 0.3 * kept))
        counts["(consent-lost)"] = int(rng.binomial(orders, 1 - kept))
        counts["(unattributed)"] = orders - sum(counts.values())
        rows += [(day, name, count, count * ORDER) for name, count in counts.items()]
    return pd.DataFrame(rows, columns=["week", "channel", "orders", "revenue"])


def main(folder: Path = FOLDER) -> None:
    """Write the table."""
    scene, rng = simulate_world("chasing", SEED).scene, np.random.default_rng(SEED)
    table = pd.read_csv(FOLDER / "calibration.csv").set_index("date")["revenue"]
    days = scene.dates.strftime("%Y-%m-%d")
    year = np.isin(days, table.index) & (days >= "2024-01-01")
    caused = {
        medium.name: medium.response.effect(medium.exposure)[0][year]
        for medium in scene.media
        if medium.name in FACTOR
    }
    export(table.loc[days[year]], caused, rng).to_csv(
        folder / "quarter_analytics.csv", index=False, lineterminator="\n"
    )


if __name__ == "__main__":
    main()
