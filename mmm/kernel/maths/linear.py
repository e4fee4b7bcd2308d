"""Levels and linear components of the kernel, forward and back."""

import numpy as np

from mmm.kernel.buffer.header import FEATURES_AT_ONCE, Head
from mmm.kernel.maths.compile_options import glue, leaf
from mmm.kernel.maths.reading import at, block, window
from mmm.kernel.maths.series import add_scaled, fill, inner


@leaf
def combine(design: np.ndarray, coefficient: np.ndarray, out: np.ndarray) -> None:
    """Write the sum of features times coefficients into `out`; `design` holds feature after feature."""
    stride = out.shape[0]
    fill(out, 0.0)
    for k in range(0, coefficient.shape[0], FEATURES_AT_ONCE):
        c0, c1, c2, c3 = coefficient[k], coefficient[k + 1], coefficient[k + 2], coefficient[k + 3]
        x0, x1 = window(design, k * stride, stride), window(design, (k + 1) * stride, stride)
        x2, x3 = window(design, (k + 2) * stride, stride), window(design, (k + 3) * stride, stride)
        for cell in range(stride):
            out[cell] += c0 * x0[cell] + c1 * x1[cell] + c2 * x2[cell] + c3 * x3[cell]


@leaf
def project(design: np.ndarray, series: np.ndarray, out: np.ndarray) -> None:
    """Write the sum of products of each feature with `series` into `out`."""
    stride = series.shape[0]
    for k in range(0, out.shape[0], FEATURES_AT_ONCE):
        x0, x1 = window(design, k * stride, stride), window(design, (k + 1) * stride, stride)
        x2, x3 = window(design, (k + 2) * stride, stride), window(design, (k + 3) * stride, stride)
        s0 = s1 = s2 = s3 = 0.0
        for cell in range(stride):
            value = series[cell]
            s0 += value * x0[cell]
            s1 += value * x1[cell]
            s2 += value * x2[cell]
            s3 += value * x3[cell]
        out[k], out[k + 1], out[k + 2], out[k + 3] = s0, s1, s2, s3


@glue
def linear_forward(
    buffer: np.ndarray, point: np.ndarray, expected: np.ndarray, common: np.ndarray, features: np.ndarray
) -> None:
    """Write level and linear components into `expected` (cell); `common` (stride) receives what all geos share.

    `features` is what `half_normal_sizes.feature_factors` wrote; the coefficients are written behind the factors.
    """
    stride, cells = at(buffer, Head.STRIDE), at(buffer, Head.CELLS)
    shared, own = at(buffer, Head.SHARED_FEATURES), at(buffer, Head.GEO_FEATURES)
    first, width = at(buffer, Head.AT_COEFFICIENTS), features.shape[0] // 2
    for k in range(shared):
        features[width + k] = features[k] * point[first + k]
    combine(block(buffer, Head.OF_SHARED_DESIGN, width * stride), window(features, width, width), common)
    geos = at(buffer, Head.GEOS)
    fill(window(expected, geos * stride, cells - geos * stride), 0.0)
    for geo in range(geos):
        level = point[at(buffer, Head.AT_LEVEL) + geo]
        row = window(expected, geo * stride, stride)
        for cell in range(stride):
            row[cell] = level + common[cell]
    by_geo = at(buffer, Head.OF_GEO_DESIGN)
    for k in range(own):
        column = window(buffer, by_geo + k * cells, cells)
        add_scaled(expected, column, point[first + shared + k], 0, cells)


@glue
def linear_back(
    buffer: np.ndarray, point: np.ndarray, by_expected: np.ndarray, by_date: np.ndarray, features: np.ndarray,
    gradient: np.ndarray,
) -> None:  # fmt: skip
    """Add the derivatives by levels and linear coefficients to `gradient`; `by_date` (stride) is overwritten.

    `features` is what `linear_forward` wrote; the derivatives by the coefficients take their place.
    """
    stride, cells = at(buffer, Head.STRIDE), at(buffer, Head.CELLS)
    shared, own = at(buffer, Head.SHARED_FEATURES), at(buffer, Head.GEO_FEATURES)
    first, width = at(buffer, Head.AT_COEFFICIENTS), features.shape[0] // 2
    fill(by_date, 0.0)
    for geo in range(at(buffer, Head.GEOS)):
        row = window(by_expected, geo * stride, stride)
        total = 0.0
        for cell in range(stride):
            by_date[cell] += row[cell]
            total += row[cell]
        gradient[at(buffer, Head.AT_LEVEL) + geo] += total
    by_geo = at(buffer, Head.OF_GEO_DESIGN)
    for k in range(own):
        column = window(buffer, by_geo + k * cells, cells)
        gradient[first + shared + k] += inner(by_expected, column, 0, cells)
    project(block(buffer, Head.OF_SHARED_DESIGN, width * stride), by_date, window(features, width, width))
    for k in range(shared):
        gradient[first + k] += features[k] * features[width + k]
