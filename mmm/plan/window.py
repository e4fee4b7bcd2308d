"""The future that a plan is about: its periods, the plan that is there already, prices of media, and what acts from before."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from mixproof.aggregates.calendar import next_period
from mixproof.aggregates.panel import PERIODS_PER_YEAR, Frequency
from mixproof.errors import ConfigError, Fault
from mmm.effects.contribution import LOWEST
from mmm.forecast.future import YEAR
from mmm.plan.config import CurrentPlan, MediaPrice, PlanConfig
from mmm.plan.faults import FAULTS
from mmm.problem.problem import Problem

QUARTER: dict[Frequency, int] = {"daily": 91, "weekly": 13, "monthly": 3, "yearly": 1}
"""Periods of a window that the YAML says nothing about."""


@dataclass(frozen=True, slots=True)
class Window:
    """A window after the panel, for paid channels in the panel's order.

    Parameters
    ----------
    problem : Problem
        Panel and model.
    dates : pandas.DatetimeIndex
        First days of its periods.
    before : numpy.ndarray, shape (geo, earlier period, channel of the panel)
        Exposure in model units of the periods before it that may still act, those of a gap included.
    organic : numpy.ndarray, shape (geo, period, channel of the panel)
        Exposure of unpaid channels inside it, as in the periods it is likened to; zero for paid ones.
    frequency : numpy.ndarray, shape (geo, channel of the panel)
        Average frequency over its typical value, as over the last year; NaN where a channel has none.
    like : numpy.ndarray of int, shape (period,)
        Place in the panel's dates of the period that each is likened to.
    unit_cost : numpy.ndarray, shape (geo, period, channel)
        Money per unit of model exposure at the spend of `reference`.
    rises : numpy.ndarray, shape (channel,)
        Exponent by which the price rises with spend.
    reference : numpy.ndarray, shape (geo, channel)
        Money in a mean period of the current plan, where prices are those of `unit_cost`.
    current : numpy.ndarray, shape (geo, period, channel)
        Money of the current plan.
    phase : numpy.ndarray, shape (geo, period, channel)
        Share of each period in a geo's money; even where the current plan spends nothing. Adds up to 1 over periods.
    value : numpy.ndarray, shape (geo,)
        Money per unit of outcome; NaN where it has none.
    margin : float
        Profit per unit of value, before the cost of media.
    """

    problem: Problem
    dates: pd.DatetimeIndex
    before: np.ndarray
    organic: np.ndarray
    frequency: np.ndarray
    like: np.ndarray
    unit_cost: np.ndarray
    rises: np.ndarray
    reference: np.ndarray
    current: np.ndarray
    phase: np.ndarray
    value: np.ndarray
    margin: float

    @property
    def channels(self) -> list[str]:
        """Names of the paid channels."""
        return self.problem.panel.paid

    @property
    def places(self) -> list[int]:
        """Place of each paid channel among the panel's channels."""
        return [self.problem.panel.channels.index(name) for name in self.channels]

    @property
    def tail(self) -> int:
        """Periods after the window in which its money may still act."""
        return max(way.carryover.lags for way in self.problem.pathways)

    def exposure(self, money: np.ndarray, geo: int | None = None) -> np.ndarray:
        """Return the model exposure that money pays for, shape of `money`.

        Parameters
        ----------
        money : numpy.ndarray, shape (geo, period, channel)
            With `geo`, (any, period, channel).
        geo : int, optional
            The one geo whose prices count.

        Returns
        -------
        numpy.ndarray
        """
        cost, usual = self._prices(geo)
        return (
            money / cost * np.maximum(money / usual, 1e-12) ** -self.rises
            if self.rises.any()
            else money / cost
        )

    def exposure_slope(self, money: np.ndarray, geo: int | None = None) -> np.ndarray:
        """Return the derivative of `exposure` by money, at no money that of very little.

        Parameters
        ----------
        money : numpy.ndarray
            As `exposure` takes it.
        geo : int, optional
            The one geo whose prices count.

        Returns
        -------
        numpy.ndarray, shape of `money`
        """
        cost, usual = self._prices(geo)
        return (1 - self.rises) / cost * np.maximum(money / usual, 1e-6) ** -self.rises

    def _prices(self, geo: int | None) -> tuple[np.ndarray, np.ndarray]:
        chosen = slice(None) if geo is None else slice(geo, geo + 1)
        return self.unit_cost[chosen], self.reference[chosen, None]

    def spread(self, amounts: np.ndarray) -> np.ndarray:
        """Return the path of money of `amounts` over the window (geo, channel), phased as the current plan."""
        return amounts[:, None] * self.phase

    def repriced(self, times: dict[str, float]) -> "Window":
        """Return the same window with the media prices of some channels multiplied."""
        factor = np.array([times.get(name, 1.0) for name in self.channels])
        return replace(self, unit_cost=self.unit_cost * factor)


def build_window(problem: Problem, plan: PlanConfig) -> Window:
    """Return the window that a plan is about.

    Parameters
    ----------
    problem : Problem
        Panel and model.
    plan : PlanConfig

    Returns
    -------
    Window

    Raises
    ------
    ConfigError
        ``plan-start``: it begins inside the panel, far after it, or not where a period does.
    """
    panel = problem.panel
    known = panel.data["date"].values.astype("datetime64[D]")
    periods = plan.periods or QUARTER[panel.frequency]
    dates, gap = _dates(known, panel.frequency, plan, periods)
    like = _likened(len(known), panel.frequency, plan.current, periods, gap)
    paid = [panel.channels.index(name) for name in panel.paid]
    spend = np.nan_to_num(panel.data["spend"].transpose("geo", "date", "channel").values)[..., paid]
    unpaid = ~np.isin(np.arange(len(panel.channels)), paid)
    exposure = problem.media.exposure
    path = _current(spend[:, like], plan.current, panel.paid, problem.scaling.outcome)
    current = path[:, gap:]
    total = current.sum(axis=1)
    empty = total == 0
    even = np.full(current.shape, 1.0 / periods)
    phase = np.where(empty[:, None], even, current / np.where(empty, 1.0, total)[:, None])
    cost = _unit_cost(problem, spend, paid)
    share = problem.scaling.outcome / problem.scaling.outcome.sum()
    usual = spend.sum(axis=(0, 1)) / max((spend.sum(axis=(0, 2)) > 0).sum(), 1)
    reference = np.where(empty, np.maximum(share[:, None] * usual, 1e-9), total / periods)
    lead = max(way.carryover.lags for way in problem.pathways)
    between = np.zeros((len(panel.geos), gap, len(panel.channels)))
    between[..., paid] = path[:, :gap] / cost[:, None]
    between[..., unpaid] = exposure[:, like[:gap]][..., unpaid]
    past = np.concatenate([np.zeros((len(panel.geos), lead, len(panel.channels))), exposure, between], axis=1)
    return Window(
        problem=problem,
        dates=pd.DatetimeIndex(dates),
        before=past[:, past.shape[1] - lead :],
        organic=np.where(unpaid, exposure[:, like[gap:]], 0.0),
        frequency=_frequency(problem),
        like=like[gap:],
        unit_cost=cost[:, None] * _price_times(plan.prices, panel.paid, dates)[None],
        rises=np.array([plan.prices.get(name, MediaPrice()).rises for name in panel.paid]),
        reference=reference,
        current=current,
        phase=phase,
        value=_value(problem, plan),
        margin=plan.margin or problem.config.margin or 1.0,
    )


def _dates(known: np.ndarray, frequency: Frequency, plan: PlanConfig, periods: int) -> tuple[np.ndarray, int]:
    """Return the first days of the window's periods, and the number of periods between panel and window."""
    following = [next_period(known[-1:], frequency)[0]]
    while len(following) < periods or (
        plan.start is not None and following[-periods] < np.datetime64(plan.start, "D")
    ):
        following.append(next_period(following[-1:][0][None], frequency)[0])
        if len(following) > periods + 3 * PERIODS_PER_YEAR[frequency]:
            raise _start(
                f"{plan.start} is more than three years after the panel, which ends with {known[-1]}."
            )
    gap = len(following) - periods
    if plan.start is not None and following[gap] != np.datetime64(plan.start, "D"):
        nearest = ", ".join(str(day) for day in following[max(gap - 1, 0) : gap + 1])
        raise _start(
            f"No period after the panel begins on {plan.start}; periods begin on {nearest}, for example."
        )
    return np.array(following[gap:]), gap


def _start(what: str) -> ConfigError:
    return ConfigError(Fault("plan-start", "plan.start", what, FAULTS["plan-start"][2]))


def _likened(known: int, frequency: Frequency, current: CurrentPlan, periods: int, gap: int) -> np.ndarray:
    """Return the place in the panel of the period that each of gap and window is likened to."""
    ahead = known + np.arange(gap + periods)
    year = YEAR[frequency]  # the same days as a forecast's, whose baseline the plan's media join
    way = current.like or ("last_year" if known >= year else "last_periods")
    if way == "last_year" and known < year:
        what = (
            f"The panel has {known} periods, and a year has {year}: there are no same periods a year earlier."
        )
        raise ConfigError(Fault("plan-like", "plan.current.like", what, FAULTS["plan-like"][2]))
    step = year if way == "last_year" else min(periods, known)
    back = np.ceil((ahead - known + 1) / step).astype(int) * step
    return ahead - back


def _current(path: np.ndarray, current: CurrentPlan, names: list[str], size: np.ndarray) -> np.ndarray:
    """Return the money of the current plan, shape (geo, period, channel), with budgets that the YAML gives."""
    path = path.copy()
    for number, name in enumerate(names):
        if name not in current.budgets:
            path[..., number] *= current.times
            continue
        total = path[..., number].sum()
        even = np.broadcast_to((size / size.sum())[:, None] / path.shape[1], path.shape[:2])
        path[..., number] = current.budgets[name] * (path[..., number] / total if total > 0 else even)
    return path


def _unit_cost(problem: Problem, spend: np.ndarray, paid: list[int]) -> np.ndarray:
    """Return money per unit of model exposure over the last year of the panel, shape (geo, channel)."""
    year = slice(-round(PERIODS_PER_YEAR[problem.panel.frequency]), None)
    exposure = problem.media.exposure[..., paid]
    raw = exposure * problem.scaling.exposure[:, None, paid]
    own = np.isclose(raw, spend, rtol=1e-9, atol=1e-9).all(axis=(0, 1))
    cost = problem.scaling.exposure[:, paid].copy()
    for number in np.flatnonzero(~own):
        for part in (slice(None), year):
            units, money = exposure[:, part, number].sum(axis=1), spend[:, part, number].sum(axis=1)
            if units.sum() > 0 and money.sum() > 0:
                size = problem.scaling.exposure[:, paid[number]]
                usual = money.sum() / (units * size).sum() * size
                cost[:, number] = np.where(
                    (units > 0) & (money > 0), money / np.where(units > 0, units, 1.0), usual
                )
    return cost


def _price_times(prices: dict[str, MediaPrice], names: list[str], dates: np.ndarray) -> np.ndarray:
    """Return media prices in times those of the last year, shape (period, channel)."""
    times = np.ones((len(dates), len(names)))
    for number, name in enumerate(names):
        price = prices.get(name, MediaPrice())
        times[:, number] = price.times
        for dated in price.dated:
            times[dates >= np.datetime64(dated.start, "D"), number] = dated.times
    return times


def _frequency(problem: Problem) -> np.ndarray:
    """Return the mean frequency of active periods of the last year over its typical value, shape (geo, channel)."""
    year = slice(-round(PERIODS_PER_YEAR[problem.panel.frequency]), None)
    given = problem.media.frequency[:, year]
    active = np.isfinite(given) & (given > 0)
    mean = np.where(active, given, 0.0).sum(axis=1) / np.maximum(active.sum(axis=1), 1)
    by_frequency = np.array([way.by_frequency for way in problem.pathways])
    return np.where(by_frequency, np.where(active.any(axis=1), mean, 1.0), np.nan)


def _value(problem: Problem, plan: PlanConfig) -> np.ndarray:
    """Return money per unit of outcome, shape (geo,): as the YAML says, else the mean of the last year."""
    geos = len(problem.panel.geos)
    if problem.panel.outcome_kind == "revenue":
        return np.ones(geos)
    if plan.value is not None:
        return np.full(geos, plan.value)
    year = round(PERIODS_PER_YEAR[problem.panel.frequency])
    value = np.where(problem.window, problem.value, np.nan)[:, problem.span][:, -year:]
    known = np.isfinite(value)
    return np.where(
        known.any(axis=1), np.where(known, value, 0).sum(axis=1) / np.maximum(known.sum(axis=1), 1), np.nan
    )


def most_spent(window: Window) -> np.ndarray:
    """Return the most money that a geo has spent on a channel in a period of the panel, shape (geo, channel)."""
    spend = window.problem.panel.data["spend"].transpose("geo", "date", "channel").values[..., window.places]
    return np.nan_to_num(spend).max(axis=1)


def least_spent(window: Window) -> np.ndarray:
    """Return the lowest lasting level of a geo's spend on a channel in a period, shape (geo, channel).

    That of all but the `LOWEST` of stretches as long as the channel's carryover: single weeks without money are not seen as
    dark by an effect that lasts longer.
    """
    problem = window.problem
    spend = np.nan_to_num(problem.panel.data["spend"].transpose("geo", "date", "channel").values)
    least = np.zeros((len(spend), len(window.places)))
    for number, channel in enumerate(window.places):
        length = problem.pathways[channel].carryover.lags + 1
        for geo, inside in enumerate(problem.window):
            path = spend[geo, inside, channel]
            means = np.convolve(path, np.full(length, 1 / length), "valid") if len(path) >= length else path
            least[geo, number] = np.sort(means)[int(LOWEST * len(means))]
    return least


def raise_without_money(window: Window, plan: PlanConfig) -> None:
    """Raise where a plan is about money and the outcome has no value in money.

    Parameters
    ----------
    window : Window
    plan : PlanConfig

    Raises
    ------
    ConfigError
        ``plan-money``.
    """
    asked = plan.objective == "profit" or (plan.target is not None and plan.target.kind in ("roi", "mroi"))
    if asked and not np.isfinite(window.value).all():
        _, meaning, remedy = FAULTS["plan-money"]
        where = "plan.objective" if plan.objective == "profit" else "plan.target"
        raise ConfigError(Fault("plan-money", where, meaning, remedy))
