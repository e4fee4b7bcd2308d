"""The ten measures: each turns what runs left behind into series of observations, or says why it cannot be measured."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from mixproof.records.attribution import CONSENT_LOST, NOT_IN_EXPORT, UNATTRIBUTED
from mixproof.records.run_folder.attempts import Attempt
from workflow.health.config import HealthConfig
from workflow.health.history import ALL_PAID, History

SURE = 1.645
"""Standard errors within which an experiment and a prediction agree: 90 %."""
CHANCE, ENOUGH = 2.0, 20
"""Standard errors that are given back to a count before it is called short, and the baseline that it must have."""
BASELINE_RUNS = 4
"""Runs before, whose rows are what is expected of the next one."""


@dataclass(frozen=True, slots=True)
class Series:
    """A measure of one subject over time.

    Parameters
    ----------
    subject : str
        Source, system, table, or the whole run.
    points : tuple of (str, float)
        Moment, day or run id, and value; the oldest first.
    """

    subject: str
    points: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """One of the ten.

    Parameters
    ----------
    key, name, words : str
    option : str
        Its key of the `health:` section.
    measured : callable
        Returns its series; the reason where there are none.
    """

    key: str
    name: str
    words: str
    option: str
    measured: Callable[[History, HealthConfig], list[Series] | str]


def completeness(history: History, config: HealthConfig) -> list[Series] | str:
    """Return events over their baseline by source and day; without events, rows used over those of the runs before.

    Parameters
    ----------
    history : History
    config : HealthConfig

    Returns
    -------
    list of Series, or str
    """
    found = _arrived(_newest(history, "ingestion"))
    if found:
        return found
    with_rows = [run for run in history.runs if run.panel.get("ledger")]
    if len(with_rows) < 2:
        return "no run made aggregates of events, and fewer than two runs read tables"
    rows: dict[str, list[tuple[str, float]]] = {}
    for run in with_rows:
        for line in run.panel["ledger"]:
            if not line.get("reason"):
                rows.setdefault(str(line["table"]), []).append((run.run_id, float(line["used"])))
    return [series for table, used in rows.items() if (series := _against_before(table, used)).points]


def _arrived(table: pd.DataFrame | None) -> list[Series]:
    """Return completeness by source and day, with what counts of that size fall short by from chance alone given back."""
    if table is None:
        return []
    rows = table[(table["measure"] == "rows") & (table["baseline"] >= ENOUGH)]
    found = []
    for source, mine in rows.groupby("source", sort=False):
        days = mine.set_index("day").sort_index()
        share = days["value"] / days["baseline"]
        chance = CHANCE * np.sqrt(share.clip(upper=1.0) / days["baseline"])
        found.append(_series(str(source), share.where(share >= 1, np.minimum(share + chance, 1.0))))
    return found


def _against_before(table: str, used: Sequence[tuple[str, float]]) -> Series:
    points = []
    for place in range(1, len(used)):
        expected = float(np.median([rows for _, rows in used[max(0, place - BASELINE_RUNS) : place]]))
        points += [(used[place][0], used[place][1] / expected)] if expected > 0 else []
    return Series(table, tuple(points))


def match_rate(history: History, config: HealthConfig) -> list[Series] | str:
    """Return events linked to a person, by source and day.

    Parameters
    ----------
    history : History
    config : HealthConfig

    Returns
    -------
    list of Series, or str
    """
    return _ingested(history, "match_rate") or "no run made aggregates of events with identity links"


def latency(history: History, config: HealthConfig) -> list[Series] | str:
    """Return hours from the end of the last period to the published answer; a period that ended since has waited until now.

    Parameters
    ----------
    history : History
    config : HealthConfig

    Returns
    -------
    list of Series, or str
    """
    points = [
        (run.run_id, _hours(run.published, run.period_end))
        for run in history.runs
        if run.period_end is not None
    ]
    if not points:
        return "no run has a panel whose last period could have ended"
    last = next(run for run in reversed(history.runs) if run.period_end is not None)
    waiting = _hours(history.now, last.moment_after(2))
    if waiting > points[-1][1]:
        points.append(("not published yet", waiting))
    return [Series("", tuple(points))]


def _hours(later: datetime, earlier: datetime | None) -> float:
    return math.nan if earlier is None else (later - earlier).total_seconds() / 3600


def unattributed(history: History, config: HealthConfig) -> list[Series] | str:
    """Return conversions without a touch, or lost to consent, as a share of all, by system and period.

    Parameters
    ----------
    history : History
    config : HealthConfig

    Returns
    -------
    list of Series, or str
    """
    found = _ingested(history, "unattributed_rate")
    table = _newest(history, "attributed")
    if table is not None:
        mine = table[(table["arm"] == "") & (table["channel"] != NOT_IN_EXPORT)]
        for system, rows in mine.groupby("system", sort=False):
            if rows["channel"].isin([UNATTRIBUTED, CONSENT_LOST]).any():
                nobody = rows["attributed"].where(rows["channel"].isin([UNATTRIBUTED, CONSENT_LOST]), 0.0)
                share = nobody.groupby(rows["start"]).sum() / rows["attributed"].groupby(rows["start"]).sum()
                found.append(_series(str(system), share))
    return found or "no run has credit with a row for conversions that nobody is credited with"


def divergence(history: History, config: HealthConfig) -> list[Series] | str:
    """Return how far the model's shares moved from run to run, and credit's from period to period beyond chance.

    Parameters
    ----------
    history : History
    config : HealthConfig

    Returns
    -------
    list of Series, or str
    """
    shares = [
        (run.run_id, _shares(run.tables["paid_media"])) for run in history.runs if "paid_media" in run.tables
    ]
    points = [
        (now, moved)
        for (_, before), (now, after) in pairwise(shares)
        if (moved := _kullback_leibler(after, before)) is not None
    ]
    found = [Series("model", tuple(points))] if points else []
    table = _newest(history, "attribution_stability")
    if table is not None:
        mine = table[(table["measure"] == "divergence") & (table["other"] == "")]
        for system, rows in mine.groupby("system", sort=False):
            beyond = (rows["value"] - rows["by_chance"]).clip(lower=0.0)
            found.append(_series(str(system), pd.Series(beyond.to_numpy(), index=rows["period"])))
    return found or "fewer than two runs have a model, and none has credit over time"


def _shares(paid: pd.DataFrame) -> pd.Series:
    rows = paid[paid["channel"] != ALL_PAID].set_index("channel")["contribution_mean"]
    return rows.clip(lower=0.0)


def _kullback_leibler(after: pd.Series, before: pd.Series) -> float | None:
    """Return the divergence of shares in nats; None where a run knows other channels or nothing is brought."""
    if set(after.index) != set(before.index) or not (after.sum() > 0 and before.sum() > 0):
        return None
    floor = 1e-6  # a channel that brought nothing is no infinite divergence
    now, then = (np.maximum(each / each.sum(), floor) for each in (after, before.reindex(after.index)))
    now, then = now / now.sum(), then / then.sum()
    return float((now * np.log(now / then)).sum())


def agreement(history: History, config: HealthConfig) -> list[Series] | str:
    """Return the share of experiments that the model, and each system's credit, agree with, by run.

    Parameters
    ----------
    history : History
    config : HealthConfig

    Returns
    -------
    list of Series, or str
    """
    points: dict[str, list[tuple[str, float]]] = {}
    for run in history.runs:
        if "calibration" in run.tables:
            agreed = list(_agreed(run.tables["calibration"]))
            points.setdefault("model", []).extend([(run.run_id, float(np.mean(agreed)))] if agreed else [])
        if "scorecard" in run.tables:
            card = run.tables["scorecard"]
            mine = card[(card["score"] == "agreement") & card["value"].notna()]
            for system, rows in mine.groupby("system", sort=False):
                points.setdefault(str(system), []).append((run.run_id, float(rows["value"].min())))
    found = [Series(subject, tuple(each)) for subject, each in points.items() if each]
    return found or "no run holds experiments against a model or against credit"


def _agreed(calibration: pd.DataFrame) -> Iterator[bool]:
    """Yield for each experiment whether the model's prediction, without it where there is one, agrees with it."""
    for _, rows in calibration.groupby(["experiment", "channel"], sort=False):
        whole = rows[rows["readout"] == "total"] if (rows["readout"] == "total").any() else rows
        for row in whole.to_dict("records"):
            said = "before" if math.isfinite(row["before"]) else "after"
            reach = [row[f"{name}_upper"] - row[f"{name}_lower"] for name in ("measured", said)]
            error = math.hypot(*reach) / (2 * SURE)
            if math.isfinite(error):
                yield abs(row[said] - row["measured"]) <= SURE * error


def billing(history: History, config: HealthConfig) -> list[Series] | str:
    """Return the share of accounts and periods that tie to the ledger, by run.

    Parameters
    ----------
    history : History
    config : HealthConfig

    Returns
    -------
    list of Series, or str
    """
    points = [
        (run.run_id, float((table["ties"] & ~table["blocked"]).mean()))
        for run in history.runs
        if (table := run.tables.get("ledger_tie_out")) is not None and len(table)
    ]
    return [Series("", tuple(points))] if points else "no run is held against a ledger"


def success(history: History, config: HealthConfig) -> list[Series] | str:
    """Return the share of attempts that published a run, over the window that ends with each of them.

    Parameters
    ----------
    history : History
    config : HealthConfig

    Returns
    -------
    list of Series, or str
    """
    ended = [each for each in history.tries if each.outcome in ("published", "failed")]
    if not ended:
        return "no attempt at a run is recorded; attempts are kept since this version"
    points = []
    for place, each in enumerate(ended):
        window = ended[max(0, place + 1 - config.window) : place + 1]
        points.append((each.began.isoformat(timespec="seconds"), _published(window)))
    return [Series("", tuple(points))]


def _published(window: Sequence[Attempt]) -> float:
    return sum(each.outcome == "published" for each in window) / len(window)


def late(history: History, config: HealthConfig) -> list[Series] | str:
    """Return events that came after the cut-off, by source and day; without events what closed books say otherwise by now.

    Parameters
    ----------
    history : History
    config : HealthConfig

    Returns
    -------
    list of Series, or str
    """
    found = _ingested(history, "late_rate")
    if found:
        return found
    points = []
    for run in history.runs:
        closed = run.tables.get("prior_periods")
        if closed is not None and len(closed) and (whole := float(closed["closed"].abs().sum())) > 0:
            open_yet = closed.loc[~closed["adjusted"], "adjustment"].abs().sum()
            points.append((run.run_id, float(open_yet) / whole))
    return (
        [Series("", tuple(points))] if points else "no run says when events came, and none has closed books"
    )


def _ingested(history: History, measure: str) -> list[Series]:
    """Return the series of a measure of the newest run that made aggregates of events, one a source."""
    table = _newest(history, "ingestion")
    if table is None:
        return []
    mine = table[(table["measure"] == measure) & table["value"].notna()]
    return [
        _series(str(source), rows.set_index("day")["value"].sort_index())
        for source, rows in mine.groupby("source", sort=False)
    ]


def _series(subject: str, values: pd.Series) -> Series:
    known = values.dropna()
    return Series(subject, tuple((str(at), float(value)) for at, value in known.items()))


def _newest(history: History, table: str) -> Any:
    """Return a table of the newest run; None where that has none: an older one would hide what is missing."""
    return history.runs[-1].tables.get(table) if history.runs else None


MEASURES: tuple[Measure, ...] = (
    Measure("M1", "completeness", "rows that came in, over their baseline", "completeness", completeness),
    Measure("M2", "match rate", "events linked to a person", "match_rate", match_rate),
    Measure("M3", "latency", "hours from period end to published answer", "latency_hours", latency),
    Measure("M4", "unattributed", "conversions that nobody is credited with", "unattributed", unattributed),
    Measure(
        "M5", "stability of shares", "Kullback-Leibler divergence of shares, nats", "divergence", divergence
    ),
    Measure("M6", "agreement with experiments", "experiments that are agreed with", "agreement", agreement),
    Measure(
        "M7", "agreement with billing", "accounts and periods that tie to the ledger", "billing", billing
    ),
    Measure("M8", "success", "attempts that published a run", "success", success),
    Measure("M9", "late data", "data that came after the cut-off", "late", late),
)
"""In the order of the brief; M10, the burn of the error budget, is made of these."""
