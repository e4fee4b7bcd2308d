"""Models that together hold everything the kernel covers, few enough to be compiled by PyMC one after another.

Every family of carryover meets every family of saturation, one channel each, in one order and the next in the other, so
that every family stands before one of the other kind and behind one; every likelihood meets every pooling, and either of
them residuals with and without autocorrelation; kinds of prior and of experiment take turns. What three of these do
together is not told apart: each is computed by code of its own.
"""

from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from mixproof.aggregates.panel import Panel
from mixproof.records.evidence import Evidence
from mmm.calibration import Calibration
from mmm.config import CalibrateConfig, MmmConfig
from mmm.transforms import ADSTOCKS, SATURATIONS
from tests.mmm.calibration_evidence import free_holdout, geo_test, holdout, statement
from tests.mmm.random_panels import Shape, random_panel

ORDERS = ("adstock_first", "saturation_first")
WAYS = [
    (adstock, saturation, ORDERS[(row + column) % 2])
    for (row, adstock), (column, saturation) in product(
        enumerate(name for name, family in ADSTOCKS.items() if family.loop),
        enumerate(name for name, family in SATURATIONS.items() if family.loop),
    )
]
PRIORS: tuple[dict[str, Any] | None, ...] = (
    None,
    {"roi": {"median": 0.8, "upper": 3.0}},
    {"share": {"median": 0.05, "upper": 0.2, "worthless": 0.2}},
    {"coefficient": {"median": 90.0, "upper": 300.0, "worthless": 0.05}},
)
EVENTS = (
    {"name": "launch", "dates": ("2023-02-14", "2023-04-03")},
    {"name": "strike", "dates": ("2023-05-06",)},
)
FLAT = {"seasonality": {"yearly": 0}, "drift": {"kind": "none"}}


@dataclass(frozen=True, slots=True)
class Case:
    """One model: the panel's shape, and the config but for the channels.

    Parameters
    ----------
    name : str
    shape : Shape
        But for the paid channels: there are as many as its share of `WAYS` asks for.
    likelihood, geo, baseline : dict
        Sections of the config; empty ones are the default.
    """

    name: str
    shape: Shape
    likelihood: dict[str, Any]
    geo: dict[str, Any]
    baseline: dict[str, Any]


def _likelihood(family: str, autocorrelation: bool = True) -> dict[str, Any]:
    return {"family": family, "autocorrelation": autocorrelation}


CASES = (
    Case("national_default", Shape(), {}, {}, {}),
    Case(
        "national_all_components", Shape(organic=2, controls=2, treatments=2, warm_up=4, missing=2),
        _likelihood("normal"), {},
        {"trend": {"kind": "piecewise", "changepoints": 2}, "seasonality": {"yearly": 2, "monthly": 1},
         "holidays": {"country": "DE"}, "events": EVENTS, "drift": {"kind": "spline"}},
    ),
    Case("national_bare", Shape(), _likelihood("normal", False), {}, FLAT),
    Case("national_multiplicative", Shape(organic=1, missing=1), _likelihood("lognormal"), {},
         {"trend": {"kind": "linear"}}),
    Case("geos_default", Shape(geos=3), {}, {}, {}),
    Case(
        "geos_everything_partial", Shape(geos=3, organic=2, controls=2, treatments=1, warm_up=3, missing=4),
        _likelihood("lognormal"), {"pooling": "partial", "scaling": "outcome"},
        {"trend": {"kind": "linear"}, "seasonality": {"yearly": 1}, "holidays": {"country": "US"}, "events": EVENTS,
         "drift": {"kind": "spline", "length": 8.0}},
    ),
    Case("geos_partial_calm", Shape(geos=2, missing=2), _likelihood("normal", False), {"common_shocks": False}, FLAT),
    Case("geos_full", Shape(geos=2, controls=1), _likelihood("normal"), {"pooling": "full"}, {}),
    Case("geos_full_calm", Shape(geos=3, missing=3), _likelihood("lognormal", False),
         {"pooling": "full", "common_shocks": False}, {"trend": {"kind": "piecewise"}}),
    Case("geos_none", Shape(geos=2, organic=1, treatments=1, missing=1), {}, {"pooling": "none"}, {}),
    Case("geos_none_calm", Shape(geos=2, controls=1), _likelihood("lognormal"),
         {"pooling": "none", "common_shocks": False}, {"drift": {"kind": "none"}}),
    Case("geos_none_bare", Shape(geos=2), _likelihood("normal", False), {"pooling": "none"}, FLAT),
    Case("geos_outcome_scaled", Shape(geos=2, warm_up=2), _likelihood("student_t", False),
         {"scaling": "outcome", "pooling": "full"}, {}),
)  # fmt: skip


def ways_of(case: Case) -> range:
    """Return the share of `WAYS` that `case` has, one place a channel."""
    number = CASES.index(case)
    return range(len(WAYS) * number // len(CASES), len(WAYS) * (number + 1) // len(CASES))


def panel_of(case: Case) -> Panel:
    """Return the panel of `case`."""
    shape = replace(case.shape, paid=len(ways_of(case)) - case.shape.organic)
    return random_panel(shape, seed=CASES.index(case) + 1)


def calibration_of(case: Case) -> Calibration:
    """Return experiments of the case's channels, of every kind, inside its panel's dates and outside."""
    panel = panel_of(case)
    items = [experiment_of(panel, name, way) for name, way in zip(panel.channels, ways_of(case), strict=True)]
    return Calibration(CalibrateConfig(), tuple(items))


def experiment_of(panel: Panel, channel: str, way: int) -> Evidence:
    """Return an experiment of one channel, and of a second one where it is joint; kinds take turns by the place in `WAYS`."""
    place = panel.channels.index(channel)
    geos = tuple(panel.geos[1:2]) if panel.geos != ["national"] else ("north", "south")
    name = {"experiment": f"test {place}"}
    covariance = 2500.0 * (0.3 + 0.7 * np.eye(5))
    effects = (90.0, -60.0, 40.0, 10.0, 0.0)
    if channel not in panel.paid:
        return free_holdout(panel, channel, 12, 2, 0.3, 25.0, **name)
    kind = way % 5
    if kind == 0:
        return geo_test(
            panel, geos, (channel,), 9 + place % 3, (3, 2), 2.0, effects, covariance=covariance, **name
        )
    if kind == 1:
        student: dict[str, Any] = {"shape": "student_t", "degrees_of_freedom": 5.0, **name}
        return geo_test(panel, geos, (channel,), -12, (3, 2), 0.0, effects, covariance=covariance, **student)
    if kind == 2:
        return holdout(panel, channel, 14, 3, 0.4, 50.0, **name)
    if kind == 3:
        return statement(panel, channel, 1.1, 0.3, **name)
    others = (panel.paid[place - 1 if place else -1], channel)
    return geo_test(panel, geos, others, 30, (2, 1), 0.5, effects[:3], covariance=covariance[:3, :3], **name)


def config_of(case: Case) -> MmmConfig:
    """Return the config of `case`, with its share of `WAYS` and of the kinds of prior dealt out to its channels."""
    panel = panel_of(case)
    channels = {}
    for name, place in zip(panel.channels, ways_of(case), strict=True):
        adstock, saturation, order = WAYS[place]
        prior = PRIORS[place % len(PRIORS)]
        if prior is not None and "roi" in prior and name not in panel.paid:
            prior = None
        channels[name] = {
            "adstock": {"family": adstock, "lags": 4 + place % 3, "mean_lag": 1.0 + 0.2 * (place % 3)},
            "saturation": {"family": saturation},
            "order": order,
            "prior": prior,
        }
    sections = {"likelihood": case.likelihood, "geo": case.geo, "baseline": case.baseline}
    return MmmConfig.model_validate({"channels": channels, **sections})
