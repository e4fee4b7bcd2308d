"""Small panels and posteriors drawn from the prior, for everything that needs a posterior but no sampler."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pymc as pm
import pytensor
import pytest
import xarray as xr

from mixproof.aggregates.panel import Panel
from mixproof.aggregates.simulate import Scene, simulate_world
from mmm.config import MmmConfig
from mmm.model.build import build_model
from mmm.problem.problem import build_problem

# PyTensor would note for every node of a graph where in Python it was made: a fifth of the time that a model takes
pytensor.config.traceback__limit = 0


def panel_of_scene(scene: Scene, counts: bool = False) -> Panel:
    """Return the panel of a simulated scene; `counts` rounds the outcome to whole orders worth 40 each."""
    stack = {name: np.stack([getattr(m, name) for m in scene.media], axis=-1) for name in ("exposure",)}
    shape = stack["exposure"].shape
    spend = np.stack(
        [np.full(shape[:2], np.nan) if m.spend is None else m.spend for m in scene.media], axis=-1
    )
    columns = {
        kind: np.stack([scene.columns[n] for n in names], axis=-1) if names else np.zeros((*shape[:2], 0))
        for kind, names in (("controls", scene.controls), ("treatments", scene.treatments))
    }
    outcome = scene.outcome()
    cell, media = ("geo", "date"), ("geo", "date", "channel")
    data = xr.Dataset(
        {
            "outcome": (cell, np.round(outcome / 40) if counts else outcome),
            "outcome_value": (cell, np.full(shape[:2], 40.0 if counts else 1.0)),
            "exposure": (media, stack["exposure"]),
            "spend": (media, spend),
            "frequency": (media, np.full(shape, np.nan)),
            "controls": (("geo", "date", "control"), columns["controls"]),
            "treatments": (("geo", "date", "treatment"), columns["treatments"]),
            "population": ("geo", scene.population),
        },
        coords={
            "geo": list(scene.geos),
            "date": scene.dates.values,
            "channel": [m.name for m in scene.media],
            "control": list(scene.controls),
            "treatment": list(scene.treatments),
            "kind": ("channel", [m.kind for m in scene.media]),
            "driver": ("channel", [m.driver for m in scene.media]),
        },
    )
    return Panel(data, "weekly", "EUR", "orders" if counts else "revenue", "count" if counts else "revenue")


def prior_draws(panel: Panel, config: MmmConfig, draws: int, seed: int = 1) -> xr.DataTree:
    """Return `draws` draws from the prior in two chains, in the form `mmm.fit.fit` returns."""
    with build_model(build_problem(panel, config)) as model:
        names = [v.name for v in [*model.free_RVs, *model.deterministics]]
        sampled = pm.sample_prior_predictive(
            draws, var_names=names, random_seed=seed, compile_kwargs={"mode": "FAST_COMPILE"}
        )
    prior = sampled["prior"].to_dataset()
    halves = [prior.isel(chain=0, draw=slice(i * draws // 2, (i + 1) * draws // 2)) for i in range(2)]
    aligned = [half.drop_vars("chain").assign_coords(draw=np.arange(draws // 2)) for half in halves]
    posterior = xr.concat(aligned, dim=xr.DataArray([0, 1], dims="chain", name="chain"))
    calm = np.random.default_rng(seed).normal(size=(2, draws // 2))
    statistics = xr.Dataset(
        {"diverging": (("chain", "draw"), np.zeros(calm.shape, bool)), "energy": (("chain", "draw"), calm)}
    )
    return xr.DataTree.from_dict(
        {"posterior": posterior, "sample_stats": statistics, "constant_data": panel.data}
    )


@pytest.fixture(scope="session")
def as_panel() -> Callable[..., Panel]:
    """Return `panel_of_scene`."""
    return panel_of_scene


@pytest.fixture(scope="session")
def from_prior() -> Callable[..., xr.DataTree]:
    """Return `prior_draws`."""
    return prior_draws


@pytest.fixture(scope="session")
def demo_panel() -> Panel:
    """Return the demo world's panel: warm-up, an organic channel, a promotion, controls."""
    return panel_of_scene(simulate_world("demo", 3).scene)


@pytest.fixture(scope="session")
def geo_panel() -> Panel:
    """Return a small geo world's panel."""
    return panel_of_scene(simulate_world("geo", 3, weeks=60, geos=3, channels=3).scene)


@pytest.fixture(scope="session")
def demo(demo_panel: Panel) -> tuple[Panel, MmmConfig, Any]:
    """Return panel, default config and 40 prior draws of the demo world."""
    config = MmmConfig()
    return demo_panel, config, prior_draws(demo_panel, config, 40)
