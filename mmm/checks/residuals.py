"""Residuals: is there a pattern in what the model did not foresee, one step ahead?

References
----------
Ljung, Box 1978, On a measure of lack of fit in time series models, Biometrika 65. Durbin, Watson 1950, Biometrika 37.
"""

import numpy as np
from scipy.special import gammaincc, ndtri

from mixproof.records.verdict import Finding, Status
from mmm.checks import thresholds, wording
from mmm.checks.check import Check, Examination

NAME = "residuals"
MOST_LAGS = 10
FEWEST_PERIODS = 20


def run(examined: Examination) -> list[Finding]:
    """Return the finding on the geo whose one-step residuals follow the clearest pattern."""
    problem = examined.problem
    fitted_lags = int(problem.config.likelihood.autocorrelation)
    return [judge(examined.fitted.rank, problem.panel.geos, fitted_lags)]


def judge(rank: np.ndarray, geos: list[str], fitted_lags: int) -> Finding:
    """Return the finding on predictive ranks (geo, date), NaN where unknown.

    Ranks become normal scores, so that heavy tails do not pass for a pattern. The p-value is that of the geo with
    the clearest pattern, times the number of geos: geos may share shocks, and this holds whether they do or not.

    Parameters
    ----------
    rank : numpy.ndarray, shape (geo, date)
        Predictive probability of an outcome below the actual one.
    geos : list of str
        Names, in the order of `rank`.
    fitted_lags : int
        Autocorrelations that the model itself has estimated.

    Returns
    -------
    Finding
        A pass where no geo has enough periods.
    """
    scores = {geo: _longest_run(row) for geo, row in zip(geos, rank, strict=True)}
    scores = {geo: row for geo, row in scores.items() if len(row) >= FEWEST_PERIODS}
    if not scores:
        return Finding(NAME, "pass", wording.NO_RESIDUALS)
    p_values = {geo: ljung_box(row, _lags(row), fitted_lags) for geo, row in scores.items()}
    geo = min(p_values, key=lambda name: p_values[name])
    p = min(1.0, p_values[geo] * len(scores))
    score = scores[geo]
    correlation = float(np.corrcoef(score[1:], score[:-1])[0, 1])
    # A flexible baseline follows the outcomes it is fitted to and so leaves neighbours that differ: that widens intervals.
    # What narrows them wrongly is a pattern left over, and it shows as neighbours that are alike.
    status, sentence = _judged(p, correlation)
    words = sentence.format(
        where="" if len(geos) == 1 else f" (clearest in {geo})",
        correlation=correlation,
        watson=durbin_watson(score),
        p=wording.p_words(p),
        lags=_lags(score),
        how="differ more than chance has it" if correlation < 0 else "are hardly alike",
    )
    return Finding(NAME, status, words, p, thresholds.AUTOCORRELATION_ALARM)


def _judged(p: float, correlation: float) -> tuple[Status, str]:
    """Return the status and what is said, for the p-value of any pattern and the correlation of neighbours."""
    if p >= thresholds.AUTOCORRELATION_ALARM:
        return "pass", wording.RESIDUALS_FINE
    if correlation < thresholds.MATERIAL_AUTOCORRELATION:
        return "note", wording.RESIDUALS_APART
    return "warning", wording.RESIDUALS_RELATED


def _longest_run(rank: np.ndarray) -> np.ndarray:
    """Return normal scores of the longest run of neighbouring known outcomes."""
    known = np.flatnonzero(np.isfinite(rank))
    if not len(known):
        return np.empty(0)
    runs = np.split(known, np.flatnonzero(np.diff(known) > 1) + 1)
    longest = max(runs, key=len)
    return ndtri(np.clip(rank[longest], 1e-6, 1 - 1e-6))


def _lags(score: np.ndarray) -> int:
    return min(MOST_LAGS, len(score) // 5)


def ljung_box(score: np.ndarray, lags: int, fitted_lags: int) -> float:
    """Return the p-value of the Ljung-Box test that `score` (date,) is unrelated to itself over `lags` lags.

    Parameters
    ----------
    score : numpy.ndarray, shape (date,)
        Normal scores without gaps.
    lags : int
        More than `fitted_lags`, and fewer than dates.
    fitted_lags : int
        Taken off the degrees of freedom.

    Returns
    -------
    float
        Between 0 and 1.
    """
    dates, centred = len(score), score - score.mean()
    lag = np.arange(1, lags + 1)
    correlation = np.array([centred[k:] @ centred[:-k] for k in lag]) / (centred @ centred)
    statistic = dates * (dates + 2) * (correlation**2 / (dates - lag)).sum()
    return float(gammaincc((lags - fitted_lags) / 2, statistic / 2))  # the tail of a chi-square law


def durbin_watson(score: np.ndarray) -> float:
    """Return the Durbin-Watson statistic: 2 where neighbours are unrelated, less where they are alike."""
    return float((np.diff(score) ** 2).sum() / (score**2).sum())


CHECK = Check(NAME, run)
