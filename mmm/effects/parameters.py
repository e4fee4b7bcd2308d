"""The table ``parameters``: each parameter of the model with its interval and its diagnostics."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr

from mmm.config import Interval
from mmm.effects.intervals import interval
from mmm.effects.tables import PARAMETERS
from mmm.numerics.convergence import scalar_labels

Diagnostics = Mapping[str, tuple[float, float, float]]
"""R-hat, bulk and tail effective sample size by labelled parameter."""


def parameters_table(posterior: xr.Dataset, diagnostics: Diagnostics, options: Interval) -> pd.DataFrame:
    """Return the table ``parameters`` from all draws; parameters that never move have no diagnostics."""
    frames = []
    for name, variable in posterior.data_vars.items():
        dims = [str(dim) for dim in variable.dims if dim not in ("chain", "draw")]
        values = variable.transpose(*dims, "chain", "draw").values
        samples = values.reshape(-1, values.shape[-2] * values.shape[-1]).astype(float, copy=False)
        labels = scalar_labels(str(name), [posterior[dim].values for dim in dims])
        lower, upper = interval(samples, options)
        judged = np.array([diagnostics.get(label, (np.nan,) * 3) for label in labels])
        columns = {
            "parameter": labels,
            "mean": samples.mean(axis=-1),
            "sd": samples.std(axis=-1, ddof=1),
            "lower": lower,
            "upper": upper,
            "r_hat": judged[:, 0],
            "ess_bulk": judged[:, 1],
            "ess_tail": judged[:, 2],
        }
        frames.append(pd.DataFrame(columns))
    return PARAMETERS.frame(pd.concat(frames, ignore_index=True))
