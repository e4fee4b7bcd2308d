"""The demo's world: a national brand that plans its media well enough to learn from them."""

from dataclasses import replace

import numpy as np
import pandas as pd
from dateutil.easter import easter

from mixproof.aggregates.simulate.demand import drift, standardised
from mixproof.aggregates.simulate.market import Market, Size, buy_media, national_path, open_market, ripple
from mixproof.aggregates.simulate.mechanisms import Response, Shape, forgetting, gamma_delay, respond
from mixproof.aggregates.simulate.planning import plan_spend
from mixproof.aggregates.simulate.scene import Medium, Scene

SIZE = Size(weeks=156, geos=1, channels=5)
DESCRIPTION = (
    "a national brand with five channels, a newsletter, promotions, a price, holidays and a drifting baseline"
)

WARM_UP = 13
"""Weeks of media before the first outcome."""

MEDIA_SHARE = 0.30

PLANNED: tuple[tuple[str, float, float, Shape], ...] = (
    ("tv", 0.36, 1.1, Shape(gamma_delay(1.2, 0.8, 12), "hill", half=1.2, slope=1.3)),
    ("search", 0.24, 2.3, Shape(forgetting(0.15, 12), "hill", half=1.8)),
    ("video", 0.17, 1.6, Shape(gamma_delay(0.6, 0.8, 12), "reach", half=1.4)),
    ("social", 0.15, 0.8, Shape(forgetting(0.45, 12), "hill", half=1.0)),
    ("radio", 0.08, 1.8, Shape(forgetting(0.35, 12), "hill", half=1.5)),
)
"""Channel, share of the budget, usual ROI, mechanism."""

PAUSED = ("search", "social")
"""Channels that would never stop, and are paused now and then so that their effect can be seen."""

HOLIDAYS = {"Good Friday": 0.05, "Ascension Day": -0.04, "German Unity Day": -0.05}
"""Effect of a public holiday on its week, as a fraction of usual revenue."""


def build(rng: np.random.Generator, size: Size) -> Scene:
    """Return a national world whose spends vary enough, and independently enough, to be told apart.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of everything drawn.
    size : Size
        Weeks, one geo, and how many of the planned channels.

    Returns
    -------
    Scene
        With a newsletter, a promotion and a price.
    """
    market = open_market(rng, size, warm_up=WARM_UP)
    planned = PLANNED[: size.channels]
    plans = {name: plan_spend(rng, name, market.season) for name, *_ in planned}
    for name in (name for name in PAUSED if name in plans):
        plans[name] = plans[name] * planned_pauses(rng, market.periods)
    timing = {name: national_path(market, path) for name, path in plans.items()}
    budget = np.array([share for _, share, _, _ in planned])
    returns = [usual * rng.lognormal(0, 0.08) for _, _, usual, _ in planned]
    shapes = [shape for *_, shape in planned]
    paid = buy_media(market, timing, budget / budget.sum(), returns, shapes, MEDIA_SHARE)
    paid = tuple(
        _by_impressions(rng, medium, market) if medium.name == "video" else medium for medium in paid
    )
    media = (*paid, newsletter(rng, market))
    promotion = weeks_of_promotion(rng, market)
    price = 100.0 + np.round(
        2.0 * standardised(_stepwise(rng, market.periods)) + rng.normal(0, 0.5, market.periods), 1
    )
    usual = market.local_revenue
    others = {
        "level": usual * (1.0 - MEDIA_SHARE) * np.ones(market.periods),
        "season": usual * _two_waves(rng, market.dates),
        "drift": usual * 0.03 * drift(rng, market.periods),
        "holidays": usual * holiday_weeks(market.dates),
        "black_friday": usual * 0.14 * black_friday_weeks(market.dates),
        "price": usual * -0.012 * (price - 100.0),
        "promotion": usual * 0.07 * promotion,
    }
    return Scene(
        market.dates,
        market.geos,
        market.population,
        media,
        others,
        noise=ripple(rng, market, sd=0.018, memory=0.25),
        columns={"promotion": promotion, "price_index": national_path(market, price)},
        treatments=("promotion",),
        controls=("price_index",),
        warm_up=WARM_UP,
    )


def planned_pauses(rng: np.random.Generator, periods: int) -> np.ndarray:
    """Return 0 in pauses of two weeks, three or four a year, and 1 otherwise, shape (period,).

    Parameters
    ----------
    rng : numpy.random.Generator
    periods : int
        Number of weeks.

    Returns
    -------
    numpy.ndarray, shape (period,)
    """
    on = np.ones(periods)
    start = int(rng.integers(6, 14))
    while start < periods:
        on[start : start + 2] = 0.0
        start += int(rng.integers(11, 20))
    return on


def newsletter(rng: np.random.Generator, market: Market) -> Medium:
    """Return an organic channel: mails to one in forty people in most weeks, worth 3 % of revenue.

    Parameters
    ----------
    rng : numpy.random.Generator
    market : Market
        Its calendar, geos and people.

    Returns
    -------
    Medium
        Without spend; driven by mails sent.
    """
    sent = (rng.random((len(market.geos), market.periods)) < 0.6) * rng.lognormal(0, 0.35, market.periods)
    mails = np.round(sent * market.population[:, None] / 40.0)
    worth = 0.03 * market.revenue * market.window
    strength = np.ones(len(market.geos))
    shape = Shape(forgetting(0.1, 4), "hill", half=1.6)
    response = respond(shape, mails, market.population, strength, worth, market.warm_up)
    return Medium("newsletter", mails, response, spend=None, driver="sent")


def weeks_of_promotion(rng: np.random.Generator, market: Market) -> np.ndarray:
    """Return 1 in weeks of promotion, else 0, shape (geo, period): about one week in eight.

    Parameters
    ----------
    rng : numpy.random.Generator
    market : Market
        Its calendar and geos.

    Returns
    -------
    numpy.ndarray, shape (geo, period)
    """
    on = np.zeros((len(market.geos), market.periods))
    for geo in range(len(market.geos)):
        for start in np.flatnonzero(rng.random(market.periods) < 0.08):
            on[geo, start : start + int(rng.integers(1, 3))] = 1.0
    return on


def holiday_weeks(dates: pd.DatetimeIndex) -> np.ndarray:
    """Return the effect of public holidays on each week, shape (period,), as a fraction of usual revenue."""
    effect = np.zeros(len(dates))
    for year in range(dates[0].year, dates[-1].year + 2):
        sunday = pd.Timestamp(easter(year))
        days = {
            "Good Friday": sunday - pd.Timedelta(days=2),
            "Ascension Day": sunday + pd.Timedelta(days=39),
            "German Unity Day": pd.Timestamp(year, 10, 3),
        }
        for name, day in days.items():
            effect += HOLIDAYS[name] * _holds(dates, day)
    return effect


def black_friday_weeks(dates: pd.DatetimeIndex) -> np.ndarray:
    """Return 1 in the week of the day after November's fourth Thursday, shape (period,)."""
    weeks = np.zeros(len(dates))
    for year in range(dates[0].year, dates[-1].year + 1):
        first = pd.Timestamp(year, 11, 1)
        thursday = first + pd.Timedelta(days=(3 - first.weekday()) % 7 + 21)
        weeks += _holds(dates, thursday + pd.Timedelta(days=1))
    return weeks


def _holds(dates: pd.DatetimeIndex, day: pd.Timestamp) -> np.ndarray:
    """Return 1 for the week that `day` falls in, 0 for the others."""
    return ((dates <= day) & (day < dates + pd.Timedelta(days=7))).astype(float)


def _by_impressions(rng: np.random.Generator, medium: Medium, market: Market) -> Medium:
    """Return the channel driven by impressions, bought at a price that changes from week to week."""
    assert medium.spend is not None
    price = 9.0 * rng.lognormal(0, 0.15, market.periods) * (1.0 + 0.08 * market.season)
    impressions = np.round(1000.0 * medium.spend / price)
    worth = float(medium.response.effect(medium.exposure)[:, market.warm_up :].sum())
    strength = np.ones(len(market.geos))
    assert isinstance(medium.response, Response)
    response = respond(medium.response.shape, impressions, market.population, strength, worth, market.warm_up)
    return replace(medium, exposure=impressions, response=response, driver="impressions")


def _stepwise(rng: np.random.Generator, periods: int) -> np.ndarray:
    """Return a price level that is reset every five to sixteen weeks, shape (period,)."""
    path = np.empty(periods)
    start = 0
    while start < periods:
        length = int(rng.integers(5, 17))
        path[start : start + length] = rng.normal()
        start += length
    return path


def _two_waves(rng: np.random.Generator, dates: pd.DatetimeIndex) -> np.ndarray:
    """Return a calm season, shape (period,): yearly and half-yearly wave, fractions of usual revenue."""
    angle = 2.0 * np.pi * dates.day_of_year.to_numpy() / 365.25
    first, second = rng.uniform(0, 2 * np.pi, 2)
    return 0.07 * np.cos(angle - first) + 0.03 * np.cos(2 * angle - second)
