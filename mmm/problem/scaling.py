"""What makes geos, channels and outcomes comparable: the one place where data are divided by anything."""

from dataclasses import dataclass

import numpy as np

from mixproof.aggregates.panel import Panel
from mmm.config import MmmConfig


@dataclass(frozen=True, slots=True)
class Scaling:
    """Divisors between original and model units.

    Parameters
    ----------
    outcome : numpy.ndarray, shape (geo,)
        Outcome per unit of model outcome; a model outcome of 1 is an average period of the geo's size.
    exposure : numpy.ndarray, shape (geo, channel)
        Exposure per unit of model exposure; 1 is a typical active period of the channel in a geo of that size.
    frequency : numpy.ndarray, shape (channel,)
        Typical average frequency; 1 for channels without reach and frequency.
    """

    outcome: np.ndarray
    exposure: np.ndarray
    frequency: np.ndarray


def geo_weights(panel: Panel, config: MmmConfig) -> np.ndarray:
    """Return the relative size of each geo, shape (geo,), mean 1.

    Parameters
    ----------
    panel : Panel
        For population and outcome.
    config : MmmConfig
        Its ``geo.scaling``; by default population where geos differ in it, else the mean outcome.

    Returns
    -------
    numpy.ndarray, shape (geo,)
        Above 0.
    """
    population = panel.data["population"].values.astype(float)
    outcome = np.nanmean(panel.data["outcome"].transpose("geo", "date").values, axis=1)
    scaling = config.geo.scaling or ("population" if np.ptp(population) > 0 else "outcome")
    weights = population if scaling == "population" else outcome
    return weights / weights.mean()


def scale(panel: Panel, config: MmmConfig) -> Scaling:
    """Return the divisors of `panel`.

    The outcome's level is the mean over all observed cells after division by the geos' relative size;
    the exposure's level is the median over active cells, so that neither empty weeks nor bursts move it.

    Parameters
    ----------
    panel : Panel
        For outcome, exposure and frequency.
    config : MmmConfig
        For how geos are scaled.

    Returns
    -------
    Scaling
        Outcome by geo, exposure by geo and channel, frequency by channel.
    """
    weights = geo_weights(panel, config)
    outcome = panel.data["outcome"].transpose("geo", "date").values
    level = np.nanmean(outcome / weights[:, None])
    exposure = panel.data["exposure"].transpose("geo", "date", "channel").values / weights[:, None, None]
    frequency = panel.data["frequency"].transpose("geo", "date", "channel").values
    return Scaling(
        outcome=weights * level,
        exposure=weights[:, None] * _median_of_active(exposure)[None, :],
        frequency=_median_of_active(frequency),
    )


def _median_of_active(values: np.ndarray) -> np.ndarray:
    """Return the median over the non-zero cells of each channel, shape (channel,); 1 where there are none."""
    flat = values.reshape(-1, values.shape[-1])
    active = [column[np.isfinite(column) & (column > 0)] for column in flat.T]
    return np.array([np.median(column) if column.size else 1.0 for column in active])
