"""Which incident lies between two runs: tracking, cost upload, identity, model or market, told by what each leaves in the data.

Periods that came or were restated are held against the ones before, each series by its own past: a change counts where it is
larger than windows of the same length have differed before. A tag that is lost takes one channel's credit and leaves
sales; rotated keys take every channel's credit; costs in other units jump by a factor while nothing else moves; a market
that falls takes sales and leaves shares of credit; a changed configuration leaves the data as they were.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import nnls
from scipy.signal import lfilter

from mixproof.aggregates.panel import Panel
from mixproof.records.attribution import NO_CHANNEL
from workflow.compare.causes import CONFIG, PACKAGE, Side

MARKET, TRACKING, IDENTITY, COSTS, MODEL = "market", "tracking", "identity", "cost upload", "model"
FIRST = (COSTS, MARKET)
"""Told before credit, which follows them."""
CLEAR = 3.0
"""Robust standard deviations of a series' own past beyond which a change is one."""
CLEAR_OF_ONE = 4.0
"""The same for the credit of one channel: one of several strays further by chance."""
RAN = 0.5
"""Share of its usual media with which a channel must have run for its credit to be held against them."""
SMALLEST = {MARKET: 0.08, TRACKING: 0.2, IDENTITY: 0.1}
"""Falls below these are told by nobody as an incident: sales, credit of a channel, credit of all."""
FACTOR = 5.0
"""A jump of costs from which on a change of unit is likelier than a budget."""
ALIKE = 0.02
"""How exactly one factor must hold where costs of the same periods are restated."""
BEFORES = (8, 13, 26)
"""The same for sales, with and without a year apart: the way is taken whose past is the quietest."""
SPREAD = 0.35
"""Share of a channel's fall by which all others together must have fallen, too, for it to be everybody's."""
BEFORE, LONGEST, YEAR = 26, 13, 52
"""Periods that a window is held against, and the longest window."""
SHORTEST = 8
"""Periods that must lie before a window."""
DECAYS, POWERS = (0.0, 0.3, 0.6, 0.8, 0.92), (0.4, 0.7, 1.0)
"""Carryover and saturation that are tried for the credit of a channel."""
_FLOOR = 0.02


@dataclass(frozen=True, slots=True)
class Incident:
    """What has happened between two runs.

    Parameters
    ----------
    kind : str
        market, tracking, identity, cost upload or model.
    subject : str
        Channel or system; empty for all.
    sentence : str
        The evidence with its numbers.
    weight : float
        How clear it is: the largest is named first.
    """

    kind: str
    subject: str
    sentence: str
    weight: float


def incidents(a: Side, b: Side, there: Mapping[str, object]) -> list[Incident]:
    """Return the incidents that two runs tell of, the clearest first; none where nothing that is known leaves such traces.

    Parameters
    ----------
    a, b : Side
        The earlier and the later run.
    there : mapping
        Causes that `workflow.compare.causes.causes` has found.

    Returns
    -------
    list of Incident
    """
    found = list(_costs(a, b))
    found += [*_credit(a, b, {each.subject for each in found}), *_market(a, b)]
    if not found:
        found = list(_model(there))
    return sorted(found, key=lambda each: (each.kind not in FIRST, -each.weight))


def _model(there: Mapping[str, object]) -> Iterator[Incident]:
    for cause in (CONFIG, PACKAGE):
        if cause in there:
            words = "; ".join(map(str, there[cause]))  # type: ignore[call-overload]
            yield Incident(MODEL, "", f"the data show no incident, and the model has changed: {words}", 1.0)


def _costs(a: Side, b: Side) -> Iterator[Incident]:
    """Yield channels whose costs are another multiple than before, while exposure and credit have not followed."""
    days = _days(b.panel)
    changed = _changed(a.panel, b.panel)
    for channel in b.panel.paid:
        now = _series(b.panel, "spend", channel)
        then = pd.Series(_series(a.panel, "spend", channel), _days(a.panel)).reindex(days).to_numpy()
        both = (
            np.isfinite(then)
            & (then > 0)
            & (now > 0)
            & (np.abs(now / np.where(then > 0, then, 1) - 1) > 1e-9)
        )
        if both.sum() > 1:
            ratios = now[both] / then[both]
            factor = float(np.median(ratios))
            if np.abs(ratios / factor - 1).max() < ALIKE and max(factor, 1 / factor) > 1 + 2 * ALIKE:
                what = f"costs of {channel} in {int(both.sum())} periods are {factor:.4g} times those of the earlier run"
                yield Incident(COSTS, channel, what, 100 * abs(np.log(factor)))
                continue
        new, old = now[changed & (now > 0)], now[~changed & (now > 0)]
        if len(new) and len(old) >= 8:
            jump = float(np.median(np.log(new)) - np.median(np.log(old)))
            apart = new.min() > old.max() if jump > 0 else new.max() < old.min()
            drive = _series(b.panel, "exposure", channel)
            moved = _jump(drive, changed) if not np.array_equal(drive, now) else 0.0
            if abs(jump) > np.log(FACTOR) and apart and abs(jump - moved) > np.log(FACTOR):
                what = (
                    f"costs of {channel} are {np.exp(jump):.3g} times those before, and its exposure is not"
                )
                yield Incident(COSTS, channel, what, 100 * abs(jump))


def _credit(a: Side, b: Side, costly: set[str]) -> Iterator[Incident]:
    """Yield what systems credit less than before, for the media that ran: one channel, or all of them."""
    if "attributed" not in b.run.tables:
        yield from _exposure(a, b)
        return
    old = _pivots(a) if "attributed" in a.run.tables else {}
    for system, table in _pivots(b).items():
        changed = _rows_changed(old.get(system), table)
        if not changed.any() or changed.all():
            continue
        whole = table.sum(axis=1).to_numpy(float)
        level = np.maximum(whole / whole.mean(), 1e-9)  # a market that falls takes credit along
        names = [
            str(name)
            for name in table
            if name not in NO_CHANNEL and str(name) not in costly and _ran(b.panel, str(name), changed, table)
        ]
        seen = {name: (table[name].to_numpy(float) + 0.5) / level for name in names}
        likely = {name: _likely(seen[name], b.panel, name, table.index, changed) for name in names}
        falls = {name: _fall(seen[name], likely[name], changed) for name in names}
        yield from _told(system, falls, _whole(seen, likely, falls, changed))


def _whole(
    seen: Mapping[str, np.ndarray],
    likely: Mapping[str, np.ndarray],
    falls: Mapping[str, tuple[float, float]],
    changed: np.ndarray,
) -> tuple[float, float]:
    """Return how far credit has fallen whichever channel is left out; nothing where that is little beside the channel's."""
    if len(seen) < 2:
        return 0.0, 0.0
    without = {}
    for left in seen:
        counted, expected = (
            _sum({name: each[name] for name in seen if name != left}) for each in (seen, likely)
        )
        without[left] = _fall(counted, expected, changed)
    left, least = max(without.items(), key=lambda each: each[1][0])
    return least if least[0] < SPREAD * falls[left][0] else (0.0, 0.0)


def _told(
    system: str, falls: Mapping[str, tuple[float, float]], whole: tuple[float, float]
) -> Iterator[Incident]:
    """Yield identity where credit has fallen whichever channel is left out, else each channel that has fallen."""
    size, clear = whole
    alike = [
        name for name, (drop, sure) in falls.items() if drop < -SMALLEST[TRACKING] and sure > CLEAR - 0.5
    ]
    everybody = size < -SMALLEST[IDENTITY] and clear > CLEAR
    if len(falls) > 1 and (len(alike) > len(falls) / 2 or (everybody and len(alike) != 1)):
        part = 1 - np.exp(min(size, *(falls[name][0] for name in alike)) if alike else size)
        what = f"{system} credits channels with up to {part:.0%} less than their media would let expect"
        most = max([clear, *(falls[name][1] for name in alike)])
        yield Incident(IDENTITY, system, f"{what}, {len(alike)} of {len(falls)} of them alike", most)
        return
    for name, (drop, sure) in falls.items():
        if drop < -SMALLEST[TRACKING] and sure > CLEAR_OF_ONE:
            what = f"{system} credits {name} with {1 - np.exp(drop):.0%} less than its media would let expect"
            yield Incident(TRACKING, name, f"{what}, and other channels are as before", sure)


def _ran(panel: Panel, channel: str, changed: np.ndarray, table: pd.DataFrame) -> bool:
    """Return whether a channel had media in the changed periods: without, its carryover alone would be what is judged."""
    if channel not in panel.channels:
        return True
    drive = pd.Series(np.nan_to_num(_series(panel, "exposure", channel)), pd.DatetimeIndex(_days(panel)))
    there = drive.reindex(pd.DatetimeIndex(table.index)).fillna(0.0).to_numpy()
    return bool(there[changed].mean() >= RAN * there[~changed].mean())


def _sum(series: Mapping[str, np.ndarray]) -> np.ndarray:
    return np.sum(list(series.values()), axis=0) if series else np.ones(1)


def _likely(
    credit: np.ndarray, panel: Panel, channel: str, starts: pd.Index, changed: np.ndarray
) -> np.ndarray:
    """Return the credit that a channel's media let expect: carried over and saturating as fits its past best.

    Parameters
    ----------
    credit : numpy.ndarray, shape (period,)
    panel : Panel
    channel : str
    starts : pandas.Index
        First days of the credit's periods, ISO.
    changed : numpy.ndarray of bool, shape (period,)
        Periods that are not learnt from.

    Returns
    -------
    numpy.ndarray, shape (period,)
        Constant where the panel does not know the channel.
    """
    flat = np.full(len(credit), credit[~changed].mean())
    if channel not in panel.channels:
        return flat
    drive = np.nan_to_num(_series(panel, "exposure", channel))
    days = pd.DatetimeIndex(_days(panel))
    best, least = flat, float(((credit - flat)[~changed] ** 2).sum())
    for decay in DECAYS:
        stock = lfilter([1.0], [1.0, -decay], drive)
        for power in POWERS:
            shape = pd.Series(stock**power, days).reindex(pd.DatetimeIndex(starts)).to_numpy()
            if not np.isfinite(shape).all() or not shape[~changed].any():
                continue
            columns = np.stack([shape / shape.max(), np.ones_like(shape)], axis=-1)
            fitted = np.maximum(columns @ nnls(columns[~changed], credit[~changed])[0], 1e-9)
            error = float(((credit - fitted)[~changed] ** 2).sum())
            if error < least:
                best, least = fitted, error
    return best


def _exposure(a: Side, b: Side) -> Iterator[Incident]:
    """Yield channels whose exposure has fallen against their spend, where no system's credit is known."""
    changed = _changed(a.panel, b.panel)
    for channel in b.panel.paid:
        spend, drive = (_series(b.panel, name, channel) for name in ("spend", "exposure"))
        used = (spend > 0) & np.isfinite(drive)
        if np.array_equal(spend, drive) or used.sum() < 8:
            continue
        size, clear = _fall(drive[used], spend[used], changed[used])
        if size < -SMALLEST[TRACKING] and clear > CLEAR:
            yield Incident(
                TRACKING,
                channel,
                f"exposure of {channel} per unit of spend is {1 - np.exp(size):.0%} less than before",
                clear,
            )


def _market(a: Side, b: Side) -> Iterator[Incident]:
    """Yield a fall of the outcome itself, against the same weeks of a year before where they are known."""
    panel = b.panel
    values = panel.data["outcome"].sum("geo", skipna=False).values.astype(float)
    known = np.isfinite(values) & (values > 0)
    changed = _changed(a.panel, b.panel)[known]
    likely = _sales(panel, values, changed, known)[known]
    size, clear = _fall(values[known], likely, changed, panel.frequency == "weekly")
    if size < -SMALLEST[MARKET] and clear > CLEAR:
        yield Incident(
            MARKET, "", f"{panel.outcome_name} itself is {1 - np.exp(size):.0%} less than before", clear
        )


def _sales(panel: Panel, values: np.ndarray, changed: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return what trend, season, controls and media of the past let expect of the outcome, in every period."""
    time = np.arange(len(values)) / YEAR
    columns = [np.ones_like(time), time]
    if known.sum() > 1.5 * YEAR and panel.frequency == "weekly":
        columns += [wave(2 * np.pi * k * time) for k in (1, 2) for wave in (np.sin, np.cos)]
    for channel in panel.channels:
        stock = lfilter([1.0], [1.0, -0.5], np.nan_to_num(_series(panel, "exposure", channel))) ** 0.7
        columns.append(stock / max(stock.max(), 1e-12))
    if "controls" in panel.data:
        columns += list(np.nan_to_num(panel.data["controls"].mean("geo").transpose("control", "date").values))
    learnt = np.flatnonzero(known)[~changed]
    design = np.stack(columns, axis=-1)
    fitted = design @ np.linalg.lstsq(design[learnt], values[learnt], rcond=None)[0]
    return np.maximum(fitted, 0.1 * values[learnt].mean())


def _fall(
    seen: np.ndarray, likely: np.ndarray, changed: np.ndarray, seasonal: bool = False
) -> tuple[float, float]:
    """Return how far a series has moved in the changed periods, in logarithms, and in robust deviations of its own past.

    Parameters
    ----------
    seen, likely : numpy.ndarray, shape (period,)
        What was counted, and what it is held against.
    changed : numpy.ndarray of bool, shape (period,)
    seasonal : bool
        Whether the same step a year before is taken off, where it is known.

    Returns
    -------
    float
    float
    """
    if not changed.any() or changed.all():
        return 0.0, 0.0
    first, length = int(np.argmax(changed)), min(int(changed.sum()), LONGEST)
    start = len(seen) - length if changed[-1] else first
    ways = [(before, apart) for before in BEFORES for apart in (0, YEAR)] if seasonal else [(BEFORE, 0)]
    found = []
    for before, apart in ways:

        def step(place: int, before: int = before, apart: int = apart) -> float:
            own = _step(seen, likely, place, length, before)
            return own - _step(seen, likely, place - apart, length, before) if apart else own

        places = range(SHORTEST + apart, first - length + 1)
        if len(places) < 4 or start < SHORTEST + apart:
            continue
        past = np.array([step(place) for place in places])
        spread = max(1.4826 * float(np.median(np.abs(past - np.median(past)))), _FLOOR)
        found.append((spread, step(start) - float(np.median(past))))
    if not found:
        return 0.0, 0.0
    spread, size = min(found)  # chosen by the past alone
    return size, abs(size) / spread


def _step(seen: np.ndarray, likely: np.ndarray, place: int, length: int, before: int) -> float:
    """Return what was counted over what was likely in a window, over the same in the periods before it, in logarithms."""
    parts = slice(place, place + length), slice(max(0, place - before), place)
    ratios = [seen[part].sum() / max(likely[part].sum(), 1e-9) for part in parts]
    return float(np.log(max(ratios[0], 1e-9) / max(ratios[1], 1e-9)))


def _jump(values: np.ndarray, changed: np.ndarray) -> float:
    """Return the step of means, in logarithms."""
    new, old = values[changed].mean(), values[~changed][-BEFORE:].mean()
    return float(np.log(max(new, 1e-9) / max(old, 1e-9)))


def _changed(before: Panel, after: Panel) -> np.ndarray:
    """Return which periods of the later panel are new or have another outcome, spend or exposure."""
    days, known = _days(after), _days(before)
    same = np.zeros(len(days), bool)
    places = {day: place for place, day in enumerate(known)}
    both = [(place, places[day]) for place, day in enumerate(days) if day in places]
    if both:
        now, then = (list(each) for each in zip(*both, strict=True))
        equal = np.ones(len(both), bool)
        for name in (
            name for name in ("outcome", "spend", "exposure") if name in after.data and name in before.data
        ):
            one, other = (
                panel.data[name].transpose("date", ...).values[rows].reshape(len(rows), -1)
                for panel, rows in ((after, now), (before, then))
            )
            equal &= np.isclose(one, other, rtol=1e-9, equal_nan=True).all(axis=1)
        same[now] = equal
    return ~same


def _rows_changed(before: pd.DataFrame | None, after: pd.DataFrame) -> np.ndarray:
    """Return which periods of a system's credit are new or other than before."""
    if before is None:
        return np.zeros(len(after), bool)
    then = before.reindex(index=after.index, columns=after.columns)
    return ~np.isclose(after.to_numpy(float), then.to_numpy(float), rtol=1e-9).all(axis=1)


def _pivots(side: Side) -> dict[str, pd.DataFrame]:
    """Return each system's credit by period and channel."""
    table = side.run.table("attributed")
    plain = table[table["arm"] == ""]
    return {
        str(system): rows.pivot_table(
            index="start", columns="channel", values="attributed", aggfunc="sum", fill_value=0.0
        ).sort_index()
        for system, rows in plain.groupby("system", sort=False)
    }


def _series(panel: Panel, name: str, channel: str) -> np.ndarray:
    """Return a channel's sum over geos by period."""
    known = name if name in panel.data else "spend"
    return panel.data[known].sel(channel=channel).sum("geo").values.astype(float)


def _days(panel: Panel) -> np.ndarray:
    return panel.data["date"].values.astype("datetime64[D]")
