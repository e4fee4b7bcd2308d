"""What the sampling process keeps: draws in single precision, everything else as it was."""

import numpy as np
import xarray as xr

from workflow.sampling.job import compact


def test_draws_are_rounded_far_below_monte_carlo_error_and_nothing_else_is() -> None:
    rng = np.random.default_rng(1)
    drawn = xr.Dataset(
        {"level": (("chain", "draw"), rng.normal(3.0, 0.01, (4, 400))), "count": ("draw", np.arange(400))},
        coords={"draw": np.arange(400), "chain": list("abcd")},
    )
    rest = {
        "/": xr.Dataset(attrs={"log_density": "kernel"}),
        "/sample_stats": xr.Dataset({"energy": ("draw", rng.normal(size=400))}),
        "/constant_data": xr.Dataset({"spend": ("date", rng.normal(size=9))}),
    }
    kept = compact(xr.DataTree.from_dict(rest | {"/posterior": drawn}))
    for path, group in rest.items():
        assert kept[path].to_dataset(inherit=False).identical(group)
    level = kept["posterior"]["level"]
    assert (level.dtype, kept["posterior"]["count"].dtype) == (np.float32, np.int64)
    error = 0.01 / np.sqrt(1600)  # Monte-Carlo error of the mean of independent draws
    assert np.abs(level.values.astype(float) - drawn["level"].values).max() < error / 1000
    assert list(kept["posterior"].coords) == list(drawn.coords)
