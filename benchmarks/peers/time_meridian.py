"""Meridian's fit-only script, timed; run by `benchmarks.speed` in its environment.

    python time_meridian.py JOB_FOLDER

The model is that of `fit_meridian`. The time ends with the posterior; saving it and what follows only serve the comparison.
"""

import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("MERIDIAN_BACKEND", "jax")


def main(folder: Path) -> None:
    """Fit, write the mark, then the draws of ROI."""
    import numpy as np
    from fit_meridian import analyzer, fit_model
    from timing import SAVED, keep_returns, posterior_is_there

    job = json.loads((folder / "job.json").read_text())
    begun = []
    model = fit_model(job, folder, lambda: begun.append(time.monotonic()))
    sampled = model.inference_data.sample_stats
    posterior_is_there(
        folder,
        # Compilation included: it happens inside the one call.
        sampling=time.monotonic() - begun[0],
        steps=float(np.mean(sampled["n_steps"])),
        divergences=int(np.sum(sampled["diverging"])),
    )
    model.inference_data.to_netcdf(str(folder / SAVED))
    keep_returns(folder, np.moveaxis(np.asarray(analyzer(model).roi()), -1, 0))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
