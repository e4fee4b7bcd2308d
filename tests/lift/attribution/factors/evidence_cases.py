"""Experiments and the rows of one system, with numbers that are easily worked out by hand."""

from datetime import date, timedelta
from typing import Any

import pandas as pd

from lift.attribution.config import AttributionConfig
from mixproof.records.attribution import ATTRIBUTED
from mixproof.records.evidence import Evidence, Readout, SpendPath

START = date(2025, 1, 6)


def rows(
    channels: dict[str, float], weeks: int = 12, geos: tuple[str, ...] = ("",), **changes: Any
) -> pd.DataFrame:
    """Return weekly rows of the system `ads`: the same credit every week, in every geo."""
    plain = {
        "system": "ads",
        "arm": "",
        "campaign": "",
        "window": 0,
        "basis": "any",
        "lookback_days": 7.0,
        "dated_by": "conversion",
        "outcome": "orders",
        "noise_sd": 0.0,
        "complete_after": 0.0,
    }
    made = []
    for week in range(weeks):
        first = START + timedelta(days=7 * week)
        days = {"start": first.isoformat(), "end": (first + timedelta(days=6)).isoformat()}
        for channel, count in channels.items():
            amounts = dict.fromkeys(("attributed", "lower", "upper"), count)
            money = dict.fromkeys(("value", "value_lower", "value_upper"), 50 * count)
            made += [
                {**plain, **days, **amounts, **money, "channel": channel, "geo": geo, **changes}
                for geo in geos
            ]
    return ATTRIBUTED.frame(made)


def evidence(effect: float, se: float, channel: str = "search", **changes: Any) -> Evidence:
    """Return a test of weeks 5 to 8 with full dose."""
    start, end = START + timedelta(days=28), START + timedelta(days=55)
    geos = changes.pop("geos", ())
    money = changes.pop("money", (1000.0, 0.0))
    share = changes.pop("people_share", 1.0)
    market = changes.pop("market_share", 1.0)
    channels = (channel,) if isinstance(channel, str) else channel
    readout = Readout("treated", channels, start, end, effect, geos, people_share=share, market_share=market)
    path = SpendPath(channels, "treated", (), (start,), 28, ((money[0],),), ((money[1],),))
    plain: dict[str, Any] = {
        "experiment": f"{channels[0]} test",
        "kind": "holdout",
        "estimand": "incremental_outcome",
        "outcome_kind": "count",
        "outcome": "orders",
        "unit": "orders",
        "currency": "EUR",
        "readouts": (readout,),
        "covariance": ((se**2,),),
        "start": start,
        "end": end,
        "outcome_end": end,
        "treated_share": share,
        "arms": (),
        "spend": (path,),
        "level": 0.9,
        "lower": (effect - 1.645 * se,),
        "upper": (effect + 1.645 * se,),
        "method": "difference",
        "quality": "randomised",
    }
    return Evidence(**{**plain, **changes})


def section() -> AttributionConfig:
    """Return a section whose system is `ads`."""
    return AttributionConfig.model_validate(
        {"currency": "EUR", "systems": [{"name": "ads", "file": "ads.csv", "outcome": "orders"}]},
        strict=False,
    )
