"""The way forward through the model as one C function: from the unconstrained vector to what is expected.

The order is that of `mmm.model.build`: priors, linear components, media response, coefficients, level.
"""

import numba
import numpy as np

from mmm.kernel.buffer.header import Head
from mmm.kernel.entries.c_function import PASS, by_name, c_function
from mmm.kernel.maths.half_normal_sizes import feature_factors, natural_sizes
from mmm.kernel.maths.level import centre
from mmm.kernel.maths.linear import linear_forward
from mmm.kernel.maths.media import media_forward
from mmm.kernel.maths.prior import log_prior
from mmm.kernel.maths.reading import area, at


@c_function(PASS, "mixproof_forward")
def forward_entry(size, point, gradient, buffer, work):  # type: ignore[no-untyped-def]
    """Return the log prior (Jacobians included); leave in `gradient` and `work` what the way back needs."""
    data = numba.carray(buffer, (int(numba.carray(buffer, (1,), dtype=np.float64)[0]),))
    parameters, memory = at(data, Head.PARAMETERS), numba.carray(work, (at(data, Head.WORK),))
    here, slope = numba.carray(point, (parameters,)), numba.carray(gradient, (size,))
    cells, stride, geos = at(data, Head.CELLS), at(data, Head.STRIDE), at(data, Head.GEOS)
    expected, media = area(data, memory, Head.IN_EXPECTED, cells), area(data, memory, Head.IN_MEDIA, cells)
    features = area(data, memory, Head.IN_FEATURES, 2 * at(data, Head.FEATURES_STORED))
    sizes = area(data, memory, Head.IN_SIZE, 2 * parameters)
    total = log_prior(data, here, slope)
    natural_sizes(data, here, sizes)
    total += feature_factors(data, here, sizes, features, slope)
    linear_forward(data, here, expected, area(data, memory, Head.IN_COMMON, stride), features)
    media_forward(data, here, memory)
    total += centre(data, here, media, expected, area(data, memory, Head.IN_LEVEL, geos), slope)
    return total


forward = by_name(forward_entry, "mixproof_forward", PASS)
