"""What one source says of a channel, on the one scale that all sources share: what came of the channel per unit of its spend.

An experiment counts four weeks of some regions, a model years of a market, an attribution system what it exports. Amounts of
such different windows cannot be compared, and are never subtracted; their ratio to the spend of the same window can.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import pandas as pd

from mixproof.records.table import Column, TableSpec

EXPERIMENT, MODEL, BEFORE = "experiment", "model", "model before calibration"
CLAIMED, CALIBRATED, RULE = "attribution", "attribution, calibrated", "credit rule"
BOOK = "to book"
SOURCES = (EXPERIMENT, BEFORE, MODEL, CLAIMED, CALIBRATED, RULE, BOOK)
"""Every source, in the order of the table and the page."""
NAN = float("nan")

TRIANGULATION = TableSpec(
    "triangulation",
    "what one source says of a channel, or what of it finance may book",
    (
        Column("channel", "text", "", "channel, or several together joined by ' + '"),
        Column("source", "text", "", f"{', '.join(SOURCES)}"),
        Column("detail", "text", "", "experiment with its arm, system, rule, or the source that is booked"),
        Column("start", "text", "", "first day that the source counts, ISO; empty where not known"),
        Column("end", "text", "", "last day that it counts, ISO; empty where not known"),
        Column("unit", "text", "", "unit of the increment: the currency, or the outcome where it has no value in money"),
        Column("spend", "number", "currency", "spend that the increment came of; empty where not known"),
        Column("increment", "number", "unit", "what came of the spend in that window, or what is to be booked"),
        Column("increment_lower", "number", "unit", "lower end of its interval; empty where the source gives none"),
        Column("increment_upper", "number", "unit", "upper end of its interval; empty where the source gives none"),
        Column("per_spend", "number", "unit per currency", "increment per unit of spend; what sources are compared by"),
        Column("per_spend_lower", "number", "unit per currency", "lower end of its interval"),
        Column("per_spend_upper", "number", "unit per currency", "upper end of its interval"),
        Column("level", "number", "fraction", "level of the intervals; empty where the source gives none"),
        Column("note", "text", "", "what must be read with the row; for what is to be booked: why"),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Statement:
    """What one source says of a channel.

    Parameters
    ----------
    channel : str
    source : str
        One of `SOURCES`.
    detail : str
    window : tuple of two str
        First and last day, ISO; empty where not known.
    spend : float
        Of the window, in money; NaN where not known.
    increment : tuple of three float
        Point, lower and upper end, in the unit of the table; ends are NaN where the source gives none.
    level : float
        Of the interval; NaN where there is none.
    note : str
    """

    channel: str
    source: str
    detail: str
    window: tuple[str, str]
    spend: float
    increment: tuple[float, float, float]
    level: float = NAN
    note: str = ""

    @property
    def per_spend(self) -> tuple[float, float, float]:
        """Return point, lower and upper end per unit of spend; NaN where the spend is not known."""
        middle, low, high = (value / self.spend if self.spend > 0 else NAN for value in self.increment)
        return middle, low, high

    def quantile(self, share: float) -> float:
        """Return a quantile of the increment: a normal on each side of the point, with the interval's ends."""
        middle, low, high = self.increment
        end = low if share < 0.5 else high
        reach = NormalDist().inv_cdf(share) / NormalDist().inv_cdf((1 + self.level) / 2)
        return middle + abs(reach) * (end - middle)

    def at(self, spend: float, window: tuple[str, str]) -> "Statement":
        """Return the same return on another spend: what it would mean there.

        Parameters
        ----------
        spend : float
        window : tuple of two str

        Returns
        -------
        Statement
        """
        middle, low, high = (value * spend for value in self.per_spend)
        return Statement(
            self.channel, self.source, self.detail, window, spend, (middle, low, high), self.level, self.note
        )


def rows(statements: Iterable[Statement], unit: str) -> pd.DataFrame:
    """Return the table ``triangulation``: channels in order of appearance, sources in that of `SOURCES`.

    Parameters
    ----------
    statements : iterable of Statement
    unit : str

    Returns
    -------
    pandas.DataFrame
    """
    kept = list(statements)
    order = {name: place for place, name in enumerate(dict.fromkeys(one.channel for one in kept))}
    kept.sort(key=lambda one: (order[one.channel], SOURCES.index(one.source)))
    return TRIANGULATION.frame([_row(one, unit) for one in kept])


def _row(one: Statement, unit: str) -> Mapping[str, Any]:
    parts = ("", "_lower", "_upper")
    return {
        "channel": one.channel,
        "source": one.source,
        "detail": one.detail,
        "start": one.window[0],
        "end": one.window[1],
        "unit": unit,
        "spend": one.spend,
        **{f"increment{part}": value for part, value in zip(parts, one.increment, strict=True)},
        **{f"per_spend{part}": value for part, value in zip(parts, one.per_spend, strict=True)},
        "level": one.level,
        "note": one.note,
    }
