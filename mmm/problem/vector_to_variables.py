"""From kept draws to the posterior variables of `mmm.model.build`, all draws at once."""

import numpy as np
import xarray as xr
from scipy.special import expit

from mixproof.aggregates.panel import Panel
from mmm.components import score_spread
from mmm.config import MmmConfig
from mmm.numerics.half_normal import size_of
from mmm.problem.priors import AUTOCORRELATION_RANGE, channel_prior, shifted_lognormal
from mmm.problem.vector import Layout

_TO_NATURAL = {"identity": lambda values: values, "log": np.exp, "logit": expit, "half_normal": size_of}


def posterior_variables(kept: np.ndarray, panel: Panel, config: MmmConfig, layout: Layout) -> xr.Dataset:
    """Return the variables of the model for what was kept of each draw.

    Parameters
    ----------
    kept : numpy.ndarray, shape (draw, entry)
        As `mmm.kernel.entries.kept_draw` wrote them.
    panel, config, layout
        What the draws were made from.
    """
    draws, geos, channels = kept.shape[0], len(panel.geos), len(panel.channels)
    vectors, behind = kept[:, : layout.size], layout.size + geos * channels
    variables: dict[str, tuple[tuple[str, ...], np.ndarray]] = {}
    for block in layout.blocks:
        values = vectors[:, block.start : block.start + block.size].reshape(draws, *block.shape)
        variables[block.name] = (("draw", *block.dims), block.scale * _TO_NATURAL[block.transform](values))
    coefficient = kept[:, layout.size : behind].reshape(draws, geos, channels)
    variables["coefficient"] = (("draw", "geo", "channel"), coefficient)
    variables["intercept"] = (("draw", "geo"), kept[:, behind:])
    variables["media_value"] = (variables["media_z"][0], _media_value(variables["media_z"][1], panel, config))
    for component, design in layout.shared:
        if design.size is not None:
            size, score = variables[f"{component.name}_size"][1], variables[f"{component.name}_z"][1]
            dims = ("draw", f"{component.name}_feature")
            size = size[:, None]
            values = size * design.scale * score / score_spread(design, size)
            variables[f"{component.name}_coefficient"] = (dims, values)
    if "autocorrelation_logit" in variables:
        low, high = AUTOCORRELATION_RANGE
        variables["autocorrelation"] = (
            ("draw",),
            low + (high - low) * expit(variables["autocorrelation_logit"][1]),
        )
    return xr.Dataset(variables, coords=dict(layout.coords))


def _media_value(score: np.ndarray, panel: Panel, config: MmmConfig) -> np.ndarray:
    """Return the values whose standard normal scores are given; the last axis is the channel."""
    laws = [shifted_lognormal(channel_prior(name, panel, config)[1]) for name in panel.channels]
    mu, sigma, shift = (np.array([getattr(law, part) for law in laws]) for part in ("mu", "sigma", "shift"))
    return np.exp(mu + sigma * score) - shift
