"""From origins to the tables of their forecasts."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from mmm.backtest.frame import Frame
from mmm.backtest.importance import log_mean
from mmm.backtest.leave_future_out import Origin
from mmm.backtest.naive import last_value, seasonal_naive
from mmm.backtest.scores import crps
from mmm.backtest.tables import FORECASTS, ORIGINS
from mmm.numerics.importance_weights import systematic

PATHS = 4000
"""Simulated paths an origin."""
ENDS = {"lower_50": 0.25, "upper_50": 0.75, "lower_90": 0.05, "upper_90": 0.95}


def origins_table(frame: Frame, origins: Sequence[Origin]) -> pd.DataFrame:
    """Return the table ``backtest_origins``.

    Parameters
    ----------
    frame : Frame
        For dates.
    origins : sequence of Origin
        In the order of time.

    Returns
    -------
    pandas.DataFrame
        One row an origin; log densities in nats.
    """
    dates = frame.problem.panel.data["date"].values
    rows = []
    for origin in origins:
        density, error = log_mean(origin.weights, origin.forecaster.log_density[origin.place])
        rows.append(
            {
                "first": dates[origin.forecast],
                "fitted_before": dates[origin.fit.forecast],
                "fitted": origin.refitted,
                "warm": origin.refitted and origin.fit.warm,
                "k_hat": np.nan if origin.tried == -np.inf else origin.tried,
                "effective_draws": origin.weights.effective,
                "log_density": density,
                "monte_carlo_error": error,
            }
        )
    return ORIGINS.frame(rows)


def forecasts_table(frame: Frame, origins: Sequence[Origin], horizon: int, seed: int) -> pd.DataFrame:
    """Return the table ``backtest``: forecasts of all geos, over `horizon` periods or to the last known outcome.

    Parameters
    ----------
    frame : Frame
        For dates and outcomes.
    origins : sequence of Origin
        In the order of time.
    horizon : int
        Periods that are forecast from each origin.
    seed : int
        Of the simulated paths.

    Returns
    -------
    pandas.DataFrame
        One row an origin, step and geo; in original outcome.
    """
    rows: list[dict[str, Any]] = []
    for origin in origins:
        rows += _forecasts(frame, origin, horizon, np.random.default_rng([seed, origin.forecast]))
    return FORECASTS.frame(rows)


def _forecasts(frame: Frame, origin: Origin, horizon: int, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Return the rows of one origin."""
    panel, outcome = frame.problem.panel, frame.problem.outcome
    first, last = origin.forecast, int(frame.forecasts[-1])
    chosen = systematic(origin.weights.log, PATHS, rng)
    samples = origin.forecaster.paths(origin.place, min(horizon, last - first + 1), chosen, rng)
    actual = outcome[:, first : first + samples.shape[1]]
    score, ends = crps(samples, actual), np.quantile(samples, [0.5, *ENDS.values()], axis=-1)
    ranks = origin.forecaster.ranks(origin.place, np.exp(origin.weights.log))
    before = last_value(outcome, first)
    dates = panel.data["date"].values
    rows = []
    for geo, step in np.ndindex(actual.shape):
        rows.append(
            {
                "first": dates[first],
                "date": dates[first + step],
                "step": step + 1,
                "geo": panel.geos[geo],
                "actual": actual[geo, step],
                "mean": samples[geo, step].mean(),
                **{name: ends[place, geo, step] for place, name in enumerate(["median", *ENDS])},
                "crps": score[geo, step],
                "rank": ranks[geo] if step == 0 else np.nan,
                "last_value": before[geo],
                "seasonal_naive": seasonal_naive(outcome, first, first + step, panel.frequency)[geo],
            }
        )
    return rows
