"""What belongs together: money and the people it reached, and parts beside their own sum."""

import re

import numpy as np

from mixproof.aggregates.reading.cells import Cells
from mixproof.aggregates.report import Report, place

UNPAIRED = 0.02
"""Share of a channel's spend (or exposure) in periods without the other from which it is a doubt.

A flight that is billed a week early or late leaves about one week of two years, 1 %; public media-mix tables have at most
0.03 %. A lost month of two years is 4 %.
"""
SAME = 0.005
"""Typical relative distance of a series from the sum of others below which it is that sum; noise of real sales is larger."""
NEARLY = 0.1
"""The same for a series whose name says that it is a sum: parts that are not in the table may be missing from it."""
WHOLE = 0.02
"""How far a weight may lie from 0 or 1 where a series is taken for the sum of some of the others."""
MOST_SERIES = 60
"""Series, largest first, that are tried as sums of some of the others: each is a least-squares fit."""
SUM_NAME = re.compile(
    r"^((grand|sub)?[\s_-]*totale?s?|all|overall|national|nation(wide)?|sum|summe|gesamt|insgesamt|ensemble|todos|tutti|totaal"
    r"|total[\s_-].*|all[\s_-](geos|regions|channels|media|markets|countries))$",
    re.IGNORECASE,
)


def money_has_exposure(cells: Cells, report: Report) -> None:
    """Report channels with much of their spend in periods without exposure, or of their exposure without spend.

    Parameters
    ----------
    cells : Cells
        Spend with exposure or reach of the same channel.
    report : Report
        Receives ``spend-without-exposure`` and ``exposure-without-spend``, unless the YAML accepts them.
    """
    for spend in cells.of("spend"):
        exposure = next((m for m in cells.of("exposure", "reach") if m.name == spend.name), None)
        if exposure is None or {spend.table, exposure.table} & cells.tainted:
            continue
        money, people = (np.nan_to_num(cells.values[m.key]) for m in (spend, exposure))
        if not (money > 0).any() or not (people > 0).any():
            continue  # a channel that is zero throughout has a doubt of its own
        for one, other, at, code in (
            (money, people, spend, "spend-without-exposure"),
            (people, money, exposure, "exposure-without-spend"),
        ):
            alone = (one > 0) & (other == 0)  # below zero is a fault of its own
            share = float(one[alone].sum() / one[one > 0].sum())
            if share > UNPAIRED:
                had, lacked = code.split("-without-")
                what = (
                    f"{spend.name}: {share:.0%} of the {had} lies in {int(alone.any(axis=0).sum())} periods without "
                    f"any {lacked}."
                )
                report.doubt(cells.config.accept, code, cells.where(at, alone), what)


def geos_are_parts(cells: Cells, report: Report) -> None:
    """Report geos whose outcome is the sum of other geos': everything would count twice.

    Parameters
    ----------
    cells : Cells
        Only the outcome is read.
    report : Report
        Receives ``geo-is-sum``, unless the YAML accepts it.
    """
    for measure in cells.of("outcome"):
        found = sums_of_others(cells.values[measure.key], cells.geos)
        if found and measure.table not in cells.tainted:
            names = [cells.geos[at] for at in found]
            what = f"The outcome of {_listed(names)} is the sum of other geos, so that it counts twice."
            report.doubt(cells.config.accept, "geo-is-sum", place(measure.table, measure.column, names), what)


def channels_are_parts(cells: Cells, report: Report) -> None:
    """Report paid channels whose spend is the sum of other channels'.

    Parameters
    ----------
    cells : Cells
        Spend is read, summed over geos.
    report : Report
        Receives ``channel-is-sum``, unless the YAML accepts it.
    """
    spends = [m for m in cells.of("spend") if m.table not in cells.tainted]
    if len(spends) < 2:
        return
    series = np.stack([np.nan_to_num(cells.values[m.key]).sum(axis=0) for m in spends])
    found = sums_of_others(series, [m.name for m in spends])
    for at in found if len(spends) > 2 else []:  # two channels that are alike are judged by the model
        what = f"The spend of {spends[at].name} is the sum of other channels, so that it counts twice."
        report.doubt(cells.config.accept, "channel-is-sum", place(spends[at].table, spends[at].column), what)


def sums_of_others(series: np.ndarray, names: list[str]) -> list[int]:
    """Return which series are the sum of all others, or of some of them.

    Parameters
    ----------
    series : numpy.ndarray, shape (series, period)
        Values; periods in which any is unknown are passed over.
    names : list of str
        Of the series: "Total" may be the sum of more than is in the table.

    Returns
    -------
    list of int
        Positions; of two series that are alike the one whose name says so, else the last.
    """
    known = np.isfinite(series).all(axis=0)
    values = series[:, known]
    if len(values) < 2 or values.shape[1] < 8:
        return []
    whole = values.sum(axis=0)
    largest = np.argsort(-values.sum(axis=1), kind="stable")[:MOST_SERIES]
    found = []
    for at in sorted(largest.tolist()):
        mine, rest = values[at], whole - values[at]
        limit = NEARLY if SUM_NAME.match(names[at].strip()) else SAME
        if _distance(mine, rest) <= limit or (
            len(values) > 2 and _sum_of_some(mine, np.delete(values, at, 0))
        ):
            found.append(at)
    if len(values) == 2 and len(found) == 2:
        return [next((at for at in found if SUM_NAME.match(names[at].strip())), found[-1])]
    return found


def _distance(one: np.ndarray, other: np.ndarray) -> float:
    """Return the typical distance of two series as a share of their size; infinite where most of it is zero."""
    size = np.maximum(np.abs(one), np.abs(other))
    if (size > 0).sum() < 8:
        return np.inf
    return float(np.quantile(np.abs(one - other)[size > 0] / size[size > 0], 0.9))


def _sum_of_some(mine: np.ndarray, others: np.ndarray) -> bool:
    """Say whether a series is a sum of at least two others, by least squares with weights near 0 and 1."""
    if others.shape[1] < 2 * others.shape[0] or not np.ptp(mine) > 0:
        return False
    weights = np.linalg.lstsq(others.T, mine, rcond=None)[0]
    taken = np.round(weights)
    plain = np.isin(taken, (0.0, 1.0)).all() and np.abs(weights - taken).max() < WHOLE and taken.sum() >= 2
    return bool(plain and _distance(mine, taken @ others) <= SAME)


def _listed(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
