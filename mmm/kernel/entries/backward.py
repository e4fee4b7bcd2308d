"""The way back through the model as one C function: from the derivative by what is expected to that by the vector."""

import numba
import numpy as np

from mmm.kernel.buffer.header import Head
from mmm.kernel.entries.c_function import PASS, by_name, c_function
from mmm.kernel.maths.half_normal_sizes import feature_factors_back
from mmm.kernel.maths.level import centre_back
from mmm.kernel.maths.linear import linear_back
from mmm.kernel.maths.media import media_back, write_coefficients
from mmm.kernel.maths.reading import area, at


@c_function(PASS, "mixproof_back")
def back_entry(size, point, gradient, buffer, work):  # type: ignore[no-untyped-def]
    """Add to `gradient` what the way forward did not know yet; return 0.

    Where `gradient` has room behind, it takes the coefficients (geo, channel) and behind these the intercepts (geo).
    """
    data = numba.carray(buffer, (int(numba.carray(buffer, (1,), dtype=np.float64)[0]),))
    parameters, memory = at(data, Head.PARAMETERS), numba.carray(work, (at(data, Head.WORK),))
    here, slope = numba.carray(point, (parameters,)), numba.carray(gradient, (size,))
    cells, geos = at(data, Head.CELLS), at(data, Head.GEOS)
    by_expected = area(data, memory, Head.IN_BY_EXPECTED, cells)
    features = area(data, memory, Head.IN_FEATURES, 2 * at(data, Head.FEATURES_STORED))
    sizes = area(data, memory, Head.IN_SIZE, 2 * parameters)
    by_date = area(data, memory, Head.IN_COMMON, at(data, Head.STRIDE))
    linear_back(data, here, by_expected, by_date, features, slope)
    feature_factors_back(data, here, sizes, features, slope)
    centre_back(data, area(data, memory, Head.IN_LEVEL, geos), by_expected)
    media_back(data, here, memory, slope)
    if slope.shape[0] > parameters:
        write_coefficients(data, here, memory, slope)
    return 0.0


back = by_name(back_entry, "mixproof_back", PASS)
