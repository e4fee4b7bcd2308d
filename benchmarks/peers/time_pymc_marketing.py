"""PyMC-Marketing's fit-only script, timed; run by `benchmarks.speed` in its environment.

    python time_pymc_marketing.py JOB_FOLDER

The model is that of `fit_pymc_marketing`. The time ends with the posterior; saving it and what follows only serve the
comparison.
"""

import json
import sys
from pathlib import Path


def main(folder: Path) -> None:
    """Fit, write the mark, then the draws of ROI."""
    from fit_pymc_marketing import fit_model
    from timing import SAVED, keep_returns, posterior_is_there

    job = json.loads((folder / "job.json").read_text())
    model, spend = fit_model(job, folder)
    sampled = model.idata["sample_stats"]
    posterior_is_there(
        folder,
        # Of the sampler alone: the model is compiled before the clock starts.
        sampling=float(model.idata["posterior"].attrs["sampling_time"]),
        steps=float(sampled["n_steps"].mean()),
        divergences=int(sampled["diverging"].sum()),
    )
    model.save(str(folder / SAVED))
    # In the window, like ours: what a channel brought by date, carryover from before it included.
    brought = model.data.get_channel_contributions(original_scale=True).sum("date")
    if "geo" in brought.dims:
        brought = brought.sum("geo")
    brought = brought.sel(channel=[channel["exposure"] for channel in job["channels"]])
    keep_returns(folder, brought.transpose("channel", "chain", "draw").to_numpy() / spend[:, None, None])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
