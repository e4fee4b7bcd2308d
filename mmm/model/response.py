"""The media response in PyTensor: carryover and saturation of every channel, channels of one kind at a time."""

from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
from scipy.special import logit

from mmm.problem.pathways import Pathway
from mmm.transforms import ParameterPrior, convolve_tensor


def shape_parameters(names: list[str], ways: tuple[Pathway, ...]) -> dict[str, dict[str, Any]]:
    """Return the carryover and saturation parameters of each channel, sampled together by parameter name.

    The variable ``adstock_<name>`` or ``saturation_<name>`` has one entry for each channel whose family has that
    parameter, along a dimension of its own name with ``_channel`` behind it.

    Parameters
    ----------
    names : list of str
        Channels.
    ways : tuple of Pathway
        Their carryover and saturation, in the same order.

    Returns
    -------
    dict of str to dict of str to object
        By channel, then by variable.
    """
    owners: dict[str, list[tuple[str, ParameterPrior]]] = {}
    for name, way in zip(names, ways, strict=True):
        for prior in way.carryover.priors:
            owners.setdefault(f"adstock_{prior.name}", []).append((name, prior))
        for prior in way.saturation.priors:
            owners.setdefault(f"saturation_{prior.name}", []).append((name, prior))
    parameters: dict[str, dict[str, Any]] = {name: {} for name in names}
    for variable, entries in owners.items():
        dim = f"{variable}_channel"
        pm.modelcontext(None).add_coord(dim, [name for name, _ in entries])
        law = _law(variable, dim, [prior for _, prior in entries])
        for position, (name, _) in enumerate(entries):
            parameters[name][variable] = law[position]
    return parameters


def _law(variable: str, dim: str, priors: list[ParameterPrior]) -> Any:
    """Return the random variable of one parameter over the channels that have it."""
    median, sigma = np.array([p.median for p in priors]), np.array([p.sigma for p in priors])
    if priors[0].link == "log":
        return pm.LogNormal(variable, np.log(median), sigma, dims=dim)
    # PyMC's logit-normal has no transform of its own: unless told, it would be sampled between hard walls.
    unbounded = pm.distributions.transforms.logodds
    return pm.LogitNormal(variable, logit(median), sigma, dims=dim, default_transform=unbounded)


def respond(
    exposure: np.ndarray, frequency: np.ndarray, ways: tuple[Pathway, ...], parameters: list[dict[str, Any]]
) -> tuple[Any, Any]:
    """Return each channel's response and its derivative along proportional growth, both (geo, date, channel).

    Parameters
    ----------
    exposure, frequency : numpy.ndarray, shape (geo, date, channel)
        In model units: the panel's, or paths of experiments.
    ways : tuple of Pathway
    parameters : list of dict
        Of each channel, as `shape_parameters` returns them.

    The derivative is that of the response to ``(1 + e)`` times all exposure, at e = 0; it is what a prior on the
    marginal return needs.

    Returns
    -------
    tuple of two TensorVariable
    """
    kinds: dict[tuple[Any, ...], list[int]] = {}
    for number, way in enumerate(ways):
        kinds.setdefault(way.kind, []).append(number)
    parts, order = [], []
    for members in kinds.values():
        often = np.nan_to_num(np.moveaxis(frequency[..., members], -1, 0))
        amounts = np.moveaxis(exposure[..., members], -1, 0)
        parts.append(_respond_alike(amounts, often, ways[members[0]], [parameters[m] for m in members]))
        order += members
    back = np.argsort(order)
    response = pt.concatenate([part[0] for part in parts], axis=0)[back]
    growth = pt.concatenate([part[1] for part in parts], axis=0)[back]
    return response.transpose(1, 2, 0), growth.transpose(1, 2, 0)


def _respond_alike(
    exposure: np.ndarray, frequency: np.ndarray, way: Pathway, own: list[dict[str, Any]]
) -> tuple[Any, Any]:
    """Return response and growth derivative of channels that share a pathway, shape (channel, geo, date)."""
    adstock = {
        p.name: pt.stack([values[f"adstock_{p.name}"] for values in own])[:, None]
        for p in way.carryover.priors
    }
    shape = {
        p.name: pt.stack([values[f"saturation_{p.name}"] for values in own])[:, None, None]
        for p in way.saturation.priors
    }
    lags = way.carryover.lags
    weights = way.carryover.transform.weights_tensor(lags, **adstock)

    def carry(signal: Any) -> Any:
        return convolve_tensor(signal, weights, lags) if lags else pt.as_tensor(signal)

    if way.by_frequency:
        response = carry(exposure * way.saturation.curve_tensor(frequency, **shape))
        return response, response
    if way.adstock_first:
        carried = carry(exposure)
        return way.saturation.curve_tensor(carried, **shape), carried * slope(way, carried, shape)
    return (
        carry(way.saturation.curve_tensor(exposure, **shape)),
        carry(exposure * slope(way, pt.as_tensor(exposure), shape)),
    )


def slope(way: Pathway, signal: Any, shape: dict[str, Any]) -> Any:
    """Return the derivative of the saturation at `signal`, from its graph.

    Parameters
    ----------
    way : Pathway
        The channel's carryover and saturation.
    signal : pytensor.tensor.TensorVariable, any shape
        What is saturated, 1 in a typical active period.
    shape : dict of str to object
        Parameters of the saturation by keyword.

    Returns
    -------
    pytensor.tensor.TensorVariable, the shape of `signal`
    """
    point = signal.copy()
    return pt.grad(
        way.saturation.curve_tensor(point, **shape).sum(), point, consider_constant=list(shape.values())
    )
