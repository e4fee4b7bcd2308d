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

from mixproof.aggregates.panel import Panel
from mixproof.records.attribution import NO_CHANNEL
from workflow.compare.causes import CONFIG, PACKAGE, Side
from workflow.compare.expected import (
    BEFORE,
    YEAR,
    days_of,
    expected_credit,
    expected_sales,
    fall,
    series,
    spread_of,
)

MARKET, TRACKING, IDENTITY, COSTS, MODEL = "market", "tracking", "identity", "cost upload", "model"
FIRST = (COSTS, MARKET)
"""Told before credit, which follows them."""
CLEAR = 3.0
"""Robust standard deviations of a series' own past beyond which a change is one."""
CLEAR_OF_ONE = 3.5
"""The same for the credit of one channel: one of several strays further by chance."""
RAN = 0.25
"""Share of its usual media with which a channel must have run for its credit to be held against them."""
SMALLEST = {MARKET: 0.08, TRACKING: 0.25, IDENTITY: 0.15}
"""Falls below these are told by nobody as an incident: sales, credit of a channel, credit of all."""
FACTOR = 5.0
"""A jump of costs from which on a change of unit is likelier than a budget."""
ALIKE = 0.02
"""How exactly one factor must hold where costs of the same periods are restated."""
SPREAD = 0.35
"""Share of a channel's fall by which all others together must have fallen, too, for it to be everybody's."""


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
    days = days_of(b.panel)
    changed = _changed(a.panel, b.panel)
    for channel in b.panel.paid:
        now = series(b.panel, "spend", channel)
        then = pd.Series(series(a.panel, "spend", channel), days_of(a.panel)).reindex(days).to_numpy()
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
            drive = series(b.panel, "exposure", channel)
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
        names = [
            str(name)
            for name in table
            if name not in NO_CHANNEL and str(name) not in costly and _ran(b.panel, str(name), changed, table)
        ]
        ways = [
            _held(table[names] + 0.5, level, b.panel, changed) for level in _levels(table, b.panel, changed)
        ]
        _, falls, whole = min(ways, key=lambda way: way[0])  # chosen by the past alone
        yield from _told(system, falls, whole)


def _levels(table: pd.DataFrame, panel: Panel, changed: np.ndarray) -> Iterator[np.ndarray]:
    """Yield what credit is divided by, for a market that falls takes credit along.

    All that was counted serves where credit follows the season, sales over what was likely where it does not.
    """
    counted = table.sum(axis=1).to_numpy(float)
    yield np.maximum(counted / counted.mean(), 1e-9)
    values = panel.data["outcome"].sum("geo", skipna=False).values.astype(float)
    known = np.isfinite(values) & (values > 0)
    days = pd.DatetimeIndex(days_of(panel))
    new = pd.Series(changed, pd.DatetimeIndex(table.index)).reindex(days, fill_value=False).to_numpy()
    if known[~new].sum() > YEAR / 2:
        level = pd.Series(values / expected_sales(panel, values, new[known], known), days)[known]
        yield level.reindex(pd.DatetimeIndex(table.index)).fillna(1.0).to_numpy()


def _held(
    credit: pd.DataFrame, level: np.ndarray, panel: Panel, changed: np.ndarray
) -> tuple[float, dict[str, tuple[float, float]], tuple[float, float]]:
    """Return how much credit has strayed in its past, how far each channel has fallen, and all of them, by one level."""
    seen = {str(name): credit[name].to_numpy(float) / level for name in credit}
    likely = {name: expected_credit(seen[name], panel, name, credit.index, changed) for name in seen}
    falls = {name: fall(seen[name], likely[name], changed) for name in seen}
    strays = [spread_of(seen[name], likely[name], changed) for name in seen]
    return float(np.mean(strays or [0.0])), falls, _whole(seen, likely, falls, changed)


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
        without[left] = fall(counted, expected, changed)
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
    everybody = size < -SMALLEST[IDENTITY] and clear > CLEAR and len(alike) != 1
    together = len(alike) > 1 and max(drop for drop, _ in falls.values()) < -SMALLEST[TRACKING]
    if len(falls) > 1 and (len(alike) > len(falls) / 2 or everybody or together):
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
    drive = pd.Series(np.nan_to_num(series(panel, "exposure", channel)), pd.DatetimeIndex(days_of(panel)))
    there = drive.reindex(pd.DatetimeIndex(table.index)).fillna(0.0).to_numpy()
    return bool(there[changed].mean() >= RAN * there[~changed].mean())


def _sum(series: Mapping[str, np.ndarray]) -> np.ndarray:
    return np.sum(list(series.values()), axis=0) if series else np.ones(1)


def _exposure(a: Side, b: Side) -> Iterator[Incident]:
    """Yield channels whose exposure has fallen against their spend, where no system's credit is known."""
    changed = _changed(a.panel, b.panel)
    for channel in b.panel.paid:
        spend, drive = (series(b.panel, name, channel) for name in ("spend", "exposure"))
        used = (spend > 0) & np.isfinite(drive)
        if np.array_equal(spend, drive) or used.sum() < 8:
            continue
        size, clear = fall(drive[used], spend[used], changed[used])
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
    likely = expected_sales(panel, values, changed, known)[known]
    size, clear = fall(values[known], likely, changed, panel.frequency == "weekly")
    if size < -SMALLEST[MARKET] and clear > CLEAR:
        yield Incident(
            MARKET, "", f"{panel.outcome_name} itself is {1 - np.exp(size):.0%} less than before", clear
        )


def _jump(values: np.ndarray, changed: np.ndarray) -> float:
    """Return the step of means, in logarithms."""
    new, old = values[changed].mean(), values[~changed][-BEFORE:].mean()
    return float(np.log(max(new, 1e-9) / max(old, 1e-9)))


def _changed(before: Panel, after: Panel) -> np.ndarray:
    """Return which periods of the later panel are new or have another outcome, spend or exposure."""
    days, known = days_of(after), days_of(before)
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
