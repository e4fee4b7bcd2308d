"""The kernel dressed as a compiled model of the sampler."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from scipy.optimize import minimize

from mixlift.aggregates.panel import Panel
from mmm.config import MmmConfig
from mmm.kernel.buffer import pack
from mmm.kernel.dressing import PLAIN, CompiledPyMCModel, dress
from mmm.kernel.layout import Layout, lay_out
from mmm.kernel.posterior import posterior_variables
from mmm.kernel.program import log_density
from mmm.media import prepare
from mmm.outcome import model_outcome
from mmm.scaling import scale

JITTER = 0.3
"""How far chains start from the mode, in prior standard deviations, so that R-hat means something."""


@dataclass(frozen=True, slots=True)
class KernelModel:
    """A model that the kernel computes.

    Parameters
    ----------
    panel, config
        What it was made from.
    layout : Layout
    buffer : numpy.ndarray
        Data and layout as the kernel reads them.
    """

    panel: Panel
    config: MmmConfig
    layout: Layout
    buffer: np.ndarray

    def log_density(self, point: np.ndarray) -> tuple[float, np.ndarray]:
        """Return log-density and gradient at an unconstrained point, shape (parameter,)."""
        gradient = np.empty(self.layout.size)
        return log_density(self.buffer, np.ascontiguousarray(point, float), gradient), gradient

    def for_sampler(self) -> CompiledPyMCModel:
        """Return what `nutpie.sample` takes; every draw holds the vector and the coefficients behind it."""
        mode = self.mode()
        if not np.isfinite(self.log_density(mode)[0]):
            # The sampler would look for a start for ever.
            raise FloatingPointError("the log-density is not finite where sampling starts")

        def start(seed: Any) -> np.ndarray:
            jitter = np.random.default_rng(seed).uniform(-JITTER, JITTER, self.layout.size)
            return mode + jitter * np.concatenate([np.minimum(block.sd, 1.0) for block in self.layout.blocks])

        return dress(PLAIN, self.sizes, start, self.buffer)

    @property
    def sizes(self) -> tuple[int, int]:
        """Length of the unconstrained vector, and of what is kept of a draw."""
        geos, channels = len(self.panel.geos), len(self.panel.channels)
        return self.layout.size, self.layout.size + geos * (channels + 1)

    def mode(self) -> np.ndarray:
        """Return a point of high density, shape (parameter,), where chains start from."""

        def loss(point: np.ndarray) -> tuple[float, np.ndarray]:
            value, gradient = self.log_density(point)
            if not (np.isfinite(value) and np.isfinite(gradient).all()):
                return 1e300, np.zeros_like(point)
            return -value, -gradient

        # Stopped early in many dimensions, chains would start far from the bulk and one may stay in a corner of it.
        return minimize(loss, self.layout.centre, jac=True, method="L-BFGS-B", options={"maxiter": 500}).x

    def posterior(self, kept: np.ndarray) -> xr.Dataset:
        """Return the model's variables from the kept draws of a chain, shape (draw, entry)."""
        return posterior_variables(kept, self.panel, self.config, self.layout)


def build_kernel(panel: Panel, config: MmmConfig) -> KernelModel:
    """Return the kernel of the model of `panel` under `config`.

    Raises
    ------
    DataError
        The outcome does not suit the likelihood.
    """
    layout, scaling = lay_out(panel, config), scale(panel, config)
    media, outcome = prepare(panel, config, scaling), model_outcome(panel, config, scaling)
    return KernelModel(panel, config, layout, pack(panel, config, layout, media, outcome))
