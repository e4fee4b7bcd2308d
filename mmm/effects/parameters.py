"""The table ``parameters``: each parameter of the model with its interval and its diagnostics."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr

from mmm.config import Interval
from mmm.effects.intervals import interval
from mmm.effects.tables import PARAMETERS

Diagnostics = Mapping[str, tuple[float, float, float]]
"""R-hat, bulk and tail effective sample size by labelled parameter."""


def parameters_table(posterior: xr.Dataset, diagnostics: Diagnostics, options: Interval) -> pd.DataFrame:
    """Return the table ``parameters`` from all draws; parameters that never move have no diagnostics."""
    rows = []
    for name, variable in posterior.data_vars.items():
        values = variable.transpose("chain", "draw", ...).values
        dims = [dim for dim in variable.dims if dim not in ("chain", "draw")]
        for index in np.ndindex(values.shape[2:]):
            labels = ", ".join(str(posterior[dim].values[i]) for dim, i in zip(dims, index, strict=True))
            label = f"{name}[{labels}]" if labels else str(name)
            samples = values[(slice(None), slice(None), *index)].ravel()
            lower, upper = interval(samples, options)
            r_hat, bulk, tail = diagnostics.get(label, (np.nan,) * 3)
            rows.append(
                {
                    "parameter": label,
                    "mean": samples.mean(),
                    "sd": samples.std(ddof=1),
                    "lower": lower,
                    "upper": upper,
                    "r_hat": r_hat,
                    "ess_bulk": bulk,
                    "ess_tail": tail,
                }
            )
    return PARAMETERS.frame(rows)
