"""Contributions by date, by month, quarter and year, and over the whole window."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from mixproof.aggregates.calendar import period_labels
from mixproof.aggregates.finance.fiscal import FiscalCalendar
from mixproof.aggregates.panel import Frequency
from mmm.effects.contribution import Contributions
from mmm.effects.intervals import estimate
from mmm.effects.tables import CONTRIBUTIONS, DECOMPOSITION, WATERFALL
from mmm.problem.problem import Problem

_ALL = ("month", "quarter", "fiscal_month", "fiscal_quarter", "fiscal_year", "year")
GRAINS: dict[Frequency, tuple[str, ...]] = {
    "daily": _ALL,
    "weekly": _ALL,
    "monthly": _ALL,
    "yearly": ("year",),
}
"""Calendar periods a panel is summed into; a data period belongs where it starts. Fiscal months are those of a declared fiscal
calendar; without one, fiscal quarters are left out where the fiscal year is the calendar's."""
MONTHS = {"month": 1, "quarter": 3, "fiscal_quarter": 3, "fiscal_year": 12, "year": 12}
"""Months that a calendar period lasts."""


def periods_in_full(day: pd.Timestamp, grain: str, frequency: Frequency, fiscal_year_starts: int = 1) -> int:
    """Return how many data periods begin in the whole calendar period in which one of them begins.

    Parameters
    ----------
    day : pandas.Timestamp
        First day of a data period.
    grain : str
        A key of `MONTHS`.
    frequency : {"daily", "weekly", "monthly", "yearly"}
    fiscal_year_starts : int
        Month, 1 to 12.

    Returns
    -------
    int

    Examples
    --------
    >>> periods_in_full(pd.Timestamp("2024-12-30"), "quarter", "weekly")
    13
    """
    months = MONTHS[grain]
    starts = fiscal_year_starts if grain.startswith("fiscal") else 1
    before = (day.month - starts) % months
    first = (day - pd.DateOffset(months=before)).replace(day=1)
    return _begin_in(first, first + pd.DateOffset(months=months), day, frequency)


def _begin_in(first: pd.Timestamp, after: pd.Timestamp, day: pd.Timestamp, frequency: Frequency) -> int:
    """Return how many data periods begin from a day until before another, `day` being the first day of one of them."""
    days = (after - first).days
    if frequency == "weekly":
        return int((days - 1 - (day - first).days % 7) // 7 + 1)
    if frequency == "daily":
        return days
    return len(pd.date_range(first, after, freq="MS" if frequency == "monthly" else "YS", inclusive="left"))


def calendar_periods(
    problem: Problem, fiscal: FiscalCalendar | None
) -> Iterator[tuple[str, np.ndarray, list[int]]]:
    """Yield each grain, the label of each date, and how many data periods the calendar period of each date has in full.

    Parameters
    ----------
    problem : Problem
    fiscal : FiscalCalendar or None
        The declared one; None for months from the model's fiscal year.

    Yields
    ------
    tuple of (str, numpy.ndarray, list of int)
    """
    starts, frequency = problem.config.fiscal_year_starts, problem.panel.frequency
    for grain in GRAINS[frequency]:
        declared = fiscal is not None and grain.startswith("fiscal")
        if not declared and (grain == "fiscal_month" or (grain == "fiscal_quarter" and starts == 1)):
            continue
        if fiscal is None or not declared:
            labels = period_labels(problem.dates, grain, starts)
            yield (
                grain,
                np.array(labels),
                [periods_in_full(day, grain, frequency, starts) for day in problem.dates],
            )
            continue
        labels = fiscal.labels(problem.dates, grain)
        bounds = {label: fiscal.bounds(label, grain) for label in dict.fromkeys(labels)}
        ends = [
            (pd.Timestamp(bounds[label][0]), pd.Timestamp(bounds[label][1]) + pd.Timedelta(days=1))
            for label in labels
        ]
        whole = [_begin_in(*span, day, frequency) for span, day in zip(ends, problem.dates, strict=True)]
        yield grain, np.array(labels), whole


def contributions_table(
    problem: Problem, found: Contributions, fiscal: FiscalCalendar | None = None
) -> pd.DataFrame:
    """Return the table ``contributions``: each component in each calendar period, all geos together.

    Parameters
    ----------
    problem : Problem
    found : Contributions
        Of the window, in original outcome.
    fiscal : FiscalCalendar, optional
        The declared one.

    Returns
    -------
    pandas.DataFrame
        In the columns of the `TableSpec` ``contributions``.
    """
    spend = np.full((len(found.parts), len(problem.dates)), np.nan)
    spend[list(found.channels)] = problem.spend.sum(axis=0)[problem.span].T
    parts = [part.name for part in found.parts]
    frames = []
    for grain, labels, whole in calendar_periods(problem, fiscal):
        periods = list(dict.fromkeys(labels))
        insides = [labels == label for label in periods]
        brought = [found.by_date[:, inside].sum(axis=1) for inside in insides]
        columns = {
            "grain": grain,
            "period": np.repeat(periods, len(parts)),
            "component": parts * len(periods),
            "kind": [part.kind for part in found.parts] * len(periods),
            "spend": np.concatenate([spend[:, inside].sum(axis=1) for inside in insides]),
            "share_mean": np.concatenate([(each / each.sum(axis=0)).mean(axis=-1) for each in brought]),
            "periods": np.repeat([int(inside.sum()) for inside in insides], len(parts)),
            "periods_in_full": np.repeat([whole[int(inside.argmax())] for inside in insides], len(parts)),
        }
        worth = estimate("contribution", np.concatenate(brought), problem.config.interval)
        frames.append(pd.DataFrame(columns | worth))
    return CONTRIBUTIONS.frame(pd.concat(frames, ignore_index=True).assign(caution=""))


def decomposition_table(problem: Problem, found: Contributions) -> pd.DataFrame:
    """Return the table ``decomposition``: each component at each date, all geos together.

    Parameters
    ----------
    problem : Problem
    found : Contributions
        Of the window, in original outcome.

    Returns
    -------
    pandas.DataFrame
        In the columns of the `TableSpec` ``decomposition``.
    """
    frames = []
    for number, part in enumerate(found.parts):
        columns = {"date": problem.dates, "component": part.name, "kind": part.kind}
        brought = estimate("contribution", found.by_date[number], problem.config.interval)
        frames.append(pd.DataFrame(columns | brought))
    return DECOMPOSITION.frame(pd.concat(frames, ignore_index=True).assign(caution=""))


def waterfall_table(problem: Problem, found: Contributions) -> pd.DataFrame:
    """Return the table ``waterfall``: each component over the window, in the order in which it is stacked.

    Parameters
    ----------
    problem : Problem
    found : Contributions
        Of the window, in original outcome.

    Returns
    -------
    pandas.DataFrame
        In the columns of the `TableSpec` ``waterfall``.
    """
    total, options = found.total, problem.config.interval
    columns = {
        "component": [p.name for p in found.parts],
        "kind": [p.kind for p in found.parts],
        "caution": "",
    }
    share = estimate("share", total / total.sum(axis=0), options)
    return WATERFALL.frame(pd.DataFrame(columns | estimate("contribution", total, options) | share))
