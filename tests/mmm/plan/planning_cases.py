"""Small panels with random draws of their model's parameters, for plans that need a posterior but no sampler."""

from typing import Any

import numpy as np
import xarray as xr

from mixproof.aggregates.panel import Panel
from mmm.config import Likelihood, MmmConfig
from mmm.plan.config import PlanConfig
from mmm.plan.constraints import Constraints, constraints
from mmm.plan.outcome import PlanOutcome, unit_of
from mmm.plan.window import Window, build_window
from mmm.problem.draws import Draws, thin
from mmm.problem.problem import Problem, build_problem


def small_panel(
    geos: int = 1,
    channels: int = 3,
    weeks: int = 60,
    counts: bool = False,
    impressions: bool = False,
    seed: int = 1,
) -> Panel:
    """Return a weekly panel with an organic channel behind the paid ones; `counts` are orders worth 40 each."""
    rng = np.random.default_rng(seed)
    size = np.linspace(0.5, 1.5, geos) if geos > 1 else np.ones(1)
    base = np.linspace(100.0, 300.0, channels)
    spend = base * size[:, None, None] * np.exp(rng.normal(0, 0.4, (geos, weeks, channels)))
    exposure = np.concatenate(
        [spend * (5.0 if impressions else 1.0), rng.gamma(4, 1, (geos, weeks, 1))], axis=2
    )
    outcome = size[:, None] * rng.normal(3000, 100, (geos, weeks))
    names = [f"c{number}" for number in range(channels)]
    cell, media = ("geo", "date"), ("geo", "date", "channel")
    data = xr.Dataset(
        {
            "outcome": (cell, np.round(outcome / 40) if counts else outcome),
            "outcome_value": (cell, np.full(outcome.shape, 40.0 if counts else 1.0)),
            "exposure": (media, exposure),
            "spend": (media, np.concatenate([spend, np.full((geos, weeks, 1), np.nan)], axis=2)),
            "frequency": (media, np.full(exposure.shape, np.nan)),
            "controls": (("geo", "date", "control"), np.zeros((geos, weeks, 0))),
            "treatments": (("geo", "date", "treatment"), np.zeros((geos, weeks, 0))),
            "population": ("geo", size),
        },
        coords={
            "geo": [f"g{number}" for number in range(geos)],
            "date": np.datetime64("2024-01-01", "ns") + 7 * np.arange(weeks) * np.timedelta64(1, "D"),
            "channel": [*names, "mail"],
            "control": [],
            "treatment": [],
            "kind": ("channel", ["paid"] * channels + ["organic"]),
            "driver": ("channel", ["spend"] * (channels + 1)),
        },
    )
    return Panel(data, "weekly", "EUR", "orders" if counts else "revenue", "count" if counts else "revenue")


def random_posterior(
    problem: Problem, draws: int, slope: float = 1.0, harmful: float = 0.1, seed: int = 2
) -> xr.DataTree:
    """Return random parameters in the form of a posterior: Hill slopes about `slope`, some effects negative."""
    rng = np.random.default_rng(seed)
    shape = (2, draws // 2)
    geos, channels = len(problem.panel.geos), problem.panel.channels
    found: dict[str, Any] = {}
    for kind in ("adstock", "saturation"):
        for way in problem.pathways:
            family = way.carryover.priors if kind == "adstock" else way.saturation.priors
            for prior in family:
                name = f"{kind}_{prior.name}"
                middle = slope if prior.name == "hill_slope" else prior.median
                spread = 0.12 if prior.name == "hill_slope" else 0.25
                values = middle * np.exp(spread * rng.normal(size=(*shape, len(channels))))
                found[name] = (("chain", "draw", f"{name}_channel"), values)
    found["coefficient"] = (
        ("chain", "draw", "geo", "channel"),
        0.06
        * (rng.gamma(2, 1, (*shape, 1, len(channels))) - harmful)
        * np.exp(rng.normal(0, 0.1, (*shape, geos, len(channels)))),
    )
    found["intercept"] = (
        ("chain", "draw", "geo"),
        np.full((*shape, geos), 0.0 if problem.multiplicative else 0.8),
    )
    found["noise"] = (("chain", "draw", "geo"), np.full((*shape, geos), 0.1))
    found["autocorrelation"] = (("chain", "draw"), np.full(shape, 0.2))
    labels = {dim: channels for _, (dims, _) in found.items() for dim in dims if str(dim).endswith("channel")}
    for component, design in problem.designs:
        dim = f"{component.name}_feature"
        found[f"{component.name}_coefficient"] = (
            ("chain", "draw", dim),
            np.zeros((*shape, len(design.features))),
        )
    data = xr.Dataset(found, coords={**labels, "geo": problem.panel.geos})
    return xr.DataTree.from_dict({"posterior": data})


def problem_of(family: str = "normal", order: str = "adstock_first", **panel: Any) -> Problem:
    """Return the problem of a small panel with the default model of a likelihood, without baseline components."""
    config = MmmConfig.model_validate(
        {
            "default": {"order": order},
            "likelihood": Likelihood(family=family),
            "baseline": {"drift": {"kind": "none"}, "seasonality": {"yearly": 0}},
        }
    )
    return build_problem(small_panel(**panel), config)


def case(
    plan: PlanConfig | None = None, draws: int = 40, problem: Problem | None = None, **random: Any
) -> tuple[Window, Constraints, PlanOutcome]:
    """Return window, constraints and outcome of a plan on a small panel."""
    plan, problem = plan or PlanConfig(), problem or problem_of()
    window = build_window(problem, plan)
    drawn: Draws = thin(random_posterior(problem, draws, **random)["posterior"].to_dataset(), draws)
    return window, constraints(window, plan), PlanOutcome(window, drawn, unit_of(window, plan))
