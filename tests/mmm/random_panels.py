"""Small random panels with everything a panel may have, for tests that hold numbers equal rather than plausible."""

from dataclasses import dataclass
from types import ModuleType

import numpy as np
import pandas as pd
import xarray as xr

from mixproof.aggregates.panel import Frequency, Panel
from mmm.components import Design
from mmm.config import MmmConfig
from mmm.problem.problem import build_designs


@dataclass(frozen=True, slots=True)
class Shape:
    """What a random panel has.

    Parameters
    ----------
    geos, dates, paid, organic, controls, treatments : int
    warm_up : int
        Periods of media before the first outcome.
    missing : int
        Unknown outcomes inside the window, in places of their own in each geo.
    reach : int
        How many of the paid channels come as reach and frequency.
    counts : bool
        Whole orders worth money instead of revenue.
    """

    geos: int = 1
    dates: int = 24
    paid: int = 2
    organic: int = 0
    controls: int = 0
    treatments: int = 0
    warm_up: int = 0
    missing: int = 0
    reach: int = 0
    counts: bool = False


def random_panel(
    shape: Shape, seed: int = 0, start: str = "2023-01-02", frequency: Frequency = "weekly"
) -> Panel:
    """Return a panel of noise: positive outcomes, media with empty periods, regular dates."""
    rng = np.random.default_rng(seed)
    geos, dates, channels = shape.geos, shape.dates, shape.paid + shape.organic
    outcome = np.exp(rng.normal(np.log(900.0), 0.2, (geos, dates))) * np.arange(1, geos + 1)[:, None]
    if shape.counts:
        outcome = np.round(outcome / 10)
    outcome[:, : shape.warm_up] = np.nan
    for geo in range(geos):
        inside = np.arange(shape.warm_up + 1, dates - 1)
        outcome[geo, rng.choice(inside, shape.missing, replace=False)] = np.nan
    exposure = rng.gamma(2.0, 30.0, (geos, dates, channels)) * (rng.random((geos, dates, channels)) > 0.25)
    spend = exposure * rng.uniform(0.5, 2.0, channels)
    spend[..., shape.paid :] = np.nan
    frequency_of = np.full((geos, dates, channels), np.nan)
    frequency_of[..., : shape.reach] = rng.uniform(1.0, 5.0, (geos, dates, shape.reach))
    steps = {"daily": "D", "weekly": "7D", "monthly": "MS", "yearly": "YS"}
    names = [f"paid {number}" for number in range(shape.paid)]
    names += [f"organic {number}" for number in range(shape.organic)]
    media = ("geo", "date", "channel")
    data = xr.Dataset(
        {
            "outcome": (("geo", "date"), outcome),
            "outcome_value": (("geo", "date"), np.full((geos, dates), 12.5 if shape.counts else 1.0)),
            "exposure": (media, exposure),
            "spend": (media, spend),
            "frequency": (media, frequency_of),
            "controls": (("geo", "date", "control"), rng.normal(5.0, 2.0, (geos, dates, shape.controls))),
            "treatments": (
                ("geo", "date", "treatment"),
                rng.uniform(0.0, 4.0, (geos, dates, shape.treatments)),
            ),
            "population": ("geo", np.arange(1.0, geos + 1) if geos > 1 else np.ones(1)),
        },
        coords={
            "geo": [f"geo {number}" for number in range(geos)] if geos > 1 else ["national"],
            "date": pd.date_range(start, periods=dates, freq=steps[frequency]).values,
            "channel": names,
            "control": [f"control {number}" for number in range(shape.controls)],
            "treatment": [f"treatment {number}" for number in range(shape.treatments)],
            "kind": ("channel", ["paid"] * shape.paid + ["organic"] * shape.organic),
            "driver": ("channel", ["spend"] * channels),
        },
    )
    kind = "count" if shape.counts else "revenue"
    return Panel(data, frequency, "EUR", "orders" if shape.counts else "revenue", kind)


def design_of(part: ModuleType, panel: Panel, config: MmmConfig) -> Design | None:
    """Return what one file of `mmm.components` builds, None where the config does not ask for it."""
    built = {component.name: design for component, design in build_designs(panel, config)}
    return built.get(part.__name__.rsplit(".", 1)[-1])
