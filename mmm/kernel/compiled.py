"""The kernel dressed as a compiled model of the sampler."""

from dataclasses import dataclass

import numpy as np
import xarray as xr

from mixproof.aggregates.panel import Panel
from mmm.config import MmmConfig
from mmm.kernel.buffer.pack import pack
from mmm.kernel.native import expand, log_density
from mmm.problem.media import prepare
from mmm.problem.model_outcome import model_outcome
from mmm.problem.scaling import scale
from mmm.problem.vector import Layout, lay_out
from mmm.problem.vector_to_variables import posterior_variables
from mmm.sampling.nutpie_model import CompiledPyMCModel, dress, find_mode, near, plain


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
        gradient = np.empty(len(point))
        return log_density(self.buffer, np.ascontiguousarray(point, float), gradient), gradient

    def keep(self, points: np.ndarray) -> np.ndarray:
        """Return what is kept of draws, shapes (draw, parameter) and (draw, entry)."""
        kept = np.empty((len(points), self.sizes[1]))
        for point, out in zip(np.ascontiguousarray(points, float), kept, strict=True):
            expand(self.buffer, point, out)
        return kept

    def find_mode(self) -> np.ndarray:
        """Return a point of high density, shape (parameter,)."""
        return find_mode(self.log_density, self.layout)

    def for_sampler(self, top: np.ndarray) -> CompiledPyMCModel:
        """Return what `nutpie.sample` takes, for chains that start near `top`.

        Every draw holds the vector and the coefficients behind it.
        """
        return dress(plain(), self.sizes, near(top, self.layout), self.buffer)

    @property
    def sizes(self) -> tuple[int, int]:
        """Length of the unconstrained vector, and of what is kept of a draw."""
        geos, channels = len(self.panel.geos), len(self.panel.channels)
        return self.layout.size, self.layout.size + geos * (channels + 1)

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
