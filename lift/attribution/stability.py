"""Is a system's credit stable from period to period, and do two systems divide it alike: shares of credit, compared.

A change of a window, an identity graph or a consent banner moves credit between channels, or to nobody, though nothing was
caused otherwise. Shares of two periods, or of two systems in one period, are compared by their largest shift and by the
Kullback-Leibler divergence; what counts of that size differ by from chance alone is taken off before a threshold is met.
"""

from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pandas as pd

from lift.attribution.config import Stability
from lift.moments import Array
from mixproof.records.attribution import CONSENT_LOST, NO_CHANNEL, NOT_IN_EXPORT, UNATTRIBUTED
from mixproof.records.verdict import Finding

NOBODY = (UNATTRIBUTED, CONSENT_LOST)
SMOOTH = 0.5
"""Added to every count, so that a channel with nothing is no infinite divergence."""
SURE = 2.0
"""Standard deviations of chance that are taken off a shift."""


def stability_rows(attributed: pd.DataFrame, limits: Stability) -> list[dict[str, Any]]:
    """Return the rows of ``attribution_stability``.

    Parameters
    ----------
    attributed : pandas.DataFrame
        Of all systems, as `mixproof.records.attribution.ATTRIBUTED`.
    limits : Stability

    Returns
    -------
    list of dict
    """
    plain = attributed[(attributed["arm"] == "") & (attributed["channel"] != NOT_IN_EXPORT)]
    rows: list[dict[str, Any]] = []
    counts = {}
    for system, mine in plain.groupby("system", sort=False):
        table = mine.pivot_table(
            index="start", columns="channel", values="attributed", aggfunc="sum", fill_value=0.0
        )
        counts[str(system)] = table.drop(columns=[name for name in NO_CHANNEL if name in table])
        lost = table[[name for name in NOBODY if name in table]].sum(axis=1)
        rows += _over_time(str(system), counts[str(system)], lost, table.sum(axis=1), limits)
    for one, other in combinations(counts, 2):
        rows += _between(one, other, counts[one], counts[other], limits)
    return rows


def stability_findings(rows: list[dict[str, Any]]) -> Iterator[Finding]:
    """Yield a finding for each system, or pair of systems, that crosses a threshold."""
    for system, other, measure in dict.fromkeys((r["system"], r["other"], r["measure"]) for r in rows):
        mine = [r for r in rows if (r["system"], r["other"], r["measure"]) == (system, other, measure)]
        alarms = [r for r in mine if r["alarm"]]
        if not alarms:
            continue
        worst = max(alarms, key=lambda row: row["value"])
        who = f"{system} and {other} divide credit otherwise" if other else f"Credit of {system} changes"
        what = (
            f"{who} in {len(alarms)} of {len(mine)} periods, most in that of {worst['period']} ({measure.replace('_', ' ')}"
            f" {worst['value']:.3f}, limit {worst['limit']:.3f}). Look for a change of window, identity or consent before"
            " for one of what was caused."
        )
        yield Finding("attribution_stability", "warning", what, worst["value"], worst["limit"], system)


def _over_time(
    system: str, table: pd.DataFrame, lost: pd.Series, whole: pd.Series, limits: Stability
) -> Iterator[dict[str, Any]]:
    for before, now in pairwise(table.index):
        old, new = table.loc[before].to_numpy(float), table.loc[now].to_numpy(float)
        if old.sum() > 0 and new.sum() > 0 and len(old) > 1:
            shift, chance = largest_shift(new, old)
            yield _row((system, "", str(now), "share_shift"), shift, chance, limits.share_shift)
            value, chance = divergence(new, old)
            yield _row((system, "", str(now), "divergence"), value, chance, limits.divergence)
        sizes = (float(whole[now]), float(whole[before]))
        if min(sizes) > 0:
            shares = lost[now] / sizes[0], lost[before] / sizes[1]
            middle = (lost[now] + lost[before]) / sum(sizes)
            chance = SURE * (middle * (1 - middle) * (1 / sizes[0] + 1 / sizes[1])) ** 0.5
            yield _row(
                (system, "", str(now), "credited_to_nobody"),
                float(shares[0] - shares[1]),
                float(chance),
                limits.lost,
            )


def _between(
    one: str, other: str, first: pd.DataFrame, second: pd.DataFrame, limits: Stability
) -> Iterator[dict[str, Any]]:
    names = [name for name in first.columns if name in second.columns]
    for period in [day for day in first.index if day in second.index] if len(names) > 1 else []:
        a, b = first.loc[period, names].to_numpy(float), second.loc[period, names].to_numpy(float)
        if a.sum() > 0 and b.sum() > 0:
            value, chance = divergence(a, b)
            yield _row((one, other, str(period), "divergence"), value, chance, limits.between)


def _row(keys: tuple[str, str, str, str], value: float, chance: float, limit: float) -> dict[str, Any]:
    system, other, period, measure = keys
    return {
        "system": system,
        "other": other,
        "period": period,
        "measure": measure,
        "value": value,
        "by_chance": chance,
        "limit": limit,
        "alarm": bool(value - chance > limit),
    }


def largest_shift(now: Array, before: Array) -> tuple[float, float]:
    """Return the largest shift of a share, and what chance alone may move that share by.

    Parameters
    ----------
    now, before : numpy.ndarray, shape (channel,)
        Counts.

    Returns
    -------
    float
    float
    """
    shift = np.abs(now / now.sum() - before / before.sum())
    place = int(shift.argmax())
    share = (now[place] + before[place]) / (now.sum() + before.sum())
    chance = SURE * (share * (1 - share) * (1 / now.sum() + 1 / before.sum())) ** 0.5
    return float(shift[place]), float(chance)


def divergence(now: Array, before: Array) -> tuple[float, float]:
    """Return the Kullback-Leibler divergence of shares, in nats, and what it may be where nothing has changed.

    Parameters
    ----------
    now, before : numpy.ndarray, shape (channel,)
        Counts.

    Returns
    -------
    float
    float
    """
    p, q = ((counts + SMOOTH) / (counts + SMOOTH).sum() for counts in (now, before))
    # twice the divergence of shares of counts is a chi-squared variate over their harmonic size
    free = len(now) - 1
    by_chance = (free + SURE * (2 * free) ** 0.5) / 2 * (1 / now.sum() + 1 / before.sum())
    return float((p * np.log(p / q)).sum()), float(by_chance)
