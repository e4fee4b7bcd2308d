"""Who was treated in an experiment, seen from the panel: whole geos, the whole market, or a share of it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mixproof.records.evidence import Evidence, Readout
from mixproof.records.evidence_contract import outside
from mmm.calibration.market import Market
from mmm.calibration.paths import Dose, entered_share, follow_up_of, spend_of
from mmm.calibration.periods import Periods, periods_around


@dataclass(frozen=True, slots=True)
class Treated:
    """Whom one readout counts.

    Parameters
    ----------
    whole : bool
        Whole geos of the panel, or the whole market.
    share : float or None
        Of the outcome of its geos; None where the evidence does not say.
    """

    whole: bool
    share: float | None


def treated(market: Market, item: Evidence, readout: Readout) -> Treated:
    """Return whom a readout counts.

    Parameters
    ----------
    market : Market
    item : Evidence
    readout : Readout

    Returns
    -------
    Treated
        Of geos in a national panel the share of the outcome before the test, not that of the people: a model of the
        nation multiplies its own effect with it.
    """
    people = readout.people_share
    if people is None and len({other.arm for other in item.readouts}) == 1 and readout.entered is None:
        people = item.treated_share
    if readout.geos and market.national:
        share = None if readout.market_share is None else readout.market_share * (people or 1.0)
        return Treated(share == 1.0, share)
    if people is None and item.kind == "geo" and readout.geos:
        people = 1.0
    if people is None and _is_whole_market(market, item, readout):
        people = 1.0
    return Treated(people == 1.0, people)


WHOLE = 0.02
"""Relative difference of money up to which a test without a stated share has all that the panel has."""


def _is_whole_market(market: Market, item: Evidence, readout: Readout) -> bool:
    """Return whether the money of the test is all that the panel has, so that everybody was treated."""
    if readout.geos or readout.start is None or not is_inside(market, item):
        return False
    dose = dose_of(market, item, readout, Treated(True, 1.0))
    found = [money_of_days(market, dose, channel) for channel in readout.channels]
    return bool(found) and all(_alike(pair) for pair in found)


def _alike(pair: tuple[float, float] | None) -> bool:
    return pair is not None and pair[1] > 0 and abs(pair[0] - pair[1]) <= WHOLE * pair[1]


def money_of_days(market: Market, dose: Dose, channel: str) -> tuple[float, float] | None:
    """Return the money of an arm as run on the days of the test, and the panel's on the same days and geos.

    Parameters
    ----------
    market : Market
    dose : Dose
    channel : str

    Returns
    -------
    tuple of two float, or None
        None where the evidence has no money of the channel, or the channel costs nothing. Money of several channels
        together is compared with theirs.
    """
    path = spend_of(dose.item, dose.readout, channel)
    if path is None or not any(market.costs(market.panel.channels.index(name)) for name in path.channels):
        return None
    periods, testing = dose.periods, dose.testing
    numbers = [market.panel.channels.index(name) for name in path.channels]
    geos = market.geo_numbers(path.geos or dose.readout.geos)
    money = market.spend[np.ix_(geos, range(market.spend.shape[1]), numbers)].sum(axis=(0, 2))
    theirs = periods.by_day(np.nan_to_num(market.of_period(money, periods.places)))
    ours = 0.0
    covered = np.zeros(len(periods.days), bool)
    for start, amount in zip(path.dates, np.asarray(path.as_run, float).sum(axis=0), strict=True):
        days = (periods.days >= np.datetime64(start)) & (
            periods.days < np.datetime64(start) + np.timedelta64(path.period_days, "D")
        )
        covered |= days
        ours += float(amount) * float((days & testing).sum()) / path.period_days
    return ours, float(theirs[covered & testing].sum())


def is_inside(market: Market, item: Evidence) -> bool:
    """Return whether the test's days are the panel's own: it lies inside them, and nobody says that it is not part of it.

    Parameters
    ----------
    market : Market
    item : Evidence

    Returns
    -------
    bool
    """
    if item.in_panel is False or item.start is None or item.end is None:
        return False
    days = [day for readout in item.readouts for day in (readout.start, readout.end) if day is not None]
    return not outside(min([item.start, *days]), max([item.end, *days]), market.panel)


def dose_of(market: Market, item: Evidence, readout: Readout, who: Treated) -> Dose:
    """Return what a readout's people or geos got, over all periods from before the test to its last readout.

    Parameters
    ----------
    market : Market
    item : Evidence
    readout : Readout
    who : Treated

    Returns
    -------
    Dose
    """
    same = [other for other in item.readouts if other.arm == readout.arm]
    counted = [readout] if readout.entered is not None else same
    assert item.start is not None and item.end is not None
    ends = [other.end for other in counted if other.end is not None]
    numbers = [market.panel.channels.index(name) for name in readout.channels]
    lead = max(market.pathways[number].carryover.lags for number in numbers)
    periods = periods_around(market.panel, item.start, max([item.end, *ends]), lead)
    head = np.full(len(periods.days), 1.0 if who.whole else who.share or 1.0)
    entered = np.ones(len(periods.days))
    if readout.entered is not None:
        entered = entered_share(readout, None, periods)[0]
        head = sum(
            (
                (treated(market, item, other).share or 0.0) * entered_share(other, None, periods)[0]
                for other in same
            ),
            np.zeros(len(periods.days)),
        )
    return Dose(item, readout, is_inside(market, item), who.whole, periods, head, entered)


def counted_days(item: Evidence, readout: Readout, periods: Periods) -> np.ndarray:
    """Return which share of a readout's people is counted on each day, shape (day,).

    Parameters
    ----------
    item : Evidence
    readout : Readout
    periods : Periods

    Returns
    -------
    numpy.ndarray, shape (day,)
    """
    return entered_share(readout, follow_up_of(item, readout), periods)[1]


def leaving(market: Market, item: Evidence) -> Iterator[tuple[int, int]]:
    """Yield geo and date of each of the panel's outcomes that the test has used already.

    A contrast of people within a week, or of geos within a nation, is not what the panel's totals tell; the treated
    geos' own rows are, and so is the market's where the test compares before and after.

    Parameters
    ----------
    market : Market
    item : Evidence

    Returns
    -------
    iterator of tuple of two int
    """
    if not is_inside(market, item) or item.measurement in ("randomised_people", "platform_study"):
        return
    for readout in item.readouts:
        if not treated(market, item, readout).whole or readout.start is None or readout.end is None:
            continue
        assert item.start is not None
        periods = periods_around(market.panel, min(item.start, readout.start), readout.end, 0)
        for geo in market.geo_numbers(readout.geos):
            yield from ((int(geo), int(place)) for place in periods.places)
