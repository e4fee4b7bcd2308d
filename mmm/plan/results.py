"""The tables of a plan, from the optimum and draws that the search has not used."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from mmm.config import Interval
from mmm.effects.intervals import estimate
from mmm.plan.certificate import Judged
from mmm.plan.config import PlanConfig, Scenario
from mmm.plan.constraints import Constraints
from mmm.plan.curves import channel_curves
from mmm.plan.outcome import PlanOutcome, fewer
from mmm.plan.search.optimise import Found
from mmm.plan.tables import (
    ASSUMED,
    MIXED,
    PLAN_BUDGET,
    PLAN_CERTIFICATE,
    PLAN_CHANNELS,
    PLAN_CURVES,
    PLAN_NOTES,
    PLAN_SCENARIOS,
)
from mmm.plan.window import Window, most_spent

CURVE_LEVELS, CURVE_DRAWS = 21, 400
"""Levels of the table of curves, up to twice the largest of the plans' money, and draws that they are read from."""
STEP = 0.01
"""Rise of a channel's money by which its marginal return is measured."""
ALL = "all paid channels"


@dataclass(frozen=True, slots=True)
class Plans:
    """What the tables are about.

    Parameters
    ----------
    outcome : PlanOutcome
        On draws that the search has not used, its unit 1 in every geo.
    kept : Constraints
    plan : PlanConfig
    paths : dict of str to numpy.ndarray, shape (geo, period, channel)
        Money of ``current``, ``optimum`` and ``proposed``.
    options : Interval
    """

    outcome: PlanOutcome
    kept: Constraints
    plan: PlanConfig
    paths: Mapping[str, np.ndarray]
    options: Interval

    @property
    def window(self) -> Window:
        """The window that is planned."""
        return self.outcome.window

    def valued(self, brought: np.ndarray) -> np.ndarray:
        """Return the value of outcome over all geos, where geos may differ in it: at their mean, weighted by size."""
        size = self.window.problem.scaling.outcome
        return brought * float((self.window.value * size).sum() / size.sum())


def budget_table(plans: Plans) -> pd.DataFrame:
    """Return the table ``plan_budget``."""
    window, kept = plans.window, plans.kept
    geos, periods, channels = window.current.shape
    lower, upper = (kept.amounts.money(side) for side in (kept.polytope.lower, kept.polytope.upper))
    panel = window.problem.panel
    columns = {
        "geo": np.repeat(panel.geos, channels * periods),
        "channel": np.tile(np.repeat(window.channels, periods), geos),
        "period": np.tile(window.dates, geos * channels),
        "lower": _long(lower),
        "upper": _long(upper),
    }
    columns |= {name: _long(path) for name, path in plans.paths.items()}
    columns["change"] = columns["proposed"] - columns["current"]
    return PLAN_BUDGET.frame(pd.DataFrame(columns))


def _long(path: np.ndarray) -> np.ndarray:
    """Return a path (geo, period, channel) in the order of the table's rows."""
    return path.transpose(0, 2, 1).ravel()


def channels_table(plans: Plans, cautions: Mapping[str, str]) -> pd.DataFrame:
    """Return the table ``plan_channels``.

    Parameters
    ----------
    plans : Plans
    cautions : mapping of str to str
        What is to be said of a channel's own answer, by channel.

    Returns
    -------
    pandas.DataFrame
        In the columns of the `TableSpec` ``plan_channels``.
    """
    window, names = plans.window, [*plans.window.channels, ALL]
    money = {name: _with_total(path.sum(axis=(0, 1))) for name, path in plans.paths.items()}
    lower, upper = (
        _with_total(plans.kept.amounts.money(side).sum(axis=(0, 1)))
        for side in (plans.kept.polytope.lower, plans.kept.polytope.upper)
    )
    above = np.maximum(plans.paths["optimum"] - most_spent(window)[:, None], 0.0).sum(axis=(0, 1))
    columns = {
        "channel": names,
        **money,
        "change": money["proposed"] - money["current"],
        "change_share": _over(money["proposed"] - money["current"], money["current"]),
        "lower": lower,
        "upper": upper,
        "beyond_observed": np.nan_to_num(_over(_with_total(above), money["optimum"])),
        "caution": [cautions.get(name, "") for name in names],
    }
    brought = {}
    for which in ("current", "proposed"):
        parts = plans.outcome.by_channel(plans.paths[which])
        brought[which] = np.concatenate([parts, parts.sum(axis=0, keepdims=True)])
        columns |= estimate(f"outcome_{which}", brought[which], plans.options)
        columns |= estimate(
            f"roi_{which}", _over(plans.valued(brought[which]), money[which][:, None]), plans.options
        )
        columns |= estimate(f"mroi_{which}", _next(plans, plans.paths[which]), plans.options)
    columns |= estimate("difference", brought["proposed"] - brought["current"], plans.options)
    return PLAN_CHANNELS.frame(pd.DataFrame(columns))


def _next(plans: Plans, path: np.ndarray) -> np.ndarray:
    """Return the value of the next unit of money of each channel as it is phased, and of all, shape (channel, sample)."""
    window, outcome = plans.window, plans.outcome
    money = path.sum(axis=(0, 1))
    even = window.phase * share_of_geos(window)[:, None, None]
    step = STEP * np.where(money > 0, money, window.reference.sum(axis=0))
    more = path + step * np.where(money > 0, path / np.where(money > 0, money, 1.0), even)
    if window.problem.multiplicative:
        at, rows = outcome.brought(path), []
        for number in range(len(money)):
            one = path.copy()
            one[..., number] = more[..., number]
            rows.append(outcome.brought(one) - at)
        gained = np.array([*rows, outcome.brought(more) - at])
    else:
        gained = outcome.by_channel(more) - outcome.by_channel(path)
        gained = np.concatenate([gained, gained.sum(axis=0, keepdims=True)])
    return plans.valued(gained) / np.append(step, step.sum())[:, None]


def share_of_geos(window: Window) -> np.ndarray:
    """Return each geo's share of the outcome (geo,), by which money is divided where the current plan says nothing."""
    size = window.problem.scaling.outcome
    return size / size.sum()


def scenarios_table(plans: Plans) -> pd.DataFrame:
    """Return the table ``plan_scenarios``."""
    window = plans.window
    compared = [("current", window, plans.paths["current"]), ("proposed", window, plans.paths["proposed"])]
    if not np.array_equal(plans.paths["optimum"], plans.paths["proposed"]):
        compared.append(("optimum", window, plans.paths["optimum"]))
    compared += [
        (scenario.name, window.repriced(dict(scenario.prices)), scenario_path(window, scenario))
        for scenario in plans.plan.scenarios
    ]
    spend = np.array([path.sum() for _, _, path in compared])
    outcome = np.array([plans.outcome.priced(there).brought(path) for _, there, path in compared])
    value = plans.valued(outcome)
    profit = window.margin * value - spend[:, None]
    options = plans.options
    columns: dict[str, Any] = {"scenario": [name for name, _, _ in compared], "spend": spend}
    columns |= estimate("outcome", outcome, options) | estimate("value", value, options)
    columns |= estimate("profit", profit, options)
    columns |= estimate("roi", _over(value, spend[:, None]), options)
    for end, of in (("mean", "mean"), ("lower", "upper"), ("upper", "lower")):
        reached = columns[f"outcome_{of}"]
        columns[f"cpia_{end}"] = np.where(reached > 0, spend / np.where(reached > 0, reached, 1.0), np.inf)
    columns |= estimate("difference", outcome - outcome[0], options)
    columns |= estimate("profit_difference", profit - profit[0], options)
    columns["better"] = (outcome > outcome[0]).mean(axis=1)
    columns["more_profitable"] = np.where(
        np.isnan(profit).any(axis=1), np.nan, (profit > profit[0]).mean(axis=1)
    )
    return PLAN_SCENARIOS.frame(pd.DataFrame(columns))


def scenario_path(window: Window, scenario: Scenario) -> np.ndarray:
    """Return the money of a scenario, shape (geo, period, channel): the current plan with its channels' money changed.

    Parameters
    ----------
    window : Window
    scenario : Scenario

    Returns
    -------
    numpy.ndarray, shape (geo, period, channel)
    """
    path = window.current.copy()
    for number, name in enumerate(window.channels):
        if name in scenario.times:
            path[..., number] *= scenario.times[name]
        if name in scenario.budgets:
            total = window.current[..., number].sum()
            even = window.phase[..., number] * share_of_geos(window)[:, None]
            path[..., number] = scenario.budgets[name] * (
                window.current[..., number] / total if total > 0 else even
            )
    return path


def curves_table(plans: Plans, cautions: Mapping[str, str]) -> pd.DataFrame:
    """Return the table ``plan_curves``: each channel's money scaled, the others as in the current plan.

    Parameters
    ----------
    plans : Plans
    cautions : mapping of str to str
        What is to be said of a channel's own answer, by channel.

    Returns
    -------
    pandas.DataFrame
        In the columns of the `TableSpec` ``plan_curves``.
    """
    window, now, frames = plans.window, plans.paths["current"], []
    most, outcome = most_spent(window), plans.outcome.on(fewer(plans.outcome.draws, CURVE_DRAWS))
    for number, name in enumerate(window.channels):
        marks = {which: float(path[..., number].sum()) for which, path in plans.paths.items()}
        usual = float(window.reference[:, number].sum()) * len(window.dates)
        top = 2.0 * (max(marks.values()) or usual)
        levels = np.unique(np.concatenate([np.linspace(0.0, top, CURVE_LEVELS), list(marks.values())]))
        given = now[..., number] / marks["current"] if marks["current"] > 0 else None
        share = window.phase[..., number] * share_of_geos(window)[:, None] if given is None else given
        brought, rise = _along(outcome, number, share, levels, now)
        highest = levels[:, None, None] * share
        columns = {
            "channel": name,
            "spend": levels,
            "observed": (highest <= most[:, None, number] * (1 + 1e-9)).all(axis=(1, 2)),
            "plan": [", ".join(w for w, money in marks.items() if money == level) for level in levels],
            "caution": cautions.get(name, ""),
        }
        columns |= estimate("outcome", brought, plans.options)
        columns |= estimate("mroi", plans.valued(rise), plans.options)
        frames.append(pd.DataFrame(columns))
    return PLAN_CURVES.frame(pd.concat(frames, ignore_index=True))


def _along(
    outcome: PlanOutcome, number: int, share: np.ndarray, levels: np.ndarray, now: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return what one channel brings at levels of its money, and the derivative, each of shape (level, sample)."""
    window = outcome.window
    if not window.problem.multiplicative:
        of_geo = share.sum(axis=1)
        read = channel_curves(window, outcome.draws, number, levels * of_geo[:, None])
        scale = (outcome.unit * window.problem.scaling.outcome)[:, None, None]
        return (scale * read.gain).sum(axis=0), (scale * of_geo[:, None, None] * read.slope).sum(axis=0)
    brought, rise, step = [], [], STEP * float(levels[-1])
    for level in levels:
        here = [now.copy() for _ in range(2)]
        for path, money in zip(here, (level, level + step), strict=True):
            path[..., number] = money * share
        values = [outcome.brought(path) for path in here]
        brought.append(values[0])
        rise.append((values[1] - values[0]) / step)
    return np.array(brought) - brought[0], np.array(rise)


def certificate_table(plans: Plans, found: Found, judged: Judged, unit: str, used: int) -> pd.DataFrame:
    """Return the table ``plan_certificate``.

    Parameters
    ----------
    plans : Plans
    found : Found
    judged : Judged
    unit : str
        Of value, bound and gain.
    used : int
        Draws that the search has used.

    Returns
    -------
    pandas.DataFrame
        One row.
    """
    window = plans.window
    gap = (found.bound - found.value) / abs(found.value) if found.value else np.nan
    row = {
        "objective": found.goal.words,
        "unit": "probability" if found.goal.name == "probability" else unit,
        "start": str(window.dates[0].date()),
        "end": str(plans.kept.last_day),
        "periods": len(window.dates),
        "spend_current": plans.paths["current"].sum(),
        "spend_optimum": plans.paths["optimum"].sum(),
        "value_current": found.current,
        "value": found.value,
        "bound": found.bound,
        "gap": gap,
        "bound_kind": found.bound_kind,
        "marginal_spread": found.spread,
        "free": found.free,
        "starts": found.starts,
        "starts_agree": found.agree,
        "starts_spread": found.apart,
        "draws_used": used,
        "draws_unused": len(judged.gain),
        "better": judged.better,
        "by_chance": judged.chance,
        "gain_beyond_observed": judged.beyond,
        "recommendation": "change" if judged.change else "no change",
        "sentence": judged.sentence,
        "test_channel": judged.test_channel,
        "test_share": judged.test_share,
        "test": judged.test,
    }
    return PLAN_CERTIFICATE.frame(
        pd.DataFrame({k: [v] for k, v in row.items()} | estimate("gain", judged.gain[None], plans.options))
    )


def _with_total(values: np.ndarray) -> np.ndarray:
    return np.append(values, values.sum())


def _over(above: np.ndarray, below: np.ndarray | Sequence[float]) -> np.ndarray:
    """Return a ratio, not a number where nothing stands below."""
    divisor = np.asarray(below, dtype=float)
    return above / np.where(divisor == 0, np.nan, divisor)


def notes_table(plans: Plans, cautions: Mapping[str, str]) -> pd.DataFrame:
    """Return the table ``plan_notes``.

    Parameters
    ----------
    plans : Plans
    cautions : mapping of str to str
        What is to be said of a channel's own answer, by channel.

    Returns
    -------
    pandas.DataFrame
        In the columns of the `TableSpec` ``plan_notes``.
    """
    notes = _notes(plans.window, plans.kept, cautions)
    return PLAN_NOTES.frame([{"about": about, "sentence": text} for about, text in notes])


def _notes(window: Window, kept: Constraints, cautions: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what is to be read with the plan."""
    yield (
        "plan",
        "Effects after the window are counted as long as they last; money spent before it counts for all plans alike.",
    )
    upper = kept.amounts.money(kept.polytope.upper).sum(axis=(0, 1))
    for name, now, most in zip(window.channels, window.current.sum(axis=(0, 1)), upper, strict=True):
        if now == 0 and most == 0:
            yield (
                name,
                f"The current plan spends nothing on {name}, so its range leaves it at nothing; a bound with at_most opens it.",
            )
    for name, text in cautions.items():
        if text and name in window.channels:
            rests = "what the plan does with it rests on that"
            if MIXED in text:
                rests = "no money is moved on it, and its budget stays as in the current plan unless a bound names it"
            elif ASSUMED in text:
                rests = (
                    "it stays at its lowest observed level or above unless a bound names it, so that only what was observed "
                    "decides"
                )
            yield name, f"The answer for {name} is marked '{text}': {rests}."
