"""What each component contributed: parts that add up to the expected outcome, draw by draw.

Additive models (identity link): a component's contribution is its term times the geo's scale.

Multiplicative models (log link): with expectation T, baseline B (everything but treatments and media) and terms e,

    contribution of a treatment or channel    e_k (T - B) / sum of its peers' e
    contribution of a part of the baseline    e_k (B - B0) / sum of its peers' e,   B0 from the intercept alone

the Aumann-Shapley cost shares along the straight path that switches all peers on together: they add up, and all
media and treatments together bring exactly what would be lost without them.

References
----------
Aumann, Shapley 1974, Values of Non-Atomic Games, chapter 3; Billera, Heath 1982, Mathematics of Operations Research 7.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mmm.effects.terms import STEP, Part, effect, linear_effects, linear_parts, observed_exposure
from mmm.problem.draws import Draws
from mmm.problem.problem import Problem

MOST_DRAWS, FEWEST_DRAWS = 2000, 500
"""Draws that effects are computed from: all of a usual fit, fewer of a large panel, never too few for intervals."""
MOST_CELLS = 40_000_000
"""Cells times channels times draws up to which more draws are used."""


LOWEST = 0.05
"""Share of a geo's periods that may lie below the level up to which a channel's effect counts as never off."""


def draw_budget(problem: Problem) -> int:
    """Return how many draws effects are computed from, fewer for a large panel."""
    per_draw = problem.window.size * len(problem.panel.channels)
    return int(np.clip(MOST_CELLS // per_draw, FEWEST_DRAWS, MOST_DRAWS))


@dataclass(frozen=True, slots=True)
class Contributions:
    """Sums of contributions over the modelled window, in original outcome; the sample is always last.

    Parameters
    ----------
    parts : tuple of Part
        Components, baseline first, then treatments, organic and paid media.
    channels : tuple of int
        Place in `parts` of each channel of the panel, in the panel's order.
    by_date : numpy.ndarray, shape (part, date, sample)
        Over all geos; dates of `Problem.span`.
    by_geo : numpy.ndarray, shape (part, geo, sample)
        Over all dates of the window.
    money : numpy.ndarray, shape (channel, geo, sample)
        Value of the contribution in money; NaN when the outcome has no money value.
    gain, gain_money : numpy.ndarray, shape (channel, sample)
        Outcome and money gained when all exposure of the channel rises by `STEP`.
    carry_in : numpy.ndarray, shape (channel, sample)
        Part of the contribution that would be missing had exposure begun with the window.
    carry_out : numpy.ndarray, shape (channel, sample)
        Outcome after the window from exposure up to its end; not in the contribution.
    assumed, assumed_money : numpy.ndarray, shape (channel, sample)
        Part of the contribution, and its value, that was there in all periods but the `LOWEST` alike: what the lowest observed
        level brings against none. No data can tell it from the baseline; it is what prior and form of the curve say.
    """

    parts: tuple[Part, ...]
    channels: tuple[int, ...]
    by_date: np.ndarray
    by_geo: np.ndarray
    money: np.ndarray
    gain: np.ndarray
    gain_money: np.ndarray
    carry_in: np.ndarray
    carry_out: np.ndarray
    assumed: np.ndarray
    assumed_money: np.ndarray

    @property
    def total(self) -> np.ndarray:
        """Contribution of each part over the window, shape (part, sample)."""
        return self.by_date.sum(axis=1)

    @property
    def media(self) -> np.ndarray:
        """Contribution of each channel over the window, shape (channel, sample)."""
        return self.total[list(self.channels)]


@dataclass(frozen=True, slots=True)
class Decomposition:
    """A block of draws taken apart, in original outcome.

    Parameters
    ----------
    values : numpy.ndarray, shape (part, geo, date, sample)
        Contributions; they add up to `expected`.
    expected : numpy.ndarray, shape (geo, date, sample)
        Expected outcome.
    media : list of numpy.ndarray, shape (geo, date, sample)
        Model effect of each channel, in the panel's order.
    per_effect : numpy.ndarray, shape (geo, date or 1, sample)
        Outcome per unit of media effect: contribution = media * per_effect.
    """

    values: np.ndarray
    expected: np.ndarray
    media: list[np.ndarray]
    per_effect: np.ndarray


def parts(problem: Problem) -> tuple[tuple[Part, ...], tuple[int, ...]]:
    """Return all components in stacking order, and the place of each channel among them."""
    paid = set(problem.panel.paid)
    media = [Part(name, "paid" if name in paid else "organic") for name in problem.panel.channels]
    linear = linear_parts(problem)
    ordered = [*linear, *sorted(media, key=lambda part: part.kind)]
    return tuple(ordered), tuple(len(linear) + ordered[len(linear) :].index(part) for part in media)


def decompose(problem: Problem, draws: Draws) -> Decomposition:
    """Return every component of every cell in original outcome; its draws must fit into memory at once.

    Parameters
    ----------
    problem : Problem
    draws : Draws

    Returns
    -------
    Decomposition
    """
    names, places = parts(problem)
    media = [
        effect(problem, draws, number, observed_exposure(problem, number)) for number in range(len(places))
    ]
    values = np.empty((len(names), *problem.window.shape, draws.count))
    for place, linear in enumerate(linear_effects(problem, draws)):
        values[place] = linear
    for place, channel in zip(places, media, strict=True):
        values[place] = channel
    if not problem.multiplicative:
        scale = problem.scaling.outcome[:, None, None]
        values *= scale
        return Decomposition(values, values.sum(axis=0), media, scale)
    return _multiplied(problem, draws, names, values, media)


def _multiplied(
    problem: Problem, draws: Draws, names: tuple[Part, ...], terms: np.ndarray, media: list[np.ndarray]
) -> Decomposition:
    """Return the parts of a multiplicative model from its terms on the log scale."""
    added = np.array([part.kind != "baseline" for part in names])
    level = _mean_factor(problem, draws)
    start = np.exp(terms[0]) * level
    base_terms, added_terms = terms[1:][~added[1:]].sum(axis=0), terms[added].sum(axis=0)
    base = start * np.exp(base_terms)
    per_effect = base * _growth_per_term(added_terms)
    terms[1:][~added[1:]] *= start * _growth_per_term(base_terms)
    terms[added] *= per_effect
    terms[0] = start
    return Decomposition(terms, base * np.exp(added_terms), media, per_effect)


def _growth_per_term(term: np.ndarray) -> np.ndarray:
    """Return (exp(term) - 1) / term, 1 at term 0: growth over the base for each unit of the sum of terms."""
    safe = np.where(term == 0, 1.0, term)
    return np.where(term == 0, 1.0, np.expm1(safe) / safe)


def expected_outcome(problem: Problem, draws: Draws, total: np.ndarray) -> np.ndarray:
    """Return the expected original outcome where all terms add up to `total` (geo, date, sample) in model outcome.

    Parameters
    ----------
    problem : Problem
        For the likelihood and the scale of the outcome.
    draws : Draws
        For the mean of a multiplicative law.
    total : numpy.ndarray, shape (geo, date, sample)
        Sum of all terms.

    Returns
    -------
    numpy.ndarray, shape (geo, date, sample)
        In original outcome.
    """
    if not problem.multiplicative:
        return total * problem.scaling.outcome[:, None, None]
    return _mean_factor(problem, draws) * np.exp(total)


def _mean_factor(problem: Problem, draws: Draws) -> np.ndarray:
    """Return the mean outcome at expectation 0 on the log scale, shape (geo, 1, sample).

    The mean of a log-normal lies above its median, by the stationary variance of the noise.
    """
    scale = problem.scaling.outcome[:, None, None] * np.ones(draws.count)
    if problem.config.likelihood.family != "lognormal":
        return scale
    variance = draws.values("noise") ** 2
    if problem.config.likelihood.autocorrelation:
        variance = variance / (1 - draws.values("autocorrelation") ** 2)
    return scale * np.exp(0.5 * variance)[:, None, :]


_BY_CHANNEL = ("gain", "gain_money", "carry_in", "carry_out", "assumed", "assumed_money")


def contributions(problem: Problem, draws: Draws) -> Contributions:
    """Return the sums of all contributions over the window, in blocks of draws that bound the memory.

    Parameters
    ----------
    problem : Problem
        For the window.
    draws : Draws
        Thinned where all would be too many.

    Returns
    -------
    Contributions
        Sums over geos and over dates, in original outcome, and in money for channels.
    """
    names, places = parts(problem)
    geos, dates = problem.window.shape
    channels = len(places)
    width = problem.span.stop - problem.span.start
    result = Contributions(
        parts=names,
        channels=places,
        by_date=np.empty((len(names), width, draws.count)),
        by_geo=np.empty((len(names), geos, draws.count)),
        money=np.empty((channels, geos, draws.count)),
        **{key: np.empty((channels, draws.count)) for key in _BY_CHANNEL},
    )
    for place, block in draws.blocks((len(names) + 6) * geos * dates):
        _fill(problem, block, result, place)
    return result


def _fill(problem: Problem, block: Draws, result: Contributions, place: slice) -> None:
    """Write the sums of one block of draws into `result`."""
    cells = decompose(problem, block)
    inside = problem.window[..., None]
    kept = np.where(inside, cells.values, 0.0)
    result.by_date[..., place] = kept.sum(axis=1)[:, problem.span]
    result.by_geo[..., place] = kept.sum(axis=2)
    value = np.where(problem.window, problem.value, 0.0)[..., None]
    for channel, part in enumerate(result.channels):
        result.money[channel, :, place] = (kept[part] * value).sum(axis=1)
        more = effect(problem, block, channel, observed_exposure(problem, channel).times(1 + STEP))
        gained = outcome_change(problem, cells, channel, more)
        result.gain[channel, place] = np.where(inside, gained, 0.0).sum(axis=(0, 1))
        result.gain_money[channel, place] = np.where(inside, gained * value, 0.0).sum(axis=(0, 1))
        result.carry_in[channel, place] = _carry_in(problem, block, cells, channel)
        result.carry_out[channel, place] = _carry_out(problem, block, cells, channel)
        steady = lowest_effect(cells.media[channel], problem.window)[:, None] * cells.per_effect
        result.assumed[channel, place] = np.where(inside, steady, 0.0).sum(axis=(0, 1))
        result.assumed_money[channel, place] = (np.where(inside, steady, 0.0) * value).sum(axis=(0, 1))


def lowest_effect(media: np.ndarray, window: np.ndarray) -> np.ndarray:
    """Return the effect of a channel that all but the `LOWEST` periods of a geo's window have, shape (geo, sample).

    Parameters
    ----------
    media : numpy.ndarray, shape (geo, date, sample)
        Effect of the channel, of one sign in a geo and draw.
    window : numpy.ndarray, shape (geo, date)
        Cells from each geo's first to its last known outcome.

    Returns
    -------
    numpy.ndarray, shape (geo, sample)
        Nearest to zero where effects are below it, too: nothing for a channel that was off in so many periods.
    """
    found = np.empty((media.shape[0], media.shape[2]))
    for geo, inside in enumerate(window):
        cells = media[geo][inside]
        rank = int(LOWEST * len(cells))
        sign = np.where(cells.sum(axis=0) < 0, -1.0, 1.0)
        found[geo] = sign * np.partition(sign * cells, rank, axis=0)[rank]
    return found


def outcome_change(problem: Problem, cells: Decomposition, channel: int, other: np.ndarray) -> np.ndarray:
    """Return how the expected outcome changes when the channel's effect is `other`, shape (geo, date, sample).

    Parameters
    ----------
    problem : Problem
        For the likelihood.
    cells : Decomposition
        Terms of the same draws.
    channel : int
        Position among the panel's channels.
    other : numpy.ndarray, shape (geo, date, sample)
        Effect in model outcome.

    Returns
    -------
    numpy.ndarray, shape (geo, date, sample)
        In original outcome.
    """
    change = other - cells.media[channel]
    return cells.expected * np.expm1(change) if problem.multiplicative else cells.per_effect * change


def _carry_in(problem: Problem, draws: Draws, cells: Decomposition, channel: int) -> np.ndarray:
    """Return the contribution in the window that exposure before it brought, shape (sample,)."""
    began = np.maximum.accumulate(problem.window, axis=1)
    if began[:, 0].all():
        return np.zeros(draws.count)
    only_inside = effect(problem, draws, channel, observed_exposure(problem, channel).times(began))
    brought = (cells.media[channel] - only_inside) * cells.per_effect
    return np.where(problem.window[..., None], brought, 0.0).sum(axis=(0, 1))


def _carry_out(problem: Problem, draws: Draws, cells: Decomposition, channel: int) -> np.ndarray:
    """Return the outcome after the window from exposure up to its end, shape (sample,).

    In a multiplicative model an effect after the window is valued at the geo's average of the window.
    """
    lags = problem.pathways[channel].carryover.lags
    if not lags:
        return np.zeros(draws.count)
    over = _over(problem.window)
    until_end = observed_exposure(problem, channel).times(~over).extended(lags)
    after = effect(problem, draws, channel, until_end)
    outside = np.pad(over, ((0, 0), (0, lags)), constant_values=True)
    per_effect = np.broadcast_to(cells.per_effect, cells.expected.shape)
    usual = np.where(problem.window[..., None], per_effect, 0.0).sum(axis=1)
    usual = usual / problem.window.sum(axis=1)[:, None]
    return (np.where(outside[..., None], after, 0.0).sum(axis=1) * usual).sum(axis=0)


def _over(window: np.ndarray) -> np.ndarray:
    """Return where each geo's window is over, shape (geo, date); windows have no holes."""
    return np.maximum.accumulate(window, axis=1) & ~window


def outcome_difference(
    problem: Problem, draws: Draws, factors: Mapping[str, float | np.ndarray]
) -> np.ndarray:
    """Return counterfactual minus factual expected outcome, shape (geo, date, sample), in original outcome.

    Parameters
    ----------
    problem : Problem
    draws : Draws
    factors : mapping of str to float or numpy.ndarray
        By channel: what its exposure is multiplied with, a number or an array that broadcasts against
        (geo, date); channels left out stay as they were. Average frequency stays as it was.

    Returns
    -------
    numpy.ndarray, shape (geo, date, sample)
        In original outcome; negative where less would have been sold.

    Notes
    -----
    The warm-up is changed too where a factor covers it. The result is held in memory whole: thin the draws first.

    Raises
    ------
    KeyError
        A channel that the panel does not have.
    """
    numbers = {
        problem.panel.channels.index(name): factor for name, factor in _known(problem, factors).items()
    }
    difference = np.empty((*problem.window.shape, draws.count))
    for place, block in draws.blocks((len(problem.panel.channels) + 12) * problem.window.size):
        cells = decompose(problem, block)
        change = np.zeros(cells.expected.shape)
        for number, factor in numbers.items():
            other = effect(problem, block, number, observed_exposure(problem, number).times(factor))
            change += other - cells.media[number]
        if problem.multiplicative:
            difference[..., place] = cells.expected * np.expm1(change)
        else:
            difference[..., place] = cells.per_effect * change
    return difference


def _known(problem: Problem, factors: Mapping[str, float | np.ndarray]) -> Mapping[str, float | np.ndarray]:
    unknown = sorted(set(factors) - set(problem.panel.channels))
    if unknown:
        raise KeyError(f"no channel {unknown}; the panel has {problem.panel.channels}")
    return factors
