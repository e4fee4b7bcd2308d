"""The variance bridge: how much of each channel's change from one run to the next each cause has made.

Causes that are there are switched on one after the other in every order, each combination fitted once; a cause's part is its
mean step over all orders (Shapley), so that parts add up and no order counts. All combinations are read on the periods that
both runs have; what the windows of the two runs add stands in a line of its own.

    total = new window + sum over causes of their parts + changed package
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mixproof.aggregates.panel import Panel
from mixproof.records.run_folder.posterior import FOLDER_NAME
from workflow.compare.causes import (
    CONFIG,
    NOISE,
    PACKAGE,
    REFITTED,
    WINDOW,
    Side,
    causes,
    common_days,
    panel_between,
)
from workflow.compare.tables import BRIDGE

BATCHES = 20
"""Pieces of the draws whose means tell the Monte-Carlo error."""
CLEAR = 2.0
"""Standard errors up to which a part may be sampling noise."""
MEASURES = ("roi", "contribution", "share")


@dataclass(frozen=True, slots=True)
class Vertex:
    """What must be fitted: a panel, which run's model and experiments, and the run that sampling begins from."""

    panel: Panel
    model_of: Side
    warm: Side

    @property
    def start(self) -> Path:
        """Folder of the posterior that sampling begins from."""
        return self.warm.run.path / FOLDER_NAME


Fit = Callable[[Vertex], Any]
"""Returns a posterior."""
Read = Callable[[Any, Panel, Side], Any]
"""Returns the effects of a posterior, as `mmm.effects.labelled.effect_draws` does."""


@dataclass(frozen=True, slots=True)
class Bridge:
    """What moved between two runs.

    Parameters
    ----------
    table : pandas.DataFrame
    causes : mapping of str to list of str
        Those that are there, in words.
    refits : int
    """

    table: pd.DataFrame
    causes: Mapping[str, Sequence[str]]
    refits: int


Answers = dict[str, tuple[np.ndarray, np.ndarray]]
"""Measure -> values and their Monte-Carlo errors, shape (channel,) each."""


def build_bridge(a: Side, b: Side, fit: Fit, read: Read) -> Bridge:
    """Return how much of each channel's change each cause has made.

    Parameters
    ----------
    a, b : Side
        The earlier and the later run.
    fit : callable
        Samples a combination of causes that neither run is.
    read : callable
        Turns a posterior into effects.

    Returns
    -------
    Bridge

    Raises
    ------
    ConfigError
        The runs are not of one model.
    """
    there = causes(a, b)
    days = common_days(a.panel, b.panel)
    ends = {side.run.path: read(side.run.posterior(), side.panel, side) for side in (a, b)}
    own = [_answers(ends[side.run.path], side.panel, None) for side in (a, b)]
    common = [_answers(ends[side.run.path], side.panel, days) for side in (a, b)]
    lattice = [cause for cause in REFITTED if cause in there]

    def fitted(vertex: Vertex) -> Answers:
        return _answers(read(fit(vertex), vertex.panel, vertex.model_of), vertex.panel, days)

    values, refits = _vertices(lattice, (a, b), common, there, fitted)
    rows: list[dict[str, Any]] = []
    for measure in MEASURES:
        parts = {
            WINDOW: _plus(
                _less(own[1][measure], common[1][measure]), _less(common[0][measure], own[0][measure])
            )
        }
        parts = {name: part for name, part in parts.items() if part[0].any()}
        parts |= {cause: _shapley(cause, lattice, values, measure) for cause in lattice}
        none, whole = values[frozenset()][measure], values[frozenset(lattice)][measure]
        rest = _plus(_less(none, common[0][measure]), _less(common[1][measure], whole))
        if PACKAGE in there or not lattice:
            parts[PACKAGE if PACKAGE in there else NOISE] = rest
        rows += _rows(a.panel.paid, measure, parts, (own[0][measure], own[1][measure]))
    # What the runs say of channels beside their answers is filled in where the bridge is written.
    return Bridge(BRIDGE.frame([row | {"caution": ""} for row in rows]), there, refits)


def _vertices(
    lattice: Sequence[str],
    sides: tuple[Side, Side],
    common: Sequence[Answers],
    there: Mapping[str, Sequence[str]],
    fitted: Callable[[Vertex], Answers],
) -> tuple[dict[frozenset[str], Answers], int]:
    """Return what every combination says; the runs are two of them, the earlier one unless the package has changed."""
    a, b = sides
    values: dict[frozenset[str], Answers] = {}
    whole = frozenset(lattice)
    if not lattice:
        return {whole: common[0]}, 0
    refits = 0
    for size in range(len(lattice) + 1):
        for chosen in map(frozenset, combinations(lattice, size)):
            if chosen == whole:
                values[chosen] = common[1]
            elif not chosen and PACKAGE not in there:
                values[chosen] = common[0]
            else:  # by the package that the later run was made with
                model = b if CONFIG in chosen else a
                near = b if 2 * len(chosen) > len(lattice) else a
                values[chosen] = fitted(Vertex(panel_between(a.panel, b.panel, chosen), model, near))
                refits += 1
    return values, refits


def _answers(effects: Any, panel: Panel, days: np.ndarray | None) -> Answers:
    """Return each measure over all modelled periods, or over some, with its error."""
    dates = effects["date"].values.astype("datetime64[D]")
    chosen = np.ones(len(dates), bool) if days is None else np.isin(dates, days)
    paid = (
        effects["contribution"]
        .sel(component=panel.paid)
        .transpose("component", "date", "sample")
        .values[:, chosen]
    )
    places = np.isin(panel.data["date"].values.astype("datetime64[D]"), dates[chosen])
    spend = (
        panel.data["spend"]
        .sum("geo")
        .sel(channel=panel.paid)
        .transpose("channel", "date")
        .values[:, places]
        .sum(axis=1)
    )
    worth = (
        panel.data["outcome_value"].mean("geo").values[places]
        if panel.outcome_kind != "revenue"
        else np.ones(int(chosen.sum()))
    )
    brought, money = paid.sum(axis=1), (paid * worth[:, None]).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = money / np.where(spend > 0, spend, np.nan)[:, None]
        share = brought / brought.sum(axis=0)
    return {
        name: _mean(draws) for name, draws in (("roi", ratio), ("contribution", brought), ("share", share))
    }


def _mean(draws: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return means over the draws and their Monte-Carlo errors from means of batches, which see slow chains."""
    batches = np.stack([part.mean(axis=-1) for part in np.array_split(draws, BATCHES, axis=-1)])
    return draws.mean(axis=-1), batches.std(axis=0, ddof=1) / math.sqrt(BATCHES)


Pair = tuple[np.ndarray, np.ndarray]


def _less(one: Pair, other: Pair) -> Pair:
    """Return a difference; of one posterior on two windows, and of two fits, errors are added as if they were apart."""
    same = one is other
    return one[0] - other[0], np.zeros_like(one[1]) if same else np.hypot(one[1], other[1])


def _plus(one: Pair, other: Pair) -> Pair:
    return one[0] + other[0], np.hypot(one[1], other[1])


def _shapley(
    cause: str, lattice: Sequence[str], values: Mapping[frozenset[str], Answers], measure: str
) -> Pair:
    """Return the mean step of a cause over all orders in which causes may come, with its error."""
    others, count = [each for each in lattice if each != cause], len(lattice)
    weights: dict[frozenset[str], float] = {}
    for size in range(count):
        for before in map(frozenset, combinations(others, size)):
            weight = math.factorial(size) * math.factorial(count - size - 1) / math.factorial(count)
            weights[before | {cause}] = weights.get(before | {cause}, 0.0) + weight
            weights[before] = weights.get(before, 0.0) - weight
    change = sum(weight * values[chosen][measure][0] for chosen, weight in weights.items())
    error = sum((weight * values[chosen][measure][1]) ** 2 for chosen, weight in weights.items())
    return np.asarray(change), np.sqrt(np.asarray(error))


def _rows(
    channels: Sequence[str], measure: str, parts: Mapping[str, Pair], ends: tuple[Pair, Pair]
) -> Iterator[dict[str, Any]]:
    """Yield the total of each channel and the parts that it is the sum of."""
    total = _less(ends[1], ends[0])
    for place, channel in enumerate(channels):
        keys = {"channel": channel, "measure": measure}
        before, after = (float(end[0][place]) for end in ends)
        yield keys | {"cause": "total", **_told(total, place), "before": before, "after": after}
        for cause, part in parts.items():
            yield keys | {"cause": cause, **_told(part, place), "before": np.nan, "after": np.nan}


def _told(pair: Pair, place: int) -> dict[str, Any]:
    change, error = float(pair[0][place]), float(pair[1][place])
    return {"change": change, "error": error, "clear": bool(abs(change) > max(CLEAR * error, 1e-12))}
