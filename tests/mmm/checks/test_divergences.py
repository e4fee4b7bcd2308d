import dataclasses
from typing import Any

import numpy as np
import pytest
import xarray as xr

from mmm.checks import divergences

CASES = [(0, "pass"), (1, "warning"), (20, "warning"), (21, "failure")]


@dataclasses.dataclass
class Sampled:
    """Only what checks of the sampler look at."""

    statistics: xr.Dataset


def sampled(**values: Any) -> Any:
    return Sampled(xr.Dataset({name: (("chain", "draw"), array) for name, array in values.items()}))


@pytest.mark.parametrize(("count", "status"), CASES)
def test_any_is_a_warning_and_more_than_one_per_cent_a_failure(count: int, status: str) -> None:
    (finding,) = divergences.run(sampled(diverging=(np.arange(2000) < count).reshape(4, 500)))
    assert (finding.status, finding.value) == (status, count)
    assert "2000" in finding.sentence
