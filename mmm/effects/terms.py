"""What each term of the model brings, draw by draw, in model outcome: linear components, then media.

The linear components are intercept, seasons, controls and treatments; a channel brings coefficient times response, with its
exposure carried over and saturated.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from mmm.components import Component, Design
from mmm.problem.draws import Draws
from mmm.problem.problem import Problem
from mmm.transforms.convolution import lag_matrix

Kind = Literal["baseline", "treatment", "organic", "paid"]


@dataclass(frozen=True, slots=True)
class Part:
    """A component of the outcome: its name in tables and what kind of thing it is."""

    name: str
    kind: Kind


def linear_parts(problem: Problem) -> list[Part]:
    """Return the linear components in the order in which they are stacked: baseline first, then treatments."""
    parts = [Part("intercept", "baseline")]
    for component, design in problem.designs:
        names = design.features if component.by_feature else (component.name,)
        parts += [Part(name, component.kind) for name in names]
    return parts


def linear_effects(problem: Problem, draws: Draws) -> list[np.ndarray]:
    """Return each linear component in model outcome, shapes (geo or 1, date or 1, sample), in `linear_parts` order.

    Parameters
    ----------
    problem : Problem
    draws : Draws

    Returns
    -------
    list of numpy.ndarray, each of shape (geo or 1, date or 1, sample)
        In model outcome.
    """
    effects = [draws.values("intercept")[:, None, :]]
    for component, design in problem.designs:
        effects += _features(component, design, draws.values(f"{component.name}_coefficient"))
    return effects


def _features(component: Component, design: Design, coefficient: np.ndarray) -> list[np.ndarray]:
    """Return one array a feature, or their sum, shapes (geo or 1, date, sample)."""
    if not component.by_feature:
        return [design.matrix @ coefficient]
    return [design.matrix[..., i, None] * coefficient[i] for i in range(len(design.features))]


STEP = 0.01
"""Relative rise of all spend by which a marginal return is measured."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """One channel's exposure in model units.

    Parameters
    ----------
    amount : numpy.ndarray, shape (geo, date)
        1 is a typical active period; reach where the channel has reach and frequency.
    frequency : numpy.ndarray or None, shape (geo, date)
        Average frequency over its typical value, for channels with reach and frequency.
    """

    amount: np.ndarray
    frequency: np.ndarray | None

    def times(self, factor: float | np.ndarray) -> "Exposure":
        """Return `factor` times the amount at the same frequency; `factor` broadcasts against (geo, date)."""
        return Exposure(self.amount * factor, self.frequency)

    def extended(self, periods: int) -> "Exposure":
        """Return the exposure followed by `periods` periods without any."""

        def longer(values: np.ndarray) -> np.ndarray:
            return np.pad(values, ((0, 0), (0, periods)))

        return Exposure(longer(self.amount), None if self.frequency is None else longer(self.frequency))


def observed_exposure(problem: Problem, channel: int) -> Exposure:
    """Return what channel number `channel` was exposed to, warm-up included.

    Parameters
    ----------
    problem : Problem
    channel : int
        Place in the panel's channels.

    Returns
    -------
    Exposure
        In model units, over all dates of the panel.
    """
    frequency = None
    if problem.pathways[channel].by_frequency:
        frequency = np.nan_to_num(problem.media.frequency[..., channel])
    return Exposure(problem.media.exposure[..., channel], frequency)


def carryover_weights(problem: Problem, draws: Draws, channel: int) -> np.ndarray:
    """Return the carryover weights of channel number `channel`, shape (lag, sample).

    Parameters
    ----------
    problem : Problem
    draws : Draws
    channel : int
        Place in the panel's channels.

    Returns
    -------
    numpy.ndarray, shape (lag, sample)
        The first is that of the period itself.
    """
    carryover = problem.pathways[channel].carryover
    name = problem.panel.channels[channel]
    parameters = {prior.name: _parameter(draws, f"adstock_{prior.name}", name) for prior in carryover.priors}
    weights = carryover.transform.weights(carryover.lags, **parameters)
    return np.broadcast_to(weights, (draws.count, carryover.lags + 1)).T


def response(problem: Problem, draws: Draws, channel: int, exposure: Exposure) -> np.ndarray:
    """Return the response of channel number `channel` to `exposure`, shape (geo, date, sample).

    The same as `mmm.model.response.respond` gives in PyTensor, for many draws at once.

    Parameters
    ----------
    problem : Problem
    draws : Draws
    channel : int
        Place in the panel's channels.
    exposure : Exposure

    Returns
    -------
    numpy.ndarray, shape (geo, date, sample)
    """
    return next(responses(problem, draws, channel, exposure, [1.0]))


def responses(
    problem: Problem, draws: Draws, channel: int, exposure: Exposure, factors: Iterable[float]
) -> Iterator[np.ndarray]:
    """Yield the response to each multiple of `exposure`; what they share is worked out once.

    Parameters
    ----------
    problem : Problem
    draws : Draws
    channel : int
        Place in the panel's channels.
    exposure : Exposure
    factors : iterable of float
        Times `exposure`, at the same frequency.

    Yields
    ------
    numpy.ndarray, shape (geo, date, sample)
    """
    way, name = problem.pathways[channel], problem.panel.channels[channel]
    shape = {
        prior.name: _parameter(draws, f"saturation_{prior.name}", name) for prior in way.saturation.priors
    }
    weights = carryover_weights(problem, draws, channel)
    if exposure.frequency is not None:
        saturated = way.saturation.curve(exposure.frequency[..., None], **shape)
        for factor in factors:
            yield _carry(exposure.times(factor).amount[..., None] * saturated, weights)
    elif way.adstock_first:
        # The same exposure for every draw: one matrix product instead of a pass over the data for each lag.
        carried = lag_matrix(exposure.amount, way.carryover.lags) @ weights
        for factor in factors:
            yield way.saturation.curve(carried if factor == 1.0 else factor * carried, **shape)
    else:
        for factor in factors:
            yield _carry(way.saturation.curve(exposure.times(factor).amount[..., None], **shape), weights)


def effect(problem: Problem, draws: Draws, channel: int, exposure: Exposure) -> np.ndarray:
    """Return coefficient times response, in model outcome, shape (geo, date, sample).

    Parameters
    ----------
    problem : Problem
    draws : Draws
    channel : int
        Place in the panel's channels.
    exposure : Exposure

    Returns
    -------
    numpy.ndarray, shape (geo, date, sample)
        In model outcome.
    """
    coefficient = draws.values("coefficient", channel=problem.panel.channels[channel])
    return response(problem, draws, channel, exposure) * coefficient[:, None, :]


def _parameter(draws: Draws, variable: str, channel: str) -> np.ndarray:
    return draws.values(variable, **{f"{variable}_channel": channel})


def _carry(signal: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return `signal` (geo, date, sample or 1) carried over with `weights` (lag, sample)."""
    dates = signal.shape[1]
    carried = np.zeros((*signal.shape[:2], weights.shape[1]))
    for lag in range(min(weights.shape[0], dates)):
        carried[:, lag:] += weights[lag] * signal[:, : dates - lag]
    return carried
