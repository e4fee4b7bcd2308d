"""What a path of money brings, draw by draw, and the derivative by each amount of it.

Media outcome counts what acts in the window and what its money brings after it. The effect of a channel is that of
`mmm.effects.terms.effect`, whose stages are taken here one by one so that the derivative can go back through them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import xarray as xr

from mmm.effects.contribution import expected_outcome
from mmm.effects.terms import Exposure, effect, linear_effects
from mmm.plan.channel import ChannelDraws, channel_draws, path_of, respond, respond_back
from mmm.plan.config import PlanConfig
from mmm.plan.window import Window
from mmm.problem.draws import Draws, thin

MOST_DRAWS, FEWEST_DRAWS = 4000, 400
"""Draws of a plan: half of them are optimised on, the other half report."""
TABLE_DRAWS = 1000
"""Draws that intervals of tables, and of a planner's page, are read from, of those that the search has not used."""
MOST_CELLS = 8_000_000
"""Geos times periods, their tail included, times channels times draws up to which more draws are used."""

Weigh = Callable[[np.ndarray], np.ndarray]
"""From outcomes by draw to the weight of each draw in a gradient."""


def media_terms(window: Window, draws: Draws, money: np.ndarray) -> np.ndarray:
    """Return what all media bring in each period of the window and its tail, on the scale of the model's terms.

    What a forecast adds to the other terms before it turns the sum into an outcome with `expected_outcome`.

    Parameters
    ----------
    window : Window
    draws : Draws
    money : numpy.ndarray, shape (geo, period, paid channel)

    Returns
    -------
    numpy.ndarray, shape (geo, period and tail, sample)
        Paid and unpaid channels, what acts from before the window included.
    """
    total = _organic_terms(window, draws)
    for number in range(len(window.channels)):
        total = total + _channel_term(window, draws, window.exposure(money), number)
    return total


def media_outcome(window: Window, draws: Draws, money: np.ndarray) -> np.ndarray:
    """Return what paid media bring in each period of the window and its tail, in original outcome.

    Parameters
    ----------
    window : Window
    draws : Draws
    money : numpy.ndarray, shape (geo, period, paid channel)

    Returns
    -------
    numpy.ndarray, shape (geo, period and tail, sample)
        With what acts from before the window. In a multiplicative model, what would be lost without all paid media.
    """
    terms = sum(
        _channel_term(window, draws, window.exposure(money), number) for number in range(len(window.channels))
    )
    if window.problem.multiplicative:
        return base_outcome(window, draws) * np.expm1(terms)
    return np.asarray(terms) * window.problem.scaling.outcome[:, None, None]


def channel_outcome(window: Window, draws: Draws, money: np.ndarray, number: int) -> np.ndarray:
    """Return what one paid channel brings in each period of the window and its tail, in original outcome; additive models only.

    Parameters
    ----------
    window : Window
    draws : Draws
    money : numpy.ndarray, shape (geo, period, paid channel)
    number : int
        Among the paid channels.

    Returns
    -------
    numpy.ndarray, shape (geo, period and tail, sample)
        With what acts from before the window.
    """
    term = _channel_term(window, draws, window.exposure(money), number)
    return term * window.problem.scaling.outcome[:, None, None]


def base_outcome(window: Window, draws: Draws) -> np.ndarray:
    """Return the expected outcome without paid media of a multiplicative model, shape (geo, period and tail, sample).

    Other terms are as in the periods that the window is likened to; after it they are as on average inside it.

    Parameters
    ----------
    window : Window
    draws : Draws

    Returns
    -------
    numpy.ndarray, shape (geo, period and tail, sample)
        In original outcome.
    """
    problem = window.problem
    total = np.zeros((len(problem.panel.geos), len(window.like), draws.count))
    for part in linear_effects(problem, draws):
        total += part[:, window.like] if part.shape[1] > 1 else part
    organic = _organic_terms(window, draws)[:, : len(window.like)]
    inside = expected_outcome(problem, draws, total + organic)
    return np.concatenate(
        [inside, np.repeat(inside.mean(axis=1, keepdims=True), window.tail, axis=1)], axis=1
    )


def _organic_terms(window: Window, draws: Draws) -> np.ndarray:
    """Return the terms of all unpaid channels, shape (geo, period and tail, sample)."""
    total = np.zeros((len(window.current), len(window.dates) + window.tail, draws.count))
    for place in range(len(window.problem.panel.channels)):
        if place not in window.places:
            total += _term(window, draws, place, window.organic[..., place])
    return total


def _channel_term(window: Window, draws: Draws, exposure: np.ndarray, number: int) -> np.ndarray:
    return _term(window, draws, window.places[number], exposure[..., number])


def _term(window: Window, draws: Draws, place: int, inside: np.ndarray) -> np.ndarray:
    """Return the term of one channel in window and tail; `inside` is its exposure (geo, period)."""
    path = path_of(window, place, inside)
    frequency = window.frequency[:, place, None]
    given = Exposure(path, np.broadcast_to(frequency, path.shape) if np.isfinite(frequency).all() else None)
    return effect(window.problem, draws, place, given)[:, window.before.shape[1] :]


@dataclass(frozen=True, slots=True)
class PlanOutcome:
    """What paths of money bring in some draws; made by `plan_outcome`.

    Parameters
    ----------
    window : Window
    draws : Draws
    unit : numpy.ndarray, shape (geo,)
        What a unit of outcome counts in the objective, in each geo.
    read : callable
        What gives a channel's parameters: `channel_draws`, or a bound of them.
    """

    window: Window
    draws: Draws
    unit: np.ndarray
    read: Callable[[Window, Draws, int], ChannelDraws] = channel_draws
    _nothing: list[np.ndarray] = field(default_factory=list, repr=False)
    _blocks: list[tuple[slice, "_Block"]] = field(default_factory=list, repr=False)

    def brought(self, money: np.ndarray) -> np.ndarray:
        """Return what the money brings beyond what would come without it, by draw, shape (sample,)."""
        return self.total(money) - self.without()

    def without(self) -> np.ndarray:
        """Return what comes from before the window without any money, shape (sample,)."""
        if not self._nothing:
            self._nothing.append(self.total(np.zeros_like(self.window.current)))
        return self._nothing[0]

    def total(self, money: np.ndarray) -> np.ndarray:
        """Return what paid media bring in window and tail, by draw, shape (sample,)."""
        total = np.empty(self.draws.count)
        exposure = self.window.exposure(money)
        for place, block in self._parts():
            total[place] = block.total(exposure)
        return total

    def by_channel(self, money: np.ndarray) -> np.ndarray:
        """Return what each channel's money brings beyond none of it, shape (channel, sample).

        In an additive model from one pass, and the channels add up to `brought`. In a multiplicative one joint effects are
        shared in proportion to what each channel brings alone.
        """
        if not self.window.problem.multiplicative:
            return self._each(money) - self._each(np.zeros_like(money))
        alone = []
        for number in range(money.shape[-1]):
            own = np.zeros_like(money)
            own[..., number] = money[..., number]
            alone.append(self.brought(own))
        parts, together = np.array(alone), self.brought(money)
        total = parts.sum(axis=0)
        return parts * np.where(total == 0, 1.0, together / np.where(total == 0, 1.0, total))

    def _each(self, money: np.ndarray) -> np.ndarray:
        parts = np.empty((money.shape[-1], self.draws.count))
        exposure = self.window.exposure(money)
        for place, block in self._parts():
            parts[:, place] = block.each(exposure)
        return parts

    def value_and_gradient(self, money: np.ndarray, weigh: Weigh) -> tuple[np.ndarray, np.ndarray]:
        """Return what the money brings by draw, and the gradient of the draws' weighted sum.

        Parameters
        ----------
        money : numpy.ndarray, shape (geo, period, channel)
        weigh : callable
            From what is brought (sample,) to the weight of each draw (sample,).

        Returns
        -------
        tuple of (numpy.ndarray, numpy.ndarray)
            Shapes (sample,) and (geo, period, channel).
        """
        exposure = self.window.exposure(money)
        blocks = self._parts()
        brought = np.empty(self.draws.count)
        gradient = np.zeros(money.shape)
        for place, block in blocks:
            brought[place] = block.total(exposure, slopes=len(blocks) == 1)
        brought -= self.without()
        weights = weigh(brought)
        for place, block in blocks:
            gradient += block.back(exposure, weights[place])
        return brought, gradient * self.window.exposure_slope(money)

    def on(self, draws: Draws) -> "PlanOutcome":
        """Return the same on other draws."""
        return PlanOutcome(self.window, draws, self.unit, self.read)

    def priced(self, window: Window) -> "PlanOutcome":
        """Return the same in a window with other prices."""
        return PlanOutcome(window, self.draws, self.unit, self.read)

    def _parts(self) -> list[tuple[slice, "_Block"]]:
        """Return the draws in blocks that fit into memory, worked out once."""
        if not self._blocks:
            geos, periods, channels = self.window.current.shape
            numbers = geos * (periods + self.window.tail) * channels // 4 + 1
            self._blocks.extend((place, _Block(self, block)) for place, block in self.draws.blocks(numbers))
        return self._blocks


class _Block:
    """One block of draws on the way there, kept for the way back."""

    def __init__(self, outcome: PlanOutcome, draws: Draws) -> None:
        self._window, self._unit = outcome.window, outcome.unit
        numbers = range(len(outcome.window.channels))
        self._parts = [outcome.read(outcome.window, draws, number) for number in numbers]
        multiplicative = outcome.window.problem.multiplicative
        self._base = base_outcome(outcome.window, draws) if multiplicative else None
        self._slopes: list[np.ndarray] = []
        self._terms: np.ndarray | None = None

    def total(self, exposure: np.ndarray, slopes: bool = False) -> np.ndarray:
        """Return outcome by draw; with `slopes`, keep what the way back needs."""
        terms: np.ndarray | float = 0.0
        self._slopes = []
        lead = self._window.before.shape[1]
        for number, part in enumerate(self._parts):
            path = path_of(self._window, part.place, exposure[..., number])
            response, slope = respond(part, path, lead, slopes)
            terms = terms + part.coefficient * response
            if slopes:
                self._slopes.append(slope)
        self._terms = np.asarray(terms)
        if self._base is not None:
            return np.einsum("gtd,g->d", self._base * np.expm1(self._terms), self._unit)
        return np.einsum("gtd,g->d", self._terms, self._unit * self._window.problem.scaling.outcome)

    def each(self, exposure: np.ndarray) -> np.ndarray:
        """Return outcome of each channel by draw, shape (channel, sample); additive models only."""
        lead = self._window.before.shape[1]
        scale = self._unit * self._window.problem.scaling.outcome
        rows = []
        for number, part in enumerate(self._parts):
            path = path_of(self._window, part.place, exposure[..., number])
            rows.append(np.einsum("gtd,g->d", part.coefficient * respond(part, path, lead, False)[0], scale))
        return np.array(rows)

    def back(self, exposure: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Return the gradient of the weighted sum by exposure, shape (geo, period, channel)."""
        if not self._slopes:
            self.total(exposure, slopes=True)
        scale = self._unit if self._base is not None else self._unit * self._window.problem.scaling.outcome
        by_term = scale[:, None, None] * weights
        if self._base is not None and self._terms is not None:
            by_term = by_term * self._base * np.exp(self._terms)
        gradient = np.empty(exposure.shape)
        for number, part in enumerate(self._parts):
            by_response = by_term * part.coefficient
            gradient[..., number] = respond_back(part, by_response, self._slopes[number], exposure.shape[1])
        self._slopes = []
        return gradient


def unit_of(window: Window, plan: PlanConfig) -> np.ndarray:
    """Return what a unit of outcome counts in a plan's objective, shape (geo,): profit in money, else 1.

    Parameters
    ----------
    window : Window
    plan : PlanConfig

    Returns
    -------
    numpy.ndarray, shape (geo,)
    """
    return window.margin * window.value if plan.objective == "profit" else np.ones(len(window.value))


def halves(posterior: xr.DataTree, window: Window) -> tuple[Draws, Draws]:
    """Return the draws that may be optimised on, and as many others to report from.

    Parameters
    ----------
    posterior : xarray.DataTree
    window : Window
        Large ones get fewer draws.

    Returns
    -------
    tuple of (Draws, Draws)
        Every other one each.
    """
    geos, periods, channels = window.current.shape
    cells = geos * (periods + window.tail) * channels
    most = int(np.clip(MOST_CELLS // cells, FEWEST_DRAWS, MOST_DRAWS))
    draws = thin(posterior["posterior"].to_dataset(), most)
    return _chosen(draws, slice(0, None, 2)), _chosen(draws, slice(1, None, 2))


def fewer(draws: Draws, most: int) -> Draws:
    """Return at most `most` of the draws, evenly spaced.

    Parameters
    ----------
    draws : Draws
    most : int

    Returns
    -------
    Draws
    """
    return _chosen(draws, slice(0, None, max(1, -(-draws.count // most))))


def _chosen(draws: Draws, which: slice) -> Draws:
    arrays = {name: np.ascontiguousarray(array[..., which]) for name, array in draws.arrays.items()}
    return Draws(arrays, draws.dims, draws.labels, len(range(*which.indices(draws.count))), 1)
