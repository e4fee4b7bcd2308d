"""Media-mix runs of the walk over the schema: tiny tables, and every way in which they may be written and modelled."""

from itertools import batched
from pathlib import Path

import numpy as np
import pandas as pd

from mixproof.aggregates.config import DataConfig, Exposed, Missing, Outcome, TableSource
from mmm.config import (
    Adstock,
    ChannelModel,
    ChannelPrior,
    Drift,
    FitOptions,
    Geo,
    Interval,
    Likelihood,
    Saturation,
    Trend,
)
from tests.end_to_end.walk.books import finance
from tests.end_to_end.walk.budgets import PLANS, plan
from tests.end_to_end.walk.rows import Row, choices, given, pairwise, turn, values
from workflow.config import ReportOptions

PERIODS = {"daily": 70, "weekly": 60, "monthly": 30, "yearly": 16}
PRIOR = {"median": 0.5, "upper": 3.0}
PRIORS = [quantity for quantity in ChannelPrior.model_fields if quantity != "mroi"]
ON_KERNEL = [family for family in values(Likelihood, "family") if family != "negative_binomial"]
WAYS = pairwise(
    {
        "adstock": values(Adstock, "family"),
        "saturation": values(Saturation, "family"),
        "order": values(ChannelModel, "order"),
    }
)


def readable(row: Row) -> bool:
    """Return whether rows of this grain make periods of this length, without a table of a hundred thousand rows."""
    if row["rows_are"] is None:
        return True
    return row["frequency"] in {"hourly": ("daily",), "daily": ("weekly", "monthly")}[row["rows_are"]]


TABLES = pairwise(
    choices(
        (DataConfig, "frequency"),
        *((TableSource, key) for key in ("layout", "decimal", "dates_mark", "rows_are", "duplicates")),
    ),
    readable,
)
REPAIRS = pairwise(choices(*((Missing, key) for key in Missing.model_fields)))
GEOS = pairwise(choices((Geo, "pooling"), (Geo, "scaling")))
MODES = pairwise(choices((Interval, "kind"), (FitOptions, "mode")))
PAIRS = [
    pair
    for frequency in values(DataConfig, "frequency")
    for pair in batched([row for row in TABLES if row["frequency"] == frequency], 2)
]
"""Tables of media that one run reads beside each other."""
CHANNELS = -(-len(WAYS) // max(len(PAIRS), len(GEOS), 10))
MEDIA_MIX = max(len(PAIRS), len(REPAIRS), len(GEOS), len(MODES), len(PLANS) - 2, -(-len(WAYS) // CHANNELS))
"""Runs; two plans more are those of the runs on PyMC and with doubts."""


def periods(frequency: str, anchor: str) -> pd.DatetimeIndex:
    """Return first days of periods, and one more."""
    rule = {"daily": "D", "weekly": f"W-{anchor[:3].upper()}", "monthly": "MS", "yearly": "YS"}[frequency]
    start = "2000-01-01" if frequency == "yearly" else "2022-01-01"
    return pd.date_range(start, periods=PERIODS[frequency] + 1, freq=rule)


def media_table(
    path: Path, row: Row, bounds: pd.DatetimeIndex, media: dict[str, np.ndarray], geos: int
) -> Row:
    """Write spend by period and geo as `row` says, and return the section that reads it."""
    wide = pd.DataFrame({"from": bounds[:-1], "to": bounds[1:], **media})
    frame = pd.concat([wide.assign(geo=f"g{number}") for number in range(geos)], ignore_index=True)
    if row["rows_are"]:
        step = pd.Timedelta(hours=1) if row["rows_are"] == "hourly" else pd.Timedelta(days=1)
        count = (frame["to"] - frame["from"]) // step
        frame = frame.loc[frame.index.repeat(count)].reset_index(drop=True)
        place = frame.groupby(["geo", "from"]).cumcount()
        for name in media:
            frame[name] = frame[name] / frame.groupby(["geo", "from"])[name].transform("size")
        frame["from"] = frame["from"] + place * step
        frame["to"] = frame["from"] + step
    day = frame["to"] - pd.Timedelta(days=1) if row["dates_mark"] == "end" else frame["from"]
    hourly = row["rows_are"] == "hourly"
    frame["day"] = (
        frame["from"].dt.strftime("%Y-%m-%dT%H:00:00+00:00") if hourly else day.dt.strftime("%Y-%m-%d")
    )
    frame = frame.drop(columns=["from", "to"])
    if row["layout"] == "long":
        frame = frame.melt(["day", "geo"], var_name="channel", value_name="spend")
    if row["duplicates"] == "sum":
        numbers = frame.select_dtypes("number") / 2
        frame = pd.concat([frame.assign(**numbers)] * 2)
    frame.to_csv(path, index=False, decimal=row["decimal"] or ".")
    section = {key: value for key, value in row.items() if key != "frequency"}
    channel = "channel" if row["layout"] == "long" else None
    return given({"file": path.name, "date": "day", "geo": "geo", "channel": channel, **section})


def media_mix(folder: Path, number: int) -> Row:
    """Return a run on tiny tables of geos, which are written to `folder`."""
    rng, tables, repair = np.random.default_rng(number), turn(PAIRS, number), turn(REPAIRS, number)
    anchor, frequency = turn(values(DataConfig, "week_starts"), number), tables[0]["frequency"]
    bounds = periods(frequency, anchor)
    ways = [turn(WAYS, number * CHANNELS + each) for each in range(CHANNELS)]
    media = {f"c{each}": rng.gamma(2.0, 50.0, len(bounds) - 1).round(2) + 10 for each in range(CHANNELS)}
    refunds, first = turn(values(DataConfig, "refunds"), number), next(iter(media))
    if refunds == "net":
        media[first][5] = -5.0
    outcome = 1000 + sum(media.values()) + rng.normal(0, 30, len(bounds) - 1)
    frame = pd.concat(
        pd.DataFrame(
            {"day": bounds[:-1].strftime("%Y-%m-%d"), "geo": f"g{geo}", "population": 1000 * (geo + 1),
             "sales": ((geo + 1) * outcome + rng.normal(0, 20, len(outcome))).round(),
             "sent": rng.integers(5, 90, len(outcome)), "promotion": rng.integers(0, 2, len(outcome)),
             "price": rng.normal(10, 1, len(outcome)).round(2)}
        ) for geo in range(3)
    ).reset_index(drop=True)  # fmt: skip
    columns = {"outcome": "sales", "exposure": "sent", "treatment": "promotion", "control": "price"}
    for key, column in columns.items():
        if repair[key] != "refuse":
            frame[column] = frame[column].astype(float)
            frame.loc[len(outcome) // 2, column] = np.nan
    frame.to_csv(folder / "sales.csv", index=False)
    kind = turn(values(Outcome, "kind"), number)
    read = {place: list(media)[place :: len(tables)] for place in range(len(tables))}
    long = {name for place, names in read.items() if tables[place]["layout"] == "long" for name in names}
    allocate = turn(values(Exposed, "allocate"), number)
    return {
        "name": f"walk-{number}",
        "report": {"readable_by": turn(values(ReportOptions, "readable_by"), number)},
        "data": {
            "frequency": frequency,
            "week_starts": anchor,
            "currency": "EUR",
            **({"time_zone": "UTC"} if any(table["rows_are"] == "hourly" for table in tables) else {}),
            "tables": [
                *(
                    media_table(folder / f"media{place}.csv", table, bounds, {name: media[name] for name in read[place]}, 3)
                    for place, table in enumerate(tables)
                ),
                {"file": "sales.csv", "date": "day", "geo": "geo"},
            ],
            "outcome": given({"column": "sales", "kind": kind, "value": 30.0 if kind == "count" else None}),
            "channels": [
                given({"name": name, "spend": "spend" if name in long else name, "allocate": allocate})
                for name in media
            ],
            "organic": [given({"name": "mail", "exposure": "sent", "allocate": allocate})],
            "treatments": [{"name": "promotion", "column": "promotion"}],
            "controls": [{"name": "price", "column": "price"}],
            "population": {"column": "population"},
            "refunds": refunds,
            "missing": repair,
            "accept": ["little-data", "unit-switch"],
        },
        "plan": plan(number, frequency, ("price",)),
        "finance": finance(folder, number, bounds),
        "mmm": {
            "margin": 0.5,
            "channels": {
                name: {"adstock": {"family": way["adstock"]}, "saturation": {"family": way["saturation"]},
                       "order": way["order"], "prior": {turn(PRIORS, number + place): PRIOR}}
                for place, (name, way) in enumerate(zip(media, ways, strict=True))
            },
            "baseline": {
                "trend": {"kind": turn(values(Trend, "kind"), number), "changepoints": 2},
                "drift": {"kind": turn(values(Drift, "kind"), number // 2)},
                "seasonality": {"yearly": 0},
            },
            "geo": given(turn(GEOS, number)),
            "likelihood": {"family": turn(ON_KERNEL, number)},
            "interval": {"kind": turn(MODES, number)["kind"]},
            "fit": {"mode": turn(MODES, number)["mode"], "chains": 2, "draws": 100, "max_draws": 100, "tune": 100},
        },
    }  # fmt: skip


def on_pymc(folder: Path, number: int) -> Row:
    """Return the run whose model only PyMC computes, with all that takes it there, on one channel: it compiles long."""
    rng, weeks = np.random.default_rng(number), pd.date_range("2022-01-03", periods=60, freq="7D")
    spend = rng.gamma(2.0, 50.0, 60).round(2) + 10
    frame = pd.DataFrame(
        {"day": weeks.strftime("%Y-%m-%d"), "spend": spend, "reach": rng.integers(50, 900, 60)}
    )
    frame["contacts"] = rng.uniform(1, 4, 60).round(2)
    frame["orders"] = rng.poisson(20 + spend / 20)
    frame.to_csv(folder / "national.csv", index=False)
    way = {"adstock": {"family": "geometric", "lags": 3}, "prior": {"mroi": PRIOR}}
    return {
        "name": "walk-pymc",
        "data": {
            "frequency": "weekly",
            "currency": "EUR",
            "tables": [{"file": "national.csv", "date": "day"}],
            "outcome": {"column": "orders", "kind": "count", "value": 30.0},
            "channels": [{"name": "tv", "spend": "spend", "reach": "reach", "frequency": "contacts"}],
        },
        "plan": plan(MEDIA_MIX, "weekly", ()),
        "mmm": {
            "default": way,
            "baseline": {"drift": {"kind": "none"}, "seasonality": {"yearly": 0}},
            "likelihood": {"family": "negative_binomial", "autocorrelation": False},
            "fit": {"chains": 2, "draws": 100, "max_draws": 100, "tune": 100},
        },
    }
