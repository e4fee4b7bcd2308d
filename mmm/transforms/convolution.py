"""Carrying exposure over: the causal convolution of exposure with carryover weights."""

from typing import Any

import numpy as np

from mmm.transforms.tensor import pt


def convolve(exposure: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return carried-over exposure, shape (..., date).

    Parameters
    ----------
    exposure : numpy.ndarray, (..., date)
        Exposure in a period; before the first date it counts as zero, so history belongs into the array.
    weights : numpy.ndarray, (..., lag)
        Weights of the lags 0..L; leading dims broadcast against those of `exposure`.

    Returns
    -------
    numpy.ndarray, shape (..., date)

    Notes
    -----
    out[t] = sum_l weights[l] exposure[t - l].
    """
    dates, lags = exposure.shape[-1], weights.shape[-1]
    shape = (*np.broadcast_shapes(exposure.shape[:-1], weights.shape[:-1]), dates)
    carried = np.zeros(shape)
    for lag in range(min(lags, dates)):
        carried[..., lag:] += weights[..., lag, None] * exposure[..., : dates - lag]
    return carried


def lag_matrix(exposure: np.ndarray, lags: int) -> np.ndarray:
    """Return exposure with its past beside it, shape (..., date, lags + 1): [t, l] is exposure[t - l].

    Parameters
    ----------
    exposure : numpy.ndarray, shape (..., date)
        Before the first date it counts as zero.
    lags : int
        Last lag, in periods.

    Returns
    -------
    numpy.ndarray, shape (..., date, lags + 1)
    """
    padded = np.concatenate([np.zeros((*exposure.shape[:-1], lags)), exposure], axis=-1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, lags + 1, axis=-1)
    return np.ascontiguousarray(windows[..., ::-1])


def convolve_tensor(exposure: Any, weights: Any, lags: int) -> Any:
    """Return `convolve` as a PyTensor expression; `lags` is the last lag.

    Exposure that is data (a NumPy array) becomes a constant matrix of its past, and the convolution one
    product with the weights; exposure that depends on parameters is shifted slice by slice. Neither needs
    a scan.

    Parameters
    ----------
    exposure : numpy.ndarray or pytensor.tensor.TensorVariable, shape (..., date)
        Before the first date it counts as zero.
    weights : pytensor.tensor.TensorVariable, shape (..., lags + 1)
    lags : int
        Last lag, in periods.

    Returns
    -------
    pytensor.tensor.TensorVariable, shape (..., date)
    """
    if isinstance(exposure, np.ndarray):
        past: Any = pt.as_tensor(lag_matrix(exposure, lags))
    else:
        dates = exposure.shape[-1]
        padded = pt.concatenate([pt.zeros_like(exposure[..., :1]).repeat(lags, axis=-1), exposure], axis=-1)
        past = pt.stack([padded[..., lags - lag : lags - lag + dates] for lag in range(lags + 1)], axis=-1)
    return pt.matmul(past, weights[..., None])[..., 0]
