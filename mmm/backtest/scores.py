"""How good forecasts were, and whether they were better than naive ones beyond chance.

References
----------
Gneiting, Raftery 2007, Strictly proper scoring rules, prediction, and estimation, JASA 102(477). Diebold, Mariano 1995,
Comparing predictive accuracy, JBES 13(3); Harvey, Leybourne, Newbold 1997, IJF 13(2) (the correction for few origins).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from mmm.backtest.tables import SCORES

LEVEL = 0.9
"""Of the interval of skill; skill is claimed where all of it lies above 0."""
FEWEST_ORIGINS = 8
"""Origins below which nothing is said about skill: a standard error from fewer is itself a guess."""
NAIVE = {"last value": "last_value", "seasonal naive": "seasonal_naive"}


def crps(samples: np.ndarray, actual: np.ndarray) -> np.ndarray:
    """Return the continuous ranked probability score of samples (..., sample) at `actual` (...), NaN where that is unknown.

    Parameters
    ----------
    samples : numpy.ndarray, shape (..., sample)
        At least two draws of the forecast.
    actual : numpy.ndarray, shape (...)
        NaN where unknown.

    Returns
    -------
    numpy.ndarray, shape (...)
        In the unit of the samples; smaller is better.

    Notes
    -----
    ``E|X - y| - E|X - X'| / 2``, the second expectation over pairs of different samples.
    """
    count = samples.shape[-1]
    ordered = np.sort(samples, axis=-1)
    rank = 2 * np.arange(1, count + 1) - count - 1
    pairs = (ordered * rank).sum(axis=-1) * 2 / (count * (count - 1))
    return np.abs(samples - actual[..., None]).mean(axis=-1) - pairs / 2


@dataclass(frozen=True, slots=True)
class Skill:
    """By how much the model's error is smaller than a naive forecaster's, as a share of it, with its interval."""

    value: float
    lower: float
    upper: float


def skill(model: np.ndarray, naive: np.ndarray, horizon: int) -> Skill:
    """Return the skill of mean absolute errors by origin, in their order, shapes (origin,).

    Parameters
    ----------
    model, naive : numpy.ndarray, shape (origin,)
    horizon : int
        Forecasts over so many periods overlap: their errors are allowed to be related over one period less.

    Returns
    -------
    Skill
        1 less the ratio of errors, with its interval; without one (infinite ends) where origins are too few.

    Notes
    -----
    One less the ratio of mean errors, its interval that of the ratio's logarithm: linearised, it is a mean over origins,
    with the variance of Diebold and Mariano (rectangular window), the correction of Harvey and others, and Student-t quantiles.
    """
    count, ratio = len(model), model.mean() / naive.mean()
    parts = model / model.mean() - naive / naive.mean()
    lags = range(min(horizon, count))
    spread = sum((2 if lag else 1) * (parts[lag:] * parts[: count - lag]).sum() / count for lag in lags)
    if count < FEWEST_ORIGINS or spread <= 0:
        return Skill(float(1 - ratio), -np.inf, np.inf)
    correction = (count + 1 - 2 * horizon + horizon * (horizon - 1) / count) / count
    error = np.sqrt(spread / count / max(correction, 1 / count))
    reach = float(stats.t.ppf((1 + LEVEL) / 2, count - 1) * error)
    return Skill(*(float(1 - ratio * np.exp(move)) for move in (0.0, reach, -reach)))


def scores_table(forecasts: pd.DataFrame, origins: pd.DataFrame, horizon: int) -> pd.DataFrame:
    """Return the table ``backtest_scores``: one step ahead and, where asked for, all steps up to the horizon.

    Parameters
    ----------
    forecasts : pandas.DataFrame
        The table ``backtest``.
    origins : pandas.DataFrame
        The table ``backtest_origins``.
    horizon : int
        Periods that are forecast from each origin.

    Returns
    -------
    pandas.DataFrame
        One row for the model and each naive forecast, for each number of steps.
    """
    rows = []
    for steps in sorted({1, horizon}):
        scored = forecasts[(forecasts["step"] <= steps) & forecasts["actual"].notna()]
        rows.append(_model_row(scored, origins if steps == 1 else None, steps))
        rows += [_naive_row(scored, name, column, steps) for name, column in NAIVE.items()]
    return SCORES.frame(rows)


def _model_row(scored: pd.DataFrame, origins: pd.DataFrame | None, steps: int) -> dict[str, object]:
    density = origins["log_density"].to_numpy() if origins is not None else np.array([np.nan])
    return _blank("model", steps, scored, scored["median"]) | {
        "crps": scored["crps"].mean(),
        **{f"coverage_{level}": _covered(scored, level) for level in (50, 90)},
        "elpd": density.sum(),
        "elpd_error": np.sqrt(len(density)) * density.std(ddof=1) if len(density) > 1 else np.nan,
    }


def _naive_row(scored: pd.DataFrame, name: str, column: str, steps: int) -> dict[str, object]:
    both = scored[scored[column].notna()]
    row = _blank(name, steps, both, both[column])
    row["crps"] = row["mae"]
    if both.empty:
        return row
    errors = pd.DataFrame(
        {
            "first": both["first"],
            "model": (both["actual"] - both["median"]).abs(),
            "naive": (both["actual"] - both[column]).abs(),
        }
    )
    by_origin = errors.groupby("first").mean()
    found = skill(by_origin["model"].to_numpy(), by_origin["naive"].to_numpy(), steps)
    return row | {"skill": found.value, "skill_lower": found.lower, "skill_upper": found.upper}


def _blank(name: str, steps: int, scored: pd.DataFrame, forecast: pd.Series) -> dict[str, object]:
    empty = {column.name: np.nan for column in SCORES.columns}
    error = (scored["actual"] - forecast).abs().mean()
    return empty | {"forecaster": name, "steps": steps, "forecasts": len(scored), "mae": error}


def _covered(scored: pd.DataFrame, level: int) -> float:
    return float(scored["actual"].between(scored[f"lower_{level}"], scored[f"upper_{level}"]).mean())
