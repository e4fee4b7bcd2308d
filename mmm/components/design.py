"""The form every linear component takes: named features over (geo, date) and a prior scale for each coefficient."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from mixproof.aggregates.panel import Panel
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
    information : numpy.ndarray, shape (feature,), or 0
        Of components with a size: about how precisely the data know each coefficient, as one over its variance in units
        of `scale`. It decides in which coordinates scores are sampled (see `score_spread`) and not what is sampled.
    """

    features: tuple[str, ...]
    matrix: np.ndarray
    scale: np.ndarray
    size: float | None = None
    information: np.ndarray | float = 0.0

    @property
    def is_shared(self) -> bool:
        """Whether all geos have the same features."""
        return self.matrix.shape[0] == 1


@dataclass(frozen=True, slots=True)
class ComponentInput:
    """What a component is built from.

    Parameters
    ----------
    panel : Panel
    config : MmmConfig
    earlier : mapping of str to Design
        What the rows above in `COMPONENTS` have built, by component, for those that leave out what others draw.
    """

    panel: Panel
    config: MmmConfig
    earlier: Mapping[str, Design]

    def drawn_by(self, names: tuple[str, ...]) -> list[np.ndarray]:
        """Return the features, each of shape (date, feature), of those of these components that the config asks for."""
        return [self.earlier[name].matrix[0] for name in names if name in self.earlier]

    def until(self, known: int) -> "ComponentInput":
        """Return the same about the first `known` dates alone."""
        return replace(self, panel=replace(self.panel, data=self.panel.data.isel(date=slice(0, known))))


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
        ComponentInput -> Design, or None when the config does not ask for it.
    rebase : callable
        (design, panel, training) -> the same design with whatever data measure in it measured by `training` alone, the
        dates of `panel` before the first forecast of a backtest; `from_calendar` where only dates decide it. There is no
        default: a component that is measured by data and does not say so would see the future.
    ahead : callable
        (design, given, known) -> the design over the dates of `given`, of which the first `known` are those it was made
        from: the same features first, then those that only later dates have, whose coefficients have their prior.
    """

    name: str
    kind: Literal["baseline", "treatment"]
    by_feature: bool
    build: Callable[[ComponentInput], Design | None]
    rebase: Callable[[Design, Panel, Panel], Design]
    ahead: Callable[[Design, ComponentInput, int], Design]


def from_calendar(design: Design, panel: Panel, training: Panel) -> Design:
    """Return the design as it is: it follows from dates and config, which are known beforehand.

    Parameters
    ----------
    design : Design
        Made from all dates of `panel`.
    panel, training : Panel
        Not read.

    Returns
    -------
    Design
        `design`.
    """
    return design


def score_spread(design: Design, size: Any) -> Any:
    """Return the prior sd of the scores of a design with a size, shape (..., feature), for arrays and tensors (..., 1).

    Scores z with this sd, and coefficients ``size * scale * z / spread``: where the data know little of a coefficient,
    the score is what is left of it without the size; where they know it well, it is the coefficient itself. Either
    way its posterior hardly changes with the size, which a sampler can then move freely.

    Parameters
    ----------
    design : Design
        With its ``information``, shape (feature,) or a number.
    size : numpy.ndarray or pytensor.tensor.TensorVariable
        Size of the coefficients; broadcasts against (feature,).

    Returns
    -------
    numpy.ndarray or pytensor.tensor.TensorVariable
        At least 1.

    References
    ----------
    Papaspiliopoulos, Roberts, Skold 2007, Statistical Science 22(1) (partial non-centring).
    """
    return (1.0 + design.information * size**2) ** 0.5


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
    features: list[str],
    columns: np.ndarray,
    scale: np.ndarray | float,
    size: float | None = None,
    information: np.ndarray | float = 0.0,
) -> Design:
    """Return a design whose features all geos share; `columns` has shape (date, feature).

    Parameters
    ----------
    features : list of str
        Names, one a column.
    columns : numpy.ndarray, shape (date, feature)
    scale : numpy.ndarray or float
        Prior scale of the coefficients, for each or for all; relative to `size` where there is one.
    size : float, optional
        Prior scale of a size that is itself estimated.
    information : numpy.ndarray or float, default 0.0
        How precisely the outcomes tell each coefficient, for each or for all.

    Returns
    -------
    Design
        With a leading dim of length 1 for geo.
    """
    each = np.broadcast_to(np.asarray(scale, float), (len(features),)).copy()
    return Design(tuple(features), columns[None], each, size, information)


def paths_ahead(design: Design, known: int, over: np.ndarray, left: np.ndarray) -> Design:
    """Return the design of a process that goes on by chance, longer by dates and by a feature for each chance.

    Parameters
    ----------
    design : Design
        Whose first `known` rows, of all dates alike in all geos, are kept.
    known : int
    over : numpy.ndarray, shape (later date, feature)
        What the features of `design` leave of themselves after the first `known` dates: the process expected given its path.
    left : numpy.ndarray, shape (later date, later date)
        Covariance of the process about that expectation, at size 1.

    Returns
    -------
    Design
        New features have scale 1 relative to the design's size and nothing at the first `known` dates.
    """
    power, turn = np.linalg.eigh((left + left.T) / 2)
    chance = power > 1e-12 * max(float(power[-1]), 1e-12)
    new = turn[:, chance] * np.sqrt(power[chance])
    first = np.pad(design.matrix[0, :known], ((0, 0), (0, new.shape[1])))
    matrix = np.vstack([first, np.column_stack([over, new])])
    names = [*design.features, *(f"ahead {number + 1}" for number in range(new.shape[1]))]
    scale = np.append(design.scale, np.ones(new.shape[1]))
    return shared(names, matrix, scale, design.size)
