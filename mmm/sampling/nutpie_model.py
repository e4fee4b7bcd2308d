"""A model of the kernel in the form in which the sampler takes models."""

from collections.abc import Callable
from typing import Any

import numpy as np

from mmm.kernel.load import KernelFunctions
from mmm.numerics.mode import Density, mode
from mmm.problem.vector import Layout
from mmm.sampling.nutpie_import import CompiledPyMCModel as CompiledPyMCModel

JITTER = 0.3
"""How far chains start from a point of high density, in prior standard deviations, so that R-hat means something."""


def find_mode(density: Density, layout: Layout) -> np.ndarray:
    """Return a point of high density, shape (parameter,).

    Parameters
    ----------
    density : Density
        From a vector to log density and gradient.
    layout : Layout
        Size of the vector, and where a search begins.

    Returns
    -------
    numpy.ndarray, shape (parameter,)

    Raises
    ------
    FloatingPointError
        The log density is not finite there.
    """
    top = mode(density, layout.centre)
    if not np.isfinite(density(top)[0]):
        # The sampler would look for a start for ever.
        raise FloatingPointError("the log-density is not finite where sampling starts")
    return top


def near(top: np.ndarray, layout: Layout) -> Callable[[Any], np.ndarray]:
    """Return what gives a chain its start, from a seed: near a point of high density, and apart from other chains.

    Parameters
    ----------
    top : numpy.ndarray, shape (parameter,)
        From `find_mode`.
    layout : Layout
        The spread of each parameter.

    Returns
    -------
    callable
        From a seed to a vector, shape (parameter,).
    """
    reach = JITTER * layout.spread
    return lambda seed: top + reach * np.random.default_rng(seed).uniform(-1, 1, layout.size)


def nutpie_model(
    functions: KernelFunctions, sizes: tuple[int, int], start: Callable[[Any], np.ndarray], data: np.ndarray
) -> CompiledPyMCModel:
    """Return a compiled model of the sampler.

    Parameters
    ----------
    functions : KernelFunctions
    sizes : (int, int)
        Length of the vector, and of what is kept of a draw.
    start : callable
        From a seed to the vector that a chain starts from.
    data : numpy.ndarray
        The buffer that the C functions read.

    Returns
    -------
    CompiledPyMCModel
        For `nutpie.sample`.
    """
    size, expanded = sizes
    return CompiledPyMCModel(
        dims={"kept": ("entry",)},
        compiled_logp_func=functions.log_density,
        compiled_expand_func=functions.kept_draw,
        initial_point_func=start,
        shared_data={},
        shared_var_keys={},
        user_data=data,
        n_expanded=expanded,
        shape_info=(["kept"], [slice(0, expanded)], [(expanded,)]),
        logp_func=None,
        expand_func=None,
        _n_dim=size,
        _shapes={"kept": (expanded,)},
        _coords={"entry": np.arange(expanded)},
        reparameterized_names=[],
    )
