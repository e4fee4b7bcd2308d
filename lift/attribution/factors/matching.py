"""Experiments beside the credit that they moved: the same channel, days, geos, population and unit, or not at all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import pandas as pd

from lift.attribution.faults import fault
from mixproof.errors import DataError, Fault
from mixproof.records.evidence import Evidence
from mixproof.records.verdict import Finding

BEFORE_DAYS = 56
"""Days before a test that switched a channel off, from which its usual credit is read."""


@dataclass(frozen=True, slots=True)
class Match:
    """One test of one channel, and the credit that it moved.

    Parameters
    ----------
    experiment, channel : str
        The channel is empty where several were tested at once.
    time : float
        Middle of the days counted, in weeks since 1970.
    effect, se : float
        Increment over all its readouts, and its standard error, in `unit`.
    credit, noise : float
        Credit that the test moved, signed as the effect is, and the standard deviation of its noise.
    daily : float
        Credit a day of the whole market during the test, to know how far its factor reaches.
    unit : str
    spend : float
        Money spent because of the test, signed as the effect is; NaN where not known.
    usual : tuple of str
        First and last day of the credit that `daily` is read from.
    parts : mapping of str to tuple of two float
        Credit and noise by channel, where several were tested at once.
    """

    experiment: str
    channel: str
    time: float
    effect: float
    se: float
    credit: float
    noise: float
    daily: float
    unit: str
    spend: float = float("nan")
    usual: tuple[str, str] = ("", "")
    parts: Mapping[str, tuple[float, float]] = field(default_factory=dict)


def weeks(day: date) -> float:
    """Return a day as weeks since 1970."""
    return day.toordinal() / 7 - date(1970, 1, 1).toordinal() / 7


def matches(
    evidence: Sequence[Evidence], rows: pd.DataFrame, outcome: str, currency: str
) -> tuple[list[Match], list[Finding]]:
    """Return the tests that one system's rows can be held against, and why others cannot.

    Parameters
    ----------
    evidence : sequence of Evidence
    rows : pandas.DataFrame
        Of one system, as `mixproof.records.attribution.ATTRIBUTED`.
    outcome : str
        What the system counts.
    currency : str
        Of the section.

    Returns
    -------
    list of Match, list of Finding

    Raises
    ------
    DataError
        No experiment counts what the system counts, or an experiment's geos are none of the system's.
    """
    system = str(rows["system"].iloc[0])
    channels = set(rows["channel"])
    about = [item for item in evidence if channels & set(item.channels)]
    same = [item for item in about if item.unit in (outcome, currency)]
    if about and not same:
        counted = ", ".join(sorted({item.unit for item in about}))
        what = f"Experiments count {counted}, the system counts {outcome} and {currency}."
        raise DataError(fault("attribution-unit", f"attribution.systems: {system}, outcome", what))
    faults = [*_strange_geos(same, rows, system)]
    if faults:
        raise DataError(faults)
    found, findings = [], []
    for item in about:
        match, why = _match(item, rows, currency) if item in same else (None, "it counts something else")
        if match is None:
            what = f"{item.experiment} does not calibrate {system}: {why}."
            findings.append(Finding("attribution_evidence", "note", what, None, None, item.experiment))
        else:
            found.append(match)
    return found, findings


def _strange_geos(evidence: Sequence[Evidence], rows: pd.DataFrame, system: str) -> Iterator[Fault]:
    """Yield a fault for each experiment in geos that a system with geos does not have."""
    known = set(rows["geo"]) - {""}
    for item in evidence:
        strange = sorted(set(item.geos) - known)
        if known and strange:
            what = f"{item.experiment} was in {', '.join(strange[:5])}, which the export does not have."
            yield fault("attribution-geo", f"attribution.systems: {system}, geo", what)


def _match(item: Evidence, rows: pd.DataFrame, currency: str) -> tuple[Match | None, str]:
    """Return a test with its credit, or None and why there is none."""
    if item.weaker:
        return None, "window or scale of the test are not known"
    channels = item.channels
    if any(set(readout.channels) != set(channels) for readout in item.readouts):
        return None, "its arms tested different channels"
    amount = "value" if item.unit == currency else "attributed"
    effect = sum(readout.effect for readout in item.readouts)
    se = float(np.sqrt(np.array(item.covariance).sum()))
    parts: dict[str, tuple[float, float]] = {}
    daily = 0.0
    for channel in channels:
        mine = rows[(rows["channel"] == channel) & (rows["arm"] == "")]
        if mine.empty or not np.isfinite(se):
            return None, f"the export has no rows of {channel}, or the test no finite error"
        found = [_credit(item, k, mine, amount) for k in range(len(item.readouts))]
        if any(part is None for part in found):
            return None, "the export does not cover its days, or withholds their counts"
        credit, noise, most = (np.array([part[k] for part in found if part]) for k in range(3))
        parts[channel] = (float(credit.sum()), float(np.sqrt((noise**2).sum())))
        daily = float(most.max())
    if all(credit == 0 for credit, _ in parts.values()):
        return None, "it moved no credit"
    starts = [readout.start for readout in item.readouts if readout.start]
    ends = [readout.end for readout in item.readouts if readout.end]
    alone = len(channels) == 1
    return Match(
        experiment=item.experiment,
        channel=channels[0] if alone else "",
        time=(weeks(min(starts)) + weeks(max(ends))) / 2,
        effect=float(effect),
        se=se,
        credit=float(sum(credit for credit, _ in parts.values())),
        noise=float(np.sqrt(sum(noise**2 for _, noise in parts.values()))),
        daily=daily if alone else float("nan"),
        unit=item.unit,
        spend=float(sum(path.incremental for path in item.spend)) if item.spend else float("nan"),
        usual=_usual_days(item),
        parts={} if alone else parts,
    ), ""


def _usual_days(item: Evidence) -> tuple[str, str]:
    """Return the days that tell the usual size of a channel at its test: those before it where it was switched off."""
    assert item.start is not None and item.end is not None
    if all(_is_off(item, readout.arm) for readout in item.readouts):
        before = item.start - timedelta(days=1)
        return (before - timedelta(days=BEFORE_DAYS - 1)).isoformat(), before.isoformat()
    return item.start.isoformat(), item.end.isoformat()


def _is_off(item: Evidence, arm: str) -> bool:
    """Return whether what would have been spent in an arm was not."""
    as_run, without = (_money(item, arm, name) for name in ("as_run", "without"))
    return as_run is not None and without is not None and as_run <= 0 < without


def _credit(item: Evidence, k: int, rows: pd.DataFrame, amount: str) -> tuple[float, float, float] | None:
    """Return the credit that a readout's treatment moved, its noise, and the whole market's credit a day.

    Only days of treatment move credit: in a cool-down both sides see the channel again, or neither does.
    """
    readout = item.readouts[k]
    if readout.start is None or readout.end is None or item.start is None or item.end is None:
        return None
    first, last = max(readout.start, item.start), min(readout.end, item.end)
    days = (last - first).days + 1
    if days < 1:
        return 0.0, 0.0, 0.0
    by_geo = bool(readout.geos) and bool((rows["geo"] != "").any())
    inside = rows[rows["geo"].isin(readout.geos)] if by_geo else rows
    # without geos of its own, the system's credit is the treated geos' in proportion to their market
    share = 1.0 if by_geo or readout.market_share is None else readout.market_share
    people = readout.people_share if readout.people_share is not None else (item.treated_share or 1.0)
    as_run, without = (_money(item, readout.arm, name) for name in ("as_run", "without"))
    share *= people / (1 - _withheld(item, people) if without == 0 else 1.0)
    if _is_off(item, readout.arm):
        # switched off: what would have been credited is what was before, at the spend that was planned
        before = item.start - timedelta(days=1)
        usual = _sum(inside, amount, before - timedelta(days=BEFORE_DAYS - 1), before)
        if usual is None:
            return None
        scale = share * days / BEFORE_DAYS * _planned(item, readout.arm)
        return -usual[0] * scale, usual[1] * scale, _daily(rows, amount, before, BEFORE_DAYS)
    counted = _sum(inside, amount, first, last)
    if counted is None:
        return None
    moved = share if not as_run or without is None else share * (as_run - without) / as_run
    return counted[0] * moved, counted[1] * abs(moved), _daily(rows, amount, last, days)


def _planned(item: Evidence, arm: str) -> float:
    """Return the spend a day that was planned for a test over that of the eight weeks before it; 1 where one is not known."""
    assert item.start is not None and item.end is not None
    without = _money(item, arm, "without") or 0.0
    earlier = [path for path in item.spend if path.arm == arm and path.before and path.before[0]]
    spent = 0.0
    for path in earlier:
        count = min(len(path.before[0]), max(BEFORE_DAYS // path.period_days, 1))
        spent += sum(sum(row[-count:]) for row in path.before) / (count * path.period_days)
    return without / ((item.end - item.start).days + 1) / spent if spent > 0 and without > 0 else 1.0


def _withheld(item: Evidence, treated: float) -> float:
    """Return the people without treatment as a share of all: nobody of them saw what credit is given for."""
    users = {
        role: sum(arm.users or 0.0 for arm in item.arms if arm.role == role)
        for role in ("control", "treated")
    }
    if item.kind != "holdout" or not users["treated"]:
        return 0.0
    return min(treated * users["control"] / users["treated"], 1.0 - treated)


def _money(item: Evidence, arm: str, name: str) -> float | None:
    """Return the money of an arm in the periods of treatment; None where it is not known."""
    paths = [path for path in item.spend if path.arm == arm]
    if not paths or item.start is None or item.end is None:
        return None
    total = 0.0
    for path in paths:
        last = timedelta(days=path.period_days - 1)
        treated = [n for n, day in enumerate(path.dates) if day <= item.end and day + last >= item.start]
        total += sum(row[n] for row in getattr(path, name) for n in treated)
    return total


def _daily(rows: pd.DataFrame, amount: str, end: date, days: int) -> float:
    found = _sum(rows, amount, end - timedelta(days=days - 1), end)
    return found[0] / days if found else 0.0


def _sum(rows: pd.DataFrame, amount: str, start: date, end: date) -> tuple[float, float] | None:
    """Return credit and noise over some days, periods counted pro rata; None where days are not covered or withheld."""
    first = pd.to_datetime(rows["start"]).to_numpy().astype("datetime64[D]").astype(int)
    last = pd.to_datetime(rows["end"]).to_numpy().astype("datetime64[D]").astype(int)
    epoch = date(1970, 1, 1).toordinal()
    low, high = start.toordinal() - epoch, end.toordinal() - epoch
    overlap = np.maximum(np.minimum(last, high) - np.maximum(first, low) + 1, 0)
    used = overlap > 0
    covered = np.zeros(high - low + 1, dtype=bool)
    for a, b in zip(first[used], last[used], strict=True):
        covered[max(a - low, 0) : b - low + 1] = True
    part = overlap[used] / (last[used] - first[used] + 1)
    values = rows[amount].to_numpy(float)[used]
    if not covered.all() or np.isnan(values).any():
        return None
    noise = rows["noise_sd"].to_numpy(float)[used] if amount == "attributed" else np.zeros(int(used.sum()))
    return float((values * part).sum()), float(np.sqrt(((noise * part) ** 2).sum()))
