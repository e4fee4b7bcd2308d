"""Answers about the cells of a geo experiment as rows of the lift tables."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
from scipy import special

from lift.geo.answers.cell_answer import AnalysedCell, CellAnswer
from lift.geo.answers.money import scaled
from lift.geo.data.experiment_data import GeoTest
from lift.geo.inference.placebo import Inference, normal_error
from lift.geo.trust.time_series import regression_interval, structural_check
from mixproof.ratio import why_no_ratio, without_ratio

Row = dict[str, Any]


def lift_rows(found: AnalysedCell, effect: Inference | None = None) -> list[Row]:
    """Return the rows of ``tables/lift.csv`` for one cell.

    Parameters
    ----------
    found : AnalysedCell
    effect : Inference, optional
        Another total effect, which alone is told then.

    Returns
    -------
    list of dict of str to object
    """
    test, answer = found.test, found.answer
    if effect is not None:
        method = f"{test.section.method}, {answer.inference}"
        return [answer_row(found, "incremental_outcome", effect, test.units.unit, "comparison", method)]
    method = f"{test.section.method}, {answer.inference}"
    after = float(found.actual[found.setting.split :].sum())
    unit = test.units.unit
    items = [
        ("incremental_outcome", answer.effect, unit, "primary", method),
        ("relative_lift", relative(answer.effect, after), "fraction", "primary", method),
        *((estimand, value, of, "primary", method) for estimand, value, of in money_answers(found)),
        *(("incremental_outcome", other, unit, "comparison", label) for label, other in answer.comparisons),
    ]
    reasons = _no_ratios(found, after)
    rows = [{**_shared(found), **_row(*item)} for item in items]
    return [without_ratio(row, reasons.get(row["estimand"], "")) for row in rows]


def _no_ratios(found: AnalysedCell, actual: float) -> dict[str, str]:
    """Return by estimand why there is no ratio, empty texts where there is one."""
    setting, joint = found.setting, found.answer.joint
    reasons = {
        "relative_lift": why_no_ratio(
            actual - found.answer.effect.point, "the outcome without the treatment", actual
        )
    }
    if setting.spend is not None or setting.known_spend is not None:
        change = abs(joint.combination(0.0, 1.0).point)  # less spend is a base, too
        scale = 0.0 if setting.spend is None else float(setting.spend[setting.treated].sum())
        reasons["iroas"] = reasons["cost_per_incremental"] = why_no_ratio(
            change, "the change of spend", scale
        )
    return reasons


def relative(found: Inference, actual: float) -> Inference:
    """Return a total effect as a share of the counterfactual total, ``h / (actual - h)``.

    Parameters
    ----------
    found : Inference
        Total effect.
    actual : float
        Total of the treated geos as it was.

    Returns
    -------
    Inference
        As a fraction: 0.05 is five per cent more than without the treatment.
    """

    def share(total: float) -> float:
        if np.isnan(total):
            return total
        if total == -np.inf:
            return -np.inf if found.one_sided else -1.0
        return total / (actual - total) if total < actual else np.inf

    lower, upper = share(found.lower), share(found.upper)
    # An effect as large as the actual total leaves no counterfactual: the share has no upper end.
    open_ = found.shape == "interval" and not np.isfinite(upper)
    return replace(
        found, point=share(found.point), lower=lower, upper=upper, shape="unbounded" if open_ else found.shape
    )


def money_answers(found: AnalysedCell) -> list[tuple[str, Inference, str]]:
    """Return estimand, answer and unit of everything about money that the data allow."""
    setting, joint, units = found.setting, found.answer.joint, found.test.units
    answers: list[tuple[str, Inference, str]] = []
    if setting.spend is not None:
        answers.append(("incremental_spend", joint.combination(0.0, 1.0), units.currency))
    if setting.spend is None and setting.known_spend is None:
        return answers
    per_money = joint.ratio(1.0)
    effect = found.answer.effect
    if not (effect.one_sided or np.isfinite([effect.lower, effect.upper]).all()):
        # an effect without bounds divided by spend has none either; what the search ended at is no bound
        per_money = replace(per_money, lower=-np.inf, upper=np.inf, shape="unbounded")
    answers.append(
        ("cost_per_incremental", cost_per_increment(per_money), f"{units.currency} per {units.unit}")
    )
    if units.value is not None:
        answers.append(("iroas", scaled(per_money, units.value), f"{units.currency} per {units.currency}"))
        if units.margin is not None or units.unit != units.currency:
            profit = joint.combination(units.value * (units.margin or 1.0), -1.0)
            answers.append(("incremental_profit", profit, units.currency))
    return answers


def cost_per_increment(ratio: Inference) -> Inference:
    """Return spend per incremental unit of outcome from outcome per unit of spend.

    Parameters
    ----------
    ratio : Inference
        Incremental outcome per unit of incremental spend.

    Notes
    -----
    A set of ratios that holds zero turns into one without bounds: no cost per increment can be ruled out.
    """
    point = 1 / ratio.point if ratio.point else float("inf")
    if ratio.shape == "empty":
        return replace(ratio, point=point)
    if ratio.lower <= 0 <= ratio.upper:
        return replace(ratio, point=point, lower=-np.inf, upper=np.inf, shape="unbounded")
    return replace(ratio, point=point, lower=1 / ratio.upper, upper=1 / ratio.lower, shape="interval")


def model_rows(found: AnalysedCell) -> list[Row]:
    """Return what time-series models say about the increment, for comparison: their intervals rest on the model."""
    setting, treated = found.setting, found.actual
    controls = setting.outcome[~setting.treated].sum(axis=0)
    models = []
    if np.ptp(controls[: setting.split]) > 0:
        line = regression_interval(controls, treated, setting.split, setting.level)
        label = "time_based_regression, model interval with autocorrelated errors"
        p = 2 * float(special.stdtr(setting.split - 2, -abs(line.increment) / line.se)) if line.se else 0.0
        models.append((label, line.increment, line.lower, line.upper, p))
    if found.test.section.cross_check == "structural":
        donors = found.answer.weights @ setting.outcome * setting.treated.sum()
        model = structural_check(donors, treated, setting.split, setting.level)
        p = 2 * float(special.ndtr(-abs(model.increment) / model.se)) if model.se else 0.0
        models.append(
            ("structural time series, model interval", model.increment, model.lower, model.upper, p)
        )
    shared = {**_shared(found)}
    return [
        {
            **shared,
            **_row(
                "incremental_outcome",
                Inference(point, lower, upper, setting.level, p, 0.0, 0, "interval"),
                found.test.units.unit,
                "comparison",
                label,
            ),
        }
        for label, point, lower, upper, p in models
    ]


def _shared(found: AnalysedCell) -> Row:
    """Return what every row of a cell carries."""
    return {
        "experiment": found.test.section.name,
        "kind": "geo",
        "arm": found.cell.name,
        "channel": " + ".join(found.channels),
        "outcome": found.test.units.outcome,
    }


def _row(estimand: str, found: Inference, unit: str, role: str, method: str) -> dict[str, Any]:
    return {
        "estimand": estimand,
        "role": role,
        "estimate": found.point,
        "lower": found.lower,
        "upper": found.upper,
        "level": found.level,
        "interval": "confidence",
        "se": normal_error(found),
        "p_value": found.p_value,
        "unit": unit,
        "method": method,
        "note": found.words,
    }


def answer_row(
    found: AnalysedCell, estimand: str, answer: Inference, unit: str, role: str, method: str
) -> Row:
    """Return one row of ``tables/lift.csv`` about a cell.

    Parameters
    ----------
    found : AnalysedCell
    estimand : str
    answer : Inference
        In `unit`.
    unit : str
    role : {"primary", "comparison"}
    method : str

    Returns
    -------
    dict of str to object
    """
    return {**_shared(found), **_row(estimand, answer, unit, role, method)}


def period_rows(found: AnalysedCell) -> list[Row]:
    """Return the rows of ``tables/lift_periods.csv`` for one cell."""
    test, setting, answer = found.test, found.setting, found.answer
    actual, gap, split = found.actual, found.gap, setting.split
    cumulative = np.cumsum(np.where(np.arange(actual.size) < split, 0.0, gap))
    variance = [answer.covariance[: k + 1, : k + 1].sum() for k in range(setting.periods)]
    return [
        {
            "experiment": test.section.name,
            "arm": found.cell.name,
            "date": test.series.dates[t].isoformat(),
            "phase": "before" if t < split else "test" if t < split + test.test else "cooldown",
            "actual": float(actual[t]),
            "counterfactual": float(answer.counterfactual[0, t]),
            "effect": float(gap[t]),
            "cumulative": float(cumulative[t]),
            "cumulative_se": float("nan") if t < split else float(np.sqrt(variance[t - split])),
            "unit": test.units.unit,
        }
        for t in range(actual.size)
    ]


def span_rows(found: AnalysedCell) -> list[Row]:
    """Return the rows of ``tables/lift_spans.csv`` for one cell: weeks of the test, and what has come together by their end.

    The last cumulative interval is that of the headline; those of parts are as much narrower as their standard errors are.
    """
    test, answer = found.test, found.answer
    covariance, dates = answer.covariance, test.series.dates
    below, above = reach(answer)
    whole = covariance.sum()
    rows = []

    def interval(first: int, last: int) -> tuple[float, float, float]:
        effect = float(found.gap[test.split + first : test.split + last].sum())
        share = float(covariance[first:last, first:last].sum() / whole) ** 0.5 if np.isfinite(whole) else 1.0
        return effect, effect - below * share, effect + above * share

    for first, last in spans(test):
        alone, together = interval(first, last), interval(0, last)
        rows.append(
            {
                "experiment": test.section.name,
                "arm": found.cell.name,
                "start": dates[test.split + first].isoformat(),
                "end": (
                    dates[test.split + last - 1] + timedelta(days=test.series.period_days - 1)
                ).isoformat(),
                "phase": "test" if first < test.test else "cooldown",
                **dict(zip(("effect", "lower", "upper"), alone, strict=True)),
                **dict(zip(("cumulative", "cumulative_lower", "cumulative_upper"), together, strict=True)),
                "level": found.setting.level,
                "unit": test.units.unit,
            }
        )
    return rows


def spans(test: GeoTest) -> list[tuple[int, int]]:
    """Return spans of test periods: weeks for daily data, else single periods; none crosses from test to cool-down."""
    width = 7 if test.series.period_days == 1 else 1
    last = test.test + test.cooldown
    starts = sorted({*range(0, test.test, width), *range(test.test, last, width)})
    return list(zip(starts, [*starts[1:], last], strict=True))


def reach(answer: CellAnswer) -> tuple[float, float]:
    """Return how far the interval of the total reaches below and above the estimate; infinite where unbounded."""
    effect = answer.effect
    if effect.shape == "empty":
        return (answer.se, answer.se)
    return (max(effect.point - effect.lower, 0.0), max(effect.upper - effect.point, 0.0))


_CERTIFICATE = (
    "pseudo_tests",
    "windows",
    "sets",
    "effective",
    "separate",
    "level",
    "coverage",
    "false_positives",
    "coverage_printed",
    "bias",
    "rmse",
    "own_windows",
    "own_covered",
    "needed",
    "widen",
    "injected",
    "sentence",
)


def picture_tables(cells: Sequence[AnalysedCell]) -> dict[str, list[Row]]:
    """Return rows of ``lift_placebo``, ``lift_donors`` and ``lift_certificate``, from which pages are drawn."""
    placebo: list[Row] = []
    donors: list[Row] = []
    certificates: list[Row] = []
    for found in cells:
        shared = {"experiment": found.test.section.name, "arm": found.cell.name}
        references = map(float, found.answer.references)
        placebo += [{**shared, "observed": at == 0, "statistic": t} for at, t in enumerate(references)]
        weighed = [
            (geo, float(w)) for geo, w in zip(found.geos, found.answer.weights, strict=True) if abs(w) > 1e-6
        ]
        weighed.sort(key=lambda item: -abs(item[1]))
        donors += [{**shared, "geo": geo, "weight": weight} for geo, weight in weighed]
        certificates.append(
            {**shared, **{name: getattr(found.answer.certificate, name) for name in _CERTIFICATE}}
        )
    return {"lift_placebo": placebo, "lift_donors": donors, "lift_certificate": certificates}
