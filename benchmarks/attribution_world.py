"""The tables of configs/attribution.yaml: a market whose true increments are known, two attribution systems, three holdouts.

    python -m benchmarks.attribution_world

Run from the project's root; it writes configs/data/attribution_*.csv, the same bytes each time. `analytics` credits search
three times too much, video half, social a little too much, and display, which nobody has tested; `social network` reports its
own conversions, twice what it causes. In the autumn analytics loses identities: more conversions have no path.
"""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

FOLDER = Path(__file__).parents[1] / "configs" / "data"
START, WEEKS, PEOPLE, VALUE = date(2024, 1, 1), 52, 2_000_000, 50.0
WEEKLY = {"search": 1500.0, "social": 900.0, "video": 700.0, "display": 400.0}
"""True increment a week: orders that would not have been placed without the channel."""
FACTOR = {"search": 1 / 3, "social": 0.8, "video": 2.0, "display": 0.6}
"""Increment over what `analytics` credits."""
SPEND = {"search": 30_000.0, "social": 25_000.0, "video": 28_000.0, "display": 12_000.0}
BASELINE, LOST_FROM = 12_000.0, 39
TESTS = {"search": 10, "social": 18, "video": 26}
"""Week in which each holdout of four weeks begins; a quarter of all people is held out."""
HELD, TEST_WEEKS = 0.25, 4


def main() -> None:
    """Write every table."""
    generator = np.random.default_rng(20)
    weeks = [(START + timedelta(days=7 * k)).isoformat() for k in range(WEEKS)]
    season = 1 + 0.15 * np.sin(2 * np.pi * np.arange(WEEKS) / 52)
    true = {name: level * season for name, level in WEEKLY.items()}
    for name, first in TESTS.items():
        true[name] = true[name].copy()
        true[name][first : first + TEST_WEEKS] *= 1 - HELD
    _credit(generator, weeks, true)
    for name, first in TESTS.items():
        _holdout(generator, name, first, season)
    rows = [
        {
            "channel": name,
            "increment": round(float(true[name].sum()), 1),
            "factor": round(FACTOR[name], 4),
            "spend": SPEND[name] * WEEKS,
            "return": round(float(true[name].sum() * VALUE / (SPEND[name] * WEEKS)), 4),
        }
        for name in WEEKLY
    ]
    pd.DataFrame(rows).to_csv(FOLDER / "attribution_truth.csv", index=False, lineterminator="\n")


def _credit(generator: np.random.Generator, weeks: list[str], true: dict[str, np.ndarray]) -> None:
    """Write what both systems export, arms of the tests in analytics included."""
    rows, own = [], []
    for k, week in enumerate(weeks):
        lost = 0.25 if k >= LOST_FROM else 0.0
        credited = 0.0
        for name, levels in true.items():
            count = generator.poisson((1 - lost) * levels[k] / FACTOR[name])
            credited += count
            rows.append((week, name, "", count))
        rows.append(
            (
                week,
                "(unattributed)",
                "",
                max(round(BASELINE + sum(v[k] for v in true.values()) - credited), 0),
            )
        )
        own.append((week, generator.poisson(2.0 * true["social"][k])))
    for name, first in TESTS.items():
        for k in range(first, first + TEST_WEEKS):
            treated = WEEKLY[name] * (1 - HELD) / FACTOR[name]
            # clicks need an ad; what is modelled or viewed elsewhere is credited all the same
            held = 0.4 * WEEKLY[name] * HELD / FACTOR[name] if name == "search" else 0.0
            rows.append((weeks[k], name, "held out", generator.poisson(held)))
            rows.append((weeks[k], name, "as usual", generator.poisson(treated)))
    table = pd.DataFrame(rows, columns=["week", "channel", "arm", "orders"])
    table["revenue"] = table["orders"] * VALUE
    table.to_csv(FOLDER / "attribution_analytics.csv", index=False, lineterminator="\n")
    network = pd.DataFrame(own, columns=["week", "orders"]).assign(
        revenue=lambda frame: frame["orders"] * VALUE
    )
    network.to_csv(FOLDER / "attribution_network.csv", index=False, lineterminator="\n")


def _holdout(generator: np.random.Generator, name: str, first: int, season: np.ndarray) -> None:
    """Write the sums of both arms of one test; everybody orders at most once in it."""
    span = season[first : first + TEST_WEEKS]
    others = sum(level * span.sum() for other, level in WEEKLY.items() if other != name)
    rows = []
    for arm, share, treated in (("held out", HELD, 0.0), ("as usual", 1 - HELD, 1.0)):
        users = round(PEOPLE * share)
        rate = (BASELINE * TEST_WEEKS + others + treated * WEEKLY[name] * span.sum()) / PEOPLE
        converters = int(generator.binomial(users, rate))
        revenue = float(np.round(converters * VALUE * (1 + generator.normal(0, 0.002)), 2))
        squares = float(np.round(converters * (VALUE**2 + 20.0**2), 2))
        rows.append((arm, users, converters, revenue, squares))
    columns = ["arm", "users", "converters", "revenue", "revenue_squared"]
    table = pd.DataFrame(rows, columns=columns)
    table.to_csv(FOLDER / f"attribution_{name}_holdout.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
