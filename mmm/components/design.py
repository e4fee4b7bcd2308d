"""The form every linear component takes: named features over (geo, date) and a prior scale for each coefficient."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from mixlift.aggregates.panel import Panel
from mmm.config import MmmConfig


@dataclass(frozen=True, slots=True)
class Design:
    """The features of one component.

    Parameters
    ----------
    features : tuple of str
    matrix : numpy.ndarray, shape (geo or 1, date, feature)
        Values of the features; one leading row where all geos share them.
    scale : numpy.ndarray, shape (feature,)
        Prior standard deviation of each coefficient, in model outcome (1 = an average period).
    size : float or None
        Where given, all coefficients are multiplied by one sampled size, half-normal with this scale, and `scale`
        is relative to it; they are then sampled as scores.
    """

    features: tuple[str, ...]
    matrix: np.ndarray
    scale: np.ndarray
    size: float | None = None


@dataclass(frozen=True, slots=True)
class Component:
    """A part of the outcome that media do not bring: one file, one row in `COMPONENTS`.

    Parameters
    ----------
    name : str
        Also the stem of its posterior variable ``<name>_coefficient``.
    kind : {"baseline", "treatment"}
        Whether it is shown as baseline or as something that was done.
    by_feature : bool
        Whether each feature is a component of its own in the decomposition.
    build : callable
        (panel, config) -> Design, or None when the config does not ask for it.
    """

    name: str
    kind: Literal["baseline", "treatment"]
    by_feature: bool
    build: Callable[[Panel, MmmConfig], Design | None]


def dates(panel: Panel) -> pd.DatetimeIndex:
    """Return the period starts of `panel`, warm-up included."""
    return pd.DatetimeIndex(panel.data["date"].values)


def outcome_span(panel: Panel) -> tuple[int, int]:
    """Return the first and last index of dates at which any geo has an outcome."""
    index = np.flatnonzero(panel.observed.any(axis=0))
    return int(index[0]), int(index[-1])


def unit_time(panel: Panel) -> np.ndarray:
    """Return time running from -0.5 to 0.5 over the dates with an outcome, shape (date,)."""
    first, last = outcome_span(panel)
    return (np.arange(panel.data.sizes["date"]) - first) / max(last - first, 1) - 0.5


def shared(
    features: list[str], columns: np.ndarray, scale: np.ndarray | float, size: float | None = None
) -> Design:
    """Return a design whose features all geos share; `columns` has shape (date, feature)."""
    each = np.broadcast_to(np.asarray(scale, float), (len(features),)).copy()
    return Design(tuple(features), columns[None], each, size)
