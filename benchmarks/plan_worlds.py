"""Worlds in which the best budget is known: what any path of money would truly bring after the panel.

Media act as the world's own mechanism says; nothing of `mmm` decides what is true. In a `settled` world the plan that is
there is the best one: every channel's effect is of such a size, in every geo, that the next unit of money brings the same.
In a `tested` one, three tenths of all people saw nothing of a channel for four weeks, once a channel, and that is part of
its table.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.panel import Panel
from mixproof.aggregates.simulate.market import Size, base, buy_media, national_path, open_market, ripple
from mixproof.aggregates.simulate.mechanisms import Response, Shape, forgetting
from mixproof.aggregates.simulate.planning import channel_names, plan_spend, split_budget
from mixproof.aggregates.simulate.scene import Medium, Scene
from mixproof.aggregates.simulate.worlds.geos import regional_timing, unequal_effects
from mixproof.aggregates.simulate.writing import as_tables, data_section
from mixproof.aggregates.sources import panel_from_frames
from mixproof.records.evidence import Evidence, Readout, SpendPath

SIZES = {"national": Size(weeks=130, geos=1, channels=4), "geo": Size(weeks=104, geos=6, channels=4)}
QUARTER, YEAR, LEAD = 13, 52, 13
"""Weeks of the window, of a year, and of media before the window that still act."""
SHARE, TEST, COOL = 0.3, 4, 8
"""Of the people, and weeks of treatment and behind it that a test reads."""
ERROR = 0.12
"""Standard error of a test's total, as a share of what it measures."""
STEP = 1e-4
"""Relative step of numeric derivatives."""


@dataclass(frozen=True, slots=True)
class PlanWorld:
    """A panel, tests and the mechanism behind both.

    Parameters
    ----------
    scene : Scene
    panel : Panel
    evidence : tuple of Evidence
        Of the tests that are part of the panel; none where there were none.
    """

    scene: Scene
    panel: Panel
    evidence: tuple[Evidence, ...]

    def brought(self, money: np.ndarray) -> float:
        """Return what a path of money (geo, week, channel) truly brings in its weeks and after them, beyond none."""
        return sum(
            float(self.of_channel(number, money[..., number]).sum()) for number in range(money.shape[-1])
        )

    def of_channel(self, number: int, money: np.ndarray) -> np.ndarray:
        """Return what one channel's money (geo, week) truly brings, beyond none, shape (geo,)."""
        medium = self.scene.media[number]
        past = self.panel.data["spend"].transpose("geo", "date", "channel").values[:, -LEAD:, number]
        return _gain(medium.response, past, money)


def _gain(response: Response, past: np.ndarray, money: np.ndarray) -> np.ndarray:
    after = np.zeros((len(past), LEAD))
    whole, without = (np.concatenate([past, path, after], axis=1) for path in (money, np.zeros_like(money)))
    return (response.effect(whole) - response.effect(without))[:, past.shape[1] :].sum(axis=1)


def plan_world(kind: str, seed: int, *, settled: bool, tested: bool) -> PlanWorld:
    """Return a world.

    Parameters
    ----------
    kind : {"national", "geo"}
    seed : int
    settled : bool
        Whether the plan that is there is the best one.
    tested : bool
        Whether every channel was tested once.

    Returns
    -------
    PlanWorld
    """
    scene = _scene(kind, seed, settled)
    table = as_tables(kind, scene)[f"{kind}.csv"].copy()
    rng, evidence = np.random.default_rng([seed, 13]), []
    for number, medium in enumerate(scene.media if tested else ()):
        assert medium.spend is not None
        week = _ordinary(medium.spend.sum(axis=0), 30 + 4 * number, len(scene.dates) - LEAD - TEST - COOL)
        dark = medium.exposure.copy()
        dark[:, week : week + TEST] = 0.0
        change = SHARE * (medium.response.effect(dark) - medium.response.effect(medium.exposure))
        table["revenue"] += change.ravel()
        table[f"{medium.name}_spend"] = (medium.spend + SHARE * (dark - medium.exposure)).ravel()
        evidence.append(_evidence(scene, medium, week, change.sum(axis=0), rng))
    tables = {f"{kind}.csv": table.round(dict.fromkeys(["revenue", *table.filter(like="_spend").columns], 2))}
    panel = panel_from_frames(DataConfig.model_validate(data_section(kind, scene)), tables)
    return PlanWorld(scene, panel, tuple(evidence))


def _scene(kind: str, seed: int, settled: bool) -> Scene:
    """Return a market whose spend follows nothing: geometric carryover, hyperbolic saturation, a season and a drift."""
    size, rng = SIZES[kind], np.random.default_rng([seed, len(kind)])
    market, names = open_market(rng, size, unequal=6.0), channel_names(size.channels)
    regional = size.geos > 1
    timing = {
        name: regional_timing(rng, market, name)
        if regional
        else national_path(market, plan_spend(rng, name, market.season))
        for name in names
    }
    strength = {name: unequal_effects(rng, market, 0.2) for name in names} if regional else None
    shapes = [
        Shape(forgetting(rng.uniform(0.2, 0.7), LEAD - 1), "hill", half=rng.uniform(0.7, 2.5), slope=1.0)
        for _ in names
    ]
    returns = rng.permutation(np.exp(np.linspace(np.log(0.6), np.log(3.0), len(names))))
    media = buy_media(market, timing, split_budget(rng, names), returns, shapes, 0.22, strength)
    others, noise = base(rng, market, 0.22, wander=0.02), ripple(rng, market, sd=0.03, memory=0.3)
    scene = Scene(market.dates, market.geos, market.population, media, others, noise)
    return replace(scene, media=tuple(_settled(media))) if settled else scene


def _settled(media: tuple[Medium, ...]) -> list[Medium]:
    """Return the channels with effects of such size that the next unit of money of last year's quarter brings the same."""
    marginal, spends = [], []
    for medium in media:
        assert medium.spend is not None
        path = medium.spend[:, -YEAR : QUARTER - YEAR]
        total, past = path.sum(axis=1), medium.spend[:, -LEAD:]
        more = _gain(medium.response, past, path * (1 + STEP)) - _gain(medium.response, past, path)
        even = np.full(path.shape, medium.spend.mean() * STEP)
        first = _gain(medium.response, past, even)
        marginal.append(
            np.where(total > 0, more, first) / np.where(total > 0, STEP * total, even.sum(axis=1))
        )
        spends.append(total)
    slopes, money = np.array(marginal), np.array(spends)
    usual = float((slopes * money).sum() / money.sum())
    # where nothing is spent, the first unit of money must not bring more than the next one elsewhere
    factor = np.where(money > 0, usual / slopes, np.minimum(1.0, 0.9 * usual / slopes))
    return [
        replace(medium, response=replace(medium.response, ceiling=medium.response.ceiling * times))
        for medium, times in zip(media, factor, strict=True)
    ]


def _ordinary(spend: np.ndarray, first: int, last: int) -> int:
    """Return the week at which four weeks begin in which a channel spends most nearly as in a mean active week."""
    usual = spend[spend > 0].mean()
    weeks = range(first, last + 1)
    return min(weeks, key=lambda week: abs(float(spend[week : week + TEST].mean()) - usual))


def _evidence(
    scene: Scene, medium: Medium, week: int, change: np.ndarray, rng: np.random.Generator
) -> Evidence:
    """Return the record of a test that three tenths of all people took no part in: weekly readouts, with errors."""
    assert medium.spend is not None
    span = slice(week, week + TEST + COOL)
    count = TEST + COOL
    shape = 0.8 * np.eye(count) + 0.2
    covariance = shape * (ERROR * change[span].sum()) ** 2 / shape.sum()
    measured = -change[span] + rng.multivariate_normal(np.zeros(count), covariance)
    days = tuple(day.date() for day in scene.dates[span])
    usual = SHARE * medium.spend.sum(axis=0)[span]
    dark = np.where(np.arange(count) < TEST, 0.0, usual)
    readouts = tuple(
        Readout("as usual", (medium.name,), day, day + timedelta(days=6), float(effect), people_share=SHARE)
        for day, effect in zip(days, measured, strict=True)
    )
    path = SpendPath(
        (medium.name,), "as usual", (), days, 7, (tuple(map(float, usual)),), (tuple(map(float, dark)),)
    )
    sd = np.sqrt(np.diag(covariance))
    return Evidence(
        experiment=f"{medium.name} holdout", kind="holdout", estimand="incremental_outcome", outcome_kind="revenue",
        outcome="revenue", unit="EUR", currency="EUR", readouts=readouts,
        covariance=tuple(map(tuple, covariance.tolist())), start=days[0],
        end=days[0] + timedelta(days=7 * TEST - 1), outcome_end=readouts[-1].end, treated_share=SHARE, arms=(),
        spend=(path,), level=0.9, lower=tuple(measured - 1.645 * sd), upper=tuple(measured + 1.645 * sd),
        method="simulated", quality="randomised", measurement="randomised_people", in_panel=False,
    )  # fmt: skip


def read_levels(world: PlanWorld, money: np.ndarray, phase: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return true gain and slope of every channel in every geo at levels of its money.

    Parameters
    ----------
    world : PlanWorld
    money : numpy.ndarray, shape (geo and channel, level)
        Items run over geos, and in each over channels.
    phase : numpy.ndarray, shape (geo, week, channel)
        Share of each week in the money.

    Returns
    -------
    tuple of numpy.ndarray
        Each of shape (geo and channel, level, 1).
    """
    geos, _, channels = phase.shape
    levels = money.reshape(geos, channels, -1)
    gain, above, below = np.empty(levels.shape), np.empty(levels.shape), np.empty(levels.shape)
    step = STEP * np.maximum(levels[..., -1:], 1.0)
    lowest = np.maximum(levels - step, 0.0)
    for found, at in ((gain, levels), (above, levels + step), (below, lowest)):
        for number in range(channels):
            paths = at[:, number].T[..., None] * phase[..., number]  # level, geo, week
            found[:, number] = np.array([world.of_channel(number, path) for path in paths]).T
    slope = (above - below) / (levels + step - lowest)
    return gain.reshape(*money.shape, 1), slope.reshape(*money.shape, 1)
