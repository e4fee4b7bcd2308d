"""Which path computes the log-density: the kernel where it covers the model, PyMC where it does not."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import xarray as xr

from mmm.kernel.compiled import KernelModel, build_kernel
from mmm.kernel.supported_models import uncovered
from mmm.problem.problem import Problem
from mmm.sampling.nutpie_import import nutpie


@dataclass(frozen=True, slots=True)
class Mode:
    """A point of high density, shape (parameter,), and the model that it is of."""

    model: KernelModel
    point: np.ndarray


@dataclass(frozen=True, slots=True)
class Engine:
    """A compiled model, and how its draws become the model's variables.

    Parameters
    ----------
    path : str
        "kernel" or "pymc", with the reason; the run says which it took.
    compiled
        What `nutpie.sample` takes.
    variables : callable
        From the sampler's dataset of one chain to that of the model's variables.
    start : {"mode", "curvature", "pilots", "earlier"}
        Where chains begin: near the mode, there too but in coordinates that its curvature makes round, or at draws of
        pilots or of an earlier posterior, in coordinates that those make round.
    mode : Mode, optional
        What chains start near, of a model that the kernel computes.
    """

    path: str
    compiled: Any
    variables: Callable[[xr.Dataset], xr.Dataset]
    start: Literal["mode", "curvature", "pilots", "earlier"] = "mode"
    mode: Mode | None = None

    @property
    def warm(self) -> bool:
        """Whether chains have little left to adapt."""
        return self.start != "mode"


def build_engine(problem: Problem) -> Engine:
    """Return the fastest engine that covers the model of `problem`."""
    lacking = uncovered(problem)
    if lacking is None:
        return kernel_engine(build_kernel(problem))
    return pymc_engine(problem, lacking)


def kernel_engine(model: KernelModel) -> Engine:
    """Return the engine of a model that the kernel computes."""
    top = model.find_mode()

    def variables(draws: xr.Dataset) -> xr.Dataset:
        return model.posterior(draws["kept"].values)

    return Engine("kernel", model.for_sampler(top), variables, mode=Mode(model, top))


def pymc_engine(problem: Problem, reason: str) -> Engine:
    """Return the engine that PyMC compiles, which takes most of a minute the first time on a machine.

    Parameters
    ----------
    problem : Problem
        Any that the YAML can state.
    reason : str
        What the kernel lacks, for the engine's name.

    Returns
    -------
    Engine
        Without a mode, so without pilots and warm starts.
    """
    from mmm.model.build import (
        build_model,  # PyMC takes seconds to import; a run on the kernel does not pay for it
    )

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compiled = nutpie.compile_pymc_model(build_model(problem))
    return Engine(f"pymc ({reason} is not in the kernel)", compiled, _without_unconstrained)


def _without_unconstrained(draws: xr.Dataset) -> xr.Dataset:
    """Return the model's own variables; the sampler adds unconstrained twins."""
    return draws[[name for name in draws.data_vars if not str(name).endswith("__")]]
