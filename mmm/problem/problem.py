"""`Problem`: panel and config worked out once, for everything that computes anything with the model."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from mixproof.aggregates.panel import Panel
from mmm.calibration import Calibration as Calibration
from mmm.calibration import Market, Replay, work_out
from mmm.components import COMPONENTS, Component, ComponentInput, Design
from mmm.config import LINKS, MmmConfig
from mmm.problem.media import Media, prepare
from mmm.problem.model_outcome import model_outcome
from mmm.problem.pathways import Pathway, pathways
from mmm.problem.priors import MediaPrior, media_priors
from mmm.problem.scaling import Scaling, scale
from mmm.problem.vector import Layout, lay_out


@dataclass(frozen=True, slots=True)
class Problem:
    """The model's view of a panel, without any draws; made by `build_problem`.

    Parameters
    ----------
    panel : Panel
    config : MmmConfig
    scaling : Scaling
        Divisors between original and model units.
    media : Media
        Exposures in model units, and what turns a prior into a coefficient.
    pathways : tuple of Pathway
        Carryover and saturation of each channel, in the panel's order.
    priors : tuple of MediaPrior
        What is believed of each channel, in the panel's order.
    designs : tuple of (Component, Design)
        The linear components that the config asks for, in the order of `mmm.components.COMPONENTS`.
    model_outcome : numpy.ndarray, shape (geo, date)
        The outcome in the unit of the likelihood, NaN where unknown.
    layout : Layout
        The unconstrained vector.
    replay : Replay or None
        What experiments ask of the model; None where none calibrates it. Outcomes that they have used are unknown in
        `panel` and `model_outcome`.
    """

    panel: Panel
    config: MmmConfig
    scaling: Scaling
    media: Media
    pathways: tuple[Pathway, ...]
    priors: tuple[MediaPrior, ...]
    designs: tuple[tuple[Component, Design], ...]
    model_outcome: np.ndarray
    layout: Layout
    replay: Replay | None = None

    @property
    def multiplicative(self) -> bool:
        """Whether components multiply (log link) or add."""
        return LINKS[self.config.likelihood.family] == "log"

    @property
    def pooling(self) -> Literal["partial", "full", "none"]:
        """How geos share media effects; "full" where there is one geo."""
        return self.config.geo.pooling if len(self.panel.geos) > 1 else "full"

    @property
    def shared_designs(self) -> tuple[tuple[Component, Design], ...]:
        """The linear components whose features all geos share."""
        return tuple((component, design) for component, design in self.designs if design.is_shared)

    @property
    def geo_designs(self) -> tuple[tuple[Component, Design], ...]:
        """The linear components whose features are each geo's own."""
        return tuple((component, design) for component, design in self.designs if not design.is_shared)

    @property
    def window(self) -> np.ndarray:
        """Cells from each geo's first to its last known outcome, shape (geo, date)."""
        return self.media.window

    @property
    def span(self) -> slice:
        """Dates from the first to the last known outcome of any geo."""
        inside = np.flatnonzero(self.window.any(axis=0))
        return slice(int(inside[0]), int(inside[-1]) + 1)

    @property
    def dates(self) -> pd.DatetimeIndex:
        """Period starts inside `span`."""
        return pd.DatetimeIndex(self.panel.data["date"].values[self.span])

    @property
    def outcome(self) -> np.ndarray:
        """Outcome as given, shape (geo, date), NaN where unknown."""
        return self.panel.data["outcome"].transpose("geo", "date").values

    @property
    def value(self) -> np.ndarray:
        """Money per unit of outcome, shape (geo, date); NaN everywhere when any of it is unknown in the window."""
        value = self.panel.data["outcome_value"].transpose("geo", "date").values
        return value if np.isfinite(value[self.window]).all() else np.full_like(value, np.nan)

    @property
    def spend(self) -> np.ndarray:
        """Spend inside the window, zero outside, shape (geo, date, channel); NaN for unpaid channels."""
        spend = self.panel.data["spend"].transpose("geo", "date", "channel").values
        paid = np.isin(self.panel.channels, self.panel.paid)
        return np.where(paid, np.where(self.window[..., None], spend, 0.0), np.nan)

    def with_outcome(self, panel: Panel) -> "Problem":
        """Return the same problem about the outcomes of `panel`, which differs in nothing else; units stay as they are."""
        return replace(self, panel=panel, model_outcome=model_outcome(panel, self.config, self.scaling))

    def with_replay(self, replay: Replay | None) -> "Problem":
        """Return the same problem calibrated by other experiments; outcomes that they have used become unknown."""
        layout = lay_out(self.panel, self.config, self.designs, self.pathways, replay)
        problem = replace(self, replay=replay, layout=layout)
        if replay is None or not replay.left.any():
            return problem
        outcome = self.panel.data["outcome"].transpose("geo", "date")
        data = self.panel.data.assign(outcome=outcome.where(~replay.left))
        return problem.with_outcome(replace(self.panel, data=data))

    def calibrated(self, calibration: Calibration) -> "Problem":
        """Return the same problem with the experiments of `calibration`, worked out in the problem's units.

        Raises
        ------
        DataError
            With everything that keeps experiments from calibrating the panel.
        """
        market = Market(self.panel, self.scaling, self.pathways)
        problem = self.with_replay(
            work_out(calibration, market, self.media, self.priors, self.multiplicative)
        )
        if calibration.left_out is None or problem.replay is None:
            return problem
        return problem.with_replay(problem.replay.without(calibration.left_out))


def build_problem(panel: Panel, config: MmmConfig, calibration: Calibration | None = None) -> Problem:
    """Return panel and config worked out.

    Parameters
    ----------
    panel : Panel
    config : MmmConfig
    calibration : Calibration, optional
        Experiments that calibrate the model; default none.

    Returns
    -------
    Problem

    Raises
    ------
    DataError
        The outcome does not suit the likelihood, or an experiment does not suit the panel.
    """
    scaling, priors, ways = scale(panel, config), media_priors(panel, config), pathways(panel, config)
    designs = build_designs(panel, config)
    problem = Problem(
        panel=panel,
        config=config,
        scaling=scaling,
        media=prepare(panel, scaling, priors, LINKS[config.likelihood.family]),
        pathways=ways,
        priors=priors,
        designs=designs,
        model_outcome=model_outcome(panel, config, scaling),
        layout=lay_out(panel, config, designs, ways),
    )
    return problem if calibration is None else problem.calibrated(calibration)


def build_designs(panel: Panel, config: MmmConfig) -> tuple[tuple[Component, Design], ...]:
    """Return the linear components that `config` asks for, each with its features, in the order of `COMPONENTS`.

    Parameters
    ----------
    panel : Panel
        For dates, controls, treatments and outcomes.
    config : MmmConfig
        For the components that are asked for.

    Returns
    -------
    tuple of tuple of (Component, Design)
        Without those that the config switches off.
    """
    earlier: dict[str, Design] = {}
    for component in COMPONENTS:
        design = component.build(ComponentInput(panel, config, earlier))
        if design is not None:
            earlier[component.name] = design
    return tuple(
        (component, earlier[component.name]) for component in COMPONENTS if component.name in earlier
    )
