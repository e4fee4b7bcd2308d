"""A small market of people for tests, its section, and the pandas that works its aggregates out without an engine."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from mixproof.aggregates.events.config import EventsConfig
from mixproof.aggregates.events.world import write_events

TOUCHES = 50_000
DAY = pd.Timedelta(days=1)


def section(**changes: Any) -> EventsConfig:
    """Return the section that reads a small market, as configs/events.yaml reads the large one."""
    event = {
        "event": "event_id",
        "time": "ts",
        "ingest": "ingested",
        "person": "person",
        "consent": "consent",
    }
    touch = {**event, "channel": "channel", "bot": "bot_score"}
    given: dict[str, Any] = {
        "currency": "EUR",
        "time_zone": "Europe/Berlin",
        "start": "2025-01-06",
        "end": "2026-01-04",
        "people_at_least": 10,
        "touches": [
            {"name": "web", "file": "events_touches.parquet", "columns": touch},
            {"name": "app", "file": "events_app.parquet", "columns": touch},
        ],
        "conversions": [
            {
                "name": "shop",
                "file": "events_orders.parquet",
                "columns": {**event, "value": "value", "currency": "currency"},
            },
            {"name": "till", "file": "events_till.parquet", "columns": {**event, "value": "value"}},
        ],
        "costs": [
            {
                "name": "ads",
                "file": "events_costs.csv",
                "columns": {"day": "day", "cost": "cost", "channel": "channel", "currency": "currency"},
            }
        ],
        "links": {
            "name": "links",
            "file": "events_links.parquet",
            "columns": {"device": "device", "person": "person"},
        },
        "rates": {
            "name": "rates",
            "file": "events_rates.csv",
            "columns": {"day": "day", "currency": "currency", "rate": "rate"},
        },
        "experiments": [
            {
                "name": "social_holdout",
                "file": "events_assignment.parquet",
                "columns": {"person": "person", "arm": "arm"},
                "start": "2025-08-04",
                "end": "2025-10-26",
                "covariate_days": 56,
            }
        ],
    }
    return EventsConfig.model_validate(given | changes)


def market(folder: Path, touches: int = TOUCHES) -> Path:
    """Return the folder, with the files of a small market in it."""
    write_events(folder, touches)
    return folder


class ByHand:
    """The aggregates of a market, worked out in pandas: another program, another author's order of doing things."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        links = pd.read_parquet(folder / "events_links.parquet").sort_values(["device", "person"])
        self.person = links.drop_duplicates("device").set_index("device")["person"]
        self.touches = self._events("touches", "app")
        self.touches = self.touches[self.touches["bot_score"].astype(float) < 0.5]
        everything = self._events("orders", "till", consented=False)
        everything["cents"] = (everything["value"].astype(float) * 100).round().astype("int64")
        self.conversions, self.lost = everything[everything["consent"]], everything[~everything["consent"]]

    def _events(self, *names: str, consented: bool = True) -> pd.DataFrame:
        rows = pd.concat([pd.read_parquet(self.folder / f"events_{name}.parquet") for name in names])
        rows = rows.sort_values(["ingested", "ts"], kind="stable").drop_duplicates("event_id")
        rows = rows[rows["consent"] | (not consented)].copy()
        rows["person"] = rows["person"].map(self.person).fillna(rows["person"])
        rows["day"] = rows["ts"].dt.tz_convert("Europe/Berlin").dt.tz_localize(None).dt.floor("D")
        rows["date"] = rows["day"] - pd.to_timedelta(rows["day"].dt.day_of_week, unit="D")
        rows["inside"] = rows["day"].between("2025-01-06", "2026-01-04")
        return rows

    @cache  # noqa: B019  # one object a test module
    def credit(self, days: int) -> pd.DataFrame:
        """Return one row a conversion and touch in a window, in their order, with the credit of every rule."""
        conversions = self.conversions[self.conversions["inside"]]
        pairs = conversions.merge(self.touches, on="person", suffixes=("", "_touch"))
        age = pairs["ts"] - pairs["ts_touch"]
        pairs = pairs[(age >= pd.Timedelta(0)) & (age < days * DAY)].copy()
        pairs["age"] = (pairs["ts"] - pairs["ts_touch"]) // DAY
        pairs = pairs.sort_values(["event_id", "ts_touch", "event_id_touch"])
        given = [
            _credit(list(path["channel"]), list(path["age"]))
            for _, path in pairs.groupby("event_id", sort=False)
        ]
        return pairs.assign(**{rule: [part for each in given for part in each[rule]] for rule in given[0]})

    def paid(self) -> pd.Series:
        """Return costs in euros by week and channel."""
        costs = pd.read_csv(self.folder / "events_costs.csv", parse_dates=["day"])
        rates = pd.read_csv(self.folder / "events_rates.csv", parse_dates=["day"]).sort_values("day")
        priced = pd.merge_asof(costs.sort_values("day"), rates[["day", "rate"]], on="day")
        rate = priced["rate"].where(priced["currency"] == "USD", 1.0)
        priced["cents"] = (priced["cost"] * rate * 100 + 1e-7).round()
        priced = priced[priced["day"].between("2025-01-06", "2026-01-04")]
        priced["date"] = priced["day"] - pd.to_timedelta(priced["day"].dt.day_of_week, unit="D")
        return priced.groupby(["date", "channel"])["cents"].sum()


def _credit(channels: list[str], ages: list[int]) -> Mapping[str, list[int]]:
    """Return the credit of each touch of one path by every rule, in micro-credits."""
    n, whole = len(channels), 1_000_000
    marketing = [i for i, channel in enumerate(channels) if channel != "direct"]
    last = marketing[-1] if marketing else n - 1
    weights = [round(2**20 * 0.5 ** (age / 7.0)) for age in ages]
    middle = 200_000 // (n - 2) if n > 2 else 0
    position = (
        [whole]
        if n == 1
        else [500_000] * 2
        if n == 2
        else [400_000, *[middle] * (n - 2), 600_000 - (n - 2) * middle]
    )
    decay = [whole * weight // sum(weights) for weight in weights[:-1]]
    return {
        "first": [whole if i == 0 else 0 for i in range(n)],
        "last": [whole if i == n - 1 else 0 for i in range(n)],
        "last_non_direct": [whole if i == last else 0 for i in range(n)],
        "linear": [whole // n] * (n - 1) + [whole - (n - 1) * (whole // n)],
        "position": position,
        "time_decay": [*decay, whole - sum(decay)],
    }
