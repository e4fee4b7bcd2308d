import dataclasses
from typing import Any

import numpy as np
import pytest
import xarray as xr

from mmm.checks import energy


@dataclasses.dataclass
class Sampled:
    """Only what checks of the sampler look at."""

    statistics: xr.Dataset


def sampled(**values: Any) -> Any:
    return Sampled(xr.Dataset({name: (("chain", "draw"), array) for name, array in values.items()}))


ENERGIES = [(0.0, "pass"), (0.9, "warning"), (0.99, "failure")]


@pytest.mark.parametrize(("memory", "status"), ENERGIES)
def test_slow_energy_is_found_in_the_worst_chain(memory: float, status: str) -> None:
    """A chain whose energy is an AR(1) has an E-BFMI of 2 (1 - memory)."""
    rng = np.random.default_rng(1)
    energies = rng.normal(size=(2, 8000))
    for step in range(1, 8000):
        energies[1, step] = memory * energies[1, step - 1] + np.sqrt(1 - memory**2) * rng.normal()
    (finding,) = energy.run(sampled(energy=energies))
    assert finding.status == status
    assert finding.value == pytest.approx(2 * (1 - memory), rel=0.25)
