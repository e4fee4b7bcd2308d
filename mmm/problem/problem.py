"""What every effect needs to know of panel and config, prepared once."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mixproof.aggregates.panel import Panel
from mmm.components import COMPONENTS, Component, Design
from mmm.config import LINKS, MmmConfig
from mmm.problem.media import Media, prepare
from mmm.problem.pathways import Pathway, pathways
from mmm.problem.scaling import Scaling, scale

MOST_DRAWS, FEWEST_DRAWS = 2000, 500
"""Draws that effects are computed from: all of a usual fit, fewer of a large panel, never too few for intervals."""
MOST_CELLS = 40_000_000
"""Cells times channels times draws up to which more draws are used."""


@dataclass(frozen=True, slots=True)
class Setting:
    """The model's view of a panel, without any draws.

    Parameters
    ----------
    panel : Panel
    config : MmmConfig
    scaling : Scaling
    media : Media
    ways : list of Pathway
        One a channel, in the panel's order.
    designs : tuple of (Component, Design)
        The linear components the config asks for.
    """

    panel: Panel
    config: MmmConfig
    scaling: Scaling
    media: Media
    ways: list[Pathway]
    designs: tuple[tuple[Component, Design], ...]

    @property
    def multiplicative(self) -> bool:
        """Whether components multiply (log link) or add."""
        return LINKS[self.config.likelihood.family] == "log"

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


def set_up(panel: Panel, config: MmmConfig) -> Setting:
    """Return the setting of `panel` under `config`."""
    scaling = scale(panel, config)
    built = [(component, component.build(panel, config)) for component in COMPONENTS]
    return Setting(
        panel=panel,
        config=config,
        scaling=scaling,
        media=prepare(panel, config, scaling),
        ways=pathways(panel, config),
        designs=tuple((component, design) for component, design in built if design is not None),
    )


def effect_draws(setting: Setting) -> int:
    """Return how many draws effects are computed from, fewer for a large panel."""
    per_draw = setting.window.size * len(setting.panel.channels)
    return int(np.clip(MOST_CELLS // per_draw, FEWEST_DRAWS, MOST_DRAWS))
