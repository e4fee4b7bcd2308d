"""Answers about a cell as rows of the lift tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from lift.geo.config import Cell
from lift.geo.data.experiment_data import GeoTest
from lift.geo.data.money import cost_per_increment, relative, scaled
from lift.geo.data.setting import CellAnswer, Setting
from lift.geo.estimators.regression import regression_interval
from lift.geo.estimators.structural import structural_check
from lift.geo.inference.placebo import Inference


@dataclass(frozen=True, slots=True)
class Labels:
    """What every row of a cell carries.

    Parameters
    ----------
    currency, outcome, unit : str
    value : float or None
        Money per unit of outcome; 1 for revenue.
    margin : float or None
        Profit per unit of that money.
    """

    currency: str
    outcome: str
    unit: str
    value: float | None
    margin: float | None


def labels(test: GeoTest, currency: str) -> Labels:
    """Return units and money values of an experiment."""
    data, money = test.section.data, test.section.money
    revenue = data.outcome_kind == "revenue"
    value = 1.0 if revenue else money.value_per_conversion
    return Labels(currency, data.outcome, currency if revenue else data.outcome, value, money.margin)


def lift_rows(
    test: GeoTest, cell: Cell, setting: Setting, answer: CellAnswer, words: Labels
) -> list[dict[str, Any]]:
    """Return the rows of ``tables/lift.csv`` for one cell.

    Parameters
    ----------
    test : GeoTest
    cell : Cell
    setting : Setting
    answer : CellAnswer
    words : Labels
    """
    method = f"{test.section.method}, {answer.inference}"
    actual = float(setting.outcome[setting.treated, setting.split :].sum())
    items = [
        ("incremental_outcome", answer.effect, words.unit, "primary", method),
        ("relative_lift", relative(answer.effect, actual), "fraction", "primary", method),
        *((e, i, u, "primary", method) for e, i, u in money_answers(setting, answer, words)),
        *(
            ("incremental_outcome", found, words.unit, "comparison", label)
            for label, found in answer.comparisons
        ),
    ]
    channels = " + ".join(cell.channels or test.section.channels)
    shared = {
        "experiment": test.section.name,
        "kind": "geo",
        "arm": cell.name,
        "channel": channels,
        "outcome": words.outcome,
    }
    return [{**shared, **_row(*item)} for item in items]


def model_rows(
    test: GeoTest, cell: Cell, setting: Setting, answer: CellAnswer, words: Labels
) -> list[dict[str, Any]]:
    """Return what time-series models say about the increment, for comparison: their intervals rest on the model.

    Parameters
    ----------
    test : GeoTest
    cell : Cell
    setting : Setting
    answer : CellAnswer
    words : Labels
    """
    treated = setting.outcome[setting.treated].sum(axis=0)
    controls = setting.outcome[~setting.treated].sum(axis=0)
    found = []
    if np.ptp(controls[: setting.split]) > 0:
        line = regression_interval(controls, treated, setting.split, setting.level)
        label = "time_based_regression, model interval with autocorrelated errors"
        p = 2 * float(special.stdtr(setting.split - 2, -abs(line.increment) / line.se)) if line.se else 0.0
        found.append((label, line.increment, line.lower, line.upper, p))
    if test.section.cross_check == "structural":
        donors = answer.weights @ setting.outcome * setting.treated.sum()
        model = structural_check(donors, treated, setting.split, setting.level)
        p = 2 * float(special.ndtr(-abs(model.increment) / model.se)) if model.se else 0.0
        found.append(("structural time series, model interval", model.increment, model.lower, model.upper, p))
    shared = {
        "experiment": test.section.name,
        "kind": "geo",
        "arm": cell.name,
        "channel": " + ".join(cell.channels or test.section.channels),
        "outcome": words.outcome,
    }
    return [
        {
            **shared,
            **_row(
                "incremental_outcome",
                Inference(point, lower, upper, setting.level, p, 0.0, 0, "interval"),
                words.unit,
                "comparison",
                label,
            ),
        }
        for label, point, lower, upper, p in found
    ]


def money_answers(setting: Setting, answer: CellAnswer, words: Labels) -> list[tuple[str, Inference, str]]:
    """Return estimand, answer and unit of everything about money that the data allow.

    Parameters
    ----------
    setting : Setting
    answer : CellAnswer
    words : Labels
    """
    found: list[tuple[str, Inference, str]] = []
    if setting.spend is not None:
        found.append(("incremental_spend", answer.joint.combination(0.0, 1.0), words.currency))
    if setting.spend is None and setting.known_spend is None:
        return found
    per_money = answer.joint.ratio(1.0)
    found.append(
        ("cost_per_incremental", cost_per_increment(per_money), f"{words.currency} per {words.unit}")
    )
    if words.value is not None:
        found.append(("iroas", scaled(per_money, words.value), f"{words.currency} per {words.currency}"))
        if words.margin is not None or words.unit != words.currency:
            profit = answer.joint.combination(words.value * (words.margin or 1.0), -1.0)
            found.append(("incremental_profit", profit, words.currency))
    return found


def _row(estimand: str, found: Inference, unit: str, role: str, method: str) -> dict[str, Any]:
    half = (found.upper - found.lower) / 2
    finite = bool(np.isfinite(half))
    return {
        "estimand": estimand,
        "role": role,
        "estimate": found.point,
        "lower": found.lower,
        "upper": found.upper,
        "level": found.level,
        "interval": "confidence",
        "se": half / float(special.ndtri((1 + found.level) / 2)) if finite else float("nan"),
        "p_value": found.p_value,
        "unit": unit,
        "method": method,
        "note": found.words,
    }


def period_rows(
    test: GeoTest, cell: Cell, setting: Setting, answer: CellAnswer, words: Labels
) -> list[dict[str, Any]]:
    """Return the rows of ``tables/lift_periods.csv`` for one cell.

    Parameters
    ----------
    test : GeoTest
    cell : Cell
    setting : Setting
    answer : CellAnswer
    words : Labels
    """
    actual = setting.outcome[setting.treated].sum(axis=0)
    gap = actual - answer.counterfactual[0]
    cumulative = np.where(
        np.arange(actual.size) < setting.split,
        0.0,
        np.cumsum(np.where(np.arange(actual.size) < setting.split, 0.0, gap)),
    )
    variance = [answer.covariance[: k + 1, : k + 1].sum() for k in range(setting.periods)]
    return [
        {
            "experiment": test.section.name,
            "arm": cell.name,
            "date": test.series.dates[t].isoformat(),
            "phase": "before"
            if t < setting.split
            else "test"
            if t < setting.split + test.test
            else "cooldown",
            "actual": float(actual[t]),
            "counterfactual": float(answer.counterfactual[0, t]),
            "effect": float(gap[t]),
            "cumulative": float(cumulative[t]),
            "cumulative_se": float("nan")
            if t < setting.split
            else float(np.sqrt(variance[t - setting.split])),
            "unit": words.unit,
        }
        for t in range(actual.size)
    ]


def page_facts(
    test: GeoTest, cell: Cell, setting: Setting, answer: CellAnswer, rows: tuple[int, ...]
) -> Mapping[str, Any]:
    """Return JSON-ready facts for the experiment's page: weights, certificate, placebo distribution, dates.

    Parameters
    ----------
    test : GeoTest
    cell : Cell
    setting : Setting
    answer : CellAnswer
    rows : tuple of int
        Rows of the series that are this cell's units.
    """
    weights = sorted(
        ((test.series.geos[i], float(w)) for i, w in zip(rows, answer.weights, strict=True) if abs(w) > 1e-6),
        key=lambda item: -abs(item[1]),
    )
    return {
        "cell": cell.name,
        "geos": list(cell.geos),
        "intervention": cell.intervention or test.section.intervention,
        "inference": answer.inference,
        "certificate": {**_fields(answer.certificate), "sentence": answer.certificate.sentence},
        "donor_weights": [{"geo": geo, "weight": weight} for geo, weight in weights],
        "ensemble": {name: float(weight) for name, weight in answer.mix.items()},
        "placebo_statistics": [float(t) for t in answer.references[1:]],
        "observed_statistic": float(answer.references[0]) if answer.references.size else None,
        "minimum_p": answer.effect.minimum_p,
    }


def _fields(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__slots__}
