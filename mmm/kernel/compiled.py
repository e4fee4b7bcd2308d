"""A model that the kernel computes: log-density, kept draws and posterior variables."""

import ctypes
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from mmm.kernel.buffer.pack import pack
from mmm.kernel.entries.parts import EVIDENCE, of_family
from mmm.kernel.load import addresses, kernel_functions
from mmm.problem.problem import Problem
from mmm.problem.variables import vector_to_variables
from mmm.problem.vector import Layout
from mmm.sampling.nutpie_model import CompiledPyMCModel, find_mode, near, nutpie_model

_DOUBLES = ctypes.POINTER(ctypes.c_double)


@dataclass(frozen=True, slots=True)
class KernelModel:
    """A model that the kernel computes.

    Parameters
    ----------
    problem : Problem
    buffer : numpy.ndarray
        Data and layout as the kernel reads them.
    """

    problem: Problem
    buffer: np.ndarray

    @property
    def layout(self) -> Layout:
        """The unconstrained vector."""
        return self.problem.layout

    def log_density(self, point: np.ndarray) -> tuple[float, np.ndarray]:
        """Return log-density and gradient at an unconstrained point, shape (parameter,)."""
        given, gradient, value = np.ascontiguousarray(point, float), np.empty(len(point)), ctypes.c_double()
        kernel_functions().log_density.ctypes(
            len(gradient), _doubles(given), _doubles(gradient), value, self.buffer.ctypes.data
        )
        return value.value, gradient

    def keep(self, points: np.ndarray) -> np.ndarray:
        """Return what is kept of draws, shapes (draw, parameter) and (draw, entry)."""
        size, expanded = self.sizes
        kept = np.empty((len(points), expanded))
        for point, out in zip(np.ascontiguousarray(points, float), kept, strict=True):
            kernel_functions().kept_draw.ctypes(
                size, expanded, _doubles(point), _doubles(out), self.buffer.ctypes.data
            )
        return kept

    def find_mode(self) -> np.ndarray:
        """Return a point of high density, shape (parameter,)."""
        return find_mode(self.log_density, self.layout)

    def for_sampler(self, top: np.ndarray) -> CompiledPyMCModel:
        """Return what `nutpie.sample` takes, for chains that start near `top`.

        Every draw holds the vector and the coefficients behind it.
        """
        return nutpie_model(kernel_functions(), self.sizes, near(top, self.layout), self.buffer)

    @property
    def sizes(self) -> tuple[int, int]:
        """Length of the unconstrained vector, and of what is kept of a draw."""
        geos, channels = len(self.problem.panel.geos), len(self.problem.panel.channels)
        return self.layout.size, self.layout.size + geos * (channels + 1)

    def posterior(self, kept: np.ndarray) -> xr.Dataset:
        """Return the model's variables from the kept draws of a chain, shape (draw, entry)."""
        return vector_to_variables(kept, self.problem)


def build_kernel(problem: Problem) -> KernelModel:
    """Return the kernel of the model of `problem`; what it needs and no model before it did is compiled."""
    families = [of_family(way.carryover.transform, way.saturation) for way in problem.pathways]
    needed = [part for family in families for part in family]
    if problem.replay is not None:
        needed.append(EVIDENCE)
    return KernelModel(problem, pack(problem, addresses(needed)))


def _doubles(array: np.ndarray) -> Any:
    return array.ctypes.data_as(_DOUBLES)
