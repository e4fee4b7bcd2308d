"""From spend to paths of exposure: what the people or geos of a test saw as run, and what they would have seen without it.

Everything happens by day, since tests begin on any day of a period: a day of the test counts pro rata in its period.

- Whole geos (or the whole market) inside the panel: the path as run is the panel's own, and the path without is
  ``exposure x without / as_run``. Where nothing was spent as run, what would have been is bought at the price of the
  nearest active periods.
- Part of the people, or of the geos of a national panel: both paths are what one head saw, money over share of the
  market, at the panel's price; on other days, and of people who have not entered yet, the panel's own exposure.
- Outside the panel: both paths are bought with the evidence's money, before the test, too; days of which it says nothing
  have a typical active period's exposure in both.
"""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from mixproof.records.evidence import Evidence, Readout, SpendPath
from mmm.calibration.market import Market
from mmm.calibration.periods import Periods, spread


@dataclass(frozen=True, slots=True)
class Dose:
    """What one readout's people or geos got.

    Parameters
    ----------
    item : Evidence
    readout : Readout
    inside : bool
        Whether the panel's own rows are those of the test's days.
    whole : bool
        Whether whole geos of the panel, or the whole market, were treated.
    periods : Periods
    head : numpy.ndarray, shape (day,)
        Share of the market among whom the arm's money of a day was divided; 1 for whole geos.
    entered : numpy.ndarray, shape (day,)
        Share of the readout's people who have entered the test by that day.
    """

    item: Evidence
    readout: Readout
    inside: bool
    whole: bool
    periods: Periods
    head: np.ndarray
    entered: np.ndarray

    @property
    def testing(self) -> np.ndarray:
        """Days of treatment, shape (day,); counted as days where only the readout has dates."""
        start, end = self.item.start, self.item.end
        assert start is not None and end is not None
        return self.periods.inside(start, end)


def spend_of(item: Evidence, readout: Readout, channel: str) -> SpendPath | None:
    """Return the path with the money of a channel in the arm of a readout; None where the evidence has none.

    Parameters
    ----------
    item : Evidence
    readout : Readout
    channel : str

    Returns
    -------
    SpendPath or None
    """
    found = [path for path in item.spend if path.arm == readout.arm and channel in path.channels]
    return found[0] if found else None


def entered_share(readout: Readout, follow_up: int | None, periods: Periods) -> tuple[np.ndarray, np.ndarray]:
    """Return which share of a readout's people has entered by each day, and which share is counted on it.

    Parameters
    ----------
    readout : Readout
    follow_up : int or None
        Days that each person is counted for after the own day of entry; None where all are counted to the end.
    periods : Periods

    Returns
    -------
    tuple of two numpy.ndarray, shape (day,)
        People enter evenly over the days of their week.
    """
    assert readout.start is not None and readout.end is not None
    if readout.entered is None:
        days = periods.inside(readout.start, readout.end).astype(float)
        return np.ones(len(periods.days)), days
    first, last = (np.datetime64(day) for day in readout.entered)
    length = int((last - first).astype(int)) + 1
    passed = (periods.days - first).astype(int) + 1
    entered = np.clip(passed / length, 0.0, 1.0)
    counted = entered.copy()
    if follow_up is not None:
        counted -= np.clip((passed - follow_up - 1) / length, 0.0, 1.0)
    return entered, counted * (periods.days <= np.datetime64(readout.end))


def follow_up_of(item: Evidence, readout: Readout) -> int | None:
    """Return the days that each person of a holdout is counted for after entry; None where all are counted to the end.

    Parameters
    ----------
    item : Evidence
    readout : Readout

    Returns
    -------
    int or None
    """
    ends = {other.end for other in item.readouts if other.arm == readout.arm}
    if readout.entered is None or readout.end is None or len(ends) < 2:
        return None
    return (readout.end - readout.entered[1]).days


def paths(market: Market, dose: Dose, geo: int, channel: int) -> tuple[np.ndarray, np.ndarray]:
    """Return one channel's exposure in one geo as run and without the test, both of shape (period,).

    Parameters
    ----------
    market : Market
    dose : Dose
    geo, channel : int
        Places in the panel.

    Returns
    -------
    tuple of two numpy.ndarray, shape (period,)
        In the unit of the panel's exposure.
    """
    name, periods = market.panel.channels[channel], dose.periods
    path = spend_of(dose.item, dose.readout, name)
    places = periods.places
    base = market.of_period(market.exposure[geo, :, channel], places)
    ordinary = periods.by_day(np.where(np.isnan(base), market.usual(geo, channel), base))
    testing = dose.testing * dose.entered
    if path is None:  # a channel that costs nothing, held back from the others
        return periods.totals(ordinary), periods.totals(ordinary * (1 - testing))
    run, without = (money_by_day(market, dose, path, geo, channel, of) for of in ("as_run", "without"))
    if not market.costs(channel):
        ratio = np.where(run > 0, without / np.where(run > 0, run, 1.0), 1.0)
        return periods.totals(ordinary), periods.totals(ordinary * (1 - testing + testing * ratio))
    geos = np.array([geo]) if dose.whole else market.geo_numbers(dose.readout.geos)
    bought = np.repeat(market.per_money(geos, channel, places), periods.lengths)
    if dose.inside and dose.whole:
        ratio = np.where((run > 0) & (ordinary > 0), without / np.where(run > 0, run, 1.0), 1.0)
        more = np.where((run > 0) & (ordinary > 0), 0.0, (without - run) * bought)
        other = np.maximum(ordinary * ratio + more, 0.0)
        return periods.totals(ordinary), periods.totals((1 - testing) * ordinary + testing * other)
    if not dose.inside:
        ordinary = _before(market, dose, path, geo, channel, bought, ordinary)
    return (
        periods.totals((1 - testing) * ordinary + testing * run * bought),
        periods.totals((1 - testing) * ordinary + testing * without * bought),
    )


def money_by_day(market: Market, dose: Dose, path: SpendPath, geo: int, channel: int, of: str) -> np.ndarray:
    """Return the money of one channel by day as a geo, or every head of it, saw it, shape (day,).

    Parameters
    ----------
    market : Market
    dose : Dose
    path : SpendPath
    geo, channel : int
    of : {"as_run", "without", "before"}

    Returns
    -------
    numpy.ndarray, shape (day,)
        Divided by the share of the market that it was spent on, so that it is money at the size of the market.
    """
    rows = np.asarray(getattr(path, of), float)
    dates = list(path.dates)
    if of == "before":
        back = rows.shape[1] if rows.size else 0
        dates = [path.dates[0] - timedelta(days=path.period_days * (back - n)) for n in range(back)]
    if not rows.size:
        return np.zeros(len(dose.periods.days))
    values = rows.sum(axis=0) * _part(market, dose, path, geo, channel)
    if dose.whole and path.geos and not market.national:
        values = rows[path.geos.index(market.panel.geos[geo])]
    by_day = spread(dates, path.period_days, values * _of_channels(market, path, channel), dose.periods)
    return by_day / np.where(dose.head > 0, dose.head, 1.0)


def _part(market: Market, dose: Dose, path: SpendPath, geo: int, channel: int) -> float:
    """Return the geo's part of money whose sum is known: as the panel spent for whole geos, by size for people."""
    geos = market.geo_numbers(dose.readout.geos or path.geos)
    if dose.whole:
        return float(market.shares(geos, channel)[geos == geo][0])
    return float(market.size[geo] / market.size[geos].sum())


def _of_channels(market: Market, path: SpendPath, channel: int) -> float:
    """Return the channel's part of money that is known for several together: as the panel spent on them."""
    if len(path.channels) == 1:
        return 1.0
    numbers = [market.panel.channels.index(name) for name in path.channels]
    money = market.spend[:, :, numbers].sum(axis=(0, 1))
    return float(money[numbers.index(channel)] / money.sum()) if money.sum() > 0 else 1.0 / len(numbers)


def _before(
    market: Market,
    dose: Dose,
    path: SpendPath,
    geo: int,
    channel: int,
    bought: np.ndarray,
    typical: np.ndarray,
) -> np.ndarray:
    """Return exposure by day on the days that are not the test's, outside the panel: as before the test, on average."""
    if not path.before:
        return typical
    back = len(path.before[0])
    begins = path.dates[0] - timedelta(days=path.period_days * back)
    days = dose.periods.inside(begins, path.dates[0] - timedelta(days=1))
    money = money_by_day(market, dose, path, geo, channel, "before") * bought
    return np.where(days, money, money[days].mean() if days.any() else typical)
