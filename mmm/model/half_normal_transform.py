"""The transform with which PyMC samples a half-normal size by its standard normal score; see `mmm.problem.half_normal`."""

import math
from typing import Any

import pytensor.tensor as pt
from pymc.distributions.transforms import Transform


class HalfNormalScore(Transform):
    """From a half-normal size with the given scale to its score."""

    name = "score"

    def __init__(self, scale: float) -> None:
        self._scale = scale

    def backward(self, value: Any, *inputs: Any) -> Any:
        """Return the size that has the score `value`."""
        below = 0.5 * pt.erfc(-pt.minimum(value, 0.0) / math.sqrt(2.0))
        above = 0.5 * pt.erfc(pt.maximum(value, 0.0) / math.sqrt(2.0))
        return self._scale * math.sqrt(2.0) * pt.where(value <= 0, pt.erfinv(below), pt.erfcinv(above))

    def forward(self, value: Any, *inputs: Any) -> Any:
        """Return the score of the size `value`."""
        part = value / (self._scale * math.sqrt(2.0))
        low, high = (
            -math.sqrt(2.0) * pt.erfcinv(2.0 * pt.erf(part)),
            math.sqrt(2.0) * pt.erfcinv(2.0 * pt.erfc(part)),
        )
        return pt.where(pt.erf(part) < 0.5, low, high)

    def log_jac_det(self, value: Any, *inputs: Any) -> Any:
        """Return the log of the derivative of `backward`."""
        size = self.backward(value) / self._scale
        return math.log(0.5 * self._scale) + 0.5 * (size - value) * (size + value)
