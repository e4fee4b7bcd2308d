"""How each channel's exposure becomes an effect: its carryover and its saturation as configured."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mixproof.aggregates.panel import Frequency, Panel
from mmm.config import Adstock, MmmConfig
from mmm.transforms import ADSTOCKS, SATURATIONS, AdstockTransform, ParameterPrior, SaturationTransform

# Last lag and median of the average delay, both in data periods.
DEFAULT_CARRYOVER: Mapping[Frequency, tuple[int, float]] = {
    "weekly": (13, 1.5),
    "daily": (28, 4.0),
    "monthly": (4, 0.5),
    "yearly": (3, 0.5),
}


@dataclass(frozen=True, slots=True)
class Carryover:
    """A carryover with everything the YAML left open filled in.

    Parameters
    ----------
    transform : AdstockTransform
    lags : int
        Last lag, in periods.
    priors : tuple of ParameterPrior
    """

    transform: AdstockTransform
    lags: int
    priors: tuple[ParameterPrior, ...]


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
    """Return the pathway of each channel of `panel`, in order.

    Parameters
    ----------
    panel : Panel
    config : MmmConfig
        Its channels' adstock, saturation and their order.

    Returns
    -------
    tuple of Pathway
        One a channel, in the panel's order.
    """
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


def resolve_carryover(adstock: Adstock, frequency: Frequency) -> Carryover:
    """Return the carryover that `adstock` asks for in data of this `frequency`.

    A window of 0 lags leaves nothing to estimate, whatever the family: it is the family ``none``.

    Parameters
    ----------
    adstock : Adstock
        The ``adstock`` section of a channel.
    frequency : Frequency
        Of the panel.

    Returns
    -------
    Carryover
        With the last lag, in periods, and the priors of its parameters.

    Raises
    ------
    ConfigError
        The family cannot have the average delay asked for within the window.
    """
    lags, mean_lag = DEFAULT_CARRYOVER[frequency]
    lags = adstock.lags if adstock.lags is not None else lags
    transform = ADSTOCKS[adstock.family if lags > 0 else "none"]
    if transform.name == "none":
        return Carryover(transform, 0, ())
    return Carryover(transform, lags, transform.priors(lags, adstock.mean_lag or mean_lag))
