"""One world through Meridian as its getting-started page sets it up; run by `benchmarks.peers.run` in its environment.

    python fit_meridian.py JOB_FOLDER

Default model and priors, except that knots are chosen automatically for national data: the national default
is a single knot, a baseline that does not move. Chains as in its demo: 7 chains of 500 + 500 + 1000 in
sequence would only cost time; 4 are run.
"""

import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("MERIDIAN_BACKEND", "jax")

import numpy as np
import pandas as pd


def main(folder: Path) -> None:
    """Read job.json and the table, fit, and write draws.npz and fit.json."""
    began = time.monotonic()
    import arviz as az
    import meridian

    job = json.loads((folder / "job.json").read_text())
    model = fit_model(job, folder)
    seconds = time.monotonic() - began
    found = analyzer(model)
    # Both have shape (chain, draw, channel).
    roi, mroi = (np.asarray(a) for a in (found.roi(), found.marginal_roi(incremental_increase=0.01)))
    draws = {
        name: np.moveaxis(a, -1, 0).reshape(a.shape[-1], -1) for name, a in (("roi", roi), ("mroi", mroi))
    }
    np.savez(folder / "draws.npz", **draws)
    posterior = model.inference_data.posterior[["roi_m", "alpha_m", "ec_m"]]
    report = {
        "version": meridian.__version__,
        "seconds": seconds,
        "r_hat": max(float(found.max()) for found in az.rhat(posterior).data_vars.values()),
        "ess": min(float(found.min()) for found in az.ess(posterior).data_vars.values()),
    }
    (folder / "fit.json").write_text(json.dumps(report))


def fit_model(job: dict, folder: Path, sampling=lambda: None):  # type: ignore[no-untyped-def,type-arg]
    """Return the fitted model; `sampling` is called when all is built and sampling, with compilation, begins."""
    from meridian.model.model import Meridian
    from meridian.model.spec import ModelSpec

    model = Meridian(input_data=_input_data(job, folder), model_spec=ModelSpec(enable_aks=not job["geo"]))
    steps = {
        "n_adapt": job.get("tune", 1000) // 2,
        "n_burnin": job.get("tune", 1000) // 2,
        "n_keep": job.get("draws", 1000),
    }
    sampling()
    model.sample_posterior(n_chains=4, seed=job["seed"], **steps)
    return model


def analyzer(model):  # type: ignore[no-untyped-def]
    """Return what computes returns from a fitted model."""
    from meridian.analysis.analyzer import Analyzer

    return Analyzer(model_context=model.model_context, inference_data=model.inference_data)


def _input_data(job: dict, folder: Path):  # type: ignore[no-untyped-def,type-arg]
    """Return Meridian's input data; revenue is the KPI itself, worth 1."""
    from meridian.data.data_frame_input_data_builder import DataFrameInputDataBuilder

    frame = pd.read_csv(folder / job["table"])
    place = {"geo_col": "geo"} if job["geo"] else {}
    builder = DataFrameInputDataBuilder(kpi_type="revenue")
    builder = builder.with_kpi(frame, kpi_col=job["outcome"], time_col="date", **place)
    builder = builder.with_media(
        frame,
        media_cols=[channel["exposure"] for channel in job["channels"]],
        media_spend_cols=[channel["spend"] for channel in job["channels"]],
        media_channels=[channel["name"] for channel in job["channels"]],
        time_col="date",
        **place,
    )
    if job["controls"]:
        builder = builder.with_controls(frame, control_cols=job["controls"], time_col="date", **place)
    if job["geo"]:
        builder = builder.with_population(frame, population_col="population", geo_col="geo")
    return builder.build()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
