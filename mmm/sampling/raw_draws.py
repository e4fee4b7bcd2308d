"""From the sampler's Arrow columns to labelled draws after tuning: one chain, no copy made twice."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import xarray as xr


def labelled_draws(
    trace: Any, draws: int, statistics: Collection[str], coords: Mapping[str, Any]
) -> tuple[xr.Dataset, xr.Dataset]:
    """Return the first `draws` draws after tuning and their sampler statistics, each with the leading dim ``draw``.

    Parameters
    ----------
    trace
        The raw trace of a sampler with one chain: `nutpie.sample` with ``return_raw_trace=True``.
    draws : int
        At most so many.
    statistics : collection of str
        Names of the statistics to keep, of those that the sampler has.
    coords : mapping of str to sequence
        Labels of the dims of the draws.

    Returns
    -------
    tuple of (xarray.Dataset, xarray.Dataset)
        Draws and statistics.
    """
    (drawn,), (noted,) = trace.get_arrow_trace()
    tuned = int(_values(noted.column("tuning")).sum())
    part = slice(tuned, tuned + draws)
    posterior = xr.Dataset({name: _variable(name, drawn.column(name), part) for name in drawn.column_names})
    used = {dim: labels for dim, labels in coords.items() if dim in posterior.dims}
    kept = {
        name: ("draw", _values(noted.column(name))[part]) for name in statistics if name in noted.column_names
    }
    index = {"draw": np.arange(posterior.sizes["draw"])}
    return posterior.assign_coords(used | index), xr.Dataset(kept, coords=index)


def _variable(name: str, column: Any, part: slice) -> xr.Variable:
    """Return a variable, its own dims and shape as the column's metadata have them."""
    meta = column.field.metadata
    shape = [int(length) for length in meta.get(b"shape", b"").decode().split(",") if length]
    dims = [dim for dim in meta.get(b"dims", b"").decode().split(",") if dim]
    dims = dims or [f"{name}_dim_{number}" for number in range(len(shape))]
    values = _values(column).reshape(-1, *shape)
    return xr.Variable(("draw", *dims), values[part].copy())


def _values(column: Any) -> np.ndarray:
    """Return the numbers of a column without missing ones, flat."""
    array = pa.array(column)
    if array.null_count:
        raise ValueError("a draw is missing in the sampler's trace")
    flat = array.flatten() if pa.types.is_nested(array.type) else array
    return flat.to_numpy(zero_copy_only=False)
