"""What each channel's money brings, draw by draw, in so few numbers that a page can hold them and compute with them.

A channel's curves over all draws differ in few ways: a handful of curves, and of weights for each draw, give all of them
back to within some hundred-thousandths of the largest (a singular value decomposition). Curves are read at levels of money
that are evenly spaced in its cube root, since they bend most where there is little.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from mixproof.errors import ConfigError, Fault
from mmm.plan.config import PlanConfig, holding
from mmm.plan.constraints import Constraints, constraints
from mmm.plan.curves import channel_curves
from mmm.plan.faults import FAULTS
from mmm.plan.forecast import money_of
from mmm.plan.outcome import TABLE_DRAWS, PlanOutcome, fewer, halves
from mmm.plan.results import Plans, scenario_path, share_of_geos
from mmm.plan.window import Window, most_spent

LEVELS, POWER = 65, 3
"""Levels of money at which curves are kept, and the power of even steps that they are."""
CLOSE, PASSES = 1e-5, 2
"""How close kept curves come to a channel's draws, relative to the largest gain, and decompositions that this may take."""
STEPS = 32767
"""Largest whole number of 16 bits: weights of draws are kept as such."""


@dataclass(frozen=True, slots=True)
class Compressed:
    """Values that differ by draw, as few curves times whole-numbered weights.

    Parameters
    ----------
    basis : numpy.ndarray, shape (level, term)
    weights : numpy.ndarray of int16, shape (term, draw)
    """

    basis: np.ndarray
    weights: np.ndarray

    def values(self) -> np.ndarray:
        """Return what is kept, shape (level, draw)."""
        return self.basis.astype(float) @ self.weights


def compressed(values: np.ndarray) -> Compressed:
    """Return values by level and draw as few curves and their weights.

    Parameters
    ----------
    values : numpy.ndarray, shape (level, draw)

    Returns
    -------
    Compressed
    """
    largest, missing = float(np.abs(values).max(initial=0.0)), values
    bases, weights = [np.zeros((len(values), 0), "<f4")], [np.zeros((0, values.shape[1]), "<i2")]
    for _ in range(PASSES):  # the second takes up what rounding the weights of the first has left
        # The singular vectors of values are the eigenvectors of the small matrix of their products.
        square, left = np.linalg.eigh(missing @ missing.T)
        size, left = np.sqrt(np.maximum(square[::-1], 0.0)), left[:, ::-1]
        count = int(np.searchsorted(-size, -CLOSE * largest)) or 1
        right = left[:, :count].T @ missing
        unit = np.abs(right).max(axis=1) / STEPS
        unit[unit == 0] = 1.0
        bases.append((left[:, :count] * unit).astype("<f4"))
        weights.append(np.rint(right / unit[:, None]).astype("<i2"))
        missing = missing - bases[-1].astype(float) @ weights[-1]
        if np.abs(missing).max(initial=0.0) <= CLOSE * largest:
            break
    return Compressed(np.concatenate(bases, axis=1), np.concatenate(weights))


def planner_grid(
    posterior: xr.DataTree,
    window: Window,
    plan: PlanConfig,
    *,
    budget: pd.DataFrame | None = None,
    cautions: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return all that a planner's page computes with, ready for JSON, on the draws that a plan's scenarios are read from.

    Parameters
    ----------
    posterior : xarray.DataTree
        As `mmm.fit.fit` returns it, or read back from a run folder.
    window : Window
        Of the model that was fitted.
    plan : PlanConfig
        That the window was made from.
    budget : pandas.DataFrame, optional
        The table ``plan_budget`` of a plan that was made, whose plans are shown beside.
    cautions : mapping of str to str, optional
        What is to be said of channels' own answers, by channel.

    Returns
    -------
    dict of str to object
        ``channels`` with curves and weights, ``plans`` with totals by draw, window, units and interval.

    Raises
    ------
    ConfigError
        ``planner-joint``: channels of a multiplicative model do not add up. Those of `mmm.plan.constraints.constraints`.
    """
    if window.problem.multiplicative:
        _, meaning, remedy = FAULTS["planner-joint"]
        raise ConfigError(Fault("planner-joint", "mmm.likelihood.family", meaning, remedy))
    said = cautions or {}
    kept = constraints(window, holding(plan, said, window.problem.panel.paid))
    _, unused = halves(posterior, window)
    outcome = PlanOutcome(window, fewer(unused, TABLE_DRAWS), np.ones(len(window.value)))
    paths = {"current": window.current}
    if budget is not None:
        paths |= {name: money_of(window, budget, name) for name in ("proposed", "optimum")}
    panel, options = window.problem.panel, window.problem.config.interval
    plans = Plans(outcome, kept, plan, paths, options)
    tops = np.max([path.sum(axis=(0, 1)) for path in paths.values()], axis=0)
    usual = window.reference.sum(axis=0) * len(window.dates)
    tops = 2.0 * np.where(tops > 0, tops, usual)
    limits = [
        kept.amounts.money(side).sum(axis=(0, 1)) for side in (kept.polytope.lower, kept.polytope.upper)
    ]
    channels = [
        {
            "name": name,
            "current": float(window.current[..., number].sum()),
            "least": float(limits[0][number]),
            "most": float(min(limits[1][number], tops[number])),
            "top": float(tops[number]),
            "observed": min(observed(plans, number), float(tops[number])),
            "caution": said.get(name, ""),
            **_encoded(compressed(curve(outcome, number, tops[number]))),
        }
        for number, name in enumerate(window.channels)
    ]
    return {
        "channels": channels,
        "levels": LEVELS,
        "power": POWER,
        "draws": outcome.draws.count,
        "plans": list(_plans(plans)),
        "value": _finite(float(plans.valued(np.ones(1))[0])),
        "margin": window.margin,
        "interval": {"level": options.level, "kind": options.kind},
        "currency": panel.currency,
        "unit": panel.outcome_unit,
        "revenue": panel.outcome_kind == "revenue",
        "start": str(window.dates[0].date()),
        "end": str(kept.last_day),
        "total": _total(kept, plan),
        "objective": plan.objective,
    }


def curve(outcome: PlanOutcome, number: int, top: float) -> np.ndarray:
    """Return what one channel's money brings beyond none at levels up to `top`, all geos together, shape (level, draw).

    Parameters
    ----------
    outcome : PlanOutcome
    number : int
        Among the paid channels.
    top : float
        Money over the window, divided among geos and periods as in the current plan.

    Returns
    -------
    numpy.ndarray, shape (level, draw)
    """
    window = outcome.window
    now = window.current[..., number].sum(axis=1)
    share = now / now.sum() if now.sum() > 0 else share_of_geos(window)
    levels = top * np.linspace(0.0, 1.0, LEVELS) ** POWER
    read = channel_curves(window, outcome.draws, number, levels * share[:, None])
    scale = (outcome.unit * window.problem.scaling.outcome)[:, None, None]
    return (scale * read.gain).sum(axis=0)


def observed(plans: Plans, number: int) -> float:
    """Return the money of a channel up to which no geo gets more in a period than it has been seen to get.

    Parameters
    ----------
    plans : Plans
    number : int
        Among the paid channels.

    Returns
    -------
    float
    """
    now, most = plans.paths["current"][..., number], most_spent(plans.window)[:, number]
    total = now.sum()
    share = (
        now / total if total > 0 else plans.window.phase[..., number] * share_of_geos(plans.window)[:, None]
    )
    held = share > 0
    return float((np.broadcast_to(most[:, None], share.shape)[held] / share[held]).min(initial=np.inf))


def _plans(plans: Plans) -> Any:
    """Yield the plans that are there: money by channel, totals by draw, and whether channels alone say all of it."""
    window, now = plans.window, plans.paths["current"]
    shown = [(name, window, path) for name, path in plans.paths.items() if name != "current"]
    if len(shown) == 2 and np.allclose(shown[0][2], shown[1][2]):
        shown.pop()
    if shown and np.allclose(shown[0][2], now):
        shown.pop(0)
    shown += [
        (scenario.name, window.repriced(dict(scenario.prices)), scenario_path(window, scenario))
        for scenario in plans.plan.scenarios
    ]
    for name, there, path in shown:
        money = path.sum(axis=(0, 1))
        total = now.sum(axis=(0, 1))
        phased = np.where(total > 0, now / np.where(total > 0, total, 1.0), 0.0) * money
        alike = there is window or np.allclose(there.unit_cost, window.unit_cost)
        yield {
            "name": name,
            "money": dict(zip(window.channels, map(float, money), strict=True)),
            "by_channel": bool(
                alike and np.allclose(phased, path, rtol=1e-6, atol=1e-6 * max(money.max(), 1.0))
            ),
            **_encoded(compressed(plans.outcome.priced(there).brought(path)[None])),
        }


def _encoded(parts: Compressed) -> dict[str, Any]:
    """Return curves and weights as text: 32-bit and 16-bit numbers, the least significant byte first."""
    return {
        "terms": len(parts.weights),
        "basis": base64.b64encode(parts.basis.tobytes()).decode(),
        "weights": base64.b64encode(parts.weights.tobytes()).decode(),
    }


def _total(kept: Constraints, plan: PlanConfig) -> float:
    current = float(kept.amounts.window.current.sum())
    return current if plan.budget.total is None else plan.budget.total


def _finite(number: float) -> float | None:
    return number if np.isfinite(number) else None
