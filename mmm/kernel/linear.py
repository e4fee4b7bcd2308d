"""Levels and linear components of the kernel, forward and back."""

import math

import numpy as np

from mmm.kernel.header import Head
from mmm.kernel.reading import at, block
from mmm.kernel.series import add_scaled, fill, inner
from mmm.kernel.special import glue


@glue
def linear_forward(buffer: np.ndarray, point: np.ndarray, expected: np.ndarray, common: np.ndarray) -> None:
    """Write level and linear components into `expected` (cell); `common` (stride) receives what all geos share."""
    stride, cells = at(buffer, Head.STRIDE), at(buffer, Head.CELLS)
    shared, own = at(buffer, Head.SHARED_FEATURES), at(buffer, Head.GEO_FEATURES)
    first = at(buffer, Head.AT_COEFFICIENTS)
    scale, size_at = block(buffer, Head.OF_FEATURE_SCALE, shared), block(buffer, Head.OF_FEATURE_SIZE, shared)
    design = at(buffer, Head.OF_SHARED_DESIGN)
    fill(common, 0.0)
    for k in range(shared):
        coefficient = point[first + k]
        if size_at[k] >= 0.0:
            coefficient *= scale[k] * math.exp(point[int(size_at[k])])
        add_scaled(common, buffer[design + k * stride : design + (k + 1) * stride], coefficient, 0, stride)
    geos = at(buffer, Head.GEOS)
    fill(expected[geos * stride :], 0.0)
    for geo in range(geos):
        level = point[at(buffer, Head.AT_LEVEL) + geo]
        row = expected[geo * stride : (geo + 1) * stride]
        for cell in range(stride):
            row[cell] = level + common[cell]
    by_geo = at(buffer, Head.OF_GEO_DESIGN)
    for k in range(own):
        column = buffer[by_geo + k * cells : by_geo + (k + 1) * cells]
        add_scaled(expected, column, point[first + shared + k], 0, cells)


@glue
def linear_back(
    buffer: np.ndarray, point: np.ndarray, by_expected: np.ndarray, by_date: np.ndarray, gradient: np.ndarray
) -> None:
    """Add the derivatives by levels and linear coefficients to `gradient`; `by_date` (stride) is overwritten."""
    stride, cells = at(buffer, Head.STRIDE), at(buffer, Head.CELLS)
    shared, own = at(buffer, Head.SHARED_FEATURES), at(buffer, Head.GEO_FEATURES)
    first = at(buffer, Head.AT_COEFFICIENTS)
    fill(by_date, 0.0)
    for geo in range(at(buffer, Head.GEOS)):
        row = by_expected[geo * stride : (geo + 1) * stride]
        total = 0.0
        for cell in range(stride):
            by_date[cell] += row[cell]
            total += row[cell]
        gradient[at(buffer, Head.AT_LEVEL) + geo] += total
    by_geo = at(buffer, Head.OF_GEO_DESIGN)
    for k in range(own):
        column = buffer[by_geo + k * cells : by_geo + (k + 1) * cells]
        gradient[first + shared + k] += inner(by_expected, column, 0, cells)
    scale, size_at = block(buffer, Head.OF_FEATURE_SCALE, shared), block(buffer, Head.OF_FEATURE_SIZE, shared)
    design = at(buffer, Head.OF_SHARED_DESIGN)
    for k in range(shared):
        pull = inner(by_date, buffer[design + k * stride : design + (k + 1) * stride], 0, stride)
        if size_at[k] >= 0.0:
            pull *= scale[k] * math.exp(point[int(size_at[k])])
            gradient[int(size_at[k])] += pull * point[first + k]
        gradient[first + k] += pull
