"""The steps of the log-density and its gradient, each a C function of its own: none is compiled as part of another.

In this order, which is that of `mmm.model.build`:

1. `priors`: of all parameters but levels; sizes and feature factors, which follow from the vector alone.
2. `media`: every channel's response and coefficients.
3. `expectation`: levels, linear components and media; the prior of the intercepts.
4. `likelihood`; where there are experiments, `evidence` behind it.
5. `expectation_back`, `media_back`: the derivative by what is expected, taken back to that by the unconstrained vector.

All read the buffer and share the working memory; `mmm.kernel.entries.log_density` calls them by the addresses in the buffer.
"""

from typing import Any

import numba
from numba import types

from mmm.kernel.buffer.header import Head
from mmm.kernel.maths.compile_options import glue
from mmm.kernel.maths.evidence import evidence as of_readouts
from mmm.kernel.maths.half_normal_sizes import feature_factors, feature_factors_back, natural_sizes
from mmm.kernel.maths.level import centre, centre_back, log_prior
from mmm.kernel.maths.likelihood import likelihood as of_outcomes
from mmm.kernel.maths.linear import linear_back, linear_forward
from mmm.kernel.maths.media import media_back as all_channels_back
from mmm.kernel.maths.media import media_forward, write_coefficients
from mmm.kernel.maths.reading import area, at

DOUBLES = types.CPointer(types.double)
SIGNATURE = types.double(DOUBLES, DOUBLES, DOUBLES, DOUBLES, types.int64)
"""Of every step: buffer (what `mmm.kernel.buffer.pack` made), the model's point (parameter,), working memory, gradient
(size,), and size: the number of parameters, or more. It returns what the step adds to the log-density, in nats."""


@glue
def arrays(buffer: Any, vector: Any, memory: Any, slope: Any, size: int) -> Any:
    """Return buffer, point, working memory and gradient as arrays.

    Parameters
    ----------
    buffer, vector, memory, slope, size : as in `SIGNATURE`

    Returns
    -------
    tuple of numpy.ndarray
        Each of one dimension.
    """
    data = numba.carray(buffer, (int(numba.carray(buffer, (1,))[0]),))
    point = numba.carray(vector, (at(data, Head.PARAMETERS),))
    return data, point, numba.carray(memory, (at(data, Head.WORK),)), numba.carray(slope, (size,))


def priors(buffer: Any, vector: Any, memory: Any, slope: Any, size: int) -> float:
    """Return the log prior but for the levels' (Jacobians included); `slope` is overwritten.

    Parameters
    ----------
    buffer, vector, memory, slope, size : as in `SIGNATURE`

    Returns
    -------
    float
        In nats.
    """
    data, point, work, gradient = arrays(buffer, vector, memory, slope, size)
    sizes = area(data, work, Head.IN_SIZE, 2 * at(data, Head.PARAMETERS))
    features = area(data, work, Head.IN_FEATURES, 2 * at(data, Head.FEATURES_STORED))
    total = log_prior(data, point, gradient)
    natural_sizes(data, point, sizes)
    return total + feature_factors(data, point, sizes, features, gradient)


def media(buffer: Any, vector: Any, memory: Any, slope: Any, size: int) -> float:
    """Write responses, coefficients and the effect of all media into the working memory.

    Parameters
    ----------
    buffer, vector, memory, slope, size : as in `SIGNATURE`

    Returns
    -------
    float
        0.
    """
    data, point, work, _ = arrays(buffer, vector, memory, slope, size)
    media_forward(data, point, work)
    return 0.0


def expectation(buffer: Any, vector: Any, memory: Any, slope: Any, size: int) -> float:
    """Write what is expected; return the log prior of the intercepts.

    Parameters
    ----------
    buffer, vector, memory, slope, size : as in `SIGNATURE`

    Returns
    -------
    float
        In nats.
    """
    data, point, work, gradient = arrays(buffer, vector, memory, slope, size)
    cells = at(data, Head.CELLS)
    expected, effect = area(data, work, Head.IN_EXPECTED, cells), area(data, work, Head.IN_MEDIA, cells)
    features = area(data, work, Head.IN_FEATURES, 2 * at(data, Head.FEATURES_STORED))
    common = area(data, work, Head.IN_COMMON, at(data, Head.STRIDE))
    linear_forward(data, point, expected, common, features)
    return centre(
        data, point, effect, expected, area(data, work, Head.IN_LEVEL, at(data, Head.GEOS)), gradient
    )


def likelihood(buffer: Any, vector: Any, memory: Any, slope: Any, size: int) -> float:
    """Return the log-likelihood; write its derivative by what is expected, and add those by the noise parameters.

    Parameters
    ----------
    buffer, vector, memory, slope, size : as in `SIGNATURE`

    Returns
    -------
    float
        In nats.
    """
    data, point, work, gradient = arrays(buffer, vector, memory, slope, size)
    return of_outcomes(data, point, work, gradient)


def evidence(buffer: Any, vector: Any, memory: Any, slope: Any, size: int) -> float:
    """Return the log-density of the readouts of experiments; add its derivatives, and write those by the changes.

    Parameters
    ----------
    buffer, vector, memory, slope, size : as in `SIGNATURE`

    Returns
    -------
    float
        In nats.
    """
    data, point, work, gradient = arrays(buffer, vector, memory, slope, size)
    return of_readouts(data, point, work, gradient)


def expectation_back(buffer: Any, vector: Any, memory: Any, slope: Any, size: int) -> float:
    """Add the derivatives by levels and linear components; turn that by what is expected into that by media.

    Parameters
    ----------
    buffer, vector, memory, slope, size : as in `SIGNATURE`

    Returns
    -------
    float
        0.
    """
    data, point, work, gradient = arrays(buffer, vector, memory, slope, size)
    by_expected = area(data, work, Head.IN_BY_EXPECTED, at(data, Head.CELLS))
    features = area(data, work, Head.IN_FEATURES, 2 * at(data, Head.FEATURES_STORED))
    sizes = area(data, work, Head.IN_SIZE, 2 * at(data, Head.PARAMETERS))
    by_date = area(data, work, Head.IN_COMMON, at(data, Head.STRIDE))
    linear_back(data, point, by_expected, by_date, features, gradient)
    feature_factors_back(data, point, sizes, features, gradient)
    centre_back(data, area(data, work, Head.IN_LEVEL, at(data, Head.GEOS)), by_expected)
    return 0.0


def media_back(buffer: Any, vector: Any, memory: Any, slope: Any, size: int) -> float:
    """Add the derivatives by all media parameters.

    Where `slope` has room behind the parameters, it takes the coefficients (geo, channel) and behind these the
    intercepts (geo).

    Parameters
    ----------
    buffer, vector, memory, slope, size : as in `SIGNATURE`

    Returns
    -------
    float
        0.
    """
    data, point, work, gradient = arrays(buffer, vector, memory, slope, size)
    all_channels_back(data, point, work, gradient)
    if gradient.shape[0] > point.shape[0]:
        write_coefficients(data, point, work, gradient)
    return 0.0
