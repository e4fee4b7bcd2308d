"""The calibrated attribution table: what each system credits a channel with, times what experiments say of such credit.

What a factor takes away goes to the baseline: the row of conversions that no marketing channel caused. Other channels keep
what their own factors give them. Intervals are for the period itself: they hold the drift since the tests. Totals over all
periods are of the same draws, so that their intervals and what channels err in together are known too.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from lift.attribution.config import AttributionConfig
from lift.attribution.factors.levels import BEYOND, BY_MODEL, Curve
from lift.attribution.factors.matching import Match, weeks
from lift.attribution.factors.model import ChannelTests, Factors, fit_factors
from lift.attribution.factors.together import reconcile
from lift.attribution.factors.totals import Totals
from lift.moments import Array
from mixproof.records.attribution import BASELINE, NO_CHANNEL
from mixproof.records.verdict import Finding, Status

REACH = 1.5
"""Times the largest credit a day during tests, above which a factor is not used: increments saturate, credit does not."""
FEW_DRAWS = 200.0
"""Below: so few of the draws fit the tests that the factors' intervals are coarse."""


@dataclass(slots=True)
class Held:
    """One system held against experiments.

    Parameters
    ----------
    tables : dict of str to list of dict
        Rows of ``attribution``, ``attribution_total``, ``attribution_covariance``, ``scorecard`` and ``over_credit``.
    findings : list of Finding
    """

    tables: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {
            name: []
            for name in (
                "attribution",
                "attribution_total",
                "attribution_covariance",
                "scorecard",
                "over_credit",
            )
        }
    )
    findings: list[Finding] = field(default_factory=list)


def calibrate(
    config: AttributionConfig,
    rows: pd.DataFrame,
    found: Sequence[Match],
    seed: int,
    curves: Mapping[str, Curve] | None = None,
) -> Held:
    """Return what experiments leave of one system's claims, and what must be known of it.

    Parameters
    ----------
    config : AttributionConfig
    rows : pandas.DataFrame
        Of one system, as `mixproof.records.attribution.ATTRIBUTED`.
    found : sequence of Match
        Tests that the system's rows can be held against.
    seed : int
    curves : mapping of str to Curve, optional
        What a media-mix model says of channels at other levels of spend.

    Returns
    -------
    Held
        Without the scorecard.
    """
    system, outcome = str(rows["system"].iloc[0]), str(rows["outcome"].iloc[0])
    held = Held()
    for unit, amount in ((outcome, "attributed"), (config.currency, "value")):
        mine = [match for match in found if match.unit == unit]
        if not mine:
            continue
        table = totals(rows, amount)
        channels = sorted(set(table["channel"]) - set(NO_CHANNEL))
        factors = fit_factors([_tests(mine, c) for c in channels], config.factors.half_life_weeks, seed)
        factors, said = reconcile(factors, channels, [match for match in mine if match.parts], seed)
        # a quarter of the draws and more are alike where tests and prior disagree
        status: Status = "warning" if factors.effective < FEW_DRAWS else "pass"
        what = f"The factors of {system} ({unit}) rest on {factors.effective:,.0f} effective draws and {len(mine)} tests."
        held.findings.append(
            Finding("attribution_factors", status, what, factors.effective, FEW_DRAWS, system)
        )
        held.findings += said
        whole = Totals(system, unit, config.factors.level)
        held.tables["attribution"] += _rows(
            table,
            channels,
            [match for match in mine if not match.parts],
            factors,
            whole,
            (seed, curves or {}),
        )
        held.tables["attribution_total"] += whole.rows()
        held.tables["attribution_covariance"] += whole.covariance()
    held.findings += _reach(held.tables["attribution"], system)
    return held


def _reach(rows: Sequence[Mapping[str, Any]], system: str) -> Iterator[Finding]:
    """Yield which channels had credit beyond what was tested, and whether a model knew more."""
    beyond, carried = (
        sorted({str(row["channel"]) for row in rows if row["status"] == status})
        for status in (BEYOND, BY_MODEL)
    )
    if beyond:
        what = f"{', '.join(beyond)}: over {REACH} times the credit a day of any test in some periods, which have no factor."
        yield Finding("attribution_reach", "warning", what, None, REACH, system)
    if carried:
        what = (
            f"{', '.join(carried)}: over {REACH} times the credit a day of any test in some periods; their factors are moved"
            " by what the media-mix model says that a unit of spend brings there."
        )
        yield Finding("attribution_reach", "note", what, None, REACH, system)


def totals(rows: pd.DataFrame, amount: str) -> pd.DataFrame:
    """Return a system's credit by channel and period, outside arms of experiments.

    Parameters
    ----------
    rows : pandas.DataFrame
        Of one system.
    amount : {"attributed", "value"}

    Returns
    -------
    pandas.DataFrame
        Columns channel, start, end, amount, noise; amount is missing where a part of it is withheld.
    """
    used = rows[(rows["arm"] == "") & (rows["channel"] != "(not in this export)")]
    noise = used["noise_sd"] ** 2 if amount == "attributed" else 0.0 * used["noise_sd"]
    groups = used.assign(amount=used[amount], noise=noise).groupby(["channel", "start", "end"], sort=True)
    sums = groups[["amount", "noise"]].sum(skipna=False)
    return sums.assign(noise=np.sqrt(sums["noise"])).reset_index()


def _tests(found: Sequence[Match], channel: str) -> ChannelTests:
    mine = sorted((match for match in found if match.channel == channel), key=lambda match: match.time)
    columns = ("time", "effect", "se", "credit", "noise")
    return ChannelTests(*(np.array([getattr(match, name) for match in mine]) for name in columns))


def _rows(
    table: pd.DataFrame,
    channels: list[str],
    found: Sequence[Match],
    factors: Factors,
    total: Totals,
    known: tuple[int, Mapping[str, Curve]],
) -> Iterator[dict[str, Any]]:
    """Yield channels by period, then the baseline of each period, and add them up in `total`; `known` is seed and curves."""
    (seed, curves), system, unit, tails = known, total.system, total.unit, total.tails
    generator = np.random.default_rng([seed, 1])
    left: dict[tuple[str, str], list[Array]] = {}
    counted = table.groupby(["start", "end"])["amount"].sum()
    for k, channel in enumerate(channels):
        mine = table[table["channel"] == channel].sort_values("start")
        tested = [match for match in found if match.channel == channel]
        periods = list(zip(mine["start"], mine["end"], strict=True))
        draws = factors.at(k, np.array([_middle(start, end) for start, end in periods]), seed)
        for at, (period, amount, noise) in enumerate(
            zip(periods, mine["amount"], mine["noise"], strict=True)
        ):
            status, moved = _status(period, amount, tested, curves.get(channel))
            usable = status not in (BEYOND, "withheld")
            kappa = draws[:, at] * moved
            credit = amount + noise * generator.standard_normal(len(kappa))
            nothing = np.full(3, np.nan)
            factor = np.quantile(kappa, tails) if usable else nothing
            calibrated = np.quantile(kappa * credit, tails) if usable else nothing
            left.setdefault(period, []).append(kappa * credit if usable else np.full(len(kappa), np.nan))
            total.add((channel, *period, float(amount), len(tested)), kappa * credit if usable else None)
            yield _row((system, channel, *period, unit), amount, factor, calibrated, len(tested), status)
    for period, caused in sorted(left.items()):
        rest = counted[period] - np.sum(caused, axis=0)
        ends = np.full(3, np.nan) if np.isnan(rest).any() else np.quantile(rest, tails)
        yield _row((system, BASELINE, *period, unit), np.nan, np.full(3, np.nan), ends, 0, "baseline")


def _status(
    period: tuple[str, str], amount: float, tested: Sequence[Match], curve: Curve | None
) -> tuple[str, float]:
    """Return whether a channel's period has a factor, and by what a model's curve moves it."""
    if np.isnan(amount):
        return "withheld", 1.0
    if not tested:
        return "never tested", 1.0
    largest = max(tested, key=lambda match: match.daily)
    if not amount / _days(*period) > REACH * largest.daily:
        return "tested", 1.0
    ratio = float("nan") if curve is None else curve.ratio(period, largest.usual)
    return (BY_MODEL, ratio) if ratio > 0 else (BEYOND, 1.0)


def _row(
    keys: tuple[str, str, str, str, str],
    amount: float,
    factor: Array,
    calibrated: Array,
    tests: int,
    status: str,
) -> dict[str, Any]:
    system, channel, start, end, unit = keys
    return {
        "system": system,
        "channel": channel,
        "period": start,
        "end": end,
        "unit": unit,
        "attributed": float(amount),
        **dict(zip(("factor", "factor_lower", "factor_upper"), map(float, factor), strict=True)),
        **dict(
            zip(("calibrated", "calibrated_lower", "calibrated_upper"), map(float, calibrated), strict=True)
        ),
        "tests": tests,
        "status": status,
    }


def _middle(start: str, end: str) -> float:
    first, last = pd.Timestamp(start).date(), pd.Timestamp(end).date()
    return (weeks(first) + weeks(last)) / 2


def _days(start: str, end: str) -> int:
    return (pd.Timestamp(end) - pd.Timestamp(start)).days + 1
