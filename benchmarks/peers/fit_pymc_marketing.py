"""One world through PyMC-Marketing as its quick start sets it up; run by `benchmarks.peers.run` in its environment.

    python fit_pymc_marketing.py JOB_FOLDER

Geometric adstock of 8 weeks, logistic saturation, 2 Fourier pairs, a straight trend as a control, default
priors, and the geo as a dimension of every parameter; 4 chains of 1000 + 1000.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd


def main(folder: Path) -> None:
    """Read job.json and the table, fit, and write draws.npz and fit.json."""
    began = time.monotonic()
    import arviz as az
    import pymc_marketing

    job = json.loads((folder / "job.json").read_text())
    model, spend = fit_model(job, folder)
    seconds = time.monotonic() - began
    exposures = [channel["exposure"] for channel in job["channels"]]
    removed, raised = (_increments(model, factor, exposures) for factor in (0.0, 1.01))
    np.savez(folder / "draws.npz", roi=removed / spend[:, None], mroi=raised / (0.01 * spend[:, None]))
    names = ["saturation_beta", "saturation_lam", "adstock_alpha"]
    summary = az.summary(model.idata["posterior"], var_names=names, round_to="none")
    report = {
        "version": pymc_marketing.__version__,
        "seconds": seconds,
        "r_hat": float(summary["r_hat"].astype(float).max()),
        "ess": float(summary["ess_bulk"].astype(float).min()),
    }
    (folder / "fit.json").write_text(json.dumps(report))


def fit_model(job: dict, folder: Path):  # type: ignore[no-untyped-def,type-arg]
    """Return the fitted model and each channel's spend over all geos and dates, shape (channel,)."""
    from pymc_marketing.mmm import MMM, GeometricAdstock, LogisticSaturation

    frame = pd.read_csv(folder / job["table"], parse_dates=["date"])
    days = (frame["date"] - frame["date"].min()).dt.days
    frame["trend"] = days / days.max()
    spends = [channel["spend"] for channel in job["channels"]]
    exposures = [channel["exposure"] for channel in job["channels"]]
    dims = ("geo",) if job["geo"] else None
    model = MMM(
        date_column="date",
        channel_columns=exposures,
        target_column=job["outcome"],
        control_columns=["trend", *job["controls"]],
        adstock=GeometricAdstock(l_max=8),
        saturation=LogisticSaturation(),
        yearly_seasonality=2,
        dims=dims,
    )
    columns = ["date", *(dims or ()), *exposures, "trend", *job["controls"]]
    steps = {"draws": job.get("draws", 1000), "tune": job.get("tune", 1000)}
    sampling = steps | {"chains": 4, "random_seed": job["seed"], "progressbar": False}
    model.fit(frame[columns], frame[job["outcome"]], **sampling)
    return model, frame[spends].sum().to_numpy()


def _increments(model, factor: float, channels: list[str]) -> np.ndarray:  # type: ignore[no-untyped-def]
    """Return what changes in the window when a channel's spend is `factor` times itself, shape (channel, draw)."""
    found = model.incrementality.compute_incremental_contribution(
        frequency="all_time", counterfactual_spend_factor=factor
    )
    if "geo" in found.dims:
        found = found.sum("geo")
    stacked = found.stack(sample=("chain", "draw")).sel(channel=channels)
    return stacked.transpose("channel", "sample").to_numpy()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
