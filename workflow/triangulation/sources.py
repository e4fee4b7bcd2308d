"""What experiments, model and attribution of one run say of each channel, from their tables alone."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from mixproof.aggregates.panel import Panel
from mixproof.records.attribution import NO_CHANNEL
from mixproof.records.evidence import Evidence
from workflow.triangulation.statements import (
    BEFORE,
    CALIBRATED,
    CLAIMED,
    EXPERIMENT,
    MODEL,
    NAN,
    RULE,
    Statement,
)

Tables = Mapping[str, pd.DataFrame]
Rows = dict[str, dict[Any, Any]]
UNTESTED = "no test of the channel itself"
Spend = Callable[[str, str, str], float]
"""Spend of a channel from one day to another, both inclusive; NaN where it is not known."""


@dataclass(frozen=True, slots=True)
class Common:
    """The unit that all sources are compared in.

    Parameters
    ----------
    unit : str
        Currency, or the outcome where it has no value in money.
    money : bool
        Whether it is a currency.
    worth : mapping of str to float
        What one unit of an outcome is worth in it, by the outcome's name.
    """

    unit: str
    money: bool
    worth: Mapping[str, float] = field(default_factory=dict)

    def times(self, unit: str) -> float:
        """Return what one unit of something is worth; NaN where that is not known."""
        return 1.0 if unit == self.unit else self.worth.get(unit, NAN)


def spend_of(panel: Panel | None) -> Spend:
    """Return what tells the spend of a channel between two days of a panel, periods counted pro rata.

    Parameters
    ----------
    panel : Panel or None
        Without one nothing is known.

    Returns
    -------
    callable
    """
    if panel is None:
        return lambda channel, start, end: NAN
    first, last = periods_of(panel)
    money = panel.data["spend"].sum("geo", skipna=False).transpose("channel", "date")

    def between(channel: str, start: str, end: str) -> float:
        if channel not in panel.paid or not start or not end:
            return NAN
        low, high = (int(np.datetime64(day, "D").astype(int)) for day in (start, end))
        if low < first[0] or high > last[-1]:
            return NAN  # a part of it is not in the panel
        share = np.maximum(np.minimum(last, high) - np.maximum(first, low) + 1, 0) / (last - first + 1)
        return float(share @ np.nan_to_num(money.sel(channel=channel).values))

    return between


def periods_of(panel: Panel) -> tuple[np.ndarray, np.ndarray]:
    """Return first and last day of each period of a panel, in days since 1970."""
    first = panel.data["date"].values.astype("datetime64[D]").astype(int)
    widths = np.diff(first)
    return first, np.r_[first[1:], first[-1] + (int(np.median(widths)) if len(widths) else 1)] - 1


def of_experiments(tables: Tables, evidence: Sequence[Evidence], unit: str) -> Iterator[Statement]:
    """Yield what each arm of each experiment says, with its own spend.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
    evidence : sequence of Evidence
        For the windows of the tests.
    unit : str
        Currency, or the outcome that is compared.

    Yields
    ------
    Statement
    """
    if "lift" not in tables:
        return
    frame = tables["lift"]
    frame = frame[frame["role"] == "primary"]
    windows = {item.experiment: (item.start, item.outcome_end or item.end) for item in evidence}
    for (experiment, arm), mine in frame.groupby(["experiment", "arm"], sort=False):
        days = windows.get(str(experiment), (None, None))
        window = tuple("" if day is None else day.isoformat() for day in days)
        for outcome in sorted(set(mine["outcome"]), key=lambda name: name != "revenue"):
            answer = _return_of(_by(mine[mine["outcome"] == outcome], "estimand"), unit)
            if answer is not None:
                middle, low, high, spend, level = answer
                yield Statement(
                    str(mine["channel"].iloc[0]),
                    EXPERIMENT,
                    f"{experiment}, {arm}" if str(arm) != "all" else str(experiment),
                    (window[0], window[1]),
                    spend,
                    (middle * spend, low * spend, high * spend),
                    level,
                )
                break


def _return_of(answers: Rows, unit: str) -> tuple[float, float, float, float, float] | None:
    """Return the return of an arm with its ends, the spend it is of, and its level; None where it has none.

    Where the effect is in the unit that is compared, it is divided by the spend as counted: that is known far better.
    """
    signed = float(answers["incremental_spend"]["estimate"]) if "incremental_spend" in answers else NAN
    parts = ("estimate", "lower", "upper")
    if (
        "incremental_outcome" in answers
        and abs(signed) > 0
        and answers["incremental_outcome"]["unit"] == unit
    ):
        row = answers["incremental_outcome"]
        middle, *ends = (float(row[name]) / signed for name in parts)
        return middle, min(ends), max(ends), abs(signed), float(row["level"])
    if "iroas" in answers and answers["iroas"]["unit"] == f"{unit} per {unit}":
        row = answers["iroas"]
        middle, low, high = (float(row[name]) for name in parts)
        return middle, low, high, abs(signed) if abs(signed) > 0 else 1.0, float(row["level"])
    return None


def of_model(tables: Tables, window: tuple[str, str], level: float) -> Iterator[Statement]:
    """Yield what the model says of every channel that costs money, and of groups it cannot tell apart.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
    window : tuple of two str
        Modelled days.
    level : float
        Of its intervals.

    Yields
    ------
    Statement
    """
    for name, source in (("channels_before", BEFORE), ("channels", MODEL)):
        for row in tables[name].to_dict("records") if name in tables else ():
            spend = float(row["spend"])
            if not spend > 0:
                continue
            per = [float(row[f"roi_{part}"]) for part in ("mean", "lower", "upper")]
            if not np.isfinite(per[0]):
                per = [float(row[f"contribution_{part}"]) / spend for part in ("mean", "lower", "upper")]
            note = str(row["reported_as"])
            amount = (per[0] * spend, per[1] * spend, per[2] * spend)
            if note in ("alone", "sum"):
                note = str(row.get("caution") or "")
            yield Statement(str(row["channel"]), source, "", window, spend, amount, level, note)


def of_attribution(tables: Tables, common: Common, spend: Spend) -> Iterator[Statement]:
    """Yield what each system claims and what is left of it after calibration.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
    common : Common
    spend : callable

    Yields
    ------
    Statement
    """
    attributed = tables.get("attributed", pd.DataFrame())
    if attributed.empty:
        return
    for system, rows in attributed.groupby("system", sort=False):
        kind, name = _amount(rows, common)
        totals = _by(_of_system(tables, "attribution_total", str(system), name), "channel")
        weekly = _of_system(tables, "attribution", str(system), name)
        claimed = rows[(rows["arm"] == "") & ~rows["channel"].isin(NO_CHANNEL)]
        for channel, mine in claimed.groupby("channel", sort=False):
            total, periods, credit = totals.get(str(channel)), mine[["start", "end"]], float(mine[kind].sum())
            if total is not None:
                kept = weekly[(weekly["channel"] == channel) & weekly["calibrated"].notna()]
                periods = kept.rename(columns={"period": "start"})[["start", "end"]]
                credit = float(total["attributed"])
            days = periods.drop_duplicates()
            paid = sum(spend(str(channel), str(a), str(b)) for a, b in days.itertuples(index=False))
            plain = (
                str(channel),
                str(system),
                (str(days["start"].min()), str(days["end"].max())),
                float(paid),
            )
            yield from _claim(plain, credit, total, common.times(name))


def _claim(
    plain: tuple[str, str, tuple[str, str], float],
    credit: float,
    total: Mapping[str, Any] | None,
    times: float,
) -> Iterator[Statement]:
    """Yield a system's claim on a channel, and what is left of it."""
    yield _statement(CLAIMED, plain, (credit * times, NAN, NAN), NAN, "what the system claims; no interval")
    if total is not None:
        middle, low, high = (float(total[f"calibrated{part}"]) * times for part in ("", "_lower", "_upper"))
        tests = int(total["tests"])
        note = f"{tests} tests of the channel" if tests else UNTESTED
        yield _statement(CALIBRATED, plain, (middle, low, high), float(total["level"]), note)


def of_rules(tables: Tables, common: Common, window: tuple[str, str], spend: Spend) -> Iterator[Statement]:
    """Yield what each credit rule gives a channel.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
    common : Common
        Without a value of their own, conversions of paths are taken for its outcome.
    window : tuple of two str
        Days whose conversions the paths end in; empty where not known.
    spend : callable

    Yields
    ------
    Statement
    """
    frame = tables.get("credit", pd.DataFrame())
    if frame.empty:
        return
    money = common.money and bool(frame["value"].notna().any())
    times = 1.0 if money or not common.money else next(iter(common.worth.values()), NAN)
    for row in frame[frame["credited"]].to_dict("records"):
        amount = float(row["value"] if money else row["conversions"]) * times
        channel = str(row["channel"])
        paid = spend(channel, *window)
        plain = (channel, str(row["rule"]), window, paid)
        note = "" if window[0] else "the days of the paths are not known: attribution.paths.start and end"
        yield _statement(RULE, plain, (amount, NAN, NAN), NAN, note)


def _statement(
    source: str,
    plain: tuple[str, str, tuple[str, str], float],
    amount: tuple[float, float, float],
    level: float,
    note: str,
) -> Statement:
    channel, detail, window, spend = plain
    return Statement(channel, source, detail, window, spend, amount, level, note)


def _amount(rows: pd.DataFrame, common: Common) -> tuple[str, str]:
    """Return the column to compare by and its unit: money where that is compared and every row has it."""
    if common.money and rows["value"].notna().all():
        return "value", common.unit
    return "attributed", str(rows["outcome"].iloc[0])


def _by(frame: pd.DataFrame, column: str) -> Rows:
    return {str(row[column]): row for row in frame.to_dict("records")}


def _of_system(tables: Tables, name: str, system: str, unit: str) -> pd.DataFrame:
    frame = tables.get(name)
    if frame is None:
        return pd.DataFrame({"channel": [], "calibrated": []})
    return frame[(frame["system"] == system) & (frame["unit"] == unit)]
