"""From simulated paths of the outcome to the tables of a forecast."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmm.effects.contribution import decompose, parts
from mmm.forecast.ahead import Ahead, draws_ahead
from mmm.forecast.future import YEAR, Future
from mmm.forecast.paths import forecaster
from mmm.forecast.tables import ALL_GEOS, FORECAST, FORECAST_CHANNELS, FORECAST_INPUTS, FORECAST_TOTAL
from mmm.problem.draws import Draws

QUANTILES = {"median": 0.5, "lower_50": 0.25, "upper_50": 0.75, "lower_90": 0.05, "upper_90": 0.95}


@dataclass(frozen=True, slots=True)
class Simulated:
    """Outcomes to come, one path a draw, in original outcome.

    Parameters
    ----------
    future : Future
    outcome : numpy.ndarray, shape (geo, period, sample)
        Of the window, with noise.
    media : numpy.ndarray, shape (channel, geo, period, sample)
        What each channel brings of it.
    """

    future: Future
    outcome: np.ndarray
    media: np.ndarray


def simulated(ahead: Ahead, draws: Draws, future: Future, rng: np.random.Generator) -> Simulated:
    """Return simulated outcomes of the window.

    Parameters
    ----------
    ahead : Ahead
    draws : Draws
        Of the model of the panel.
    future : Future
        What `ahead` was made of.
    rng : numpy.random.Generator

    Returns
    -------
    Simulated
    """
    problem, drawn = ahead.problem, draws_ahead(draws, ahead, rng)
    steps = problem.window.shape[1] - ahead.first
    outcome = forecaster(problem, drawn, ahead.first).paths(0, steps, np.arange(drawn.count), rng)
    names, places = parts(problem)
    window = slice(ahead.start, None)
    media = np.empty((len(places), len(problem.panel.geos), len(future.dates), drawn.count))
    for place, block in drawn.blocks((len(names) + 6) * problem.window.size):
        media[..., place] = decompose(problem, block).values[list(places)][:, :, window]
    return Simulated(future, outcome[:, ahead.start - ahead.first :], media)


def forecast_tables(found: Simulated, plan: str) -> dict[str, pd.DataFrame]:
    """Return the tables ``forecast``, ``forecast_total``, ``forecast_channels`` and ``forecast_inputs``.

    Parameters
    ----------
    found : Simulated
    plan : str
        What its media are called.

    Returns
    -------
    dict of str to pandas.DataFrame
        By name.
    """
    dates, panel = found.future.dates, found.future.panel
    spend = panel.data["spend"].transpose("geo", "date", "channel").values[:, found.future.start :]
    rows, totals = [], []
    for geo, outcome, media, money in _by_geo(found, spend):
        each = _columns(outcome, media)
        rows.append(pd.DataFrame({"plan": plan, "geo": geo, "date": dates} | each))
        whole = _columns(outcome.sum(axis=0, keepdims=True), media.sum(axis=0, keepdims=True))
        known = {
            "plan": plan,
            "geo": geo,
            "start": dates[0],
            "end": dates[-1],
            "periods": len(dates),
            "spend": money,
        }
        totals.append(pd.DataFrame(known | whole))
    return {
        FORECAST.name: FORECAST.frame(pd.concat(rows, ignore_index=True)),
        FORECAST_TOTAL.name: FORECAST_TOTAL.frame(pd.concat(totals, ignore_index=True)),
        FORECAST_CHANNELS.name: _channels(found, spend, plan),
        FORECAST_INPUTS.name: _inputs(found.future, plan),
    }


def _by_geo(found: Simulated, spend: np.ndarray) -> Iterator[tuple[str, np.ndarray, np.ndarray, float]]:
    """Yield each geo, and all of them where there are several: outcome and media (period, sample), and spend."""
    media, geos = found.media.sum(axis=0), found.future.panel.geos
    if len(geos) > 1:
        yield ALL_GEOS, found.outcome.sum(axis=0), media.sum(axis=0), float(np.nansum(spend))
    for number, geo in enumerate(geos):
        yield geo, found.outcome[number], media[number], float(np.nansum(spend[number]))


def _columns(outcome: np.ndarray, media: np.ndarray) -> dict[str, np.ndarray]:
    """Return the columns that all tables of outcomes have, of paths (period, sample)."""
    ends = np.quantile(outcome, list(QUANTILES.values()), axis=-1)
    mean, brought = outcome.mean(axis=-1), media.mean(axis=-1)
    return {
        "mean": mean,
        **dict(zip(QUANTILES, ends, strict=True)),
        "baseline": mean - brought,
        "media": brought,
    }


def _channels(found: Simulated, spend: np.ndarray, plan: str) -> pd.DataFrame:
    brought = found.media.sum(axis=(1, 2))
    lower, upper = np.quantile(brought, [0.05, 0.95], axis=-1)
    columns = {
        "plan": plan,
        "channel": found.future.panel.channels,
        "spend": spend.sum(axis=(0, 1)),
        "contribution_mean": brought.mean(axis=-1),
        "contribution_lower": lower,
        "contribution_upper": upper,
        "caution": "",
    }
    return FORECAST_CHANNELS.frame(pd.DataFrame(columns))


def _inputs(future: Future, plan: str) -> pd.DataFrame:
    """Return what was assumed of everything that the model is about, beside what it was a year before."""
    data, rows = future.panel.data, []
    before = np.arange(future.start, data.sizes["date"]) - YEAR[future.panel.frequency]
    values = {"channel": data["exposure"], "control": data["controls"], "treatment": data["treatments"]}
    for each in future.assumed:
        mean = year_before = np.nan
        if each.kind in values:
            own = values[each.kind].sel({each.kind: each.name})
            mean = float(own.isel(date=slice(future.start, None)).mean())
            year_before = float(own.isel(date=before).mean()) if before[0] >= 0 else np.nan
        rows.append(
            {
                "plan": plan,
                "kind": each.kind,
                "name": each.name,
                "assumed": each.said,
                "mean": mean,
                "year_before": year_before,
            }
        )
    return FORECAST_INPUTS.frame(rows)
