"""mmm-framework's fit-only script, timed; run by `benchmarks.speed` in its environment.

    python time_mmm_framework.py JOB_FOLDER

As its first page sets up a national model (simple config, linear trend), with its nutpie sampler. The time ends with
the posterior; saving it and what follows only serve the comparison.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd


def main(folder: Path) -> None:
    """Fit, write the mark, then the draws of ROI."""
    from mmm_framework import BayesianMMM, ModelConfigBuilder
    from mmm_framework.config import DimensionType, create_simple_mff_config
    from mmm_framework.data_loader import load_mff
    from mmm_framework.model import TrendConfig, TrendType
    from timing import SAVED, keep_returns, posterior_is_there

    job = json.loads((folder / "job.json").read_text())
    frame = pd.read_csv(folder / job["table"], parse_dates=["date"])
    media = [channel["exposure"] for channel in job["channels"]]
    config = create_simple_mff_config(
        kpi_name=job["outcome"],
        media_names=media,
        control_names=job["controls"],
        kpi_dimensions=[DimensionType.PERIOD],
    )
    panel = load_mff(_long(frame, [job["outcome"], *media, *job["controls"]]), config)
    steps = ModelConfigBuilder().bayesian_nutpie().with_chains(4)
    steps = steps.with_draws(job.get("draws", 1000)).with_tune(job.get("tune", 1000))
    model = BayesianMMM(panel, steps.build(), TrendConfig(type=TrendType.LINEAR))
    began = time.monotonic()
    trace = model.fit(random_seed=job["seed"]).trace
    sampling = time.monotonic() - began
    sampled = trace["sample_stats"]
    posterior_is_there(
        folder,
        sampling=float(trace["posterior"].attrs.get("sampling_time", sampling)),
        steps=float(sampled["n_steps"].mean()),
        divergences=int(sampled["diverging"].sum()),
    )
    trace.to_netcdf(str(folder / SAVED))
    brought = trace["posterior"]["channel_contributions"].sum("obs").sel(channel=media)
    spend = frame[[channel["spend"] for channel in job["channels"]]].sum().to_numpy()
    # The outcome is standardised inside the model: a contribution is in its standard deviations.
    money = brought.transpose("channel", "chain", "draw").to_numpy() * model.y_std
    keep_returns(folder, money / spend[:, None, None])


def _long(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return the table in the tool's long format: one row a period and variable."""
    long = frame.melt("date", columns, "VariableName", "VariableValue").rename(columns={"date": "Period"})
    empty = ("Geography", "Product", "Campaign", "Outlet", "Creative")
    return long.assign(**dict.fromkeys(empty, np.nan))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
