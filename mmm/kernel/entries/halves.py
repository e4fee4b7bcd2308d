"""The two halves of the log-density, each a C function of its own, so that two processes can compile them at one time.

1. `forward`: priors, linear components, media response, coefficients, level: what is expected.
2. `backward`: the likelihood, and the derivative by what is expected taken back to that by the unconstrained vector.

Both read the buffer and share the working memory; `mmm.kernel.entries.log_density` calls them by their names.
"""

from typing import Any

import numba
import numpy as np
from numba import types

from mmm.kernel.buffer.header import Head
from mmm.kernel.maths.evidence import evidence
from mmm.kernel.maths.half_normal_sizes import feature_factors, feature_factors_back, natural_sizes
from mmm.kernel.maths.level import centre, centre_back, log_prior
from mmm.kernel.maths.likelihood import likelihood
from mmm.kernel.maths.linear import linear_back, linear_forward
from mmm.kernel.maths.media import media_back, media_forward, write_coefficients
from mmm.kernel.maths.reading import area, at

DOUBLES = types.CPointer(types.double)
SIGNATURE = types.double(DOUBLES, DOUBLES, DOUBLES, DOUBLES, types.uint64)
FORWARD_NAME, BACKWARD_NAME = "mixproof_forward", "mixproof_backward"
"""What they are linked as."""


def forward(buffer: Any, vector: Any, memory: Any, slope: Any, size: int) -> float:
    """Return the log prior (Jacobians included); leave in `slope` and `memory` what the way back needs.

    Parameters
    ----------
    buffer : pointer to doubles
        What `mmm.kernel.buffer.pack` made.
    vector : pointer to doubles, (parameter,)
        The model's point.
    memory : pointer to doubles, (working memory,)
    slope : pointer to doubles, (size,)
        Overwritten.
    size : int
        The number of parameters, or more.

    Returns
    -------
    float
        In nats.
    """
    data = numba.carray(buffer, (int(numba.carray(buffer, (1,), dtype=np.float64)[0]),), dtype=np.float64)
    point, gradient = numba.carray(vector, (at(data, Head.PARAMETERS),)), numba.carray(slope, (size,))
    work = numba.carray(memory, (at(data, Head.WORK),))
    cells, stride, geos = at(data, Head.CELLS), at(data, Head.STRIDE), at(data, Head.GEOS)
    expected, media = area(data, work, Head.IN_EXPECTED, cells), area(data, work, Head.IN_MEDIA, cells)
    features = area(data, work, Head.IN_FEATURES, 2 * at(data, Head.FEATURES_STORED))
    sizes = area(data, work, Head.IN_SIZE, 2 * at(data, Head.PARAMETERS))
    total = log_prior(data, point, gradient)
    natural_sizes(data, point, sizes)
    total += feature_factors(data, point, sizes, features, gradient)
    linear_forward(data, point, expected, area(data, work, Head.IN_COMMON, stride), features)
    media_forward(data, point, work)
    total += centre(data, point, media, expected, area(data, work, Head.IN_LEVEL, geos), gradient)
    return total


def backward(buffer: Any, vector: Any, memory: Any, slope: Any, size: int) -> float:
    """Return the log-likelihood, with that of experiments; add to `slope` what `forward` did not know yet; pointers as there.

    Where `slope` has room behind the parameters, it takes the coefficients (geo, channel) and behind these the
    intercepts (geo).

    Parameters
    ----------
    buffer, vector, memory, slope, size : as in `forward`

    Returns
    -------
    float
        In nats.
    """
    data = numba.carray(buffer, (int(numba.carray(buffer, (1,), dtype=np.float64)[0]),), dtype=np.float64)
    point, gradient = numba.carray(vector, (at(data, Head.PARAMETERS),)), numba.carray(slope, (size,))
    work = numba.carray(memory, (at(data, Head.WORK),))
    total = likelihood(data, point, work, gradient)
    if at(data, Head.EXPERIMENTS) > 0:
        total += evidence(data, point, work, gradient)
    cells, geos, parameters = at(data, Head.CELLS), at(data, Head.GEOS), at(data, Head.PARAMETERS)
    by_expected = area(data, work, Head.IN_BY_EXPECTED, cells)
    features = area(data, work, Head.IN_FEATURES, 2 * at(data, Head.FEATURES_STORED))
    sizes = area(data, work, Head.IN_SIZE, 2 * parameters)
    by_date = area(data, work, Head.IN_COMMON, at(data, Head.STRIDE))
    linear_back(data, point, by_expected, by_date, features, gradient)
    feature_factors_back(data, point, sizes, features, gradient)
    centre_back(data, area(data, work, Head.IN_LEVEL, geos), by_expected)
    media_back(data, point, work, gradient)
    if gradient.shape[0] > parameters:
        write_coefficients(data, point, work, gradient)
    return total
