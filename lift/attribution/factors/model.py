"""Calibration factors of channels: incremental over attributed, drifting between tests, pooled over channels.

The factor of channel c at time t is  kappa = level_c exp(u_c(t)).  Nine channels of ten bring something: their level is
exp(mu + omega z_c), with mu and omega shared by all of them and z Student-t with four degrees of freedom and unit variance,
so that an extreme channel is not drawn to the others and one never tested is not taken for more extreme than channels are.
One of ten brings nothing or next to it, of either sign: its level is z_c times a tenth, whatever the others are. Null and
negative tests are data, and say that a channel is of the second kind; they say nothing of the channels that bring something.
u is a stationary drift whose correlation halves with every half-life, so that a test says less of a channel the older it is;
it is relative to the factor, because credit inflates by shares. What a test measured is kappa times the credit that it moved,
and the likelihood stands on that product, never on a ratio; the noise in the count is part of it. Credit that a factor takes
away is nobody else's. Intervals are held to simulated truth in benchmarks/factors.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from lift.moments import Array

TYPICAL, TYPICAL_SD = 0.94, 0.5
"""Prior median of the factor of a channel that brings something, and spread of the logarithm of the centre of all: credit is
mostly more than increment. With the channels that bring nothing the prior median is .85."""
NOTHING, NOTHING_SD = 0.1, 0.1
"""Prior probability that a channel brings nothing or next to it, and spread of its factor around zero: half of that
probability lies below zero."""
SPREAD, DRIFT, BIAS, AGEING = 0.5, 0.25, 0.15, 0.5
"""Scales of the priors: half-normal standard deviations between channels, of drift, of a test's bias against its own size;
log-normal of the half-life."""
WORLDS, PARTICLES = 4000, 200
"""Draws of what channels share, and particles of each channel for each of them."""


@dataclass(frozen=True, slots=True)
class ChannelTests:
    """What tests of one channel measured, in the order of time.

    Parameters
    ----------
    time : numpy.ndarray, shape (test,)
        Middle of each test in weeks, rising.
    effect, se : numpy.ndarray, shape (test,)
        Increment and its standard error, in the unit of the credit.
    credit, noise : numpy.ndarray, shape (test,)
        Attributed credit that the test moved, signed as the effect is, and the standard deviation of its noise.
    """

    time: Array
    effect: Array
    se: Array
    credit: Array
    noise: Array


@dataclass(frozen=True, slots=True)
class Factors:
    """Draws of the posterior of all channels.

    Parameters
    ----------
    level : numpy.ndarray, shape (draw, channel)
        Factor before drift.
    drift_sd, half_life, bias : numpy.ndarray, shape (draw,)
        The bias is the size of a test's own, as a share of what it moved.
    drift : tuple of numpy.ndarray, shape (draw, test of the channel)
        At the tests, in units of `drift_sd`.
    times : tuple of numpy.ndarray, shape (test of the channel,)
    effective : float
        How many independent draws these are worth.
    """

    level: Array
    drift_sd: Array
    half_life: Array
    bias: Array
    drift: tuple[Array, ...]
    times: tuple[Array, ...]
    effective: float

    def at(self, channel: int, times: Array, seed: int) -> Array:
        """Return draws of a channel's factor at other times, joint over them.

        Parameters
        ----------
        channel : int
        times : numpy.ndarray, shape (time,)
            In weeks, rising.
        seed : int

        Returns
        -------
        numpy.ndarray, shape (draw, time)
        """
        generator = np.random.default_rng([seed, channel])
        drift = bridge(self.times[channel], self.drift[channel], times, self.half_life, generator)
        return self.level[:, [channel]] * np.exp(self.drift_sd[:, None] * drift)

    def with_total(self, total: "Total", seed: int) -> "tuple[Factors, Array]":
        """Return the posterior that has also seen a test of several channels, and what the one without it said of the test.

        Parameters
        ----------
        total : Total
        seed : int

        Returns
        -------
        Factors
            The same draws, those kept more often whose channels add up to what the test measured.
        numpy.ndarray, shape (draw,)
            Increment of all channels of the test, before it was known.
        """
        generator = np.random.default_rng([seed, len(self.level)])
        drift, times = list(self.drift), list(self.times)
        predicted, variance = np.zeros(len(self.level)), np.full(len(self.level), total.se**2)
        for channel, credit, noise in zip(total.channels, total.credit, total.noise, strict=True):
            there = bridge(times[channel], drift[channel], np.array([total.time]), self.half_life, generator)
            kappa = self.level[:, channel] * np.exp(self.drift_sd * there[:, 0])
            predicted += kappa * credit
            variance += (kappa * noise) ** 2
            place = int(np.searchsorted(times[channel], total.time))
            times[channel] = np.insert(times[channel], place, total.time)
            drift[channel] = np.insert(drift[channel], place, there[:, 0], axis=1)
        variance += (self.bias * predicted) ** 2
        height = -0.5 * ((total.effect - predicted) ** 2 / variance + np.log(variance))
        share = np.exp(height - height.max())
        share /= share.sum()
        marks = (np.arange(len(share)) + generator.uniform()) / len(share)
        chosen = generator.permutation(np.minimum(np.searchsorted(np.cumsum(share), marks), len(share) - 1))
        kept = Factors(
            level=self.level[chosen],
            drift_sd=self.drift_sd[chosen],
            half_life=self.half_life[chosen],
            bias=self.bias[chosen],
            drift=tuple(path[chosen] for path in drift),
            times=tuple(times),
            effective=self.effective * float(1 / (share**2).sum()) / len(share),
        )
        return kept, predicted


@dataclass(frozen=True, slots=True)
class Total:
    """A test of several channels at once, beside the credit that it moved.

    Parameters
    ----------
    channels : tuple of int
        Places among the channels of the factors.
    time : float
        Middle in weeks, as in `ChannelTests`.
    effect, se : float
    credit, noise : tuple of float
        Of each channel.
    """

    channels: tuple[int, ...]
    time: float
    effect: float
    se: float
    credit: tuple[float, ...]
    noise: tuple[float, ...]


def fit_factors(
    tests: list[ChannelTests], half_life: float, seed: int, worlds: int = WORLDS, particles: int = PARTICLES
) -> Factors:
    """Return the posterior of the factors of all channels, those without a test included.

    Parameters
    ----------
    tests : list of ChannelTests
        One a channel; empty arrays where a channel was never tested.
    half_life : float
        Prior median of the drift's half-life in weeks.
    seed : int
    worlds, particles : int
        Draws of what channels share, and particles of each channel for each of them.

    Returns
    -------
    Factors

    Notes
    -----
    Importance sampling: what channels share is drawn from its prior; given that, channels are independent, and a particle
    filter over each channel's tests returns an unbiased estimate of their likelihood and a path through them. Weighting
    the shared draws by the product of the estimates is exact for any number of particles (Tran et al. 2013,
    importance sampling squared); `effective` says what the weights are worth.
    """
    generator = np.random.default_rng(seed)
    mu = np.log(TYPICAL) + TYPICAL_SD * generator.standard_normal(worlds)
    omega, tau, bias = (scale * np.abs(generator.standard_normal(worlds)) for scale in (SPREAD, DRIFT, BIAS))
    half_lives = half_life * np.exp(AGEING * generator.standard_normal(worlds))
    weight = np.zeros(worlds)
    levels, drifts = [], []
    for mine in tests:
        shared = (mu, omega, tau, half_lives, bias)
        level, drift, likelihood = _filter(mine, shared, particles, generator)
        levels.append(level)
        drifts.append(drift)
        weight += likelihood
    share = np.exp(weight - weight.max())
    share /= share.sum()
    chosen = np.searchsorted(np.cumsum(share), (np.arange(worlds) + generator.uniform()) / worlds)
    chosen = generator.permutation(np.minimum(chosen, worlds - 1))
    return Factors(
        level=np.column_stack(levels)[chosen],
        drift_sd=tau[chosen],
        half_life=half_lives[chosen],
        bias=bias[chosen],
        drift=tuple(drift[chosen] for drift in drifts),
        times=tuple(mine.time for mine in tests),
        effective=float(1 / (share**2).sum()),
    )


def _filter(
    tests: ChannelTests,
    shared: tuple[Array, ...],
    particles: int,
    generator: np.random.Generator,
) -> tuple[Array, Array, Array]:
    """Return a level, a path of drifts through the tests and the log-likelihood for each shared draw."""
    mu, omega, tau, half_life, bias = (values[:, None] for values in shared)
    size = (len(mu), particles)
    spread = student_t4(generator.standard_normal(size))
    nothing = generator.uniform(size=size) < NOTHING
    level = np.where(nothing, NOTHING_SD * spread, np.exp(mu + omega * spread))
    path = np.empty((len(tests.time), *size))
    likelihood = np.zeros(len(mu))
    drift, before = np.zeros(size), -np.inf
    for k, time in enumerate(tests.time):
        rho = 0.5 ** ((time - before) / half_life)
        drift = rho * drift + np.sqrt(1 - rho**2) * generator.standard_normal(size)
        path[k] = drift
        kappa = level * np.exp(tau * drift)
        claimed = kappa * tests.credit[k]
        # the true credit behind a noisy count is integrated out: its noise times the factor is part of the effect's
        variance = tests.se[k] ** 2 + (kappa * tests.noise[k]) ** 2 + (bias * claimed) ** 2
        height = -0.5 * ((tests.effect[k] - claimed) ** 2 / variance + np.log(variance))
        top = height.max(axis=1, keepdims=True)
        weight = np.exp(height - top)
        likelihood += top[:, 0] + np.log(weight.mean(axis=1))
        kept = _resampled(weight, generator)
        level, drift, before = level.ravel()[kept], drift.ravel()[kept], time
        path[: k + 1] = path[: k + 1].reshape(k + 1, -1)[:, kept]
    # particles are alike after resampling: any one is a draw
    return level[:, 0], path[:, :, 0].T, likelihood


def _resampled(weight: Array, generator: np.random.Generator) -> np.ndarray:
    """Return which particle each place of each row is taken from (systematic resampling), then shuffled in the row."""
    rows, count = weight.shape
    climbed = np.cumsum(weight, axis=1) / weight.sum(axis=1, keepdims=True)
    climbed[:, -1] = 1.0
    marks = np.floor(climbed * count + generator.uniform(size=(rows, 1))).astype(np.int64)
    copies = np.diff(np.minimum(marks, count), axis=1, prepend=0)
    copies[:, -1] += count - copies.sum(axis=1)
    chosen = np.repeat(np.arange(rows * count), copies.ravel()).reshape(rows, count)
    first = generator.integers(count, size=rows)
    chosen[:, [0]], chosen[np.arange(rows), first] = (
        chosen[np.arange(rows), first][:, None],
        chosen[:, 0].copy(),
    )
    return chosen


def bridge(
    known_at: Array, known: Array, times: Array, half_life: Array, generator: np.random.Generator
) -> Array:
    """Return a stationary drift of unit variance at other times, given what it was at some.

    Parameters
    ----------
    known_at : numpy.ndarray, shape (known,)
        Rising times.
    known : numpy.ndarray, shape (draw, known)
    times : numpy.ndarray, shape (time,)
        Rising.
    half_life : numpy.ndarray, shape (draw,)
    generator : numpy.random.Generator

    Returns
    -------
    numpy.ndarray, shape (draw, time)
    """
    nothing = np.zeros(len(half_life))
    drift = np.empty((len(half_life), len(times)))
    left_at, left, passed = -np.inf, nothing, 0
    for k, time in enumerate(times):
        while passed < len(known_at) and known_at[passed] <= time:
            left_at, left, passed = known_at[passed], known[:, passed], passed + 1
        ahead = passed < len(known_at)
        right_at, right = (known_at[passed], known[:, passed]) if ahead else (np.inf, nothing)
        from_left, from_right = 0.5 ** ((time - left_at) / half_life), 0.5 ** ((right_at - time) / half_life)
        both = np.maximum(1 - (from_left * from_right) ** 2, 1e-300)
        mean = (from_left * (1 - from_right**2) * left + from_right * (1 - from_left**2) * right) / both
        variance = np.maximum((1 - from_left**2) * (1 - from_right**2) / both, 0.0)
        drift[:, k] = mean + np.sqrt(variance) * generator.standard_normal(len(half_life))
        left_at, left = time, drift[:, k]
    return drift


def student_t4(normal: Array) -> Array:
    """Return the Student-t variate with four degrees of freedom, of unit variance, at a standard normal's quantile."""
    p = np.clip(ndtr(normal), 1e-12, 1 - 1e-12)
    root = np.minimum(np.sqrt(4 * p * (1 - p)), 1.0)
    # its quantile has a closed form, of variance 2
    return np.sign(p - 0.5) * np.sqrt(2 * np.maximum(np.cos(np.arccos(root) / 3) / root - 1, 0.0))
