"""The unconstrained vector of the model: its blocks in order, each with the prior of `mmm.model.build` for it."""

from dataclasses import dataclass, replace

import numpy as np
import scipy

from mixproof.aggregates.panel import Panel
from mmm.calibration.replay import Replay
from mmm.components import Component, Design, score_spread
from mmm.config import MmmConfig
from mmm.problem.half_normal import size_of
from mmm.problem.pathways import Pathway
from mmm.problem.priors import (
    AUTOCORRELATION_LOGIT,
    GEO_SPREAD,
    INTERCEPT_SCALE,
    NOISE_MEDIAN,
    NOISE_SPREAD,
    TAIL_MEDIAN,
    TAIL_SPREAD,
    intercept_centre,
)
from mmm.transforms import ParameterPrior

NORMAL, LEVEL = 0, 1
"""Kinds of block: elements with a normal prior of their own, and levels, whose prior is that of the intercept behind them."""


@dataclass(frozen=True, slots=True)
class Block:
    """A random variable of the model in the unconstrained vector.

    Parameters
    ----------
    name : str
        As in `mmm.model.build`.
    dims : tuple of str
    shape : tuple of int
    start : int
        Position of its first element.
    kind : int
        Prior of the unconstrained elements: `NORMAL`, or `LEVEL`, whose prior is that of the intercept behind it.
    mean, sd : numpy.ndarray, shape (size,)
        Of the normal.
    transform : {"identity", "log", "logit", "half_normal"}
        From the variable to its unconstrained element.
    scale : float
        Of the half-normal.
    """

    name: str
    dims: tuple[str, ...]
    shape: tuple[int, ...]
    start: int
    kind: int
    mean: np.ndarray
    sd: np.ndarray
    transform: str
    scale: float = 1.0

    @property
    def size(self) -> int:
        """Number of elements."""
        return int(np.prod(self.shape, dtype=int))


@dataclass(frozen=True, slots=True)
class Layout:
    """All blocks in order, and the labels of their dims."""

    blocks: tuple[Block, ...]
    coords: dict[str, list[str]]

    def __getitem__(self, name: str) -> Block:
        return next(block for block in self.blocks if block.name == name)

    def start(self, name: str) -> int:
        """Return the position of the first element of `name`; -1 where the model has no such variable."""
        return next((block.start for block in self.blocks if block.name == name), -1)

    @property
    def centre(self) -> np.ndarray:
        """Return the prior mean of each element, shape (parameter,)."""
        return np.concatenate([block.mean for block in self.blocks])

    @property
    def spread(self) -> np.ndarray:
        """Return the prior standard deviation of each element, 1 at most, shape (parameter,)."""
        return np.concatenate([np.minimum(block.sd, 1.0) for block in self.blocks])

    @property
    def size(self) -> int:
        """Length of the unconstrained vector."""
        return sum(block.size for block in self.blocks)


class _Builder:
    """Appends blocks one after another."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []

    def add(
        self,
        name: str,
        sizes: dict[str, int],
        mean: float | np.ndarray,
        sd: float | np.ndarray,
        transform: str = "identity",
        kind: int = NORMAL,
    ) -> None:
        """Append a block with the given dims and sizes."""
        shape = tuple(sizes.values())
        size = int(np.prod(shape, dtype=int))
        start = sum(block.size for block in self.blocks)
        spread = [np.broadcast_to(np.asarray(part, float), (size,)).copy() for part in (mean, sd)]
        self.blocks.append(Block(name, tuple(sizes), shape, start, kind, spread[0], spread[1], transform))

    def add_half_normal(self, name: str, sizes: dict[str, int], scale: float) -> None:
        """Append a block of half-normals, whose unconstrained elements are standard normal scores."""
        self.add(name, sizes, 0.0, 1.0, "half_normal")
        self.blocks[-1] = replace(self.blocks[-1], scale=float(scale))


def spread_scores(vectors: np.ndarray, layout: Layout, designs: tuple[tuple[Component, Design], ...]) -> None:
    """Turn standard normal scores of components with a size into scores with their prior spread at that size, in place.

    Parameters
    ----------
    vectors : numpy.ndarray, shape (draw, parameter)
    layout : Layout
    designs : tuple of (Component, Design)
        Those that `layout` was made for.
    """
    for component, design in designs:
        if design.size is not None:
            scores, size = layout[f"{component.name}_z"], layout[f"{component.name}_size"]
            drawn = size.scale * size_of(vectors[:, [size.start]])
            vectors[:, scores.start : scores.start + scores.size] *= score_spread(design, drawn)


def lay_out(
    panel: Panel,
    config: MmmConfig,
    designs: tuple[tuple[Component, Design], ...],
    ways: tuple[Pathway, ...],
    replay: Replay | None = None,
) -> Layout:
    """Return the unconstrained vector of the model.

    Parameters
    ----------
    panel : Panel
    config : MmmConfig
    designs : tuple of (Component, Design)
        The linear components of the model.
    ways : tuple of Pathway
        Carryover and saturation of each channel.
    replay : Replay, optional
        Experiments, of which some may be off as a whole.

    Returns
    -------
    Layout
    """
    builder = _Builder()
    coords: dict[str, list[str]] = {"geo": panel.geos, "channel": panel.channels}
    geos, channels = {"geo": len(panel.geos)}, {"channel": len(panel.channels)}
    several = len(panel.geos) > 1
    builder.add("level", geos, intercept_centre(config), INTERCEPT_SCALE, kind=LEVEL)
    for component, design in sorted(designs, key=lambda part: not part[1].is_shared):
        _add_component(builder, coords, component, design)
    for component, design in designs:
        if design.size is not None:
            builder.add_half_normal(f"{component.name}_size", {}, design.size)
    separate = config.geo.pooling == "none" and several
    builder.add("media_z", geos | channels if separate else channels, 0.0, 1.0)
    if config.geo.pooling == "partial" and several:
        builder.add_half_normal("geo_spread", channels, GEO_SPREAD)
        builder.add("geo_z", geos | channels, 0.0, 1.0)
    _add_shapes(builder, coords, panel.channels, ways)
    builder.add("noise", geos, np.log(NOISE_MEDIAN), NOISE_SPREAD, "log")
    if config.likelihood.autocorrelation:
        builder.add("autocorrelation_logit", {}, *AUTOCORRELATION_LOGIT)
    if config.likelihood.family == "student_t":
        builder.add("tail", {}, np.log(TAIL_MEDIAN), TAIL_SPREAD, "log")
    if replay is not None:
        _add_biases(builder, coords, replay)
    return Layout(tuple(builder.blocks), coords)


def _add_component(
    builder: _Builder, coords: dict[str, list[str]], component: Component, design: Design
) -> None:
    dim = f"{component.name}_feature"
    coords[dim] = list(design.features)
    sizes = {dim: len(design.features)}
    if design.size is not None:
        builder.add(f"{component.name}_z", sizes, 0.0, 1.0)
    else:
        builder.add(f"{component.name}_coefficient", sizes, 0.0, design.scale)


def _add_biases(builder: _Builder, coords: dict[str, list[str]], replay: Replay) -> None:
    """Append the size of bias of each kind of measurement, and the score of each experiment's own."""
    for kind in replay.kinds:
        size = next(each.bias_size for each in replay.experiments if each.kind == kind)
        builder.add_half_normal(f"evidence_size_{kind}", {}, size)
    if replay.biased:
        coords["experiment"] = [each.name for each in replay.biased]
        builder.add("evidence_bias", {"experiment": len(replay.biased)}, 0.0, 1.0)


def _add_shapes(
    builder: _Builder, coords: dict[str, list[str]], channels: list[str], ways: tuple[Pathway, ...]
) -> None:
    """Append carryover and saturation parameters, each over the channels whose family has it."""
    owners: dict[str, list[tuple[str, ParameterPrior]]] = {}
    for name, way in zip(channels, ways, strict=True):
        for prior in way.carryover.priors:
            owners.setdefault(f"adstock_{prior.name}", []).append((name, prior))
        for prior in way.saturation.priors:
            owners.setdefault(f"saturation_{prior.name}", []).append((name, prior))
    for variable, entries in owners.items():
        dim, link = f"{variable}_channel", entries[0][1].link
        coords[dim] = [name for name, _ in entries]
        median = np.array([prior.median for _, prior in entries])
        builder.add(
            variable,
            {dim: len(entries)},
            np.log(median) if link == "log" else scipy.special.logit(median),
            np.array([prior.sigma for _, prior in entries]),
            link,
        )
