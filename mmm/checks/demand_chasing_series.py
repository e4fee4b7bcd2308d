"""What the question whether spend follows demand is asked of: sums over geos, by week where data are daily."""

from dataclasses import dataclass

import numpy as np
from scipy import linalg

from mixproof.aggregates.panel import PERIODS_PER_YEAR
from mmm.problem.priors import DEFAULT_SHARE, shifted_lognormal
from mmm.problem.problem import Problem

WEEKS_PER_YEAR = PERIODS_PER_YEAR["weekly"]
YEARLY_PAIRS = 6
"""Fourier pairs of the calendar."""
QUANTILES = (np.arange(24) + 0.5) / 24
"""Probabilities at which the prior of a channel's effect is read."""
NAMED = ("holiday", "event", "control", "treatment")
"""Components that stand for what somebody named, a control of demand among them."""


@dataclass(frozen=True, slots=True)
class Medium:
    """A channel: what drives the response, what it cost, and what is believed of its effect.

    Parameters
    ----------
    exposure : numpy.ndarray, shape (date,)
    spend : numpy.ndarray, shape (date,), or None for a channel that costs nothing
    effect : numpy.ndarray, shape (value,)
        Quantiles of the prior of its contribution in the window, as a fraction of the outcome there.
    """

    exposure: np.ndarray
    spend: np.ndarray | None
    effect: np.ndarray


@dataclass(frozen=True, slots=True)
class Series:
    """Outcome, media and named effects over one row of dates, all geos together.

    Parameters
    ----------
    outcome : numpy.ndarray, shape (date,)
        Over its mean; NaN where unknown or before the window.
    named : numpy.ndarray, shape (date, feature)
        Calendar and all that was named: what may move spend and outcome together without being a chase.
    media : mapping of str to Medium
    step : float
        Weeks a period lasts.
    """

    outcome: np.ndarray
    named: np.ndarray
    media: dict[str, Medium]
    step: float

    @property
    def known(self) -> np.ndarray:
        """Dates whose outcome is known, shape (date,)."""
        return np.isfinite(self.outcome)

    def unnamed(self) -> np.ndarray:
        """Return an orthonormal basis of what `named` cannot explain at known dates, shape (known, rest)."""
        columns = self.named[self.known]
        scaled = columns / np.maximum(np.linalg.norm(columns, axis=0), 1e-300)
        q, r, _ = linalg.qr(scaled, pivoting=True)
        return q[:, (np.abs(np.diag(r)) > 1e-8).sum() :]


def series_of(problem: Problem) -> Series:
    """Return the series of a panel under its config; days are added up to weeks that begin with the window."""
    panel, data = problem.panel, problem.panel.data
    block = 7 if panel.frequency == "daily" else 1
    whole = panel.observed.sum(axis=0) == problem.window.sum(axis=0)
    inside = problem.window.any(axis=0)
    total = np.where(problem.window, np.nan_to_num(problem.outcome), 0.0).sum(axis=0)
    outcome = _blocks(np.where(whole & inside, total, np.nan), problem.span.start, block)
    exposure = data["exposure"].transpose("geo", "date", "channel").values
    frequency = data["frequency"].transpose("geo", "date", "channel").values
    shown = np.where(np.isfinite(frequency), exposure * np.nan_to_num(frequency), exposure).sum(axis=0)
    spent = data["spend"].transpose("geo", "date", "channel").values.sum(axis=0)
    media = {
        name: Medium(
            _blocks(shown[:, number], problem.span.start, block),
            _blocks(spent[:, number], problem.span.start, block) if name in panel.paid else None,
            effect_quantiles(problem, number),
        )
        for number, name in enumerate(panel.channels)
    }
    named = _blocks(_named(problem), problem.span.start, block) / block
    step = WEEKS_PER_YEAR / PERIODS_PER_YEAR[panel.frequency] * block
    return Series(outcome / np.nanmean(outcome), named, media, step)


def effect_quantiles(problem: Problem, number: int, at: np.ndarray = QUANTILES) -> np.ndarray:
    """Return quantiles of what the config's prior gives a channel, as fractions of the outcome, shape (value,).

    Parameters
    ----------
    problem : Problem
        For the priors, and for spend and worth of the outcome.
    number : int
        Position among the panel's channels.
    at : numpy.ndarray, shape (value,)
        Probabilities, rising.

    Returns
    -------
    numpy.ndarray, shape (value,)
        Rising.
    """
    quantity, law = problem.priors[number].quantity, problem.priors[number].law
    if quantity == "coefficient":
        assert DEFAULT_SHARE.share is not None
        law = shifted_lognormal(DEFAULT_SHARE.share)
    values = np.array([law.quantile(float(p)) for p in at])
    if quantity not in ("roi", "mroi"):
        return values
    money = np.nansum(np.where(problem.window, problem.outcome * problem.value, 0.0))
    return values * problem.media.spend[:, number].sum() / money


def _named(problem: Problem) -> np.ndarray:
    """Return level, trend, yearly season and everything named, shape (date, feature), means over geos by size."""
    dates = problem.panel.data["date"].values.astype("datetime64[D]").astype(float)
    columns = [np.ones(len(dates)), np.linspace(-0.5, 0.5, len(dates))]
    if (
        PERIODS_PER_YEAR[problem.panel.frequency] >= 2 * YEARLY_PAIRS
        and np.ptp(dates[problem.span]) >= WEEKS_PER_YEAR * 7 - 14
    ):
        angle = 2 * np.pi * dates / 365.25
        columns += [wave(k * angle) for k in range(1, YEARLY_PAIRS + 1) for wave in (np.sin, np.cos)]
    size = problem.scaling.outcome / problem.scaling.outcome.sum()
    for component, design in problem.designs:
        if component.name in NAMED:
            shared = design.matrix.shape[0] == 1
            columns += list((design.matrix[0] if shared else np.tensordot(size, design.matrix, 1)).T)
    return np.column_stack(columns)


def _blocks(values: np.ndarray, start: int, block: int) -> np.ndarray:
    """Return sums over whole blocks of dates, aligned to `start`; the loose ends fill no block and are left out."""
    first = start % block
    count = (len(values) - first) // block
    return values[first : first + count * block].reshape(count, block, *values.shape[1:]).sum(axis=1)
