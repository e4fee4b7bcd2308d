"""Sampling goes on while a return that will be reported is not good enough."""

from typing import Any

import numpy as np
import pytest
import xarray as xr

from mmm.sampling import stopping
from mmm.sampling.stopping import judged


def posterior(shift: float) -> xr.Dataset:
    draws = np.random.default_rng(2).normal(size=(4, 400))
    draws[3] += shift
    return xr.Dataset({"a": (("chain", "draw"), draws)})


@pytest.mark.parametrize(
    ("shift", "r_hat", "enough", "worst"),
    [(0.0, 1.0, True, "a"), (0.0, 1.02, False, "ROI of tv"), (2.0, 1.0, False, "a")],
)
def test_returns_are_asked_once_parameters_are_good_enough(
    shift: float, r_hat: float, enough: bool, worst: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def returns(*_: Any) -> dict[str, tuple[float, float, float]]:
        asked.append(1)
        return {"ROI of tv": (r_hat, 2000.0, 2000.0)}

    for name in ("set_up", "effect_draws", "thin", "contributions"):
        monkeypatch.setattr(stopping, name, lambda *_: None)
    monkeypatch.setattr(stopping, "reported_diagnostics", returns)
    found = judged(posterior(shift), None, None, 0)  # type: ignore[arg-type]
    assert (found.enough, found.r_hat_parameter) == (enough, worst)
    assert len(asked) == (not shift)
