"""How each channel's exposure becomes an effect: its carryover and its saturation as configured."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from mixproof.aggregates.panel import Panel
from mmm.config import MmmConfig
from mmm.transforms import SATURATIONS, Carryover, SaturationTransform, resolve_carryover


@dataclass(frozen=True, slots=True)
class Pathway:
    """How one channel's exposure becomes an effect, everything the YAML left open filled in.

    Parameters
    ----------
    carryover : Carryover
    saturation : SaturationTransform
    adstock_first : bool
    by_frequency : bool
        Reach is carried over and average frequency saturates.
    """

    carryover: Carryover
    saturation: SaturationTransform
    adstock_first: bool
    by_frequency: bool

    @property
    def kind(self) -> tuple[Any, ...]:
        """What channels must share to be computed together."""
        return (
            self.carryover.transform.name,
            self.carryover.lags,
            self.saturation.name,
            self.adstock_first,
            self.by_frequency,
        )


def pathways(panel: Panel, config: MmmConfig) -> tuple[Pathway, ...]:
    """Return the pathway of each channel of `panel`, in order."""
    by_frequency = np.isfinite(panel.data["frequency"].transpose("geo", "date", "channel").values).any(
        axis=(0, 1)
    )
    result = []
    for name, has_frequency in zip(panel.channels, by_frequency, strict=True):
        channel = config.channel(name)
        result.append(
            Pathway(
                carryover=resolve_carryover(channel.adstock, panel.frequency),
                saturation=SATURATIONS[channel.saturation.family],
                adstock_first=channel.order == "adstock_first",
                by_frequency=bool(has_frequency),
            )
        )
    return tuple(result)
