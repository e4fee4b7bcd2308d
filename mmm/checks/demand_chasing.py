"""Demand chasing: does spend follow what sells without media, so that its return is mixed up with that demand?

Two looks at each channel, both after calendar (level, trend, yearly season) is taken out of log spend and of the demand
that neither media nor anything named explains:

- level: do they move together at all? A correlation, its standard error widened for two slow series (Bartlett);
- change: does a surprise in spend come with, or after, a surprise in demand? Correlations of what each series' own
  past does not foretell, at lags 0 and 1, where an effect that the model has found leaves none.

The score is the mean of both: its standard deviation is at most 1 when spend ignores demand, however the two looks
depend on each other. Where the model takes demand for an effect of the channel, both are weakened: see
`thresholds.CHASING_ALARM` for how often the test is right.

References
----------
Bartlett 1935, Some aspects of the time-correlation problem, JRSS 98. Haugh 1976, Checking the independence of two
covariance-stationary time series, JASA 71.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from scipy import stats

from mixlift.aggregates.panel import PERIODS_PER_YEAR
from mixlift.records.verdict import Finding
from mmm.checks import thresholds, wording
from mmm.checks.examination import Check, Examination
from mmm.effects.setting import Setting

NAME = "demand_chasing"
OWN_LAGS = 3
"""Periods of its own past that foretell a series."""
YEARLY_PAIRS = 6
"""Fourier pairs of the calendar."""
FEWEST_PERIODS = 52
"""Periods below which neither correlation says much."""
DEMAND_PARTS = ("intercept", "drift", "shock")
"""Components that stand for demand nobody named."""


@dataclass(frozen=True, slots=True)
class Following:
    """How spend moves with demand: two correlations and their common score, standard normal when it does not."""

    level: float
    change: float
    score: float


def run(examined: Examination) -> list[Finding]:
    """Return a finding for each channel whose spend follows demand, or that none is seen to."""
    setting = examined.setting
    demand = unexplained_demand(examined)
    known = np.isfinite(demand)
    if known.sum() < FEWEST_PERIODS:
        return [Finding(NAME, "pass", wording.CHASING_UNKNOWN)]
    times = calendar(setting)[known]
    spend = setting.spend.sum(axis=0)[setting.span][known]
    scores = {
        name: following(spend[:, number], demand[known], times)
        for number, name in enumerate(setting.panel.channels)
        if name in setting.panel.paid and np.ptp(spend[:, number]) > 0
    }
    return judge(scores)


def judge(scores: dict[str, Following]) -> list[Finding]:
    """Return the findings on all channels; the limit holds the false-alarm rate over all of them together."""
    if not scores:
        return [Finding(NAME, "pass", wording.CHASING_UNKNOWN)]
    findings = [_finding(name, seen, len(scores)) for name, seen in scores.items()]
    findings = [finding for finding in findings if finding.status == "warning"]
    if findings:
        return findings
    closest = max(scores, key=lambda name: scores[name].score)
    return [_finding(closest, scores[closest], len(scores))]


def _finding(channel: str, seen: Following, channels: int) -> Finding:
    """Return the finding on one of `channels` channels."""
    certain = seen.score > score_limit(thresholds.CHASING_CERTAIN, channels)
    alarm = thresholds.CHASING_CERTAIN if certain else thresholds.CHASING_ALARM
    limit = score_limit(alarm, channels)
    warned = seen.score > limit
    sentence = (wording.CHASING if warned else wording.NO_CHASING).format(
        channel=channel,
        verb=wording.CHASING_CERTAIN if certain else wording.CHASING_POSSIBLE,
        level=seen.level,
        change=seen.change,
        score=seen.score,
        limit=limit,
        alarm=alarm,
    )
    return Finding(
        NAME, "warning" if warned else "pass", sentence, seen.score, limit, channel if warned else None
    )


def score_limit(alarm: float, channels: int) -> float:
    """Return the score that any of `channels` channels exceeds with probability `alarm` at most, by chance."""
    return NormalDist().inv_cdf(1 - alarm / channels)


def unexplained_demand(examined: Examination) -> np.ndarray:
    """Return the outcome less everything named and all media, all geos together, shape (date,) of the span.

    Posterior mean, over its own size; NaN at dates at which a geo's outcome is unknown.
    """
    setting, found = examined.setting, examined.found
    named = [
        number
        for number, part in enumerate(found.parts)
        if part.kind != "baseline" or part.name not in DEMAND_PARTS
    ]
    outcome = np.where(setting.window, setting.outcome, 0.0).sum(axis=0)[setting.span]
    whole = setting.panel.observed.sum(axis=0)[setting.span] == len(setting.panel.geos)
    demand = outcome - found.by_date[named].mean(axis=-1).sum(axis=0)
    return np.where(whole, demand, np.nan) / np.nanmean(np.abs(outcome))


def calendar(setting: Setting) -> np.ndarray:
    """Return level, trend and yearly season, shape (date, feature) of the span."""
    dates = setting.dates
    columns = [np.ones(len(dates)), np.linspace(-0.5, 0.5, len(dates))]
    if PERIODS_PER_YEAR[setting.panel.frequency] >= 2 * YEARLY_PAIRS and (dates[-1] - dates[0]).days >= 364:
        angle = 2 * np.pi * dates.values.astype("datetime64[D]").astype(float) / 365.25
        columns += [wave(k * angle) for k in range(1, YEARLY_PAIRS + 1) for wave in (np.sin, np.cos)]
    return np.column_stack(columns)


def following(spend: np.ndarray, demand: np.ndarray, times: np.ndarray) -> Following:
    """Return how `spend` (date,) moves with `demand` (date,) beyond the calendar `times` (date, feature).

    Spend is taken in logs, because budgets are raised in per cent; a tenth of a usual active period is added, so
    that pauses count as low and not as infinitely low.
    """
    logs = np.log(spend + 0.1 * np.median(spend[spend > 0]))
    level, level_score = _level(_without(logs, times), _without(demand, times), times.shape[1])
    own, other = _surprise(logs, times), _surprise(demand, times)
    together, after = _correlation(own, other), _correlation(own[1:], other[:-1])
    free = len(own) - 3 - times.shape[1] - OWN_LAGS
    change_score = np.sqrt(free / 2) * (np.arctanh(together) + np.arctanh(after))
    score = (level_score + change_score) / 2
    return Following(level, together, float(score))


def _without(series: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Return what least squares on `columns` leaves of `series`."""
    return series - columns @ np.linalg.lstsq(columns, series, rcond=None)[0]


def _surprise(series: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Return what calendar and its own past do not foretell of `series`, shape (date - OWN_LAGS,)."""
    past = [series[OWN_LAGS - lag : len(series) - lag] for lag in range(1, OWN_LAGS + 1)]
    return _without(series[OWN_LAGS:], np.column_stack([times[OWN_LAGS:], *past]))


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Return the correlation of two series, 0 if one never moves."""
    a, b = a - a.mean(), b - b.mean()
    size = np.sqrt((a @ a) * (b @ b))
    return float(np.clip(a @ b / size, -0.999, 0.999)) if size > 0 else 0.0


def _level(a: np.ndarray, b: np.ndarray, used: int) -> tuple[float, float]:
    """Return the correlation of two slow series and its score, standard normal when they are unrelated.

    The variance of the correlation is ``(1 + 2 sum_k w_k r_a(k) r_b(k)) / n`` with Bartlett's weights w.
    """
    count, correlation = len(a), _correlation(a, b)
    most = min(count // 3, 40)

    def own(series: np.ndarray) -> np.ndarray:
        power = series @ series
        lagged = [series[k:] @ series[:-k] for k in range(1, most)]
        return np.array(lagged) / power if power > 0 else np.zeros(most - 1)

    weight = 1 - np.arange(1, most) / most
    widened = max(1.0, 1.0 + 2.0 * float((weight * own(a) * own(b)).sum()))
    independent = (count - used) / widened
    # Few independent periods: a t, not a normal; its score with the same tail probability.
    free = max(independent - 2, 1.0)
    t = correlation * np.sqrt(free / (1 - correlation**2))
    return correlation, float(stats.norm.isf(stats.t.sf(t, free)))


CHECK = Check(NAME, run)
