"""PyTensor is there when a twin asks for it, and not before."""

import subprocess
import sys

import pytensor.tensor
import pytest

from mmm.transforms.tensor import pt

CALCULATES = """
import sys
import numpy as np
from mmm.transforms import ADSTOCKS, SATURATIONS, convolve

weights = ADSTOCKS["geometric"].weights(4, mean_lag=1.0)
carried = convolve(np.ones(9), weights)
assert SATURATIONS["hill"].curve(carried, half_saturation=1.0, hill_slope=2.0).shape == (9,)
print(sorted({"pytensor", "pymc"} & set(sys.modules)))
"""


@pytest.mark.parametrize("name", ["exp", "log1p", "sigmoid", "special", "as_tensor"])
def test_gives_what_pytensor_has(name: str) -> None:
    assert getattr(pt, name) is getattr(pytensor.tensor, name)


def test_refuses_what_pytensor_lacks() -> None:
    with pytest.raises(AttributeError, match="no_such_function"):
        pt.no_such_function(1.0)


def test_references_need_no_pytensor() -> None:
    done = subprocess.run([sys.executable, "-c", CALCULATES], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
