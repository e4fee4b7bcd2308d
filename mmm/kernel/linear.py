"""Levels and linear components of the kernel, forward and back."""

import math

import numpy as np

from mmm.kernel.header import Head
from mmm.kernel.reading import at, block
from mmm.kernel.special import compiled


@compiled
def linear_forward(buffer: np.ndarray, point: np.ndarray, expected: np.ndarray) -> None:
    """Write intercept and linear components into `expected`, shape (geo, date)."""
    geos, dates = expected.shape
    shared, own = at(buffer, Head.SHARED_FEATURES), at(buffer, Head.GEO_FEATURES)
    first = at(buffer, Head.AT_COEFFICIENTS)
    scale, size_at = block(buffer, Head.OF_FEATURE_SCALE, shared), block(buffer, Head.OF_FEATURE_SIZE, shared)
    common = np.zeros(dates)
    design = block(buffer, Head.OF_SHARED_DESIGN, shared * dates)
    for k in range(shared):
        coefficient = point[first + k]
        if size_at[k] >= 0.0:
            coefficient *= scale[k] * math.exp(point[int(size_at[k])])
        column = design[k * dates : (k + 1) * dates]
        for date in range(dates):
            common[date] += coefficient * column[date]
    by_geo = block(buffer, Head.OF_GEO_DESIGN, own * geos * dates)
    for geo in range(geos):
        level = point[at(buffer, Head.AT_INTERCEPT) + geo]
        for date in range(dates):
            expected[geo, date] = level + common[date]
        for k in range(own):
            coefficient = point[first + shared + k]
            column = by_geo[(k * geos + geo) * dates : (k * geos + geo + 1) * dates]
            for date in range(dates):
                expected[geo, date] += coefficient * column[date]


@compiled
def linear_back(buffer: np.ndarray, point: np.ndarray, by_expected: np.ndarray, gradient: np.ndarray) -> None:
    """Add the derivatives by intercepts and linear coefficients to `gradient`."""
    geos, dates = by_expected.shape
    shared, own = at(buffer, Head.SHARED_FEATURES), at(buffer, Head.GEO_FEATURES)
    first = at(buffer, Head.AT_COEFFICIENTS)
    by_date = np.zeros(dates)
    by_geo = block(buffer, Head.OF_GEO_DESIGN, own * geos * dates)
    for geo in range(geos):
        total = 0.0
        for date in range(dates):
            by_date[date] += by_expected[geo, date]
            total += by_expected[geo, date]
        gradient[at(buffer, Head.AT_INTERCEPT) + geo] += total
        for k in range(own):
            column = by_geo[(k * geos + geo) * dates : (k * geos + geo + 1) * dates]
            inner = 0.0
            for date in range(dates):
                inner += by_expected[geo, date] * column[date]
            gradient[first + shared + k] += inner
    scale, size_at = block(buffer, Head.OF_FEATURE_SCALE, shared), block(buffer, Head.OF_FEATURE_SIZE, shared)
    design = block(buffer, Head.OF_SHARED_DESIGN, shared * dates)
    for k in range(shared):
        column = design[k * dates : (k + 1) * dates]
        inner = 0.0
        for date in range(dates):
            inner += by_date[date] * column[date]
        if size_at[k] >= 0.0:
            inner *= scale[k] * math.exp(point[int(size_at[k])])
            gradient[int(size_at[k])] += inner * point[first + k]
        gradient[first + k] += inner
