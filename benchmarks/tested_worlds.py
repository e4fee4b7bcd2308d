"""Worlds in which experiments were run: national tables, what the tests measured, and the true returns.

In each test three tenths of the market get `dose` times the usual spend of one channel for four weeks, and their outcome
is read for eight weeks more. Media act as the world's own mechanism says, in those three tenths and in the rest alike; the
national table shows the sum of both. Nothing of `mmm` is used.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd

from mixproof.aggregates.simulate.market import Size, base, buy_media, national_path, open_market, ripple
from mixproof.aggregates.simulate.mechanisms import Shape, forgetting
from mixproof.aggregates.simulate.planning import channel_names, plan_spend, split_budget
from mixproof.aggregates.simulate.scene import Medium, Scene
from mixproof.aggregates.simulate.writing import as_tables, data_section
from mixproof.records.evidence import Evidence, Readout, SpendPath

SIZE = Size(weeks=130, geos=1, channels=3)
SHARE = 0.3
"""Of the market, whose spend each test changed."""
TEST, COOL = 4, 8
"""Weeks of treatment, and weeks behind them that are read."""
TOTAL = TEST + 4
"""Weeks that a test read as one total counts; its standard error is what `error` says."""
CORRELATION = 0.18
"""Of the errors of two weeks of one test."""
LEAD = 13
"""Weeks of constant spend after which every carryover of the models is in its steady state."""


@dataclass(frozen=True, slots=True)
class Test:
    """One test as it was run.

    Parameters
    ----------
    channel : str
    dates : tuple of datetime.date
        Mondays of the weeks of treatment and of cool-down.
    run, without : numpy.ndarray, shape (week,)
        Money in the treated part of the market.
    effect : numpy.ndarray, shape (week,)
        As measured: as run minus without.
    covariance : numpy.ndarray, shape (week, week)
    expected : numpy.ndarray, shape (week,)
        What would have been measured without error.
    """

    __test__ = False

    channel: str
    dates: tuple
    run: np.ndarray
    without: np.ndarray
    effect: np.ndarray
    covariance: np.ndarray
    expected: np.ndarray


@dataclass(frozen=True, slots=True)
class TestedWorld:
    """Tables, tests and truth.

    Parameters
    ----------
    name : str
    data_config : dict
        The ``data:`` section that reads the table.
    tables : dict of str to pandas.DataFrame
    tests : tuple of Test
    truth : mapping of str to float
        ROI of each channel over all weeks, as run.
    """

    __test__ = False

    name: str
    data_config: dict
    tables: dict[str, pd.DataFrame]
    tests: tuple[Test, ...]
    truth: Mapping[str, float]


def plain_scene(seed: int, memory: float, returns: tuple[float, ...]) -> Scene:
    """Return a market whose spend follows nothing: geometric carryover, hyperbolic saturation, a season and a drift.

    Parameters
    ----------
    seed : int
    memory : float
        Share of each channel's effect that lasts to the next week.
    returns : tuple of float
        True ROI of tv, search and social.

    Returns
    -------
    Scene
    """
    rng = np.random.default_rng([seed, zlib.crc32(repr((memory, returns)).encode())])
    market, names = open_market(rng, SIZE), channel_names(SIZE.channels)
    timing = {name: national_path(market, plan_spend(rng, name, market.season)) for name in names}
    shapes = [Shape(forgetting(memory, LEAD), "hill", half=1.5, slope=1.0) for _ in names]
    media = buy_media(market, timing, split_budget(rng, names), returns, shapes, 0.2)
    others, noise = base(rng, market, 0.2, wander=0.02), ripple(rng, market, sd=0.03, memory=0.3)
    return Scene(market.dates, market.geos, market.population, media, others, noise)


def ordinary(medium: Medium, first: int, last: int) -> int:
    """Return the week from `first` to `last` at which four weeks begin in which a channel spends as it usually does.

    That is on in each of them where such weeks are there, and on average as near as can be to its mean active week.
    """
    assert medium.spend is not None
    spend = medium.spend[0]
    usual = spend[spend > 0].mean()

    def apart(week: int) -> tuple[bool, float]:
        weeks = spend[week : week + TEST]
        return bool((weeks == 0).any()), abs(float(weeks.mean()) - usual)

    return min(range(first, last + 1), key=apart)


def tested_world(
    name: str, scene: Scene, doses: Mapping[str, tuple[int, float]], error: float, seed: int, factors: Mapping[str, float] = {}
) -> TestedWorld:  # fmt: skip
    """Return the world in which tests were run.

    Parameters
    ----------
    name : str
        Of its table.
    scene : Scene
        One geo, no warm-up.
    doses : mapping of str to (int, float)
        By channel: the week in which the test begins, and times the usual spend in it.
    error : float
        Standard error of the total of test and four weeks of cool-down, as a share of the size that the scene's channel
        would have given it.
    seed : int
    factors : mapping of str to float
        By channel, times what the scene says that it brings: zero or below for channels that bring nothing or do harm.

    Returns
    -------
    TestedWorld
    """
    rng = np.random.default_rng([seed, 13])
    table = as_tables(name, scene)[f"{name}.csv"].copy()
    tests, truth = [], {}
    for medium in scene.media:
        assert medium.spend is not None
        usual, spend, factor = (
            medium.response.effect(medium.exposure)[0],
            medium.spend[0],
            factors.get(medium.name, 1.0),
        )
        brought, paid = factor * usual, spend
        if medium.name in doses:
            week, dose = doses[medium.name]
            path = medium.exposure.copy()
            path[:, week : week + TEST] *= dose
            change = SHARE * (medium.response.effect(path)[0] - usual)
            brought, paid = factor * (usual + change), spend + SHARE * (path[0] - spend)
            span = slice(week, week + TEST + COOL)
            scale = error * abs(change[span][:TOTAL].sum())
            money = (SHARE * path[0, span], SHARE * spend[span])
            tests.append(_test(medium.name, scene, span, money, factor * change[span], scale, rng))
        table["revenue"] += brought - usual
        table[f"{medium.name}_spend"] = paid
        truth[medium.name] = float(brought.sum() / paid.sum())
    tables = {f"{name}.csv": table.round(dict.fromkeys(table.columns[1:], 2))}
    return TestedWorld(name, data_section(name, scene), tables, tuple(tests), truth)


def _test(
    channel: str,
    scene: Scene,
    span: slice,
    money: tuple[np.ndarray, np.ndarray],
    effect: np.ndarray,
    scale: float,
    rng: np.random.Generator,
) -> Test:
    """Return a test with errors whose sum over `TOTAL` weeks has the standard deviation `scale`."""
    shape = (1 - CORRELATION) * np.eye(len(effect)) + CORRELATION
    covariance = shape * scale**2 / shape[:TOTAL, :TOTAL].sum()
    measured = effect + rng.multivariate_normal(np.zeros(len(effect)), covariance)
    dates = tuple(day.date() for day in scene.dates[span])
    return Test(channel, dates, *money, measured, covariance, effect)


def weekly(test: Test) -> Evidence:
    """Return a readout for each week, with their covariance."""
    return _evidence(test, [(n, n + 1) for n in range(len(test.dates))])


def total(test: Test) -> Evidence:
    """Return one readout of the weeks of treatment and four of cool-down."""
    return _evidence(test, [(0, TOTAL)])


def saturation_only(test: Test) -> Evidence:
    """Return the test as formulas without carryover take it: f(x + dx) - f(x) is what the weeks of treatment measured.

    Asked of a model with carryover, that is the effect in the steady state: both paths are constant at their mean of the
    treated weeks from so long before that nothing else acts any more, and the four weeks alone are counted.
    """
    effect, covariance = test.effect[:TEST].sum(), test.covariance[:TEST, :TEST].sum()
    run, without = test.run[:TEST].mean(), test.without[:TEST].mean()
    start = test.dates[0] - timedelta(weeks=LEAD)
    dates = tuple(start + timedelta(weeks=n) for n in range(LEAD + TEST))
    readout = _readout(test, 0, TEST, effect)
    paths = (np.full(len(dates), run), np.full(len(dates), without))
    return _record(test, (readout,), np.array([[covariance]]), dates, paths, False)


def _evidence(test: Test, spans: list[tuple[int, int]]) -> Evidence:
    sums = np.array(
        [[first <= week < last for week in range(len(test.dates))] for first, last in spans], float
    )
    effects = sums @ test.effect
    readouts = tuple(_readout(test, *span, effect) for span, effect in zip(spans, effects, strict=True))
    return _record(
        test, readouts, sums @ test.covariance @ sums.T, test.dates, (test.run, test.without), True
    )


def _readout(test: Test, first: int, last: int, effect: float) -> Readout:
    end = test.dates[last - 1] + timedelta(days=6)
    return Readout(
        "treated", (test.channel,), test.dates[first], end, float(effect), ("part",), people_share=1.0, market_share=SHARE
    )  # fmt: skip


def _record(
    test: Test, readouts: tuple[Readout, ...], covariance: np.ndarray, dates: tuple, paths: tuple[np.ndarray, np.ndarray],
    inside: bool,
) -> Evidence:  # fmt: skip
    """Return the record of a test of a part of the market whose weeks are `dates`."""
    run, without = (tuple(map(float, path)) for path in paths)
    spend = SpendPath((test.channel,), "treated", ("part",), dates, 7, (run,), (without,))
    sd = np.sqrt(np.diag(covariance))
    effects = np.array([readout.effect for readout in readouts])
    weeks = len(dates) - (COOL if inside else 0)
    return Evidence(
        experiment=f"{test.channel} test", kind="geo", estimand="incremental_outcome", outcome_kind="revenue",
        outcome="revenue", unit="EUR", currency="EUR", readouts=readouts,
        covariance=tuple(map(tuple, covariance.tolist())), start=dates[0],
        end=dates[0] + timedelta(days=7 * weeks - 1), outcome_end=readouts[-1].end, treated_share=1.0, arms=(),
        spend=(spend,), level=0.9, lower=tuple(effects - 1.645 * sd), upper=tuple(effects + 1.645 * sd),
        method="simulated", quality="randomised", measurement="randomised_geos", in_panel=inside,
    )  # fmt: skip
