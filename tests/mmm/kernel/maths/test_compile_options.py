"""Digamma against SciPy, from the smallest degrees of freedom to the largest."""

import numpy as np
import pytest
from scipy import special

from mmm.kernel.maths import compile_options as kernel
from tests.mmm.kernel.from_python import from_python

digamma = from_python(kernel.digamma)


@pytest.mark.parametrize("low", [1e-3, 0.1, 1.0, 9.9, 10.0, 1e3, 1e8])
def test_digamma(low: float) -> None:
    for x in np.linspace(low, 2 * low, 50):
        assert digamma(x) == pytest.approx(special.digamma(x), rel=1e-13, abs=1e-14)
