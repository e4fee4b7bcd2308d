"""How much likelier the data are if a channel's spend follows demand than if it only causes sales.

Two accounts of the outcome are compared for each channel, both with calendar, named effects, all media and a
baseline that wanders. In the first, spend can only act forwards: its effect is a carried-over, saturating response of
any of `MECHANISMS` forms, as large as the prior on its return allows. In the second, the baseline also moves with log
spend, smoothed to both sides: demand that planners saw (or foresaw) is there before the money is, and moves
sales by more, and with less delay, than money of that amount could. The ratio of the two likelihoods, all sizes and forms
integrated out, is the evidence.

References
----------
Sims 1972, Money, income and causality, AER 62 (a cause has no leads). Kass, Raftery 1995, Bayes factors, JASA 90.
Whittle 1963, Prediction and Regulation (what a series tells of another that it follows is a filter to both sides).
"""

from dataclasses import dataclass

import numpy as np
from scipy import linalg, optimize, special

from mmm.checks.demand_chasing_series import Medium, Series

MECHANISMS = 200
"""Forms of response that a channel may have."""
MEMORY = 16.0
"""Weeks that a response may last."""
SLACK = 0.15
"""Prior variance of a response that is of none of these forms, as a share of all its prior variance."""
SMOOTHING = 0.5
"""What a week's spend tells of demand, a week before and after."""
DELAYS = {0: 0.8, 4: 0.2}
"""Weeks after which planners may react, and how likely each is; smoothing covers a week or two more and less."""
FOLLOWED, SPREAD = 0.05, 0.02
"""Demand that a chase would follow: movement of the outcome, as a fraction, that one sd of spend stands for, and its sd."""
LARGEST = 0.7
"""The same in sd of the wandering baseline, where outcomes move so much that 5 % would not be seen."""
OFFSET = 0.5
"""Part of the usual active spend that is added before logs, so that a pause is low and not infinitely low."""
DRIFT_WEEKS = 12.0
"""Length scale of the baseline's slow movement."""
PERSISTENCE = (0.0, 0.3, 0.6, 0.8, 0.9)
"""Autocorrelations, from week to week, that the baseline's fast movement may have."""
USUAL_NOISE = (-3.3, -3.5)
"""Prior mean of log sd of the baseline's fast and slow movement; sd 1."""


@dataclass(frozen=True, slots=True)
class Responses:
    """A channel's effect as it is believed to be before looking, in the space that nothing named explains.

    Parameters
    ----------
    forms : numpy.ndarray, shape (rest, form)
        Contribution by date if it were the whole outcome in sum.
    effect : numpy.ndarray, shape (value,)
        Equally likely sizes.
    """

    forms: np.ndarray
    effect: np.ndarray

    @property
    def mean(self) -> np.ndarray:
        """Prior mean of the contribution, shape (rest,)."""
        return self.effect.mean() * self.forms.mean(axis=1)

    @property
    def covariance(self) -> np.ndarray:
        """Prior covariance of the contribution, shape (rest, rest)."""
        second = np.mean(self.effect**2) / self.forms.shape[1] * self.forms @ self.forms.T
        return second - np.outer(self.mean, self.mean)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What both accounts have in common, in the space that nothing named explains.

    Parameters
    ----------
    rest : numpy.ndarray, shape (known, rest)
        From `Series.unnamed`.
    believed : dict of str to Responses
        By channel.
    error : numpy.ndarray, shape (rest,)
        The outcome less the prior means of all media.
    baseline, media : numpy.ndarray, shape (rest, rest)
        Covariance of the wandering baseline, and prior covariance of all media.
    followed : float
        Movement of the outcome, as a fraction, that one sd of spend stands for in a chase.
    """

    rest: np.ndarray
    believed: dict[str, Responses]
    error: np.ndarray
    baseline: np.ndarray
    media: np.ndarray
    followed: float

    def outcome(self, name: str) -> np.ndarray:
        """Return the outcome less the prior means of all channels but this, shape (rest,)."""
        return self.error + self.believed[name].mean

    def cover(self, name: str) -> np.ndarray:
        """Return the covariance (rest, rest) of all but this channel, of whose own only the slack is left."""
        return self.baseline + self.media - (1 - SLACK) * self.believed[name].covariance

    def demand_paths(self, medium: Medium, series: Series) -> list[np.ndarray]:
        """Return what a channel's spend tells of demand.

        Parameters
        ----------
        medium : Medium
            Of a paid channel.
        series : Series

        Returns
        -------
        list of numpy.ndarray, each shape (rest,)
            One for each of `DELAYS`.
        """
        assert medium.spend is not None  # asked of paid channels alone
        return [self.rest.T @ path[series.known] for path in demand_paths(medium.spend, series.step)]


def prepare(series: Series) -> Prepared:
    """Return what both accounts of the outcome have in common."""
    rest, known = series.unnamed(), series.known
    believed = {name: responses(medium, series, rest) for name, medium in series.media.items()}
    media = sum((each.covariance for each in believed.values()), np.zeros((rest.shape[1], rest.shape[1])))
    error = rest.T @ series.outcome[known] - sum(each.mean for each in believed.values())
    baseline, fast = _baseline(error, media, series, rest)
    return Prepared(rest, believed, error, baseline, media, max(FOLLOWED, LARGEST * fast))


def log_evidence(series: Series) -> dict[str, float]:
    """Return, for each paid channel, the log of how much likelier the data are if its spend follows demand.

    Notes
    -----
    For channel c with forms f and sizes b, y the outcome less the other channels' mean, V the covariance of
    baseline, other channels and slack, and x smoothed log spend of sd 1:
    ``sum_fb N(y | b f + g x, V) p(g) dg / sum_fb N(y | b f, V)``, p(g) normal and cut at 0, averaged over delays.
    """
    ready = prepare(series)
    found = {}
    for name, medium in series.media.items():
        if medium.spend is None or np.ptp(medium.spend[series.known]) == 0:
            continue
        rising = ready.demand_paths(medium, series)
        found[name] = _log_ratio(
            ready.outcome(name), ready.cover(name), ready.believed[name], rising, ready.followed
        )
    return found


def responses(medium: Medium, series: Series, rest: np.ndarray) -> Responses:
    """Return what may have come of a channel's exposure, each form with a sum of 1 outcome over the known dates.

    Parameters
    ----------
    medium : Medium
        Exposure, and quantiles of what the prior gives it.
    series : Series
        Length of a period in weeks, and which dates are known.
    rest : numpy.ndarray, shape (known, rest)
        From `Series.unnamed`.

    Returns
    -------
    Responses
        Inner products of each form with each column of `rest`.
    """
    exposure = medium.exposure / usual(medium.exposure)
    lags = max(int(np.ceil(MEMORY / series.step)), 1)
    weeks = (np.arange(lags) + 0.5) * series.step
    rng = np.random.default_rng(1)  # the same forms for every channel and run: they are a grid, not a sample
    forms = []
    for number in range(MECHANISMS):
        if rng.random() < 0.5:
            weight = rng.uniform(0.01, 0.85) ** weeks
        else:
            peak, shape = rng.uniform(0.5, 5.0), rng.uniform(1.2, 3.0)
            weight = weeks ** (shape - 1) * np.exp(-weeks * (shape - 1) / peak)
        # Before the first date there was either nothing or more of the same: each in half of the forms.
        before = np.full(lags, exposure[: max(lags // 2, 1)].mean() * (number % 2))
        carried = np.convolve(np.concatenate([before, exposure]), weight / weight.sum())
        carried = carried[lags : lags + len(exposure)]
        half, slope, saturates = rng.uniform(0.5, 2.5), rng.uniform(0.8, 1.8), rng.random() < 0.7
        raised = carried**slope
        forms.append(raised / (raised + half**slope) if saturates else carried)
    inside = np.array(forms)[:, series.known]
    sums = inside.sum(axis=1, keepdims=True)
    scaled = inside / np.where(sums > 0, sums, 1.0) * inside.shape[1]
    return Responses(rest.T @ scaled.T, medium.effect)


def usual(values: np.ndarray) -> float:
    """Return the median over active dates, 1 where there are none."""
    active = values[values > 0]
    return float(np.median(active)) if len(active) else 1.0


def demand_paths(spend: np.ndarray, step: float) -> list[np.ndarray]:
    """Return what spend tells of the demand it would follow, one path of shape (date,) for each of `DELAYS`.

    Parameters
    ----------
    spend : numpy.ndarray, shape (date,)
        At least 0, in any unit.
    step : float
        Length of a period in weeks.

    Returns
    -------
    list of numpy.ndarray, each shape (date,)
        Logarithms of spend over its usual size, smoothed.
    """
    logs = np.log(spend / usual(spend) + OFFSET)
    reach = max(int(10 / step), 1)
    weight = SMOOTHING ** (step * np.abs(np.arange(-reach, reach + 1)))
    path = np.convolve(np.pad(logs, reach, mode="edge"), weight / weight.sum(), "valid")
    leads = [round(delay / step) for delay in DELAYS]
    return [np.concatenate([path[lead:], np.full(lead, path[-1])]) for lead in leads]


def _baseline(
    error: np.ndarray, media: np.ndarray, series: Series, rest: np.ndarray
) -> tuple[np.ndarray, float]:
    """Return covariance (rest, rest) of the baseline that suits data in which no spend follows, and its fast sd."""
    weeks = np.flatnonzero(series.known) * series.step
    apart = np.abs(np.subtract.outer(weeks, weeks))
    slow = rest.T @ np.exp(-0.5 * (apart / DRIFT_WEEKS) ** 2) @ rest

    def cost(logs: np.ndarray, fast: np.ndarray) -> float:
        cover = np.exp(2 * logs[0]) * fast + np.exp(2 * logs[1]) * slow + media
        root = linalg.cholesky(cover, lower=True)
        white = linalg.solve_triangular(root, error, lower=True)
        fit = np.log(np.diag(root)).sum() + 0.5 * white @ white
        return float(fit + 0.5 * ((logs - np.array(USUAL_NOISE)) ** 2).sum())

    best = (np.inf, slow, 0.0)
    for memory in PERSISTENCE:
        fast = rest.T @ (memory**apart) @ rest
        options = {"maxfev": 40, "xatol": 0.05, "fatol": 0.05}
        found = optimize.minimize(cost, USUAL_NOISE, args=(fast,), method="Nelder-Mead", options=options)
        if found.fun < best[0]:
            best = (
                found.fun,
                np.exp(2 * found.x[0]) * fast + np.exp(2 * found.x[1]) * slow,
                np.exp(found.x[0]),
            )
    return best[1], float(best[2])


def _log_ratio(
    error: np.ndarray, cover: np.ndarray, own: Responses, rising: list[np.ndarray], followed: float
) -> float:
    """Return the log ratio of both likelihoods of one channel, sizes and forms integrated out."""
    paths = np.column_stack([path / max(np.sqrt(np.mean(path**2)), 1e-12) for path in rising])
    root = linalg.cholesky(cover, lower=True)
    white = linalg.solve_triangular(root, np.column_stack([error, own.forms, paths]), lower=True)
    left, forms, paths = white[:, 0], white[:, 1 : -paths.shape[1]], white[:, -paths.shape[1] :]
    size = own.effect[:, None]
    causes = size * (left @ forms) - 0.5 * size**2 * (forms**2).sum(axis=0)
    follows = []
    spread = SPREAD * followed / FOLLOWED
    for path, chance in zip(paths.T, DELAYS.values(), strict=True):
        slope = path @ left - size * (path @ forms) + followed / spread**2
        precision = path @ path + 1 / spread**2
        # int exp(slope g - precision g^2 / 2) over g > 0, over the same of the prior alone.
        above = special.log_ndtr(slope / np.sqrt(precision)) - special.log_ndtr(followed / spread)
        gain = (
            0.5 * slope**2 / precision - 0.5 * (followed / spread) ** 2 - np.log(spread * np.sqrt(precision))
        )
        follows.append(causes + gain + above + np.log(chance))
    ratio = special.logsumexp(follows) - special.logsumexp(causes)
    return float(ratio)
